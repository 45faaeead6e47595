
/*
 * What numbers with exponents come to when PostgreSQL writes them out: a few
 * bytes each, and megabytes for all.
 */


#ifndef API_BODY_NUMBERS_H
#define API_BODY_NUMBERS_H


#include "body/body.h"


/*
 * One more is sent, of those that may become *left bytes longer.  NGX_OK, or
 * NGX_DECLINED: the failure's code and message.
 */
API_MUST_CHECK ngx_int_t api_body_numbers_spend(const ngx_str_t *text,
    size_t *left, api_failure_t *failure);

/*
 * A parameter that is JSON.  NGX_OK; NGX_DECLINED: it is none, or has a number
 * or numbers too long, the failure's code and message; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_body_numbers_json(ngx_pool_t *pool,
    const ngx_str_t *text, api_failure_t *failure);

/* the same of a list's items (of api_value_t) of one type, all together */
API_MUST_CHECK ngx_int_t api_body_numbers_list(ngx_pool_t *pool,
    const api_type_t *type, const ngx_array_t *items, api_failure_t *failure);


#endif /* API_BODY_NUMBERS_H */
