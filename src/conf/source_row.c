
#include "conf/source.h"
#include "conf/rows.h"


static ngx_int_t find(api_conf_sought_t *s);
static ngx_int_t find_whole(api_conf_sought_t *s);
static void take(api_conf_sought_t *s, const api_http_query_t *query);
static const char *why_early(const api_conf_sought_t *s,
    const api_http_query_t *query);
static const char *why_not(const api_conf_sought_t *s,
    const api_http_query_t *query, const ngx_str_t *column);
static ngx_int_t declare(const api_http_route_t *route,
    api_conf_declared_t *declared);


const api_conf_source_t  api_conf_source_row = {
    .source = &api_http_source_row,
    .find = find,
    .declare = declare
};


/* $name.column: of the row of an earlier statement, "as=name"; where JSON is
   wanted $name is all of it */

static ngx_int_t
find(api_conf_sought_t *s)
{
    u_char            *dot, *p;
    ngx_str_t          name, column;
    api_http_query_t  *query;

    dot = ngx_strlchr(s->name.data, s->name.data + s->name.len, '.');

    if (dot == NULL) {
        return s->bind->json ? find_whole(s) : NGX_DECLINED;
    }

    name.data = s->name.data;
    name.len = (size_t) (dot - name.data);

    column.data = dot + 1;
    column.len = s->name.len - name.len - 1;

    query = api_conf_rows_as(s->route, &name);

    if (query == NULL) {
        return NGX_DECLINED;
    }

    s->why = why_not(s, query, &column);

    if (s->why != NULL) {
        return NGX_ERROR;
    }

    s->bind->member.len = column.len;

    s->bind->member.data = ngx_pnalloc(s->cf->pool, column.len + 1);
    if (s->bind->member.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(s->bind->member.data, column.data, column.len);
    *p = '\0';

    take(s, query);

    return NGX_OK;
}


static ngx_int_t
find_whole(api_conf_sought_t *s)
{
    const api_http_query_t  *query;

    query = api_conf_rows_as(s->route, &s->name);

    if (query == NULL) {
        return NGX_DECLINED;
    }

    s->why = (query->result == API_SQL_EXEC)
             ? "is nothing: \"exec\" answers no rows; write one or many, and "
               "RETURNING in its statement"
             : why_early(s, query);

    if (s->why != NULL) {
        return NGX_ERROR;
    }

    s->bind->whole = 1;
    take(s, query);

    return NGX_OK;
}


static void
take(api_conf_sought_t *s, const api_http_query_t *query)
{
    s->bind->index = (ngx_uint_t) (query
                         - (const api_http_query_t *) s->route->queries.elts);
    s->route->rows = 1;
}


static const char *
why_early(const api_conf_sought_t *s, const api_http_query_t *query)
{
    const api_http_query_t  *first;

    first = s->route->queries.elts;

    return (ngx_uint_t) (query - first) >= s->step
           ? "is known only after its own statement: move the one with "
             "that \"as=\" up" : NULL;
}


static const char *
why_not(const api_conf_sought_t *s, const api_http_query_t *query,
    const ngx_str_t *column)
{
    const char  *why;

    if (ngx_strlchr(column->data, column->data + column->len, '.') != NULL) {
        return "goes into a column: take $name.column as a whole, and its "
               "parts in the statement that reads the row";
    }

    why = why_early(s, query);

    if (why != NULL) {
        return why;
    }

    if (query->result == API_SQL_MANY || query->result == API_SQL_EXEC) {
        return "needs the row of a statement that has just one: make it one, "
               "optional or value instead of many or exec";
    }

    return NULL;
}


static ngx_int_t
declare(const api_http_route_t *route, api_conf_declared_t *declared)
{
    ngx_uint_t               i;
    const api_http_query_t  *query;

    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {
        if (query[i].as.len != 0
            && api_conf_declared_add(declared, &query[i].as,
                                     "\"as=\" of api_query", &query[i].place)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
