
#include "http/conf_parts.h"
#include "db/rehearse.h"


/* faults that are told of one database; the rest is counted */
#define CHECK_FAULTS  100


/* what became of a database */
typedef struct {
    api_http_database_t  *database;
    api_db_migrate_t      migrate;
    api_db_check_t        check;
    ngx_uint_t            faults;
    unsigned              away:1;
} checked_t;


static ngx_int_t check_one(ngx_conf_t *cf, checked_t *c);
static ngx_int_t check_off(ngx_conf_t *cf, checked_t *c);
static ngx_int_t collect(ngx_conf_t *cf, checked_t *c);
static ngx_int_t away(ngx_conf_t *cf, checked_t *c);
static ngx_int_t look(ngx_conf_t *cf, checked_t *c);
static ngx_uint_t is_unknown(const api_http_asked_t *asked,
    const api_db_check_statement_t *statement);
static void share(ngx_conf_t *cf, checked_t *c);
static void warn_sequence(ngx_conf_t *cf, const api_http_asked_t *asked,
    const api_db_check_statement_t *statement);
static ngx_uint_t fault_level(const checked_t *c,
    const api_db_check_fault_t *fault);
static void report(ngx_conf_t *cf, checked_t *c, const api_http_asked_t *asked,
    const api_db_check_fault_t *fault);
static ngx_int_t migrate(ngx_conf_t *cf, checked_t *c);


/*
 * All databases first: when one is wrong, none is migrated.
 */

