
#include "http/respond.h"
#include "http/answer.h"
#include "http/error_header.h"
#include "http/problem.h"
#include "http/shape.h"
#include "observe/observe.h"


/* Reset Content, which nginx has no name for */
#define RESPOND_RESET  205


static ngx_int_t send_whole(api_http_ctx_t *ctx, ngx_uint_t status,
    const ngx_str_t *type, ngx_buf_t *b);
static void take_back(api_http_ctx_t *ctx);
static ngx_int_t name_status(ngx_http_request_t *r, ngx_uint_t status);
static ngx_uint_t has_page(ngx_http_request_t *r, ngx_uint_t status);


static const ngx_str_t  json = ngx_string("application/json");


ngx_int_t
api_http_respond_answer(api_http_ctx_t *ctx)
{
    ngx_buf_t           *b;
    ngx_uint_t           status;
    ngx_http_request_t  *r;

    r = ctx->request;
    status = ctx->none ? ctx->none
             : ctx->status ? ctx->status : ctx->route->status;

    /* 204 and 205 have no content (RFC 9110, 15.3.5): nginx would send that of
       a 205, and of both to who includes it */

    if (ctx->none || api_buf_len(&ctx->out) == 0
        || status == NGX_HTTP_NO_CONTENT || status == RESPOND_RESET)
    {
        return send_whole(ctx, status, NULL, NULL);
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = ctx->out.start;
    b->last = ctx->out.last;
    b->memory = 1;

    return send_whole(ctx, status, ctx->type.len != 0 ? &ctx->type : &json, b);
}


ngx_int_t
api_http_respond_error(api_http_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_buf_t           *b;
    ngx_uint_t           status;
    ngx_http_request_t  *r;

    r = ctx->request;
    status = api_error_status(&ctx->error);

    if (r->header_sent) {
        return NGX_ERROR;
    }

    if (api_http_error_header(ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* the status leads to the user's error_page.  Without one we answer
       ourselves: nginx would close the connection after each 400 */

    if (has_page(r, status)) {
        return (ngx_int_t) status;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    b = api_http_problem(ctx, status);

    if (b == NULL || name_status(r, status) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return send_whole(ctx, status, api_http_shape_type(r), b);
}


ngx_int_t
api_http_respond_options(api_http_ctx_t *ctx)
{
    if (api_http_error_header_allow(ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return send_whole(ctx, NGX_HTTP_NO_CONTENT, NULL, NULL);
}


static ngx_int_t
send_whole(api_http_ctx_t *ctx, ngx_uint_t status, const ngx_str_t *type,
    ngx_buf_t *b)
{
    ngx_int_t  rc;

    ctx->finished = 1;

    api_tell_of(ANSWER_SENT, .request = ctx,
                .word = ctx->error.code != API_ERROR_NONE
                        ? api_error_name(ctx->error.code) : NULL,
                .n = (int64_t) status,
                .bytes = b != NULL ? (size_t) ngx_buf_size(b) : 0);

    rc = api_http_answer_whole(ctx->request, status, type, b);

    if (rc > NGX_OK && !ctx->request->header_sent) {
        take_back(ctx);
    }

    return rc;
}


/*
 * nginx's range filter has made a 416 of it: that is an error as nginx's others
 * are, and is told only Content-Range of what the answer would have said.
 */

static void
take_back(api_http_ctx_t *ctx)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static const ngx_str_t  range = ngx_string("Content-Range");

    ctx->finished = 0;
    ctx->request->allow_ranges = 0;

    /* of an empty answer: the problem is none */
    ctx->request->header_only = 0;

    for (part = &ctx->request->headers_out.headers.part;
         part != NULL;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (!api_str_equal(&h[i].key, &range)) {
                h[i].hash = 0;
            }
        }
    }

    ctx->request->headers_out.location = NULL;
}


/* nginx has no words for 422 and others, and would send none */

static ngx_int_t
name_status(ngx_http_request_t *r, ngx_uint_t status)
{
    u_char      *p;
    size_t       len;
    const char  *title;

    title = api_error_title(status);
    len = NGX_INT_T_LEN + 1 + ngx_strlen(title);

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    r->headers_out.status_line.data = p;
    r->headers_out.status_line.len = (size_t)
                                (ngx_sprintf(p, "%ui %s", status, title) - p);

    return NGX_OK;
}


/* does error_page of this location take the status? */

static ngx_uint_t
has_page(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_uint_t                 i;
    ngx_http_err_page_t       *page;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->error_pages == NULL
        || (r->error_page && !clcf->recursive_error_pages))
    {
        return 0;
    }

    page = clcf->error_pages->elts;

    for (i = 0; i < clcf->error_pages->nelts; i++) {
        if (page[i].status == (ngx_int_t) status) {
            return 1;
        }
    }

    return 0;
}
