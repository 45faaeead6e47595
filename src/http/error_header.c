
#include "http/error_header.h"
#include "http/headers.h"


typedef struct {
    ngx_str_t     name;

    /* the value where ctx->error has none, as long as the request; NGX_OK,
       NGX_DECLINED: there is nothing to tell, NGX_ERROR (memory).  NULL: as if
       declined. */
    ngx_int_t   (*value)(const api_http_ctx_t *ctx, ngx_str_t *value);

    unsigned      late:1;      /* every answer of that status must have it */
    size_t        place;       /* then: where nginx itself looks for it, in
                                  headers_out */
} error_header_t;


static ngx_int_t add(api_http_ctx_t *ctx, const error_header_t *header);
static ngx_int_t allow(const api_http_ctx_t *ctx, ngx_str_t *value);
static ngx_int_t retry_after(const api_http_ctx_t *ctx, ngx_str_t *value);
static ngx_int_t challenge(const api_http_ctx_t *ctx, ngx_str_t *value);


/* one a name in core/error_list */

static const error_header_t  header_none = { ngx_null_string, NULL, 0, 0 };

static const error_header_t  header_allow =
    { ngx_string("Allow"), allow, 0, 0 };

static const error_header_t  header_retry_after =
    { ngx_string("Retry-After"), retry_after, 0, 0 };

static const error_header_t  header_accept_encoding =
    { ngx_string("Accept-Encoding"), NULL, 0, 0 };

/* RFC 9110, 15.5.2; auth_request takes it from its subrequest */
static const error_header_t  header_www_authenticate =
    { ngx_string("WWW-Authenticate"), challenge, 1,
      offsetof(ngx_http_headers_out_t, www_authenticate) };

static const error_header_t *const  headers[] = {
#define API_ERROR(name, status, code, header, asked, refusal)                 \
    &header_##header,
#include "core/error_list.h"
#undef API_ERROR
};


ngx_int_t
api_http_error_header(api_http_ctx_t *ctx)
{
    const error_header_t  *header;

    header = headers[ctx->error.code];

    return header->late ? NGX_OK : add(ctx, header);
}


ngx_int_t
api_http_error_header_late(ngx_http_request_t *r)
{
    api_http_ctx_t         *ctx;
    ngx_table_elt_t       **place;
    const error_header_t   *header;

    if (r->headers_out.status < NGX_HTTP_BAD_REQUEST) {
        return NGX_OK;
    }

    header = headers[api_error_refused(r->headers_out.status)];

    if (!header->late) {
        return NGX_OK;
    }

    ctx = api_http_ctx_get(r);

    if (ctx == NULL || add(ctx, header) != NGX_OK) {
        return NGX_ERROR;
    }

    place = (ngx_table_elt_t **) ((u_char *) &r->headers_out + header->place);

    if (*place == NULL) {
        *place = api_http_headers_find(r, &header->name);
    }

    return NGX_OK;
}


ngx_int_t
api_http_error_header_allow(api_http_ctx_t *ctx)
{
    return add(ctx, &header_allow);
}


static ngx_int_t
add(api_http_ctx_t *ctx, const error_header_t *header)
{
    ngx_int_t  rc;
    ngx_str_t  value;

    ngx_str_null(&value);

    if (header->name.len == 0
        || api_http_headers_find(ctx->request, &header->name) != NULL)
    {
        return NGX_OK;
    }

    /* where error_page has made a 401 of another error, the error's own value
       does not belong in it */

    if (headers[ctx->error.code] == header) {
        value = ctx->error.header;
    }

    if (value.len == 0) {

        rc = header->value != NULL ? header->value(ctx, &value) : NGX_DECLINED;

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
        }
    }

    return api_http_headers_add(ctx->request, &header->name, &value);
}


/* nginx's own 405, of a file, has no methods to tell */

static ngx_int_t
allow(const api_http_ctx_t *ctx, ngx_str_t *value)
{
    if (ctx->allow == 0) {
        return NGX_DECLINED;
    }

    value->data = ngx_pnalloc(ctx->request->pool, API_ROUTE_ALLOW_LEN);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    value->len = api_route_allow(ctx->allow, value->data);

    return NGX_OK;
}


static ngx_int_t
retry_after(const api_http_ctx_t *ctx, ngx_str_t *value)
{
    if (ctx->error.retry_after == 0) {
        return NGX_DECLINED;
    }

    value->data = ngx_pnalloc(ctx->request->pool, NGX_INT_T_LEN);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    value->len = (size_t) (ngx_sprintf(value->data, "%ui",
                                       ctx->error.retry_after)
                           - value->data);

    return NGX_OK;
}


static ngx_int_t
challenge(const api_http_ctx_t *ctx, ngx_str_t *value)
{
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    *value = alcf->challenge;

    if (value->len == 0) {
        ngx_str_set(value, "Bearer realm=\"api\"");
    }

    return NGX_OK;
}
