
#include "http/source.h"
#include "http/plan.h"
#include "sql/form.h"


/* indexed by api_http_in_e */
const ngx_str_t  api_http_source_names[] = {
    ngx_string("path"),
    ngx_string("query"),
    ngx_string("header"),
    ngx_string("cookie")
};


const api_http_bind_t *
api_http_source_bind(const api_http_route_t *route, ngx_uint_t step,
    ngx_uint_t n)
{
    const api_http_read_t     *read;
    const api_http_query_t    *query;
    api_http_reader_t        **reader;

    if (step == API_HTTP_PLAN_LEAD) {
        return &route->settings->binds[n];
    }

    if (step >= route->queries.nelts) {
        reader = route->readers->elts;
        read = reader[step - route->queries.nelts]->reads.elts;

        return &read[n].bind;
    }

    query = route->queries.elts;

    return &query[step].binds[n];
}


ngx_int_t
api_http_source_place(const api_http_route_t *route, ngx_uint_t step,
    ngx_uint_t n, api_failure_t *failure)
{
    const api_http_bind_t  *bind;

    bind = api_http_source_bind(route, step, n);

    if (bind->source->place == NULL) {
        return NGX_DECLINED;
    }

    bind->source->place(route, bind, failure);

    return NGX_OK;
}


void
api_http_source_text(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type)
{
    type->kind = API_TYPE_STRING;
}


void
api_http_source_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type)
{
    ngx_memzero(type, sizeof(api_type_t));

    if (bind->sent) {
        type->kind = API_TYPE_BOOL;
        return;
    }

    if (bind->source->type != NULL) {
        bind->source->type(route, bind, type);
    }
}


const api_sql_type_t *
api_http_source_form(const api_http_source_t *source,
    const api_sql_type_t *type)
{
    ngx_uint_t  formed;

    if (type == NULL) {
        return NULL;
    }

    switch (source->form) {

    case API_SOURCE_TIMES:
        formed = api_sql_form_is_time(type);
        break;

    case API_SOURCE_TEXT:
    case API_SOURCE_JSON:
        formed = api_sql_form_differs(type) || api_sql_form_takes_objects(type)
                 || type->kind == API_SQL_ARRAY;
        break;

    case API_SOURCE_READ:
        formed = api_sql_form_differs(type)
                 || api_sql_form_takes_objects(type);
        break;

    default: /* API_SOURCE_AS_IS */
        formed = 0;
    }

    return formed ? type : NULL;
}


ngx_uint_t
api_http_source_is_checked(const api_http_bind_t *bind)
{
    return api_http_source_is_clients(bind->source) && !bind->sent;
}
