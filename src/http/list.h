
/*
 * A parameter that is a list, from whatever it was sent as:
 *
 *     ids=1,2,3      ids=1&ids=2      ids[]=1&ids[]=2      ids[0]=1&ids[1]=2
 *
 * and headers as RFC 9110 joins them (section 5.6.1): "1, 2", several lines,
 * empty items left out; nothing in them is escaped.  Items are in the order
 * sent, whatever their brackets say.
 *
 * "ids=" alone is the empty list; beside others it is an empty item, as that of
 * "1,,2" is, which only a text may be.
 *
 * A comma that was escaped belongs to its item, and so does one of an item with
 * brackets, which stands alone.  Items of types that hold no comma are parted
 * by it all the same: many clients escape each, and blanks around them are
 * nothing.
 */


#ifndef API_HTTP_LIST_H
#define API_HTTP_LIST_H


#include "http/found.h"


/*
 * found: of api_http_found_t, at least one.  NGX_OK: out is an array literal in
 * pool; NGX_DECLINED: *failure, in pool; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_list(ngx_pool_t *temporary,
    ngx_pool_t *pool, const api_http_input_t *input, const ngx_array_t *found,
    api_value_t *out, api_failure_t *failure);


#endif /* API_HTTP_LIST_H */
