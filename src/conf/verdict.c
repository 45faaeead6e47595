
#include "conf/check.h"
#include "conf/fault.h"
#include "conf/hint.h"
#include "conf/lock.h"
#include "conf/roles.h"
#include "conf/described.h"
#include "conf/shown.h"
#include "conf/types.h"
#include "check/check.h"
#include "check/rehearse.h"


/* faults that are told of one database; the rest is counted */
#define VERDICT_FAULTS  100


static ngx_uint_t is_told(const api_conf_checked_t *c, ngx_uint_t n);
static ngx_uint_t is_unknown(const api_conf_asked_t *asked,
    const api_check_statement_t *statement);
static void share(ngx_conf_t *cf, api_conf_checked_t *c);
static api_db_plan_t *plan_of(const api_conf_asked_t *asked);
static void warn_sequence(ngx_conf_t *cf, const api_conf_asked_t *asked,
    const api_check_statement_t *statement);
static void warn_commits(ngx_conf_t *cf, const api_conf_asked_t *asked,
    const api_check_statement_t *statement);
static ngx_uint_t fault_level(const api_conf_checked_t *c,
    const api_check_fault_t *fault);
static void report(ngx_conf_t *cf, api_conf_checked_t *c,
    const api_conf_asked_t *asked, const api_check_statement_t *statement);


ngx_int_t
api_conf_verdict(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_int_t                rc;
    ngx_uint_t               i, failed;
    const api_conf_asked_t  *asked;
    api_http_main_conf_t    *amcf;
    api_check_statement_t   *statement;

    failed = (api_conf_roles_tell(cf, c) != NGX_OK);
    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    for (i = 0; i < c->check.nstatements; i++) {

        statement = &c->check.statements[i];
        asked = statement->data;

        if (statement->fault != NULL && !is_unknown(asked, statement)) {

            if (!is_told(c, i)) {
                report(cf, c, asked, statement);
            }

            if (fault_level(c, statement->fault) == NGX_LOG_EMERG) {
                failed = 1;
            }
        }

        if (!statement->prepared || asked->route->refused
            || statement->repeats)
        {
            continue;
        }

        rc = api_conf_types(cf, asked->route, asked->query, &c->check,
                            statement);

        if (rc == NGX_ERROR
            || api_conf_shown(cf, asked->route, asked->query, statement)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            failed = 1;
        }

        rc = api_conf_described(cf, asked->route, asked->query, statement);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            failed = 1;
        }
    }

    if (c->faults > VERDICT_FAULTS) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "api_postgres \"%V\": %ui more"
                      " statements are refused", &c->database->db.name,
                      c->faults - VERDICT_FAULTS);
    }

    if (failed && !c->cold) {
        return NGX_ERROR;
    }

    share(cf, c);

    if (!failed && c->database->lock.len != 0 && !c->away && !amcf->faults) {
        return api_conf_lock(cf, c->database, &c->check);
    }

    return failed ? NGX_ERROR : NGX_OK;
}


/* has the fault been reported, of the role or under another role of the
   route? */

static ngx_uint_t
is_told(const api_conf_checked_t *c, ngx_uint_t n)
{
    ngx_uint_t                    i;
    const api_conf_asked_t       *asked, *other;
    const api_check_statement_t  *statement;

    statement = c->check.statements;
    asked = statement[n].data;

    if (statement[n].roleless) {
        return 1;
    }

    for (i = n; i-- > 0 && statement[n].repeats; ) {

        other = statement[i].data;

        if (other->route != asked->route) {
            break;
        }

        if (other->query == asked->query && statement[i].fault != NULL
            && ngx_strcmp(statement[i].fault->sqlstate,
                          statement[n].fault->sqlstate)
               == 0
            && api_str_equal(&statement[i].fault->message,
                             &statement[n].fault->message))
        {
            return 1;
        }
    }

    return 0;
}


