
#include "conf/source.h"


/* PostgreSQL's pg_type.dat */
#define OID_TEXT  25


static ngx_int_t find(api_conf_sought_t *s);
static ngx_int_t declare(const api_http_route_t *route,
    api_conf_declared_t *declared);
static ngx_uint_t knows(const api_http_route_t *route, const ngx_str_t *name);
static ngx_int_t unused(ngx_conf_t *cf, const api_http_route_t *route);
static api_http_hash_t *get(const api_http_route_t *route,
    const ngx_str_t *name);


const api_conf_source_t  api_conf_source_hash = {
    .source = &api_http_source_hash,
    .find = find,
    .declare = declare,
    .knows = knows,
    .unused = unused
};


static ngx_int_t
find(api_conf_sought_t *s)
{
    api_http_hash_t  *hash;

    hash = get(s->route, &s->name);

    if (hash == NULL) {
        return NGX_DECLINED;
    }

    hash->used = 1;

    s->param->declared = OID_TEXT;
    s->bind->index = (ngx_uint_t) (hash
                                 - (api_http_hash_t *) s->route->hashes.elts);

    return NGX_OK;
}


static ngx_int_t
declare(const api_http_route_t *route, api_conf_declared_t *declared)
{
    ngx_uint_t              i;
    const api_http_hash_t  *hash;

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {
        if (api_conf_declared_add(declared, &hash[i].target,
                                  "api_hash_password", &hash[i].place)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
knows(const api_http_route_t *route, const ngx_str_t *name)
{
    return get(route, name) != NULL;
}


static ngx_int_t
unused(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t              i;
    const api_http_hash_t  *hash;

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {
        if (!hash[i].used) {
            api_conf_declared_unused(cf, route, "the hash", &hash[i].target,
                                     &hash[i].place);
        }
    }

    return NGX_OK;
}


static api_http_hash_t *
get(const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t        i;
    api_http_hash_t  *hash;

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {
        if (api_str_equal(&hash[i].target, name)) {
            return &hash[i];
        }
    }

    return NULL;
}
