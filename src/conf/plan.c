
#include "conf/plan.h"
#include "conf/confirm.h"
#include "conf/demand.h"
#include "conf/directives.h"
#include "conf/fault.h"
#include "conf/inside.h"
#include "conf/keep.h"
#include "conf/part.h"
#include "conf/place.h"
#include "conf/reader.h"
#include "conf/roles.h"
#include "conf/statements.h"
#include "http/plan.h"
#include "http/source.h"
#include "sql/leaves.h"
#include "sql/sorts.h"


static ngx_int_t make_plan(ngx_conf_t *cf, api_http_route_t *route,
    const api_http_part_t *part);
static ngx_int_t make_step(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n, api_db_step_t *step);
static ngx_int_t keep_route(ngx_conf_t *cf, api_http_route_t *route);
static void make_lead(const api_http_route_t *route, api_db_step_t *step);
static ngx_int_t check_database(ngx_conf_t *cf,
    const api_http_route_t *route);
static ngx_int_t warn_words(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query);
static void warn_left(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words);
static void warn_sorts(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words);
static void warn_guard(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words);
static void settle_none(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_query_t *query);
static ngx_uint_t is_single(const api_http_query_t *query);
static ngx_uint_t names_row(const api_http_route_t *route, ngx_uint_t n);
static ngx_uint_t calls(const ngx_str_t *source);
static ngx_uint_t depends(const api_http_route_t *route, ngx_uint_t n);


/* api_transaction read_only|read_write */

char *
api_conf_transaction(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    char       *rv;
    ngx_str_t  *value;

    rv = api_conf_inside(cf, alcf);
    if (rv != NULL) {
        return api_conf_keep_whole(cf, cmd, NULL, rv);
    }

    if (alcf->route->mode != API_HTTP_MODE_DEFAULT) {
        return api_conf_keep_why(cf, cmd, alcf->route, "is duplicate");
    }

    value = cf->args->elts;

    if (api_str_is(&value[1], "read_only")) {
        alcf->route->mode = API_HTTP_MODE_READ_ONLY;

    } else if (api_str_is(&value[1], "read_write")) {
        alcf->route->mode = API_HTTP_MODE_READ_WRITE;

    } else {
        return api_conf_keep_why(cf, cmd, alcf->route,
                                 "must be read_only or read_write");
    }

    return NGX_CONF_OK;
}


