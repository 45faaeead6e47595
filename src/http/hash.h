
/*
 * The hashes that statements write: api_hash_password.
 */


#ifndef API_HTTP_HASH_H
#define API_HTTP_HASH_H


#include "http/chapter.h"
#include "http/source.h"


extern api_http_chapter_t  api_http_hash_chapter;


/* api_hash_password $target $source */
typedef struct {
    api_http_made_t             made;        /* $target */
    ngx_uint_t                  field;       /* of route->body->fields */
    ngx_str_t                   source;
} api_http_hash_t;


/* of a route's location */
typedef struct {
    ngx_array_t                 hashes;      /* of api_http_hash_t; elts NULL:
                                                none */
} api_http_hash_loc_conf_t;


/* those of a route, *n of them */
api_http_hash_t *api_http_hash_list(const api_http_route_t *route,
    ngx_uint_t *n);

/* index: of api_http_hash_list() */
extern const api_http_source_t  api_http_hash_source;

/* the step of those behind a step that parts the statements, see conf/part.h */
API_MUST_CHECK ngx_int_t api_http_hash_between(api_http_ctx_t *ctx);
void api_http_hash_forget(api_http_ctx_t *ctx, ngx_uint_t cancel);


#endif /* API_HTTP_HASH_H */
