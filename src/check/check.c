
#include "check/check.h"
#include "check/answer.h"
#include "check/case.h"
#include "check/catalog.h"
#include "check/columns.h"
#include "check/command.h"
#include "check/commits.h"
#include "check/conflicts.h"
#include "check/defaults.h"
#include "check/lent.h"
#include "check/migrate_lock.h"
#include "check/migrate_plan.h"
#include "check/names.h"
#include "check/rehearse.h"
#include "check/rights.h"
#include "check/roles.h"
#include "check/settle.h"
#include "check/shares.h"
#include "check/types.h"

#include <libpq-fe.h>


/* statements in flight, and how often one is prepared with one more type */
#define CHECK_BATCH   256
#define CHECK_ROUNDS  160

/*
 * milliseconds that an answer may be late, when the server itself has a limit
 */
#define CHECK_LATE       1000

/* names of prepared statements, which no other client of a pooler uses */
#define CHECK_NAME    (3 * NGX_INT_T_LEN + sizeof("api_check___"))


/* NGX_OK; NGX_DECLINED: a query failed, s->why; NGX_ERROR: memory */
typedef ngx_int_t (*check_ask_pt)(api_check_t *check, api_check_session_t *s);


static ngx_int_t check_session(api_check_t *check, api_check_session_t *s);
static ngx_int_t check_migrations(api_check_t *check, api_check_session_t *s);
static ngx_int_t check_transaction(api_check_t *check, api_check_session_t *s,
    api_check_migrate_plan_t *plan);
static ngx_int_t check_catalog(api_check_t *check, api_check_session_t *s);
static ngx_int_t check_read(api_check_t *check, api_check_session_t *s,
    ngx_int_t rc);
static ngx_int_t check_statements(api_check_t *check, api_check_session_t *s);
static ngx_int_t check_round(api_check_t *check, api_check_session_t *s);
static ngx_int_t check_send(api_check_t *check, api_check_session_t *s,
    ngx_uint_t n);
static ngx_int_t check_explain(api_check_t *check, api_check_session_t *s,
    ngx_uint_t n, const char *name);
static ngx_int_t check_receive(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement);
static ngx_int_t check_deallocate(api_check_t *check,
    api_check_session_t *s);
static ngx_int_t check_unlock(api_check_session_t *s);
static void check_name(char *name, ngx_uint_t statement, ngx_uint_t n);


ngx_int_t
api_check(api_check_t *check)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    api_check_session_t  s;

    for (i = 0; i < check->nstatements; i++) {
        check->statements[i].attempt.again = 1;
    }

    ngx_memzero(&s, sizeof(api_check_session_t));

    rc = api_check_lent_open(check, &s);

    if (rc == NGX_OK) {
        rc = check_session(check, &s);
        api_check_session_close(&s);

    } else if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, check->log, 0, "api_postgres \"%V\": %V"
                      " refuses the connection: %V", &check->conf->name,
                      &s.place, &s.why);
    }

    check->place.len = s.place.len;
    check->place.data = ngx_pstrdup(check->pool, &s.place);
    check->why.len = s.why.len;
    check->why.data = ngx_pstrdup(check->pool, &s.why);

    if (check->place.data == NULL || check->why.data == NULL) {
        return NGX_ERROR;
    }

    return rc;
}


static ngx_int_t
check_session(api_check_t *check, api_check_session_t *s)
{
    if (check->migrate != NULL) {

        /* the lock of migrations belongs to a session */

        if (check->pooled) {
            ngx_log_error(NGX_LOG_EMERG, check->log, 0, "api_postgres \"%V\": "
                          "migrations need a session of their own, and %V is a "
                          "pooler: write \"direct\" with a connection string "
                          "that leads to PostgreSQL itself", &check->conf->name,
                          &s->place);
            return NGX_ERROR;
        }

        return check_migrations(check, s);
    }

    return check_transaction(check, s, NULL);
}


/*
 * the lock is taken only when something is pending, and then it is asked again
 */

