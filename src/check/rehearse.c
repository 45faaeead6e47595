
#include "check/rehearse.h"
#include "check/migrate_apply.h"
#include "check/migrate_fault.h"
#include "check/migrate_fresh.h"
#include "sql/script.h"
#include "sql/script_modes.h"

#include <libpq-fe.h>


typedef struct {
    api_check_migrate_plan_t *plan;
    api_check_session_t    *s;
    ngx_uint_t             *unsure;
    ngx_uint_t              n;         /* files rehearsed before, in this
                                          transaction */
    char                   *defaults;  /* the SET CONSTRAINTS that restores
                                          what is deferred */
} rehearse_t;


static ngx_int_t rehearse_file(void *data, const char *table,
    const api_check_migrate_file_t *file);
static ngx_int_t rehearse_begin(rehearse_t *r);
static ngx_int_t rehearse_run(rehearse_t *r, const char *table,
    const api_check_migrate_file_t *file);
static ngx_int_t rehearse_end(rehearse_t *r, const char *table,
    const api_check_migrate_file_t *file);
static ngx_int_t rehearse_deferred(rehearse_t *r,
    const api_check_migrate_file_t *file);
static ngx_int_t rehearse_failed(rehearse_t *r,
    const api_check_migrate_file_t *file, ngx_uint_t done, const PGresult *res);
static const char *rehearse_excuse(rehearse_t *r,
    const api_check_migrate_file_t *file, const PGresult *res);
static ngx_uint_t rehearse_asks(rehearse_t *r, const char *sql,
    const char *text);
static ngx_uint_t rehearse_missing(const api_check_migrate_file_t *file,
    ngx_uint_t done);
static ngx_int_t rehearse_passed(rehearse_t *r, ngx_uint_t missing);
static ngx_int_t rehearse_lost(rehearse_t *r);
static ngx_uint_t rehearse_is(const PGresult *res, const char *sqlstate);


/*
 * Only a label that exists without the file is an earlier file's: the file
 * could not use a label of its own when it is applied, either.
 */

static const char  rehearse_label[] =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_enum e"
    " JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid"
    " WHERE pg_catalog.strpos($1, '\"' || e.enumlabel || '\"') > 0"
    " AND pg_catalog.strpos($1, t.typname) > 0)";

/*
 * as a key or a row in DETAIL shows it: the time, or the transaction's number
 */

static const char  rehearse_now[] =
    "SELECT pg_catalog.strpos($1, pg_catalog.now()::timestamp::text) > 0"
    " OR pg_catalog.strpos($1, pg_catalog.now()::time::text) > 0"
    " OR pg_catalog.strpos($1,"
    " EXTRACT(epoch FROM pg_catalog.now())::text) > 0"
    " OR COALESCE($1 ~ ('\\m' || pg_catalog.txid_current_if_assigned()"
    " || '\\M'), false)";

/*
 * The SET CONSTRAINTS that checks all deferred constraints, and the one that
 * restores them.  By name, as ALL would also count for constraints that a
 * later file makes.  It is said where a file has said so itself, where a
 * schema is not ours to use, or where a constraint that cannot be deferred has
 * the same name.  $1: whether a file may have said ALL.
 */

static const char  rehearse_constraints[] =
    "WITH c AS (SELECT pg_catalog.format('%I.%I', n.nspname, c.conname) AS id,"
    " c.condeferred AS late, n.oid <> pg_catalog.pg_my_temp_schema() AS stays,"
    " NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
    " OR NOT pg_catalog.has_schema_privilege(session_user, n.oid, 'USAGE')"
    " OR EXISTS ("
    "SELECT FROM pg_catalog.pg_constraint o WHERE o.conname = c.conname"
    " AND o.connamespace = c.connamespace"
    " AND (NOT o.condeferrable OR o.condeferred <> c.condeferred)) AS odd"
    " FROM pg_catalog.pg_constraint c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace"
    " WHERE c.condeferrable AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)),"
    " a AS (SELECT $1::bool OR COALESCE(pg_catalog.bool_or(odd), false) AS yes"
    " FROM c)"
    " SELECT CASE WHEN a.yes THEN 'SET CONSTRAINTS ALL IMMEDIATE' ELSE"
    " 'SET CONSTRAINTS ' || (SELECT pg_catalog.string_agg(DISTINCT id, ', ')"
    " FROM c) || ' IMMEDIATE' END,"
    " CASE WHEN a.yes THEN 'SET CONSTRAINTS ALL DEFERRED' || COALESCE("
    "'; SET CONSTRAINTS ' || (SELECT pg_catalog.string_agg(DISTINCT id, ', ')"
    " FROM c WHERE stays AND NOT late AND NOT odd) || ' IMMEDIATE', '') ELSE"
    " 'SET CONSTRAINTS ' || (SELECT pg_catalog.string_agg(DISTINCT id, ', ')"
    " FROM c WHERE stays AND late) || ' DEFERRED' END"
    " FROM a";

