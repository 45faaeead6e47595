
/*
 * nginx's own error pages, and the problems in their place.
 */


#ifndef API_HTTP_PAGE_H
#define API_HTTP_PAGE_H


#include "http/ctx.h"


/*
 * Before the header of an answer of 400 and above: where that is a page of
 * nginx's, its header becomes that of the problem in ctx->page, which goes out
 * in its place.  NGX_OK (or it is none), NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_http_page_replace(api_http_ctx_t *ctx);


#endif /* API_HTTP_PAGE_H */