ngx_int_t
api_conf_plan(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t  i;

    if (route->queries.nelts == 0) {
        return NGX_OK;
    }

    if (check_database(cf, route) != NGX_OK
        || api_conf_parts(cf, route) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (route->answer == NGX_CONF_UNSET_UINT && !route->composed) {
        route->answer = route->queries.nelts - 1;
    }

    for (i = 0; i < route->nparts; i++) {
        if (make_plan(cf, route, &route->parts[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return keep_route(cf, route);
}


static ngx_int_t
keep_route(ngx_conf_t *cf, api_http_route_t *route)
{
    api_http_query_t       *query;
    api_http_route_t      **slot;
    api_http_main_conf_t   *amcf;

    query = route->queries.elts;

    if (route->status == NGX_CONF_UNSET_UINT) {
        route->status = (!route->composed
                         && query[route->answer].result == API_SQL_EXEC)
                        ? NGX_HTTP_NO_CONTENT : NGX_HTTP_OK;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    slot = ngx_array_push(&amcf->routes);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = route;

    return api_conf_roles_plans(cf, route);
}


static ngx_int_t
make_plan(ngx_conf_t *cf, api_http_route_t *route, const api_http_part_t *part)
{
    ngx_int_t       confirm;
    ngx_uint_t      i;
    api_db_plan_t  *plan;
    api_db_step_t  *steps;

    steps = ngx_pcalloc(cf->pool, (route->lead + part->n)
                                  * sizeof(api_db_step_t));
    if (steps == NULL) {
        return NGX_ERROR;
    }

    plan = part->plan;

    make_lead(route, steps);

    for (i = part->first; i < part->first + part->n; i++) {
        if (make_step(cf, route, i, &steps[api_http_plan_step(route, i)])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    plan->id = route->database->db.nplans++;
    plan->nsteps = route->lead + part->n;
    plan->steps = steps;
    plan->settings = route->settings ? route->settings->id + 1 : 0;
    plan->read_only = (route->mode == API_HTTP_MODE_READ_ONLY
                       || (route->mode == API_HTTP_MODE_DEFAULT
                           && route->method == API_METHOD_GET));

    confirm = api_conf_confirm(cf, route, part);
    if (confirm == NGX_ERROR) {
        return NGX_ERROR;
    }

    plan->confirm = (confirm != 0);

    /* assumed until the check has looked into the functions that it calls */

    plan->opaque = !route->trusted;
    plan->dynamic = !route->trusted;
    plan->recalls = !route->trusted;

    return NGX_OK;
}


static ngx_uint_t
calls(const ngx_str_t *source)
{
    size_t  at;

    at = api_conf_begin(source);

    return source->len - at > 4
           && ngx_strncasecmp(source->data + at, (u_char *) "CALL", 4) == 0;
}


static ngx_int_t
make_step(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n,
    api_db_step_t *step)
{
    api_db_conf_t     *db;
    api_http_query_t  *query;

    db = &route->database->db;

    query = route->queries.elts;
    query += n;

    settle_none(cf, route, query);

    step->sql = &query->sql;

    if (api_conf_statements_add(cf, db, &query->sql,
                                api_conf_roles_first(route), &step->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    route->parts[query->part].plan->calls |= (calls(&query->sql.source) != 0);

    /* a statement is not sent in advance where an earlier one may end the
       request */

    step->depends = depends(route, n)
                    || api_conf_demand_before(route, n)
                    || (n > route->parts[query->part].first
                        && query[-1].none != 0
                        && query[-1].none < NGX_HTTP_BAD_REQUEST);

    return warn_words(cf, route, query);
}


static void
make_lead(const api_http_route_t *route, api_db_step_t *step)
{
    if (route->settings != NULL) {
        step->sql = route->settings->sql;
        step->id = route->settings->id;
    }
}


static ngx_int_t
check_database(ngx_conf_t *cf, const api_http_route_t *route)
{
    const char            *why;
    api_http_main_conf_t  *amcf;

    if (route->database != NULL) {
        return NGX_OK;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    why = (amcf->databases.nelts == 0)
          ? "there is no database: declare one with api_postgres NAME { "
            "primary …; } in http { }"
          : "there are several databases: choose one with api_database NAME, "
            "here or in its location";

    api_conf_log(NGX_LOG_EMERG, cf, &route->place,
                 "api_route \"%V\": %s", &route->name, why);

    return NGX_ERROR;
}


/* warns of words that PostgreSQL accepts, and that are hardly meant */

static ngx_int_t
warn_words(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query)
{
    api_sql_words_t  words;

    if (api_sql_words_read(cf->temp_pool, &query->sql.source, &words)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!route->trusted) {
        warn_left(cf, route, query, &words);
    }

    warn_sorts(cf, route, query, &words);
    warn_guard(cf, route, query, &words);

    return NGX_OK;
}


/* warns of what a statement leaves in its session, since that is undone */

static void
warn_left(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words)
{
    size_t       offset;
    ngx_uint_t   i;
    const char  *why;

    i = 0;

    while (api_sql_leaves(words, &query->sql.source, &i, &offset, &why)
           == NGX_OK)
    {
        api_conf_fault(NGX_LOG_WARN, cf, route, query, API_CONF_SQL_WORD,
                       offset, "this %s", why);
    }
}


static void
warn_sorts(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words)
{
    size_t            offset;
    ngx_uint_t        i, param;
    const char       *why;
    const ngx_str_t  *name;

    i = 0;

    while (api_sql_sorts(words, &i, &param, &why) == NGX_OK) {

        name = &words->elts[param].text;

        /* the token's text is without its "$" */
        offset = (size_t) (name->data - query->sql.source.data) - 1;

        api_conf_fault(NGX_LOG_WARN, cf, route, query, API_CONF_SQL_WORD,
                       offset, "\"$%V\" is the same for all rows and %s: "
                       "a parameter is a value, never the name of a "
                       "column; write CASE $%V WHEN 'name' THEN name … "
                       "END, with a CASE of its own for each type", name,
                       why, name);
    }
}


/* Warns of a statement whose row nobody uses, and which may have none: perhaps
   it was meant as a guard that ends the request. */

static void
warn_guard(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_sql_words_t *words)
{
    ngx_uint_t  i, fewer;

    static const char *const  of_select[] = {
        "FROM", "WHERE", "HAVING", "LIMIT", "OFFSET", "INTERSECT", "EXCEPT",
        NULL
    };
    static const char *const  of_insert[] = {
        "SELECT", "TABLE", "CONFLICT", NULL
    };

    if (query->none != 0 || query->shared || !is_single(query)
        || calls(&query->sql.source)
        || api_conf_reader_reads(route, (ngx_uint_t)
                        (query - (api_http_query_t *) route->queries.elts), 1))
    {
        return;
    }

    /* SELECT set_config(…), INSERT … VALUES … always have one */

    fewer = !api_sql_words_is(words, 0, "SELECT")
            && !api_sql_words_is(words, 0, "INSERT");

    for (i = 1; i < words->n && !fewer; i++) {
        fewer = api_sql_words_in(words, i,
                                 api_sql_words_is(words, 0, "SELECT")
                                 ? of_select : of_insert);
    }

    if (!fewer) {
        return;
    }

    api_conf_fault(NGX_LOG_WARN, cf, route, query, API_CONF_KIND_WORD, 0,
                   "no row is no error here, where it is neither the "
                   "answer nor named by a later statement: say none=404 "
                   "to end the request then, or write \"optional\"");
}


/*
 * Settles what no row means.  It is an error where the answer's kind promises
 * a row, and where a later statement names columns of the row; elsewhere it is
 * none.
 */

static void
settle_none(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_query_t *query)
{
    ngx_uint_t               n;
    const api_http_query_t  *first;

    /* one row where it has INOUT parameters, and else nothing to count */

    if (calls(&query->sql.source)) {

        if (query->none != 0) {
            api_conf_log(NGX_LOG_WARN, cf, &query->place,
                         "\"none=\" of \"%V\" never holds: a CALL always "
                         "finds what its procedure does; let that RAISE "
                         "with SQLSTATE PT404 or its like",
                         &route->name);
        }

        query->none = 0;
        return;
    }

    first = route->queries.elts;
    n = (ngx_uint_t) (query - first);

    if (query->none == 0) {

        if (n == route->answer) {

            if (is_single(query) || query->result == API_SQL_EXEC) {
                query->none = NGX_HTTP_NOT_FOUND;
            }

        } else if (is_single(query) && names_row(route, n)
                   && !api_conf_reader_reads(route, n, 1))
        {
            query->none = NGX_HTTP_NOT_FOUND;
        }
    }

    if (query->none == NGX_HTTP_NOT_FOUND && query->none_detail.len == 0) {
        ngx_str_set(&query->none_detail, "nothing was found");
    }
}


/* of a kind that promises a row */

static ngx_uint_t
is_single(const api_http_query_t *query)
{
    return query->result == API_SQL_ONE || query->result == API_SQL_VALUE;
}


static ngx_uint_t
names_row(const api_http_route_t *route, ngx_uint_t n)
{
    ngx_uint_t               i, k;
    const api_http_query_t  *query;

    query = route->queries.elts;

    if (api_conf_reader_reads(route, n, 0)) {
        return 1;
    }

    for (i = n + 1; i < route->queries.nelts; i++) {
        for (k = 0; k < query[i].sql.params.nelts; k++) {

            if (query[i].binds[k].source->earlier
                && query[i].binds[k].index == n)
            {
                return 1;
            }
        }
    }

    return 0;
}


/* does the statement depend on a row of its own part?  Those of earlier parts
   are there already. */

static ngx_uint_t
depends(const api_http_route_t *route, ngx_uint_t n)
{
    ngx_uint_t               i;
    const api_http_query_t  *query;

    query = route->queries.elts;

    for (i = 0; i < query[n].sql.params.nelts; i++) {
        if (query[n].binds[i].source->earlier
            && query[query[n].binds[i].index].part == query[n].part)
        {
            return 1;
        }
    }

    return 0;
}
