
/*
 * application/x-www-form-urlencoded text (WHATWG's URL standard, section 5.1)
 * into names and values.
 */


#ifndef API_JSON_FORM_H
#define API_JSON_FORM_H


#include "core/core.h"
#include "core/error.h"


typedef struct {
    ngx_str_t     name;
    ngx_str_t     value;     /* both decoded, with a NUL behind */
} api_json_pair_t;


#define API_JSON_PAIRS  10000


/*
 * NGX_OK: *pairs (of api_json_pair_t, in the pool) in the order sent, with all
 * repeated names; NGX_DECLINED: *err, status 400: a broken %-escape, invalid
 * UTF-8, a raw NUL byte, more than API_JSON_PAIRS; NGX_ERROR: memory.  "%00"
 * is accepted here.
 */
API_MUST_CHECK ngx_int_t api_json_form(ngx_pool_t *pool,
    const ngx_str_t *text, ngx_array_t *pairs, api_error_t *err);


#endif /* API_JSON_FORM_H */
