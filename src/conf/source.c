
#include "conf/source.h"
#include "sql/oid.h"


static api_http_made_t *get_made(const api_conf_source_t *source,
    const api_http_route_t *route, const ngx_str_t *name, ngx_uint_t *n);


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


ngx_int_t
api_conf_source_find(const api_conf_source_t *source, api_conf_sought_t *s)
{
    api_http_made_t  *made;

    if (source->made == NULL) {
        return source->find(s);
    }

    made = get_made(source, s->route, &s->name, &s->bind->index);

    if (made == NULL) {
        return NGX_DECLINED;
    }

    if (s->step < made->from) {
        s->why = source->early;
        return NGX_ERROR;
    }

    made->used = 1;
    s->param->declared = API_SQL_OID_text;

    return NGX_OK;
}


ngx_int_t
api_conf_source_declare(const api_conf_source_t *source,
    const api_http_route_t *route, api_conf_declared_t *declared)
{
    ngx_uint_t              n;
    const api_http_made_t  *made;

    if (source->made == NULL) {
        return source->declare != NULL ? source->declare(route, declared)
                                       : NGX_OK;
    }

    for (n = 0; (made = source->made(route, n)) != NULL; n++) {
        if (api_conf_declared_add(declared, &made->name, source->directive,
                                  &made->place)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_uint_t
api_conf_source_knows(const api_conf_source_t *source,
    const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t  n;

    if (source->made == NULL) {
        return source->knows != NULL && source->knows(route, name);
    }

    return get_made(source, route, name, &n) != NULL;
}


ngx_int_t
api_conf_source_unused(const api_conf_source_t *source, ngx_conf_t *cf,
    const api_http_route_t *route)
{
    ngx_uint_t              n;
    const api_http_made_t  *made;

    if (source->made == NULL) {
        return source->unused != NULL ? source->unused(cf, route) : NGX_OK;
    }

    for (n = 0; (made = source->made(route, n)) != NULL; n++) {
        if (!made->used
            && (source->variable == NULL
                || !api_conf_declared_shown(cf, source->variable,
                                            &made->name)))
        {
            api_conf_declared_unused(cf, route, source->thing, &made->name,
                                     &made->place);
        }
    }

    return NGX_OK;
}


static api_http_made_t *
get_made(const api_conf_source_t *source, const api_http_route_t *route,
    const ngx_str_t *name, ngx_uint_t *n)
{
    api_http_made_t  *made;

    for (*n = 0; (made = source->made(route, *n)) != NULL; (*n)++) {
        if (api_str_equal(&made->name, name)) {
            return made;
        }
    }

    return NULL;
}
