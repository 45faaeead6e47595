
/*
 * Warnings of an api_error for what never happens.
 */


#ifndef API_CONF_CAUSES_H
#define API_CONF_CAUSES_H


#include "check/check.h"
#include "http/route.h"


/* an api_error that is read. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_cause(ngx_conf_t *cf,
    const ngx_str_t *name);

/* what the check is to look up of them. NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_conf_causes_ask(ngx_conf_t *cf,
    api_check_t *check);

/* what it has found; NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_causes_keep(ngx_conf_t *cf,
    const api_check_t *check);

/* when all databases are checked: the warnings */
void api_conf_causes(ngx_conf_t *cf);


#endif /* API_CONF_CAUSES_H */
