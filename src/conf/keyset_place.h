
/*
 * Of conf/keyset: which server's location a set of keys comes from, and that it
 * can be asked.
 */


#ifndef API_CONF_KEYSET_PLACE_H
#define API_CONF_KEYSET_PLACE_H


#include "http/keyset.h"
#include "http/route.h"


typedef struct {
    api_http_keyset_t           set;
    ngx_http_core_srv_conf_t   *server;      /* NULL: the only one that has the
                                                location */
    api_place_t                 place;
} api_conf_keyset_t;


/* may it be a location's path, with arguments perhaps?  NULL, or the end of a
   sentence */
const char *api_conf_keyset_path(const ngx_str_t *uri);

/*
 * In postconfiguration, when the trees of locations are made: its server, and
 * its name among all sets (of api_conf_keyset_t *, those before it settled),
 * that of the configuration before it.  NGX_OK or NGX_ERROR (told).
 */
API_MUST_CHECK ngx_int_t api_conf_keyset_settle(ngx_conf_t *cf,
    const ngx_array_t *sets, api_conf_keyset_t *keyset, ngx_str_t *key);


#endif /* API_CONF_KEYSET_PLACE_H */