/*
 * ALTER ROLE and ALTER DATABASE … SET are for later sessions.  They apply in
 * this order (PostgreSQL's process_settings()), unless the connection itself
 * says otherwise.
 */

static const char  rehearse_settings[] =
    "SELECT pg_catalog.set_config(x.name, x.value, true) FROM ("
    "SELECT DISTINCT ON (pg_catalog.lower(pg_catalog.split_part(c, '=', 1)))"
    " pg_catalog.split_part(c, '=', 1) AS name,"
    " pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1) AS value"
    " FROM pg_catalog.pg_db_role_setting s"
    " CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c"
    " WHERE s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database"
    " WHERE datname = pg_catalog.current_database()))"
    " AND s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles"
    " WHERE rolname = session_user))"
    " ORDER BY pg_catalog.lower(pg_catalog.split_part(c, '=', 1)),"
    " s.setrole <> 0 DESC, s.setdatabase <> 0 DESC) x"
    " LEFT JOIN pg_catalog.pg_settings p"
    " ON pg_catalog.lower(p.name) = pg_catalog.lower(x.name)"
    " WHERE (p.name IS NULL OR (p.context = 'user' AND p.source NOT IN"
    " ('client', 'command line', 'environment variable')))"
    " AND pg_catalog.current_setting(x.name, true) IS DISTINCT FROM x.value";


ngx_int_t
api_check_rehearse(api_check_migrate_plan_t *plan, ngx_uint_t *unsure)
{
    rehearse_t  r;

    ngx_memzero(&r, sizeof(rehearse_t));

    r.plan = plan;
    r.s = plan->s;
    r.unsure = unsure;

    return api_check_migrate_plan_each(plan, rehearse_file, &r);
}


ngx_uint_t
api_check_rehearse_excuses(ngx_uint_t unsure, const char *sqlstate)
{
    ngx_uint_t  i;

    /*
     * ON CONFLICT, a foreign key, an index that does not exist, still exists,
     * or does not keep a duplicate out
     */

    static const char *const  indexes[] = {
        "42P10", "42830", "42704", "42P01", "42P07", "42809", "55000", NULL
    };

    if (unsure == API_CHECK_REHEARSE_ALL) {
        return ngx_strcmp(sqlstate, "42601") != 0;
    }

    if (unsure == API_CHECK_REHEARSE_INDEX) {
        for (i = 0; indexes[i] != NULL; i++) {
            if (ngx_strcmp(sqlstate, indexes[i]) == 0) {
                return 1;
            }
        }
    }

    return 0;
}


ngx_int_t
api_check_rehearse_settings(api_check_session_t *s)
{
    return  api_check_session_command(s, rehearse_settings);
}


static ngx_int_t
rehearse_file(void *data, const char *table,
    const api_check_migrate_file_t *file)
{
    rehearse_t *r = data;

    ngx_int_t        rc;
    api_sql_fault_t  fault;

    /* a COMMIT would end the rehearsal */

    if (file->no_transaction
        && api_sql_script_check(&file->text, 1, &fault) != NGX_OK)
    {
        *r->unsure = API_CHECK_REHEARSE_ALL;

        api_check_migrate_fault(NGX_LOG_WARN, r->s->log, file, fault.offset,
                                " was not rehearsed: it has transactions of its"
                                " own, which could not be rolled back");
        return NGX_OK;
    }

    rc = rehearse_begin(r);

    if (rc == NGX_OK) {
        rc = rehearse_run(r, table, file);
    }

    r->n++;

    return rc;
}


