
#include "http/body.h"
#include "http/field.h"
#include "http/reader.h"
#include "http/respond.h"
#include "json/form.h"
#include "schema/form.h"
#include "sql/bind.h"


#define API_HTTP_BODY_FORM  "application/x-www-form-urlencoded"


static void api_http_body_type(const ngx_str_t *value, ngx_str_t *type);
static ngx_uint_t api_http_body_is_json(const ngx_str_t *type);
static ngx_int_t api_http_body_encoding(api_http_ctx_t *ctx);
static ngx_int_t api_http_body_form(api_http_ctx_t *ctx,
    ngx_array_t **failures);
static ngx_int_t api_http_body_collect(api_http_ctx_t *ctx);
static ngx_int_t api_http_body_file(ngx_buf_t *b, u_char *p, size_t len);


/*
 * application/json, and application/anything+json (RFC 6839), whatever
 * their parameters: JSON is UTF-8 (RFC 8259, section 8.1).  Forms where the
 * route says so.
 */

ngx_int_t
api_http_body_media_type(api_http_ctx_t *ctx)
{
    ngx_str_t         type;
    ngx_uint_t        media;
    ngx_table_elt_t  *h;

    media = ctx->route->body->media;
    h = ctx->request->headers_in.content_type;

    if (h != NULL) {
        api_http_body_type(&h->value, &type);

        if ((media & API_HTTP_MEDIA_JSON) && api_http_body_is_json(&type)) {
            return api_http_body_encoding(ctx);
        }

        if ((media & API_HTTP_MEDIA_FORM)
            && type.len == sizeof(API_HTTP_BODY_FORM) - 1
            && ngx_strncasecmp(type.data, (u_char *) API_HTTP_BODY_FORM,
                               type.len) == 0)
        {
            ctx->form = 1;
            return api_http_body_encoding(ctx);
        }
    }

    api_error_set(&ctx->error, API_ERROR_MEDIA_TYPE,
                  media == API_HTTP_MEDIA_JSON
                  ? "the body must be JSON: Content-Type: application/json"
                  : media == API_HTTP_MEDIA_FORM
                  ? "the body must be a form: Content-Type: "
                    API_HTTP_BODY_FORM
                  : "the body must be JSON or a form: Content-Type: "
                    "application/json or " API_HTTP_BODY_FORM);

    return NGX_DECLINED;
}


/* the type without its parameters */

static void
api_http_body_type(const ngx_str_t *value, ngx_str_t *type)
{
    size_t  len;

    for (len = 0; len < value->len; len++) {
        if (value->data[len] == ';' || value->data[len] == ' '
            || value->data[len] == '\t')
        {
            break;
        }
    }

    type->data = value->data;
    type->len = len;
}


static ngx_uint_t
api_http_body_is_json(const ngx_str_t *type)
{
    u_char  *p;
    size_t   len;

    p = type->data;
    len = type->len;

    if (len == sizeof("application/json") - 1
        && ngx_strncasecmp(p, (u_char *) "application/json", len) == 0)
    {
        return 1;
    }

    return len > sizeof("application/+json") - 1
           && ngx_strncasecmp(p, (u_char *) "application/",
                              sizeof("application/") - 1) == 0
           && ngx_strncasecmp(p + len - (sizeof("+json") - 1),
                              (u_char *) "+json", sizeof("+json") - 1) == 0;
}


/*
 * A compressed body is refused (RFC 9110, section 8.4; RFC 7694 for the
 * answer's Accept-Encoding): client_max_body_size bounds what arrives, and
 * nothing would bound what it becomes.
 */

static ngx_int_t
api_http_body_encoding(api_http_ctx_t *ctx)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static const ngx_str_t  identity = ngx_string("identity");

    for (part = &ctx->request->headers_in.headers.part; part;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != sizeof("Content-Encoding") - 1
                || ngx_strcasecmp(h[i].key.data,
                                  (u_char *) "Content-Encoding") != 0
                || h[i].value.len == 0
                || (h[i].value.len == identity.len
                    && ngx_strcasecmp(h[i].value.data, identity.data) == 0))
            {
                continue;
            }

            api_error_set(&ctx->error, API_ERROR_MEDIA_TYPE,
                          "the body must not be compressed: send it without "
                          "Content-Encoding");

            return api_http_respond_header(ctx->request, "Accept-Encoding",
                                           &identity) == NGX_OK
                   ? NGX_DECLINED : NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_http_body_step(api_http_ctx_t *ctx)
{
    ngx_int_t     rc;
    ngx_array_t  *failures;

    if (ctx->route->body == NULL) {
        return NGX_OK;
    }

    if (!api_http_reader_is_busy(ctx) && api_http_body_collect(ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    failures = NULL;

    rc = ctx->form ? api_http_body_form(ctx, &failures)
                   : api_http_reader_json(ctx);

    if (rc == NGX_OK) {
        rc = api_schema_validate(ctx->route->body->schema, ctx->document,
                                 ctx->request->pool, &failures);
    }

    if (rc == NGX_OK) {
        rc = api_http_field_read(ctx, &failures);
    }

    if (rc == NGX_DECLINED && failures != NULL) {
        api_error_set(&ctx->error, API_ERROR_INVALID,
                      "the body does not keep the rules");
        ctx->error.failures = failures;
    }

    return rc;
}


/* $body of a form is the JSON it stands for */

static ngx_int_t
api_http_body_form(api_http_ctx_t *ctx, ngx_array_t **failures)
{
    ngx_int_t     rc;
    ngx_pool_t   *pool;
    api_type_t    type;
    api_value_t   value;
    ngx_array_t   pairs;

    pool = ctx->request->pool;

    rc = api_json_form(pool, &ctx->body, &pairs, &ctx->error);

    if (rc == NGX_OK) {
        rc = api_schema_form(pool, ctx->route->body->schema, &pairs,
                             &ctx->document, failures);
    }

    if (rc != NGX_OK || !ctx->route->body->whole) {
        return rc;
    }

    ngx_memzero(&type, sizeof(api_type_t));
    type.kind = API_TYPE_JSON;

    rc = api_sql_bind_json(pool, &type, ctx->document, &value);
    ctx->body = value.text;

    return rc;
}


/* the body in one piece, with a NUL behind */

static ngx_int_t
api_http_body_collect(api_http_ctx_t *ctx)
{
    off_t         len;
    u_char       *p;
    ngx_buf_t    *b;
    ngx_pool_t   *pool;
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

    pool = api_http_reader_pool(ctx, (size_t) len);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(pool, (size_t) len + 1);
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
