
#include "http/respond.h"
#include "http/request_id.h"
#include "json/write.h"


/* a problem names at most API_SCHEMA_FAILURES fields of bounded length */
#define API_HTTP_PROBLEM_MAX  (256 * 1024)


typedef struct {
    ngx_uint_t         status;
    api_error_code_e   code;
    const char        *detail;
} api_http_own_t;


static ngx_int_t api_http_respond_send(ngx_http_request_t *r,
    ngx_uint_t status, ngx_buf_t *b);
static ngx_int_t api_http_respond_line(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_uint_t api_http_respond_has_page(ngx_http_request_t *r,
    ngx_uint_t status);
static void api_http_respond_own(api_error_t *e, ngx_uint_t status);


/* what nginx refuses by itself in an API location */
static const api_http_own_t  api_http_respond_owns[] = {
    { 401, API_ERROR_UNAUTHORIZED, "credentials are needed" },
    { 403, API_ERROR_FORBIDDEN, "this is not allowed" },
    { 404, API_ERROR_NO_ROUTE, "there is no such path" },
    { 405, API_ERROR_METHOD, "this path does not allow the method" },
    { 413, API_ERROR_BODY_TOO_LARGE,
      "the body is larger than this path accepts" },
    { 429, API_ERROR_RATE_LIMIT, "too many requests in a short time" },
    { 503, API_ERROR_BUSY, "the server is busy; try again later" },
    { 504, API_ERROR_TIMEOUT, "the answer was not ready in time" },
    { 0, API_ERROR_NONE, NULL }
};


ngx_int_t
api_http_respond_answer(api_http_ctx_t *ctx)
{
    ngx_buf_t           *b;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (ctx->none || api_buf_len(&ctx->out) == 0) {
        ctx->finished = 1;
        return api_http_respond_send(r, ctx->none ? ctx->none
                                                  : ctx->route->status, NULL);
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = ctx->out.start;
    b->last = ctx->out.last;
    b->memory = 1;

    ctx->finished = 1;

    ngx_str_set(&r->headers_out.content_type, "application/json");

    return api_http_respond_send(r, ctx->route->status, b);
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

    if (api_http_respond_retry_after(r, ctx->error.retry_after) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* nginx's way to the user's error_page; without one we do not go there:
       it would close the connection after each 400 */

    if (api_http_respond_has_page(r, status)) {
        return (ngx_int_t) status;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    b = api_http_respond_problem(ctx, status);

    if (b == NULL || api_http_respond_line(r, status) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->finished = 1;

    ngx_str_set(&r->headers_out.content_type, "application/problem+json");

    return api_http_respond_send(r, status, b);
}


ngx_int_t
api_http_respond_options(ngx_http_request_t *r)
{
    return api_http_respond_send(r, NGX_HTTP_NO_CONTENT, NULL);
}


static ngx_int_t
api_http_respond_send(ngx_http_request_t *r, ngx_uint_t status, ngx_buf_t *b)
{
    ngx_int_t    rc;
    ngx_chain_t  out;

    r->headers_out.status = status;

    /* it has no validators: nginx's own If-Match and the like would make a 412
       or 304 of what PostgreSQL has committed */

    r->disable_not_modified = 1;

    if (b == NULL) {
        r->headers_out.content_length_n = 0;
        r->header_only = 1;

    } else {
        r->headers_out.content_length_n = ngx_buf_size(b);
        r->headers_out.content_type_len = r->headers_out.content_type.len;
        r->headers_out.content_type_lowcase = NULL;
        ngx_str_set(&r->headers_out.charset, "utf-8");

        b->last_buf = (r == r->main) ? 1 : 0;
        b->last_in_chain = 1;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


/* nginx has no words for 422 and others, and would send none */

static ngx_int_t
api_http_respond_line(ngx_http_request_t *r, ngx_uint_t status)
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
api_http_respond_has_page(ngx_http_request_t *r, ngx_uint_t status)
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


ngx_buf_t *
api_http_respond_problem(api_http_ctx_t *ctx, ngx_uint_t status)
{
    ngx_buf_t    *b;
    api_buf_t     text;
    api_error_t  *e;

    e = &ctx->error;

    if (e->code == API_ERROR_NONE || api_error_status(e) != status) {
        api_http_respond_own(e, status);

        if (e->code == API_ERROR_BODY_TOO_LARGE) {
            api_http_respond_large(ctx);
        }
    }

    if (e->detail.len == 0 && status >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        ngx_str_set(&e->detail, "the server could not answer; its log tells "
                                "why, under this request_id");
    }

    b = ngx_calloc_buf(ctx->request->pool);

    if (b == NULL
        || api_buf_init(&text, ctx->request->pool, 512, API_HTTP_PROBLEM_MAX)
           != NGX_OK)
    {
        return NULL;
    }

    api_json_write_problem(&text, e, api_http_request_id(ctx));

    if (!api_buf_ok(&text)) {
        return NULL;
    }

    b->pos = text.start;
    b->last = text.last;
    b->memory = 1;

    return b;
}


/* the words for a refusal of nginx's own */

static void
api_http_respond_own(api_error_t *e, ngx_uint_t status)
{
    const api_http_own_t  *own;

    for (own = api_http_respond_owns; own->status != 0; own++) {
        if (own->status == status) {
            break;
        }
    }

    if (own->status == 0) {
        api_error_set(e, status < 500 ? API_ERROR_BAD_REQUEST
                                      : API_ERROR_INTERNAL, NULL);
        e->status = status;
        return;
    }

    api_error_set(e, own->code, own->detail);
}


api_error_code_e
api_http_respond_code(ngx_uint_t status)
{
    api_error_t  e;

    api_http_respond_own(&e, status);

    return e.code;
}


void
api_http_respond_large(api_http_ctx_t *ctx)
{
    off_t                      most;
    u_char                    *p, *end;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    api_error_set(&ctx->error, API_ERROR_BODY_TOO_LARGE,
                  "the body is larger than this path accepts");

    r = ctx->request;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    most = clcf->client_max_body_size;

    if (most == 0) {
        return;
    }

    p = ngx_pnalloc(r->pool, ctx->error.detail.len + 64);
    if (p == NULL) {
        return;
    }

    end = ngx_sprintf(p, "%V: at most %O bytes", &ctx->error.detail, most);

    if (most >= 1048576 && most % 1048576 == 0) {
        end = ngx_sprintf(end, " (%O MiB)", most / 1048576);

    } else if (most >= 1024 && most % 1024 == 0) {
        end = ngx_sprintf(end, " (%O KiB)", most / 1024);
    }

    ctx->error.detail.data = p;
    ctx->error.detail.len = (size_t) (end - p);
}


ngx_int_t
api_http_respond_header(ngx_http_request_t *r, const char *name,
    const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.data = api_unconst(name);
    h->key.len = ngx_strlen(name);
    h->value = *value;
    h->lowcase_key = NULL;

#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return NGX_OK;
}


ngx_int_t
api_http_respond_allow(ngx_http_request_t *r, ngx_uint_t methods)
{
    ngx_str_t  value;

    value.data = ngx_pnalloc(r->pool, API_ROUTE_ALLOW_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = api_route_allow(methods, value.data);

    return api_http_respond_header(r, "Allow", &value);
}


ngx_int_t
api_http_respond_retry_after(ngx_http_request_t *r, ngx_uint_t seconds)
{
    ngx_str_t  value;

    if (seconds == 0) {
        return NGX_OK;
    }

    value.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = (size_t) (ngx_sprintf(value.data, "%ui", seconds)
                          - value.data);

    return api_http_respond_header(r, "Retry-After", &value);
}