ngx_int_t
api_http_conf_check(ngx_conf_t *cf)
{
    ngx_int_t               rc;
    ngx_uint_t              i, n;
    checked_t              *c;
    api_http_database_t   **database;
    api_http_main_conf_t   *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    n = amcf->databases.nelts;
    database = amcf->databases.elts;

    c = ngx_pcalloc(cf->temp_pool, (n + 1) * sizeof(checked_t));
    if (c == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    for (i = 0; i < n; i++) {
        c[i].database = database[i];

        if (check_one(cf, &c[i]) != NGX_OK) {
            rc = NGX_ERROR;
        }
    }

    api_http_conf_causes(cf);
    api_http_conf_shown_nowhere(cf);

    if (ngx_test_config || amcf->faults) {
        return rc;
    }

    for (i = 0; i < n && rc == NGX_OK; i++) {
        rc = migrate(cf, &c[i]);
    }

    return rc;
}


static ngx_int_t
check_one(ngx_conf_t *cf, checked_t *c)
{
    ngx_int_t                   rc;
    api_http_database_t        *database;
    const api_http_conninfo_t  *where;

    database = c->database;

    c->migrate.dir = database->migrations;
    c->migrate.where = database->migrations_where;
    where = database->direct.text.data ? &database->direct
                                       : &database->primary;

    c->migrate.keywords = where->keywords;
    c->migrate.values = where->values;
    c->migrate.pooled = api_http_conf_pooled(database)
                        || (database->db.pooler == API_DB_POOLER_SESSION
                            && where == &database->primary);
    c->migrate.connect_timeout = database->db.connect_timeout;
    c->migrate.database = database->db.name;
    c->migrate.catalog = database->db.catalog;

    if (database->check == API_HTTP_CHECK_OFF) {
        return check_off(cf, c);
    }

    if (collect(cf, c) != NGX_OK
        || api_http_conf_causes_ask(cf, &c->check) != NGX_OK)
    {
        return NGX_ERROR;
    }

    c->check.keywords = where->keywords;
    c->check.values = where->values;
    c->check.pooled = api_http_conf_pooled(database);

    rc = api_db_check(&c->check);

    if (c->check.pooled) {
        api_http_conf_pooler_noticed(cf, database, &c->check.place);
    }

    switch (rc) {

    case NGX_OK:
        ngx_memcpy(database->db.catalog, c->check.catalog, API_DB_CATALOG);
        return api_http_conf_causes_keep(cf, &c->check) == NGX_OK
               ? look(cf, c) : NGX_ERROR;

    case NGX_DONE:
        return NGX_OK;

    case NGX_DECLINED:
        return away(cf, c);

    default:
        return NGX_ERROR;
    }
}


static ngx_int_t
check_off(ngx_conf_t *cf, checked_t *c)
{
    if (ngx_test_config && c->migrate.dir.len != 0) {
        return api_db_migrate_check(&c->migrate, cf->temp_pool, cf->log);
    }

    return NGX_OK;
}


/* the statements of the routes that use the database */

static ngx_int_t
collect(ngx_conf_t *cf, checked_t *c)
{
    api_http_asked_t           *asked;
    ngx_uint_t                  i, k, n;
    api_db_check_t             *check;
    api_http_query_t           *query;
    api_http_route_t          **route;
    api_http_main_conf_t       *amcf;
    api_db_check_statement_t   *statement;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    check = &c->check;
    ngx_memzero(check, sizeof(api_db_check_t));

    n = c->database->db.nstatements;

    statement = ngx_pcalloc(cf->temp_pool,
                            (n + 1) * sizeof(api_db_check_statement_t));
    asked = ngx_pcalloc(cf->temp_pool, (n + 1) * sizeof(api_http_asked_t));

    if (statement == NULL || asked == NULL) {
        return NGX_ERROR;
    }

    check->described = api_http_conf_rows_described;
    check->conf = &c->database->db;
    check->migrate = c->migrate.dir.len ? &c->migrate : NULL;
    check->statements = statement;
    check->rows = c->database->check_rows;
    check->pool = cf->temp_pool;
    check->keep = cf->pool;
    check->log = cf->log;

    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {

        if (route[i]->database != c->database) {
            continue;
        }

        query = route[i]->queries.elts;

        for (k = 0; k < route[i]->queries.nelts; k++) {
            asked->route = route[i];
            asked->query = &query[k];

            statement->sql = &query[k].sql;
            statement->targets = &query[k].targets;
            statement->name = route[i]->name;
            statement->data = asked++;

            /* unless the server tells more */

            statement->opaque = 1;
            statement->dynamic = 1;
            statement->recalls = 1;
            statement++;

            check->nstatements++;
        }
    }

    return NGX_OK;
}


static ngx_int_t
away(ngx_conf_t *cf, checked_t *c)
{
    ngx_str_t   lock;
    ngx_uint_t  level;

    c->away = 1;
    c->database->db.unchecked = 1;
    level = (c->database->check == API_HTTP_CHECK_REQUIRED)
            ? NGX_LOG_EMERG : NGX_LOG_WARN;

    ngx_str_null(&lock);

    if (level == NGX_LOG_WARN) {
        lock = c->database->lock;
    }

    ngx_log_error(level, cf->log, 0,
                  "api_postgres \"%V\": %V is out of reach (%V): its "
                  "statements %s%V%s%V%s", &c->database->db.name,
                  &c->check.place, &c->check.why,
                  lock.len ? "are checked by " : "were not checked", &lock,
                  c->migrate.dir.len ? ", migrations of \"" : "",
                  &c->migrate.dir,
                  c->migrate.dir.len ? "\" were not applied" : "");

    if (level == NGX_LOG_EMERG || check_off(cf, c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (c->migrate.dir.len != 0
        && api_db_migrate_check(&c->migrate, cf->temp_pool, cf->log)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (c->database->lock.len == 0) {
        return NGX_OK;
    }

    if (api_http_conf_unlock(cf, c->database, &c->check) != NGX_OK) {
        return NGX_ERROR;
    }

    return look(cf, c);
}


static ngx_int_t
look(ngx_conf_t *cf, checked_t *c)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i, failed;
    const api_http_asked_t    *asked;
    api_http_main_conf_t      *amcf;
    api_db_check_statement_t  *statement;

    failed = 0;
    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    for (i = 0; i < c->check.nstatements; i++) {

        statement = &c->check.statements[i];
        asked = statement->data;

        if (statement->fault != NULL && !is_unknown(asked, statement)) {
            report(cf, c, asked, statement->fault);

            if (fault_level(c, statement->fault) == NGX_LOG_EMERG) {
                failed = 1;
            }
        }

        if (!statement->prepared || asked->route->refused) {
            continue;
        }

        rc = api_http_conf_types(cf, asked->route, asked->query, &c->check,
                                 statement);

        if (rc == NGX_ERROR
            || api_http_conf_shown(cf, asked->route, asked->query, statement)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            failed = 1;
        }
    }

    if (c->faults > CHECK_FAULTS) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "api_postgres \"%V\": %ui more"
                      " statements are refused", &c->database->db.name,
                      c->faults - CHECK_FAULTS);
    }

    if (failed) {
        return NGX_ERROR;
    }

    share(cf, c);

    if (c->database->lock.len != 0 && !c->away && !amcf->faults) {
        return api_http_conf_lock(cf, c->database, &c->check);
    }

    return NGX_OK;
}


/* 42P18 and its like are for want of a name that has been told of */

static ngx_uint_t
is_unknown(const api_http_asked_t *asked,
    const api_db_check_statement_t *statement)
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
share(ngx_conf_t *cf, checked_t *c)
{
    ngx_uint_t                 i;
    api_db_plan_t             *plan;
    const api_http_asked_t    *asked;
    api_db_check_statement_t  *statement;

    statement = c->check.statements;

    for (i = 0; i < c->check.nstatements; i++) {
        asked = statement[i].data;
        plan = &asked->route->plan;

        plan->shares = plan->read_only;
        plan->opaque = 0;
        plan->dynamic = 0;
        plan->recalls = 0;
        plan->sticky = 0;
    }

    for (i = 0; i < c->check.nstatements; i++) {
        asked = statement[i].data;
        plan = &asked->route->plan;

        /* it finds no row, and has changed none */

        if (plan->nsteps == 1 && statement[i].shares && !statement[i].writes) {
            plan->confirm = 0;
        }

        warn_sequence(cf, asked, &statement[i]);

        if (asked->route->trusted) {
            plan->shares &= statement[i].trusted;
            continue;
        }

        plan->shares &= statement[i].shares;
        plan->opaque |= statement[i].opaque;
        plan->dynamic |= statement[i].dynamic;
        plan->recalls |= statement[i].recalls;
        plan->sticky |= statement[i].sticky;

        if (statement[i].sticky) {
            api_http_conf_fault(NGX_LOG_WARN, cf, asked->route, asked->query,
                                API_HTTP_SQL_WORD,
                                api_http_conf_begin(
                                    &asked->query->sql.source),
                                "a function in C or a language other than SQL "
                                "and PL/pgSQL may run, which can keep things "
                                "in its session: the connection ends behind "
                                "each request; api_trust_functions on says "
                                "that it does not");
        }
    }
}


/* no plan shows what a function does: it may be another one of that name */

static void
warn_sequence(ngx_conf_t *cf, const api_http_asked_t *asked,
    const api_db_check_statement_t *statement)
{
    if (!asked->route->plan.read_only || !statement->may_move) {
        return;
    }

    api_http_conf_fault(NGX_LOG_WARN, cf, asked->route, asked->query,
                        API_HTTP_SQL_WORD,
                        api_http_conf_begin(&asked->query->sql.source),
                        "a function that this may call says nextval() or "
                        "setval(), and a route that only reads will answer "
                        "500 when it does: choose another method, or say "
                        "api_transaction read_write");
}


/*
 * What depends on the moment (a lock, a server that is full) or on a migration
 * that could not be rehearsed says nothing about the statement.
 */

static ngx_uint_t
fault_level(const checked_t *c, const api_db_check_fault_t *fault)
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

    /* a policy asks for a setting that an earlier statement makes */

    if (fault->planning && ngx_strcmp(fault->sqlstate, "42704") == 0) {
        return NGX_LOG_WARN;
    }

    /* while it is planned, a function that is wrongly called immutable runs */

    if (fault->planning
        && ngx_strncmp(fault->sqlstate, "42", 2) != 0
        && ngx_strncmp(fault->sqlstate, "22", 2) != 0)
    {
        return NGX_LOG_WARN;
    }

    return api_db_rehearse_excuses(c->check.unsure, fault->sqlstate)
           ? NGX_LOG_WARN : NGX_LOG_EMERG;
}


