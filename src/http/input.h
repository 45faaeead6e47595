
/*
 * What the client sent outside the body, typed: path, query, headers,
 * cookies.
 */


#ifndef API_HTTP_INPUT_H
#define API_HTTP_INPUT_H


#include "http/ctx.h"


/*
 * Everything but the body, all failures at once: NGX_OK, NGX_DECLINED (400 in
 * ctx->error), NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_input_parameters(api_http_ctx_t *ctx);


/* "path", "query" …, by api_http_in_e */
extern const ngx_str_t  api_http_input_names[];


/* what was sent for a parameter, once */
typedef struct {
    ngx_str_t     raw;
    unsigned      brackets:1;  /* as "ids[]" or "ids[0]" */
    unsigned      named:1;     /* or "ids[x]", which is no list's */
} api_http_found_t;


/* is the key of a query the name with "[]" or "[0]" behind it? */
ngx_uint_t api_http_input_brackets(const ngx_str_t *key,
    const ngx_str_t *name);

/* occurrences or items of one parameter that are looked at */
#define API_HTTP_INPUT_ITEMS  10000


/*
 * Decoded where it is from the query, a NUL behind.  NGX_OK, NGX_DECLINED
 * (*failure), NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_http_input_text(ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_str_t *raw, ngx_str_t *text,
    api_failure_t *failure);


#endif /* API_HTTP_INPUT_H */
