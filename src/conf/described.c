
#include "conf/described.h"


ngx_int_t
api_conf_described_add(ngx_conf_t *cf, api_conf_described_pt described)
{
    api_http_main_conf_t   *amcf;
    api_conf_described_pt  *slot;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (amcf->described == NULL) {
        amcf->described = ngx_array_create(cf->pool, 2,
                                           sizeof(api_conf_described_pt));
        if (amcf->described == NULL) {
            return NGX_ERROR;
        }
    }

    slot = ngx_array_push(amcf->described);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = described;

    return NGX_OK;
}


ngx_int_t
api_conf_described(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_statement_t *statement)
{
    ngx_int_t                rc, all;
    ngx_uint_t               i;
    api_http_main_conf_t    *amcf;
    api_conf_described_pt   *described;
    const api_http_query_t  *queries;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);
    queries = route->queries.elts;

    if (amcf->described == NULL || route->aside || route->composed
        || query != &queries[route->answer])
    {
        return NGX_OK;
    }

    all = NGX_OK;
    described = amcf->described->elts;

    for (i = 0; i < amcf->described->nelts; i++) {

        rc = described[i](cf, route, statement);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        all = (rc != NGX_OK) ? rc : all;
    }

    return all;
}


const api_check_column_t *
api_conf_described_column(const api_check_statement_t *statement,
    const ngx_str_t *name)
{
    ngx_uint_t                 i;
    const api_check_column_t  *column;

    column = statement->columns.elts;

    for (i = 0; i < statement->columns.nelts; i++) {
        if (column[i].name.len == name->len
            && ngx_strncasecmp(column[i].name.data, name->data, name->len)
               == 0)
        {
            return &column[i];
        }
    }

    return NULL;
}
