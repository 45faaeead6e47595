
/*
 * Variables of the environment that nginx was started in.
 */


#ifndef API_CONF_ENV_H
#define API_CONF_ENV_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


/*
 * The variable's value, copied, a NUL behind; it is kept for a binary upgrade,
 * as "env NAME;" does.  NGX_OK; NGX_DECLINED: it is not set, or empty (*why
 * says which); NGX_ERROR: memory.  name ends with a NUL.
 */
API_MUST_CHECK ngx_int_t api_conf_env(ngx_conf_t *cf, const ngx_str_t *name,
    ngx_str_t *text, const char **why);


#endif /* API_CONF_ENV_H */
