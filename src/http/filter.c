
#include "http/filter.h"
#include "http/ctx.h"
#include "http/error_header.h"
#include "http/headers.h"
#include "http/page.h"


static ngx_int_t api_http_filter_late_header(ngx_http_request_t *r);
static ngx_int_t api_http_filter_early_header(ngx_http_request_t *r);
static ngx_int_t api_http_filter_early_body(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t api_http_filter_charset_header(ngx_http_request_t *r);


/* set once at configuration, as every filter of nginx does */
static ngx_http_output_header_filter_pt  api_http_filter_next_late_header;
static ngx_http_output_header_filter_pt  api_http_filter_next_charset_header;
static ngx_http_output_header_filter_pt  api_http_filter_next_header;
static ngx_http_output_body_filter_pt    api_http_filter_next_body;


ngx_int_t
api_http_filter_init(ngx_conf_t *cf)
{
    api_http_filter_next_late_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = api_http_filter_late_header;

    return NGX_OK;
}


ngx_int_t
api_http_filter_charset_init(ngx_conf_t *cf)
{
    api_http_filter_next_charset_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = api_http_filter_charset_header;

    return NGX_OK;
}


ngx_int_t
api_http_filter_top(ngx_cycle_t *cycle)
{
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (amcf == NULL) {
        return NGX_OK;
    }

    api_http_filter_next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = api_http_filter_early_header;

    api_http_filter_next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = api_http_filter_early_body;

    return NGX_OK;
}


/* behind add_header and the filters of other modules: what they have said is
   known */

static ngx_int_t
api_http_filter_late_header(ngx_http_request_t *r)
{
    api_http_loc_conf_t  *alcf;

    if (!api_http_ctx_covers(r)) {
        return api_http_filter_next_late_header(r);
    }

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);

    if (alcf->api == 1 && alcf->headers != NULL
        && api_http_headers_send(r, alcf->headers) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (api_http_error_header_late(r) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_http_filter_next_late_header(r);
}


static ngx_int_t
api_http_filter_charset_header(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx != NULL && (ctx->finished || ctx->page != NULL)) {
        r->headers_out.charset.len = 0;
    }

    return api_http_filter_next_charset_header(r);
}


/* before any other module's: nginx's page is as nginx has made it, and to those
   that follow our problem is what was answered.  Of a subrequest, too: what an
   include or a script gets of an API is JSON, whoever refuses. */

static ngx_int_t
api_http_filter_early_header(ngx_http_request_t *r)
{
    api_http_ctx_t       *ctx;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);

    if (alcf->api != 1 || r->headers_out.status < NGX_HTTP_BAD_REQUEST) {
        return api_http_filter_next_header(r);
    }

    ctx = api_http_ctx_get(r);

    if (ctx == NULL || api_http_page_replace(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_http_filter_next_header(r);
}


static ngx_int_t
api_http_filter_early_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t       *b;
    ngx_chain_t      out;
    api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx == NULL || ctx->page == NULL || in == NULL) {
        return api_http_filter_next_body(r, in);
    }

    b = ctx->page;

    /* nginx's page is constant memory: it may be dropped */

    for ( /* void */ ; in; in = in->next) {
        in->buf->pos = in->buf->last;
    }

    if (b->pos == b->last) {
        return api_http_filter_next_body(r, NULL);
    }

    out.buf = b;
    out.next = NULL;

    return api_http_filter_next_body(r, &out);
}
