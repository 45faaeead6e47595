
/*
 * Key sets that a location of ours fetches, and the zone that they share:
 * api_jwt_zone.  For the "jwks /LOCATION" of an api_jwt { }.
 */


#ifndef API_CONF_KEYSET_H
#define API_CONF_KEYSET_H


#include "http/keyset.h"
#include "http/route.h"


/* is it a location, "/_jwks", and no file? */
ngx_uint_t api_conf_keyset_looks(const ngx_str_t *word);

/*
 * A set of the directive or setting that is being read, with its defaults.
 * That its location is there is seen when all of http { } is read.  NULL and
 * *set, or the end of a sentence about the word.
 */
const char *api_conf_keyset_add(ngx_conf_t *cf, const ngx_str_t *uri,
    api_http_keyset_t **set);

/* "refresh=10m", "stale=24h", "pause=30s": a word behind it.  NULL, or the end
   of a sentence about the word */
const char *api_conf_keyset_option(api_http_keyset_t *set,
    const ngx_str_t *word);


#endif /* API_CONF_KEYSET_H */
