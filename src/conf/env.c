
#include "conf/env.h"
#include "core/text.h"


ngx_int_t
api_conf_env(ngx_conf_t *cf, const ngx_str_t *name, ngx_str_t *text,
    const char **why)
{
    char             *found;
    ngx_str_t        *kept;
    ngx_core_conf_t  *ccf;

    found = getenv((char *) name->data);

    if (found == NULL || found[strspn(found, " \t\r\n")] == '\0') {
        *why = (found == NULL) ? "not set" : "empty";
        return NGX_DECLINED;
    }

    /* "env NAME;" by our hand: without it a binary upgrade starts the new
       nginx with an environment in which the variable is not set */

    ccf = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                           ngx_core_module);

    kept = ngx_array_push(&ccf->env);
    if (kept == NULL) {
        return NGX_ERROR;
    }

    *kept = *name;

    return api_text_copy(cf->pool, found, ngx_strlen(found), text);
}