static void
report(ngx_conf_t *cf, checked_t *c, const api_http_asked_t *asked,
    const api_db_check_fault_t *fault)
{
    size_t      offset;
    ngx_str_t   hint;

    static const ngx_str_t  untyped = ngx_string(
        "say which type it is: a cast, as $name::text, or in the path, as"
        " :name<string>");

    if (++c->faults > CHECK_FAULTS) {
        return;
    }

    offset = fault->offset;

    if (offset == (size_t) NGX_ERROR) {
        offset = api_http_conf_begin(&asked->query->sql.source);
    }

    hint = fault->hint;

    /* indeterminate_datatype, for which PostgreSQL has none */

    if (hint.len == 0 && ngx_strcmp(fault->sqlstate, "42P18") == 0) {
        hint = untyped;
    }

    api_http_conf_fault(fault_level(c, fault), cf, asked->route, asked->query,
                        API_HTTP_SQL_WORD, offset, "%V (%s)%s%V%s%V%s",
                        &fault->message, fault->sqlstate,
                        fault->detail.len ? "; DETAIL: " : "", &fault->detail,
                        hint.len ? "; HINT: " : "", &hint,
                        api_db_rehearse_excuses(c->check.unsure,
                                                fault->sqlstate)
                        ? "; this may be for want of a migration that was not "
                          "rehearsed" : "");
}


static ngx_int_t
migrate(ngx_conf_t *cf, checked_t *c)
{
    ngx_int_t  rc;

    if (c->migrate.dir.len == 0 || c->away
        || (c->database->check != API_HTTP_CHECK_OFF
            && c->check.npending == 0))
    {
        return NGX_OK;
    }

    rc = api_db_migrate_run(&c->migrate, cf->temp_pool, cf->log);

    /* a server out of reach does not keep nginx from starting: it has said so
       in the log, and the next start or reload tries again */

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    /* what could not be rehearsed has happened: now there is no excuse */

    return c->check.unsure ? check_one(cf, c) : NGX_OK;
}
