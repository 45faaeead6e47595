
#include "conf/source.h"


static const api_conf_source_t *const  rows[] = {
#define API_CONF_SOURCE(name)  &api_conf_source_##name,
#include "conf/source_list.h"
#undef API_CONF_SOURCE
};

#define SOURCE_ROWS  (sizeof(rows) / sizeof(rows[0]))


/* of rows */
enum {
#define API_CONF_SOURCE(name)  source_##name,
#include "conf/source_list.h"
#undef API_CONF_SOURCE
    source_added = source_field + 1
};


ngx_int_t
api_conf_source_add(ngx_conf_t *cf, const api_conf_source_t *source)
{
    api_http_main_conf_t      *amcf;
    const api_conf_source_t  **slot;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    slot = ngx_array_push(&amcf->sources);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = source;

    return NGX_OK;
}


const api_conf_source_t *
api_conf_source_get(ngx_conf_t *cf, ngx_uint_t n)
{
    api_http_main_conf_t            *amcf;
    const api_conf_source_t *const  *added;

    if (n < source_added) {
        return rows[n];
    }

    n -= source_added;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (n < amcf->sources.nelts) {
        added = amcf->sources.elts;
        return added[n];
    }

    n += source_added - amcf->sources.nelts;

    return n < SOURCE_ROWS ? rows[n] : NULL;
}
