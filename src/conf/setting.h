
/*
 * The value of one setting, as api_settings and api_role say it.
 */


#ifndef API_CONF_SETTING_H
#define API_CONF_SETTING_H


#include "http/route.h"


/* "$name", "$name|literal" or a literal, to the setting; what it is of is found
   later.  NULL, or a sentence */
const char *api_conf_setting_value(ngx_conf_t *cf, const ngx_str_t *word,
    api_http_setting_t *setting);

/* a copy, NUL behind.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_setting_word(ngx_conf_t *cf,
    const u_char *data, size_t len, ngx_str_t *out);


#endif /* API_CONF_SETTING_H */
