
/*
 * What a location says of rewrite, return and if; a route without them, for
 * refusals.
 */


#ifndef API_CONF_REWRITE_H
#define API_CONF_REWRITE_H


#include "http/route.h"


/* has the level "rewrite", "return", "if", "set" or "break"? */
ngx_uint_t api_conf_rewrites(ngx_conf_t *cf, void **loc_conf);

/* has it a "return" that every request comes to? */
ngx_uint_t api_conf_returns(ngx_conf_t *cf, void **loc_conf);

/* has it a "rewrite" or an "if"? Which, or NULL */
const char *api_conf_leads(ngx_conf_t *cf, void **loc_conf);

/* the level's configuration without them. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_unwritten(ngx_conf_t *cf,
    void **parent, void **loc_conf, void ***out);


#endif /* API_CONF_REWRITE_H */