static ngx_int_t
check_migrations(api_check_t *check, api_check_session_t *s)
{
    char                      lock[API_CHECK_MIGRATE_LOCK];
    ngx_int_t                 rc;
    api_check_migrate_plan_t  plan;

    ngx_memzero(&plan, sizeof(api_check_migrate_plan_t));

    plan.m = check->migrate;
    plan.s = s;
    plan.pool = check->pool;
    plan.log = check->log;

    rc = api_check_migrate_plan_load(&plan);

    if (rc == NGX_OK) {
        rc = api_check_migrate_plan_compare(&plan);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (api_check_migrate_plan_pending(&plan) == 0) {
        return check_transaction(check, s, NULL);
    }

    rc = api_check_migrate_lock(check->migrate, s, lock);

    if (rc == NGX_OK) {
        rc = api_check_migrate_plan_compare(&plan);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    check->npending = api_check_migrate_plan_pending(&plan);

    rc = check_transaction(check, s, check->npending ? &plan : NULL);

    api_check_migrate_plan_drop(&plan);

    api_check_migrate_unlock(check->migrate, s, lock);

    return rc;
}


/* plan: NULL when nothing is pending */

static ngx_int_t
check_transaction(api_check_t *check, api_check_session_t *s,
    api_check_migrate_plan_t *plan)
{
    ngx_int_t  rc;

    if (api_check_command(s, "BEGIN") != NGX_OK) {
        return api_check_command_failed(check, s,
                                        "no transaction can be begun");
    }

    rc = NGX_OK;

    if (plan != NULL) {
        rc = api_check_rehearse(plan, &check->unsure);
    }

    if (rc == NGX_OK && api_check_settle(check, s) != NGX_OK) {
        rc = api_check_command_failed(check, s, "the session cannot be set up");
    }

    /* taken before, so that what others change meanwhile is noticed */

    if (rc == NGX_OK && plan == NULL) {
        rc = check_read(check, s, api_check_catalog(s, check->catalog));
    }

    if (rc == NGX_OK) {
        rc = check_statements(check, s);
    }

    /* once more where that hangs on the types of columns */

    if (rc == NGX_OK) {
        rc = check_read(check, s, api_check_columns(check, s));
    }

    if (rc == NGX_OK && api_check_roles(check, s) != NGX_OK) {
        rc = api_check_command_failed(check, s, "the roles cannot be asked "
                                      "for");
    }

    if (rc == NGX_OK) {
        rc = check_statements(check, s);
    }

    if (rc == NGX_OK) {
        rc = check_catalog(check, s);
    }

    /* after ROLLBACK a pooler might give us another session */

    if (rc == NGX_OK && (check->pooled || !check->conf->prepare)) {
        rc = check_deallocate(check, s);
    }

    if (rc == NGX_OK && check->pooled) {
        rc = check_unlock(s);
    }

    if (!s->lost && api_check_command(s, "ROLLBACK") != NGX_OK
        && rc == NGX_OK)
    {
        rc = api_check_command_failed(check, s, "the transaction cannot be "
                                      "rolled back");
    }

    return (s->lost && rc == NGX_OK) ? NGX_DECLINED : rc;
}


static ngx_int_t
check_catalog(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t             rc;
    const check_ask_pt   *ask;

    static const check_ask_pt  asks[] = {
        api_check_types, api_check_shares, api_check_rights,
        api_check_commits, api_check_columns_rules, api_check_conflicts,
        api_check_names, api_check_case,

        /* what fails in it goes back to the savepoint */

        api_check_defaults, NULL
    };

    rc = NGX_OK;

    for (ask = asks; *ask != NULL && rc == NGX_OK; ask++) {
        rc = (*ask)(check, s);
    }

    return check_read(check, s, rc);
}


static ngx_int_t
check_read(api_check_t *check, api_check_session_t *s, ngx_int_t rc)
{
    return rc != NGX_DECLINED ? rc
           : api_check_command_failed(check, s, "the catalog cannot be read");
}


static ngx_int_t
check_statements(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t   rc;
    ngx_uint_t  round, i, again;

    if (check->nstatements == 0) {
        return NGX_OK;
    }

    if (PQsetnonblocking(s->conn, 1) != 0
        || PQenterPipelineMode(s->conn) != 1)
    {
        api_check_command_lost(s);
        return NGX_DECLINED;
    }

    again = 1;
    rc = NGX_OK;

    for (round = 0; rc == NGX_OK && again && round < CHECK_ROUNDS; round++) {
        rc = check_round(check, s);
        again = 0;

        for (i = 0; i < check->nstatements; i++) {
            again |= check->statements[i].attempt.again;
        }
    }

    if (rc == NGX_OK
        && (PQexitPipelineMode(s->conn) != 1
            || PQsetnonblocking(s->conn, 0) != 0
            || api_check_command(s, "ROLLBACK TO SAVEPOINT api_check")
               != NGX_OK))
    {
        api_check_command_lost(s);
        return NGX_DECLINED;
    }

    return rc;
}


/* all statements that are to be prepared (again), some at a time */

static ngx_int_t
check_round(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t   rc;
    ngx_uint_t  i, n, sent, batch[CHECK_BATCH];

    i = 0;
    rc = NGX_OK;

    while (rc == NGX_OK && i < check->nstatements) {

        for (sent = 0; i < check->nstatements && sent < CHECK_BATCH; i++) {

            if (!check->statements[i].attempt.again) {
                continue;
            }

            rc = check_send(check, s, i);

            if (rc != NGX_OK) {
                return rc;
            }

            batch[sent++] = i;
        }

        for (n = 0; n < sent && rc == NGX_OK; n++) {
            rc = check_receive(check, s, &check->statements[batch[n]]);
        }
    }

    return rc;
}


/*
 * The commands of a statement, up to its Sync, fail together.  The first one
 * undoes what the statement before did, or its failure.
 */

static ngx_int_t
check_send(api_check_t *check, api_check_session_t *s, ngx_uint_t n)
{
    char                          name[CHECK_NAME];
    ngx_int_t                     rc;
    ngx_str_t                     procedure;
    const api_check_statement_t  *st;

    st = &check->statements[n];

    check_name(name, n, st->nprepared);

    if (PQsendQueryParams(s->conn, "ROLLBACK TO SAVEPOINT api_check", 0, NULL,
                          NULL, NULL, NULL, 0)
        != 1
        || PQsendQueryParams(s->conn, st->role ? api_check_settle_role
                                               : api_check_settle_patience,
                             st->role ? 1 : 0, NULL, &st->role, NULL, NULL, 0)
           != 1
        || PQsendPrepare(s->conn, name, (const char *) st->sql->sent.data,
                         st->attempt.given ? (int) st->sql->params.nelts : 0,
                         st->attempt.given)
           != 1
        || PQsendDescribePrepared(s->conn, name) != 1)
    {
        api_check_command_lost(s);
        return NGX_DECLINED;
    }

    /* CALL has no plan */

    if (api_check_call(st->sql, &procedure) != NGX_OK) {
        rc = check_explain(check, s, n, name);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (PQpipelineSync(s->conn) != 1) {
        api_check_command_lost(s);
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * The plan with NULLs for all parameters.  With VERBOSE it shows everything
 * that is computed, and the tables' schemas.
 */

static ngx_int_t
check_explain(api_check_t *check, api_check_session_t *s, ngx_uint_t n,
    const char *name)
{
    int          rc;
    u_char      *sql, *p;
    size_t       nparams, i;

    static const char  form[] = "EXPLAIN (%s, FORMAT JSON) EXECUTE %s";

    nparams = check->statements[n].sql->params.nelts;

    sql = ngx_pnalloc(check->pool, sizeof(form)
                                   + sizeof("VERBOSE, COSTS OFF")
                                   + CHECK_NAME
                                   + (nparams + 1) * (sizeof(", NULL") - 1));
    if (sql == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(sql, form, check->rows ? "VERBOSE"
                                               : "VERBOSE, COSTS OFF", name);

    for (i = 0; i < nparams; i++) {
        p = ngx_sprintf(p, "%sNULL", i ? ", " : "(");
    }

    if (nparams) {
        *p++ = ')';
    }

    *p = '\0';

    rc = PQsendQueryParams(s->conn, (const char *) sql, 0, NULL, NULL, NULL,
                           NULL, 0);

    (void) ngx_pfree(check->pool, sql);

    if (rc != 1) {
        api_check_command_lost(s);
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * a result for each command and a NULL behind each, and at last that of the
 * Sync
 */

static ngx_int_t
check_receive(api_check_t *check, api_check_session_t *s,
    api_check_statement_t *statement)
{
    PGresult    *res;
    ngx_int_t    rc;
    ngx_uint_t   command, nulls;

    statement->attempt.again = 0;
    statement->planned = 0;
    statement->fault = NULL;

    rc = NGX_OK;
    nulls = 0;
    command = API_CHECK_ROLLBACK;

    for ( ;; ) {
        res = api_check_session_next(s, s->timeout + API_CHECK_LOCK
                                        + CHECK_LATE);

        if (s->lost) {
            PQclear(res);
            return NGX_DECLINED;
        }

        if (res == NULL) {

            if (++nulls > 2) {
                api_check_command_lost(s);
                return NGX_DECLINED;
            }

            continue;
        }

        nulls = 0;

        if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            PQclear(res);
            return rc;
        }

        if (rc == NGX_OK) {
            rc = api_check_answer(check, statement, command++, res);
        }

        PQclear(res);
    }
}


/*
 * a pooler keeps the server's session, and would keep these statements in it
 */

static ngx_int_t
check_deallocate(api_check_t *check, api_check_session_t *s)
{
    char        sql[sizeof("DEALLOCATE ") + CHECK_NAME];
    ngx_uint_t  i, n;

    (void) ngx_cpystrn((u_char *) sql, (u_char *) "DEALLOCATE ",
                       sizeof("DEALLOCATE "));

    for (i = 0; i < check->nstatements; i++) {

        for (n = 0; n < check->statements[i].nprepared; n++) {
            check_name(sql + sizeof("DEALLOCATE ") - 1, i, n);

            if (api_check_command(s, sql) != NGX_OK && s->lost) {
                return NGX_DECLINED;
            }
        }
    }

    return NGX_OK;
}


/*
 * Planning runs functions that are declared IMMUTABLE, and a session's lock
 * that one has taken outlives ROLLBACK: the pooler's other clients would meet
 * it.
 */

static ngx_int_t
check_unlock(api_check_session_t *s)
{
    return api_check_command(s, "SELECT pg_catalog.pg_advisory_unlock_all()")
           != NGX_OK && s->lost ? NGX_DECLINED : NGX_OK;
}


/* for one of the times that a statement is prepared: each has its own types */

static void
check_name(char *name, ngx_uint_t statement, ngx_uint_t n)
{
    *ngx_sprintf((u_char *) name, "api_check_%P_%ui_%ui", ngx_pid, statement,
                 n)
        = '\0';
}
