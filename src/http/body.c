
#include "http/body.h"


static ngx_int_t api_http_body_collect(api_http_ctx_t *ctx);
static ngx_int_t api_http_body_file(ngx_buf_t *b, u_char *p, size_t len);


/*
 * application/json, and application/anything+json (RFC 6839), whatever
 * their parameters: JSON is UTF-8 (RFC 8259, section 8.1).
 */

ngx_int_t
api_http_body_media_type(api_http_ctx_t *ctx)
{
    u_char           *p, *end;
    size_t            len;
    ngx_table_elt_t  *h;

    h = ctx->request->headers_in.content_type;

    if (h != NULL) {
        p = h->value.data;
        end = p + h->value.len;

        for (len = 0; p + len < end; len++) {
            if (p[len] == ';' || p[len] == ' ' || p[len] == '\t') {
                break;
            }
        }

        if (len == sizeof("application/json") - 1
            && ngx_strncasecmp(p, (u_char *) "application/json", len) == 0)
        {
            return NGX_OK;
        }

        if (len > sizeof("application/+json") - 1
            && ngx_strncasecmp(p, (u_char *) "application/",
                               sizeof("application/") - 1) == 0
            && ngx_strncasecmp(p + len - (sizeof("+json") - 1),
                               (u_char *) "+json", sizeof("+json") - 1) == 0)
        {
            return NGX_OK;
        }
    }

    api_error_set(&ctx->error, API_ERROR_MEDIA_TYPE,
                  "the body must be JSON: Content-Type: application/json");

    return NGX_DECLINED;
}


ngx_int_t
api_http_body_step(api_http_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_pool_t        *pool;
    ngx_array_t       *failures;
    api_json_limits_t  limits;

    if (ctx->route->body == NULL) {
        return NGX_OK;
    }

    pool = ctx->request->pool;

    if (api_http_body_collect(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    rc = api_json_read(pool, &ctx->body, &limits, &ctx->document, &ctx->error);

    if (rc != NGX_OK) {
        return rc;
    }

    failures = NULL;

    rc = api_schema_check(ctx->route->body, ctx->document, pool, &failures);

    if (rc == NGX_DECLINED) {
        api_error_set(&ctx->error, API_ERROR_INVALID,
                      "the body does not keep the rules");
        ctx->error.failures = failures;
    }

    return rc;
}


/* the body in one piece, with a NUL behind */

static ngx_int_t
api_http_body_collect(api_http_ctx_t *ctx)
{
    off_t         len;
    u_char       *p;
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *bufs;

    bufs = ctx->request->request_body ? ctx->request->request_body->bufs
                                      : NULL;

    len = 0;

    for (cl = bufs; cl; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    /* client_max_body_size may be off: the sum is bounded here */

    if (len < 0 || len > (off_t) NGX_MAX_INT32_VALUE) {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(ctx->request->pool, (size_t) len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ctx->body.data = p;
    ctx->body.len = (size_t) len;

    for (cl = bufs; cl; cl = cl->next) {
        b = cl->buf;

        if (ngx_buf_in_memory(b)) {
            p = ngx_cpymem(p, b->pos, (size_t) (b->last - b->pos));
            continue;
        }

        len = ngx_buf_size(b);

        if (api_http_body_file(b, p, (size_t) len) != NGX_OK) {
            return NGX_ERROR;
        }

        p += len;
    }

    *p = '\0';

    return NGX_OK;
}


/* a body beyond client_body_buffer_size, written a moment ago: the read is
   from the page cache */

static ngx_int_t
api_http_body_file(ngx_buf_t *b, u_char *p, size_t len)
{
    ssize_t  n;
    size_t   got;

    for (got = 0; got < len; got += (size_t) n) {
        n = ngx_read_file(b->file, p + got, len - got,
                          b->file_pos + (off_t) got);

        if (n == NGX_ERROR || n == 0) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
