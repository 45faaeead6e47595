
#include "http/raw.h"
#include "http/headers.h"
#include "http/outcome.h"
#include "http/reader.h"
#include "http/request_id.h"
#include "http/unsent.h"


/* bytes of a file's name */
#define RAW_NAME  255


static const char *directive_of(const api_http_route_t *route);
static const api_http_raw_loc_conf_t *conf_of(const api_http_route_t *route);
static ngx_int_t choose_type(api_http_ctx_t *ctx,
    const api_http_raw_loc_conf_t *rlcf);
static ngx_uint_t is_token(u_char ch);
static ngx_int_t describe(api_http_ctx_t *ctx);
static ngx_uint_t is_used(void **loc_conf);
static ngx_int_t name_file(api_http_ctx_t *ctx,
    const api_http_raw_loc_conf_t *rlcf);
static u_char *write_name(u_char *p, const ngx_str_t *name);


static const api_http_step_t  steps[] = {
    { "described", API_PHASE_ANSWER, is_used, describe, NULL },
    { NULL, API_PHASE_ACCESS, NULL, NULL, NULL }
};

api_http_chapter_t  api_http_raw_chapter = {
    .name = "raw",
    .steps = steps,
    .idle = directive_of
};


static const char *
directive_of(const api_http_route_t *route)
{
    return conf_of(route)->data != NULL ? "api_answer" : NULL;
}


static const api_http_raw_loc_conf_t *
conf_of(const api_http_route_t *route)
{
    return api_http_chapter_conf(route->loc_conf, &api_http_raw_chapter);
}


ngx_int_t
api_http_raw(api_http_ctx_t *ctx)
{
    api_value_t                     value;
    api_http_loc_conf_t            *alcf;
    const api_http_raw_loc_conf_t  *rlcf;

    if (ctx->none != 0) {
        return NGX_OK;
    }

    rlcf = conf_of(ctx->route);
    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);

    if (api_http_reader_value(ctx, rlcf->data, 0, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    /* what has been committed is no failure, after which a client would try it
       again */

    if (value.null && !ctx->route->plan.read_only) {
        ctx->none = NGX_HTTP_NO_CONTENT;
        return NGX_OK;
    }

    if (value.null) {
        api_error_set(&ctx->error, API_ERROR_NO_ROW, "nothing was found");
        return NGX_DECLINED;
    }

    if (value.text.len > alcf->max_answer && ctx->route->plan.read_only) {
        api_http_outcome_too_large(ctx, ctx->route->queries.nelts - 1);
        return NGX_DECLINED;
    }

    ngx_memzero(&ctx->out, sizeof(api_buf_t));

    ctx->out.pool = ctx->request->pool;
    ctx->out.start = value.text.data;
    ctx->out.last = value.text.data + value.text.len;
    ctx->out.end = ctx->out.last;
    ctx->out.max = alcf->max_answer;

    api_http_unsent_keep(ctx, value.text.len);

    return choose_type(ctx, rlcf);
}


/* when nothing refuses any more: a 412 has no file's name */

static ngx_int_t
describe(api_http_ctx_t *ctx)
{
    const api_http_raw_loc_conf_t  *rlcf;

    if (ctx->none != 0) {
        return NGX_OK;
    }

    rlcf = conf_of(ctx->route);

    /* of all there is: nginx's range filter cuts it, of a 200 */
    ctx->request->allow_ranges = 1;

    /* but a part is a part of what a GET gets (RFC 9110, 14.2): what is written
       must not be answered 416 */

    if (!(ctx->request->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        ctx->request->headers_in.range = NULL;
    }

    return rlcf->name != NULL ? name_file(ctx, rlcf) : NGX_OK;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    const api_http_raw_loc_conf_t  *rlcf;

    rlcf = api_http_chapter_conf(loc_conf, &api_http_raw_chapter);

    return rlcf->data != NULL;
}


static ngx_int_t
choose_type(api_http_ctx_t *ctx, const api_http_raw_loc_conf_t *rlcf)
{
    api_value_t  value;

    ctx->type = rlcf->constant;

    if (rlcf->type == NULL) {
        return NGX_OK;
    }

    if (api_http_reader_value(ctx, rlcf->type, 0, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&ctx->type, "application/octet-stream");

    if (value.null) {
        return NGX_OK;
    }

    if (api_http_raw_is_type(&value.text)) {
        ctx->type = value.text;
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                  "%V: the column of \"type=\" in %V:%ui is no media type, as "
                  "image/png: application/octet-stream is sent, request_id: %V",
                  &ctx->route->name, &rlcf->place.file, rlcf->place.line,
                  api_http_request_id(ctx));

    return NGX_OK;
}


ngx_uint_t
api_http_raw_is_type(const ngx_str_t *text)
{
    size_t      i;
    ngx_uint_t  slashes;

    slashes = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] == ';' && slashes == 1
            && text->data[i - 1] != '/')
        {
            break;
        }

        if (text->data[i] == '/' && i != 0) {
            slashes++;

        } else if (!is_token(text->data[i])) {
            return 0;
        }
    }

    return slashes == 1 && text->data[i - 1] != '/'
           && !api_http_headers_breaks(text);
}


/* RFC 9110, 5.6.2 */

static ngx_uint_t
is_token(u_char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9')
           || (ch != '\0' && ngx_strchr("!#$%&'*+-.^_`|~", ch) != NULL);
}


/* Content-Disposition (RFC 6266): the name in ASCII, and as it is (RFC 8187) */

static ngx_int_t
name_file(api_http_ctx_t *ctx, const api_http_raw_loc_conf_t *rlcf)
{
    u_char       *p;
    ngx_str_t     line;
    api_value_t   value;
    const char   *how;

    static const ngx_str_t  header = ngx_string("Content-Disposition");

    if (api_http_reader_value(ctx, rlcf->name, 0, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    how = rlcf->inline_ ? "inline" : "attachment";

    if (value.null) {
        value.text.len = 0;
    }

    if (value.text.len > RAW_NAME) {
        value.text.len = RAW_NAME;

        /* between two characters */

        while (value.text.len != 0
               && (value.text.data[value.text.len] & 0xc0) == 0x80)
        {
            value.text.len--;
        }
    }

    line.data = ngx_pnalloc(ctx->request->pool, 64 + 4 * value.text.len);
    if (line.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(line.data, "%s", how);

    if (value.text.len != 0) {
        p = write_name(p, &value.text);
    }

    line.len = (size_t) (p - line.data);

    return api_http_headers_add(ctx->request, &header, &line);
}


/* what a path or a quoted string would read otherwise is "_" there */

static u_char *
write_name(u_char *p, const ngx_str_t *name)
{
    size_t  i;
    u_char  ch;

    static const u_char  hex[] = "0123456789ABCDEF";

    p = ngx_cpymem(p, "; filename=\"", sizeof("; filename=\"") - 1);

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];
        *p++ = (ch < ' ' || ch >= 0x7f || ch == '"' || ch == '\\' || ch == '/'
                || ch == '%') ? '_' : ch;
    }

    p = ngx_cpymem(p, "\"; filename*=UTF-8''",
                   sizeof("\"; filename*=UTF-8''") - 1);

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
            || (ch >= '0' && ch <= '9') || ch == '-' || ch == '.' || ch == '_')
        {
            *p++ = ch;
            continue;
        }

        *p++ = '%';
        *p++ = hex[ch >> 4];
        *p++ = hex[ch & 0xf];
    }

    return p;
}
