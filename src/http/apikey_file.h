
/*
 * API keys that stand in a file: "keys" of api_key.  What is asked of it is
 * answered at once, from memory.
 */


#ifndef API_HTTP_APIKEY_FILE_H
#define API_HTTP_APIKEY_FILE_H


#include "http/watched.h"
#include "auth/apikeys.h"
#include "auth/tokens.h"


/* made while the configuration is read, in cf->pool; then a worker's own */
typedef struct {
    ngx_str_t                   written;     /* "file:api-keys.json" */
    ngx_str_t                   path;        /* absolute, a NUL behind */
    ngx_log_t                  *log;

    /* for this file only */
    api_auth_apikeys_t          keys;
    uint64_t                    generation;  /* another one for each set */
    ngx_pool_t                 *pool;        /* that of keys */
    api_http_watched_t          watched;
    time_t                      looked;      /* at a text that is broken, */
    ngx_uint_t                  told;        /* as was told */
} api_http_apikey_file_t;


/* zeroed but for its names; NULL: memory */
api_http_apikey_file_t *api_http_apikey_file_new(ngx_conf_t *cf);

/*
 * Its keys, in place of those there are.  NGX_OK; NGX_DECLINED: *why is the end
 * of a sentence, in room's bytes, and nothing has changed; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_apikey_file_load(
    api_http_apikey_file_t *file, u_char *room, size_t size, ngx_str_t *why);

/*
 * By its hash, of API_AUTH_DIGEST_RAW bytes.  NGX_OK: *entry, held, which
 * stands in known; NGX_DECLINED: it has none, or one that has ended; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_http_apikey_file_look(
    api_http_apikey_file_t *file, api_auth_tokens_t *known,
    const u_char *hash, api_auth_entry_t **entry);


#endif /* API_HTTP_APIKEY_FILE_H */
