
#include "conf/confirm.h"
#include "conf/demand.h"
#include "conf/place.h"
#include "sql/words.h"


static ngx_uint_t promises(const api_http_query_t *query);
static ngx_uint_t may_keep(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_part_t *part);
static ngx_int_t writes_aside(ngx_conf_t *cf, const api_http_query_t *query);


ngx_int_t
api_conf_confirm(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_part_t *part)
{
    ngx_uint_t         i;
    api_http_query_t  *query;

    query = route->queries.elts;
    query += part->first;

    if (part->plan->read_only) {
        return 0;
    }

    if (api_conf_demand_of(route, part)) {
        return may_keep(cf, route, part) ? 1 : NGX_ERROR;
    }

    if (route->confirms) {
        return 1;
    }

    /* a procedure may commit where it is alone */

    if (part->n == 1) {
        return (query->none >= NGX_HTTP_BAD_REQUEST && !query->keeps)
               ? writes_aside(cf, query) : 0;
    }

    if (!may_keep(cf, route, part)) {
        return NGX_ERROR;
    }

    for (i = 0; i < part->n; i++) {

        /* of a single row there may be two */

        if (query[i].none >= NGX_HTTP_BAD_REQUEST || promises(&query[i]))
        {
            return 1;
        }
    }

    return 0;
}


/* no two rows */

static ngx_uint_t
promises(const api_http_query_t *query)
{
    return query->result == API_SQL_ONE || query->result == API_SQL_VALUE
           || query->result == API_SQL_OPTIONAL;
}


/* "keep" holds where nothing rolls the transaction back */

static ngx_uint_t
may_keep(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_part_t *part)
{
    ngx_uint_t               i;
    const api_http_query_t  *query;

    query = route->queries.elts;
    query += part->first;

    for (i = 0; i < part->n; i++) {

        if (!query[i].keeps) {
            continue;
        }

        api_conf_log(NGX_LOG_EMERG, cf, &query[i].place,
                     part->n == 1
                     ? "\"keep\" of \"%V\": the api_check below rolls its "
                       "transaction back, what is to be kept with it: drop one "
                       "of them"
                     : "\"keep\" of \"%V\": the statement stands in a "
                       "transaction with others, which an error's status "
                       "rolls back: write one statement", &route->name);
        return 0;
    }

    return 1;
}


/* WITH a AS (INSERT …), SELECT f() */

static ngx_int_t
writes_aside(ngx_conf_t *cf, const api_http_query_t *query)
{
    ngx_uint_t       i;
    api_sql_words_t  words;

    static const char *const  writes[] = {
        "INSERT", "UPDATE", "DELETE", "MERGE", NULL
    };

    if (api_sql_words_read(cf->temp_pool, &query->sql.source, &words)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!api_sql_words_in(&words, 0, writes)
        && !api_sql_words_is(&words, 0, "WITH"))
    {
        return 1;
    }

    for (i = 1; i < words.n; i++) {
        if (api_sql_words_char(&words, i - 1, '(')
            && api_sql_words_in(&words, i, writes))
        {
            return 1;
        }
    }

    return 0;
}
