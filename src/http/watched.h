
/*
 * A small file that is read again when it has changed: it is looked at when it
 * is needed, once a second at most.
 */


#ifndef API_HTTP_WATCHED_H
#define API_HTTP_WATCHED_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


#define API_HTTP_WATCHED_MOST  (256 * 1024)    /* bytes */


/* zeroed: it was never read */
typedef struct {
    ngx_file_info_t             info;        /* as it was read, */
    time_t                      looked;      /* and last looked at */
} api_http_watched_t;


/*
 * Its text, a NUL behind, in the pool; path: absolute, a NUL behind.  NGX_OK;
 * NGX_DECLINED: *why is the end of a sentence (static memory), *err errno or 0;
 * NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_watched_read(api_http_watched_t *watched,
    const ngx_str_t *path, ngx_pool_t *pool, ngx_str_t *text,
    const char **why, ngx_err_t *err);

/* 1: it is another than the one that was read, and this is said once */
ngx_uint_t api_http_watched_changed(api_http_watched_t *watched,
    const ngx_str_t *path);


#endif /* API_HTTP_WATCHED_H */