/* is the fault only what follows from an unknown name, which was told already?
   PostgreSQL finds no type for that name's parameter (42P18 and its like) */

static ngx_uint_t
is_unknown(const api_conf_asked_t *asked,
    const api_check_statement_t *statement)
{
    return asked->route->refused
           && (ngx_strcmp(statement->fault->sqlstate, "42P18") == 0
               || ngx_strcmp(statement->fault->sqlstate, "42P08") == 0
               || ngx_strcmp(statement->fault->sqlstate, "42725") == 0
               || ngx_strcmp(statement->fault->sqlstate, "42804") == 0);
}


/*
 * A route's job shares a transaction when every statement of it may, and leaves
 * its session as it was when every statement does.
 */

static void
share(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_uint_t               i;
    api_db_plan_t           *plan;
    const api_conf_asked_t  *asked;
    api_check_statement_t   *statement;

    statement = c->check.statements;

    for (i = 0; i < c->check.nstatements; i++) {
        asked = statement[i].data;
        plan = plan_of(asked);

        plan->shares = plan->read_only;
        plan->opaque = 0;
        plan->dynamic = 0;
        plan->recalls = 0;
        plan->sticky = 0;
    }

    for (i = 0; i < c->check.nstatements; i++) {
        asked = statement[i].data;
        plan = plan_of(asked);

        /* where it finds no row it has changed nothing: nobody need look at its
           result before the commit */

        if (asked->route->parts[asked->query->part].n == 1
            && statement[i].shares && !statement[i].writes
            && !asked->route->confirms)
        {
            plan->confirm = 0;
        }

        if (!statement[i].repeats) {
            warn_sequence(cf, asked, &statement[i]);
            warn_commits(cf, asked, &statement[i]);
        }

        if (asked->route->trusted) {
            plan->shares &= statement[i].trusted;
            continue;
        }

        plan->shares &= statement[i].shares;
        plan->opaque |= statement[i].opaque;
        plan->dynamic |= statement[i].dynamic;
        plan->recalls |= statement[i].recalls;
        plan->sticky |= statement[i].sticky;

        if (statement[i].sticky && !statement[i].repeats) {
            api_conf_fault(NGX_LOG_WARN, cf, asked->route, asked->query,
                           API_CONF_SQL_WORD,
                           api_conf_begin(
                                    &asked->query->sql.source),
                           "a function in C or a language other than SQL "
                           "and PL/pgSQL may run, which can keep things "
                           "in its session: the connection ends behind "
                           "each request; api_trust_functions on says "
                           "that it does not");
        }
    }

    for (i = 0; i < c->check.nstatements; i++) {
        asked = statement[i].data;
        api_conf_roles_settle(asked->route);
    }
}


static api_db_plan_t *
plan_of(const api_conf_asked_t *asked)
{
    return asked->route->parts[asked->query->part].plan;
}


/* no plan shows what a function does: it may be another one of that name */

static void
warn_sequence(ngx_conf_t *cf, const api_conf_asked_t *asked,
    const api_check_statement_t *statement)
{
    if (!asked->route->plan.read_only || !statement->may_move) {
        return;
    }

    api_conf_fault(NGX_LOG_WARN, cf, asked->route, asked->query,
                   API_CONF_SQL_WORD,
                   api_conf_begin(&asked->query->sql.source),
                   "a function that this may call says nextval() or "
                   "setval(), and a route that only reads will answer "
                   "500 when it does: choose another method, or say "
                   "api_transaction read_write");
}


/*
 * 2D000 when it runs, but where it is alone in its route and no pooler makes a
 * transaction of that.  That it may stand in a branch nobody takes keeps this
 * from being a fault.
 */

