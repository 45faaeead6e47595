
/*
 * "revoked" of api_jwt { }: which tokens hold no more.
 */


#ifndef API_CONF_REVOKED_H
#define API_CONF_REVOKED_H


#include "http/revoked.h"


/* the line that is being read: revoked SQL [every=5s] [max=100000].  NULL and
   *revoked, or the end of a sentence, or NGX_CONF_ERROR (told) */
char *api_conf_revoked(ngx_conf_t *cf, api_http_revoked_t **revoked);

/* when all of http { } is read.  NGX_OK or NGX_ERROR (told, or memory) */
API_MUST_CHECK ngx_int_t api_conf_revoked_finish(ngx_conf_t *cf,
    api_http_revoked_t *revoked);


#endif /* API_CONF_REVOKED_H */
