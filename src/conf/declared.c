
#include "conf/declared.h"
#include "conf/place.h"


ngx_int_t
api_conf_declared_add(api_conf_declared_t *declared, const ngx_str_t *name,
    const char *what, const api_place_t *place)
{
    ngx_uint_t        i;
    api_conf_name_t  *other;

    other = declared->names.elts;

    for (i = 0; i < declared->names.nelts; i++) {

        if (!api_str_equal(&other[i].name, name)) {
            continue;
        }

        api_conf_log(NGX_LOG_EMERG, declared->cf, place,
                     "api_route \"%V\" declares \"%V\" twice, as %s and "
                     "as %s (%V:%ui): $%V could be either, rename one",
                     &declared->route->name, name, what, other[i].what,
                     &other[i].place.file, other[i].place.line, name);
        declared->twice++;
        return NGX_OK;
    }

    other = ngx_array_push(&declared->names);
    if (other == NULL) {
        return NGX_ERROR;
    }

    other->name = *name;
    other->what = what;
    other->place = *place;

    return NGX_OK;
}


void
api_conf_declared_unused(ngx_conf_t *cf, const api_http_route_t *route,
    const char *what, const ngx_str_t *name, const api_place_t *place)
{
    api_conf_log(NGX_LOG_WARN, cf, place,
                 "%s \"%V\" of \"%V\" is never used: no statement says "
                 "$%V", what, name, &route->name, name);
}