static ngx_int_t
rehearse_begin(rehearse_t *r)
{
    if ((r->defaults == NULL
         || api_check_session_command(r->s, r->defaults) == NGX_OK)
        && api_check_session_command(r->s, "SET LOCAL lock_timeout = '"
                                           API_CHECK_REHEARSE_LOCK "';"
                                           "SAVEPOINT api_migration") == NGX_OK)
    {
        return NGX_OK;
    }

    return rehearse_lost(r);
}


static ngx_int_t
rehearse_run(rehearse_t *r, const char *table,
    const api_check_migrate_file_t *file)
{
    ngx_int_t    rc;
    ngx_str_t    text;
    ngx_uint_t   done;
    PGresult    *res;

    text.len = file->text.len;
    text.data = ngx_alloc(text.len + 1, r->s->log);

    if (text.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text.data, file->text.data, text.len + 1);

    api_sql_script_modes(&text);

    rc = api_check_session_script(r->s, (const char *) text.data, &done, &res);

    ngx_free(text.data);

    if (rc == NGX_OK) {
        return rehearse_end(r, table, file);
    }

    rc = rehearse_failed(r, file, done, res);

    PQclear(res);

    return rc;
}


/* deferred constraints are checked here, as at COMMIT */

static ngx_int_t
rehearse_end(rehearse_t *r, const char *table,
    const api_check_migrate_file_t *file)
{
    ngx_int_t   rc;
    ngx_uint_t  level;

    /* a file without a transaction has committed when its row is written */

    rc = file->no_transaction ? rehearse_deferred(r, file) : NGX_OK;

    if (rc == NGX_OK && file->no_transaction) {
        rc = api_check_migrate_fresh(r->s);
    }

    if (rc == NGX_OK) {
        rc = api_check_migrate_table_record(r->s, table, file, 0);
    }

    if (rc == NGX_OK && !file->no_transaction) {
        rc = rehearse_deferred(r, file);
    }

    /* this also ends SET TRANSACTION READ ONLY */

    if (rc == NGX_OK) {
        rc = api_check_session_command(r->s, "RELEASE SAVEPOINT api_migration");
    }

    if (rc == NGX_OK || r->s->lost) {
        return rc == NGX_OK ? NGX_OK : NGX_DECLINED;
    }

    level = (*r->unsure == API_CHECK_REHEARSE_ALL) ? NGX_LOG_WARN
                                                : NGX_LOG_EMERG;

    api_check_migrate_report_end(r->s, level, file);

    return level == NGX_LOG_WARN ? NGX_DONE : NGX_ERROR;
}


