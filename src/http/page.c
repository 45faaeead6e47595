
#include "http/page.h"
#include "http/error_header.h"
#include "http/problem.h"
#include "http/shape.h"
#include "observe/observe.h"


static ngx_uint_t is_nginx(const api_http_ctx_t *ctx);
static ngx_uint_t is_upstreams(const ngx_http_request_t *r);


ngx_int_t
api_http_page_replace(api_http_ctx_t *ctx)
{
    ngx_buf_t           *b;
    ngx_uint_t           status;
    ngx_http_request_t  *r;

    if (!is_nginx(ctx)) {
        return NGX_OK;
    }

    r = ctx->request;
    status = r->headers_out.status;

    b = api_http_problem(ctx, status);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    ctx->page = b;

    r->headers_out.content_type = *api_http_shape_type(r);
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    r->headers_out.content_length_n = ngx_buf_size(b);
    ngx_str_set(&r->headers_out.charset, "utf-8");

    api_tell(.event = API_EVENT_ANSWER_SENT, .request = ctx,
             .word = api_error_name(ctx->error.code), .n = (int64_t) status,
             .bytes = (size_t) ngx_buf_size(b));

    return api_http_error_header(ctx);
}


/*
 * nginx marks its pages in no way.  What it calls an error, and was made by no
 * handler of ours, nor by an upstream, nor is a file (which has a time of its
 * own) that error_page has led to, is its page, or the text of a "return" that
 * error_page has led to.  That has the type of the location's default_type, in
 * the memory of the configuration; a page has nginx's own literal, or for a
 * status without a page none at all.
 */

static ngx_uint_t
is_nginx(const api_http_ctx_t *ctx)
{
    const ngx_str_t           *type;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = ctx->request;

    if (r->err_status == 0
        || ctx->finished
        || is_upstreams(r)
        || r->headers_out.last_modified_time != -1)
    {
        return 0;
    }

    type = &r->headers_out.content_type;

    if (type->len == 0) {
        return r->headers_out.content_length_n <= 0;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    return api_str_is(type, "text/html")
           && type->data != clcf->default_type.data
           && r->headers_out.content_length_n > 0;
}


/* is it the answer of an upstream?  nginx's own 502 or 504 about an upstream
   is not. */

static ngx_uint_t
is_upstreams(const ngx_http_request_t *r)
{
    return r->upstream != NULL
           && r->upstream->headers_in.status_n == r->headers_out.status;
}
