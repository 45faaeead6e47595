
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


/* nginx has their names in lower case */

ngx_uint_t
api_conf_declared_shown(ngx_conf_t *cf, const char *prefix,
    const ngx_str_t *name)
{
    size_t                      len;
    ngx_uint_t                  i;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    len = ngx_strlen(prefix);

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (v[i].name.len == len + name->len
            && ngx_memcmp(v[i].name.data, prefix, len) == 0
            && ngx_strncasecmp(v[i].name.data + len, name->data, name->len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


void
api_conf_declared_unused(ngx_conf_t *cf, const api_http_route_t *route,
    const char *what, const ngx_str_t *name, const api_place_t *place)
{
    api_conf_log(NGX_LOG_WARN, cf, place,
                 "%s \"%V\" of \"%V\" is never used: no statement says "
                 "$%V", what, name, &route->name, name);
}
