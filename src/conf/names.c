
#include "conf/names.h"
#include "conf/source.h"


static ngx_int_t check_also(api_conf_declared_t *declared);
static const char *also(const api_conf_declared_t *declared,
    const ngx_str_t *name, api_place_t *place);


ngx_int_t
api_conf_names(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t                i;
    api_conf_declared_t       declared;
    const api_conf_source_t  *row;

    declared.cf = cf;
    declared.route = route;
    declared.twice = 0;

    if (ngx_array_init(&declared.names, cf->temp_pool, 16,
                       sizeof(api_conf_name_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; (row = api_conf_source_get(cf, i)) != NULL; i++) {
        if (api_conf_source_declare(row, route, &declared) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (check_also(&declared) != NGX_OK) {
        return NGX_ERROR;
    }

    return declared.twice ? NGX_ERROR : NGX_OK;
}


/* a name that a source finds only when it is asked; the first one is
   reported */

static ngx_int_t
check_also(api_conf_declared_t *declared)
{
    ngx_str_t         name;
    ngx_uint_t        i;
    const char       *what;
    api_place_t       place;
    api_conf_name_t  *known;

    known = declared->names.elts;

    for (i = 0; i < declared->names.nelts; i++) {

        name = known[i].name;
        what = also(declared, &name, &place);

        if (what != NULL) {
            return api_conf_declared_add(declared, &name, what, &place);
        }
    }

    return NGX_OK;
}


static const char *
also(const api_conf_declared_t *declared, const ngx_str_t *name,
    api_place_t *place)
{
    ngx_uint_t                i;
    const char               *what;
    const api_conf_source_t  *row;

    for (i = 0; (row = api_conf_source_get(declared->cf, i)) != NULL; i++) {

        what = row->also ? row->also(declared->route, name, place) : NULL;

        if (what != NULL) {
            return what;
        }
    }

    return NULL;
}


ngx_int_t
api_conf_names_unused(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_uint_t                i;
    const api_conf_source_t  *row;

    for (i = 0; (row = api_conf_source_get(cf, i)) != NULL; i++) {
        if (api_conf_source_unused(row, cf, route) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