static void
warn_commits(ngx_conf_t *cf, const api_conf_asked_t *asked,
    const api_check_statement_t *statement)
{
    if (statement->commits == NULL) {
        return;
    }

    if (asked->route->lead != 0) {
        api_conf_fault(NGX_LOG_WARN, cf, asked->route, asked->query,
                       API_CONF_SQL_WORD, statement->commits_at,
                       "this procedure says %s, and PostgreSQL refuses that "
                       "(2D000) behind api_settings and api_role, which are "
                       "its transaction's: take the %s out, or take them away "
                       "with \"NAME=\" and \"api_role off\"",
                       statement->commits, statement->commits);
        return;
    }

    if (asked->route->parts[asked->query->part].n == 1) {

        if (asked->route->database->db.pooler == API_DB_POOLER_TRANSACTION) {
            api_conf_fault(NGX_LOG_WARN, cf, asked->route, asked->query,
                           API_CONF_SQL_WORD, statement->commits_at,
                           "this procedure says %s, and PostgreSQL refuses "
                           "that (2D000) in a transaction, which each request "
                           "is with \"pooler transaction\": take the %s out, "
                           "or give the route an api_database whose primary "
                           "leads past the pooler", statement->commits,
                           statement->commits);
        }

        return;
    }

    api_conf_fault(NGX_LOG_WARN, cf, asked->route, asked->query,
                   API_CONF_SQL_WORD, statement->commits_at,
                   "this procedure says %s, and PostgreSQL refuses that (2D000)"
                   " beside the route's other statements, which are one "
                   "transaction with it: let it be the only one, or take the "
                   "%s out", statement->commits, statement->commits);
}


/*
 * What depends on the moment (a lock, a server that is full) or on a migration
 * that could not be rehearsed says nothing about the statement.
 */

static ngx_uint_t
fault_level(const api_conf_checked_t *c, const api_check_fault_t *fault)
{
    ngx_uint_t  i;

    static const char *const  moments[] = {
        "40", "53", "55P0", "57", "58", NULL
    };

    for (i = 0; moments[i] != NULL; i++) {
        if (ngx_strncmp(fault->sqlstate, moments[i], ngx_strlen(moments[i]))
            == 0)
        {
            return NGX_LOG_WARN;
        }
    }

    /* a policy may ask for a setting that only an earlier statement makes */

    if (fault->planning && ngx_strcmp(fault->sqlstate, "42704") == 0) {
        return NGX_LOG_WARN;
    }

    /* planning runs a function that was declared immutable though it is not:
       the error is that function's */

    if (fault->planning
        && ngx_strncmp(fault->sqlstate, "42", 2) != 0
        && ngx_strncmp(fault->sqlstate, "22", 2) != 0)
    {
        return NGX_LOG_WARN;
    }

    return api_check_rehearse_excuses(c->check.unsure, fault->sqlstate)
           ? NGX_LOG_WARN : NGX_LOG_EMERG;
}


static void
report(ngx_conf_t *cf, api_conf_checked_t *c,
    const api_conf_asked_t *asked, const api_check_statement_t *statement)
{
    size_t                    offset;
    ngx_str_t                 hint;
    const api_check_fault_t  *fault;

    if (++c->faults > VERDICT_FAULTS) {
        return;
    }

    fault = statement->fault;
    offset = fault->offset;

    if (offset == (size_t) NGX_ERROR) {
        offset = api_conf_begin(&asked->query->sql.source);
    }

    if (api_conf_hint(cf->temp_pool, &asked->query->sql, fault, offset, &hint)
        != NGX_OK)
    {
        hint = fault->hint;
    }

    api_conf_fault(fault_level(c, fault), cf, asked->route, asked->query,
                   API_CONF_SQL_WORD, offset, "%V (%s)%s%s%s%V%s%V%s",
                   &fault->message, fault->sqlstate,
                   statement->role ? " as the role " : "",
                   statement->role ? statement->role : "",
                   fault->detail.len ? "; DETAIL: " : "", &fault->detail,
                   hint.len ? "; HINT: " : "", &hint,
                   api_check_rehearse_excuses(c->check.unsure,
                                              fault->sqlstate)
                   ? "; this may be for want of a migration that was not "
                     "rehearsed" : "");
}