static ngx_int_t
rehearse_deferred(rehearse_t *r, const api_check_migrate_file_t *file)
{
    size_t       len;
    PGresult    *res;
    ngx_int_t    rc;
    const char  *params[1];

    params[0] = api_sql_script_all_constraints(&file->text) ? "t" : "f";

    res = api_check_session_query(r->s, rehearse_constraints, 1, params, 0);

    if (res == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;
    r->defaults = NULL;

    if (!PQgetisnull(res, 0, 1)) {
        len = (size_t) PQgetlength(res, 0, 1) + 1;

        r->defaults = ngx_pnalloc(r->plan->pool, len);

        if (r->defaults == NULL) {
            PQclear(res);
            return NGX_ERROR;
        }

        ngx_memcpy(r->defaults, PQgetvalue(res, 0, 1), len);
    }

    if (!PQgetisnull(res, 0, 0)) {
        rc = api_check_session_command(r->s, PQgetvalue(res, 0, 0));
    }

    PQclear(res);

    return rc;
}


static ngx_int_t
rehearse_failed(rehearse_t *r, const api_check_migrate_file_t *file,
    ngx_uint_t done, const PGresult *res)
{
    const char  *excuse, *sqlstate;

    sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    excuse = NULL;

    if (!r->s->lost && sqlstate != NULL) {

        if (api_check_session_command(r->s,
                                      "ROLLBACK TO SAVEPOINT api_migration")
            != NGX_OK)
        {
            return rehearse_lost(r);
        }

        excuse = rehearse_excuse(r, file, res);
    }

    if (excuse != NULL) {
        api_check_migrate_report_as(r->s, NGX_LOG_WARN, file, done, res,
                                    excuse);

        return rehearse_passed(r, rehearse_missing(file, done));
    }

    if (!r->s->lost && sqlstate != NULL
        && api_check_rehearse_excuses(*r->unsure, sqlstate))
    {
        api_check_migrate_report(r->s, NGX_LOG_WARN, file, done, res);

        ngx_log_error(NGX_LOG_WARN, r->s->log, 0, "this may need a migration "
                      "that was not rehearsed: the rest, and the statements, "
                      "are checked once that is applied");
        return NGX_DONE;
    }

    api_check_migrate_report(r->s, NGX_LOG_EMERG, file, done, res);

    if (rehearse_is(res, "55P03")) {
        ngx_log_error(NGX_LOG_EMERG, r->s->log, 0, "migration \"%V\" was"
                      " rehearsed, and waits " API_CHECK_REHEARSE_LOCK " at"
                      " most for a table that is in use, as requests would wait"
                      " behind it: try again later, or say SET LOCAL"
                      " lock_timeout in the file", &file->path);
    }

    return NGX_ERROR;
}


/* why the file would not fail if it was applied; or NULL */

static const char *
rehearse_excuse(rehearse_t *r, const api_check_migrate_file_t *file,
    const PGresult *res)
{
    const char  *detail;

    /* active_sql_transaction, invalid_transaction_termination */

    if (file->no_transaction
        && (rehearse_is(res, "25001") || rehearse_is(res, "2D000")))
    {
        return " was not rehearsed: it asks for no transaction, and a "
               "rehearsal is a transaction that is rolled back";
    }

    /* the first file meets everything as it will be */

    if (r->n == 0) {
        return NULL;
    }

    /* unsafe_new_enum_value_usage */

    if (rehearse_is(res, "55P04")
        && rehearse_asks(r, rehearse_label,
                         PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)))
    {
        return " was not rehearsed: it uses a label that an earlier migration "
               "adds to an enum, and that has to be committed first";
    }

    /*
     * a constraint that is broken by a value which all files have in common
     * here
     */

    detail = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);

    if (detail != NULL
        && ngx_strncmp(PQresultErrorField(res, PG_DIAG_SQLSTATE), "23", 2)
           == 0
        && rehearse_asks(r, rehearse_now, detail))
    {
        return " was not rehearsed: it depends on now() or its transaction's "
               "number, which all files have in common in a rehearsal";
    }

    /* out_of_memory's neighbour: max_locks_per_transaction */

    if (rehearse_is(res, "53200")) {
        return " was not rehearsed: the server has no memory for the locks of "
               "all files in one transaction";
    }

    return NULL;
}


static ngx_uint_t
rehearse_asks(rehearse_t *r, const char *sql, const char *text)
{
    PGresult    *res;
    ngx_uint_t   yes;
    const char  *params[1];

    params[0] = text;

    res = api_check_session_query(r->s, sql, 1, params, 0);

    yes = (res != NULL && *PQgetvalue(res, 0, 0) == 't');

    PQclear(res);

    return yes;
}


/* the others do not need it: such a statement has a file of its own */

static ngx_uint_t
rehearse_missing(const api_check_migrate_file_t *file, ngx_uint_t done)
{
    size_t  offset;

    if (file->no_transaction
        && api_sql_script_find(&file->text, done, &offset) == NGX_OK
        && api_sql_script_is_index(&file->text, offset)
        && api_sql_script_find(&file->text, 1, &offset) != NGX_OK)
    {
        return API_CHECK_REHEARSE_INDEX;
    }

    return API_CHECK_REHEARSE_ALL;
}


static ngx_int_t
rehearse_passed(rehearse_t *r, ngx_uint_t missing)
{
    *r->unsure = ngx_max(*r->unsure, missing);

    if (api_check_session_command(r->s, "RELEASE SAVEPOINT api_migration")
        == NGX_OK)
    {
        return NGX_OK;
    }

    return rehearse_lost(r);
}


static ngx_int_t
rehearse_lost(rehearse_t *r)
{
    if (r->s->lost) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_EMERG, r->s->log, 0, "migrations cannot be"
                  " rehearsed at %V: %V", &r->s->place, &r->s->why);

    return NGX_ERROR;
}


static ngx_uint_t
rehearse_is(const PGresult *res, const char *sqlstate)
{
    const char  *code;

    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    return code != NULL && ngx_strcmp(code, sqlstate) == 0;
}
