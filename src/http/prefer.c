
#include "http/prefer.h"
#include "http/headers.h"
#include "core/buf.h"


/* of one header, and of what is told of them */
#define PREFER_APPLIED  128


/* of a request */
typedef struct {
    ngx_str_t         returns;     /* "minimal" or "representation", or empty */
    ngx_str_t         most;        /* of max-affected, or empty */
    unsigned          minimal:1;
    unsigned          strict:1;
    unsigned          lenient:1;
    unsigned          rollback:1;
    unsigned          commit:1;
    unsigned          unknown:1;   /* something else, too */
} prefer_state_t;


static ngx_uint_t is_used(void **loc_conf);
static ngx_int_t read_prefer(api_http_ctx_t *ctx);
static void read_line(const api_http_ctx_t *ctx, ngx_uint_t allowed,
    const ngx_str_t *line, prefer_state_t *state);
static u_char *cut(u_char *p, u_char *last, u_char stop);
static void read_one(const api_http_ctx_t *ctx, ngx_uint_t allowed,
    const ngx_str_t *name, const ngx_str_t *value, prefer_state_t *state);
static void trim(ngx_str_t *text);
static ngx_uint_t is(const ngx_str_t *text, const char *word);
static ngx_int_t refuse(api_http_ctx_t *ctx);
static ngx_int_t apply(api_http_ctx_t *ctx);
static void add(api_buf_t *b, const char *name, const ngx_str_t *value);
static ngx_int_t add_vary(ngx_http_request_t *r);


static const ngx_str_t  header_name = ngx_string("Prefer");


static const api_http_step_t  steps[] = {
    { "prefer", API_PHASE_INPUT, is_used, read_prefer, NULL },
    { "applied", API_PHASE_ANSWER, is_used, apply, NULL },
    { NULL, API_PHASE_ACCESS, NULL, NULL, NULL }
};

api_http_chapter_t  api_http_prefer_chapter = {
    .name = "prefer",
    .steps = steps
};

static ngx_http_output_header_filter_pt  next_header;


void
api_http_prefer_filter_init(void)
{
    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = add_vary;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    const api_http_prefer_loc_conf_t  *plcf;

    plcf = api_http_chapter_conf(loc_conf, &api_http_prefer_chapter);

    return plcf->allowed != 0 && plcf->allowed != API_HTTP_PREFER_OFF;
}


static ngx_int_t
read_prefer(api_http_ctx_t *ctx)
{
    ngx_table_elt_t                   *h;
    prefer_state_t                    *state;
    api_http_headers_walk_t            walk;
    const api_http_prefer_loc_conf_t  *plcf;

    api_http_headers_begin(&walk, &ctx->request->headers_in.headers);

    h = api_http_headers_next(&walk, &header_name);

    if (h == NULL) {
        return NGX_OK;
    }

    plcf = api_http_chapter_conf(ctx->route->loc_conf,
                                 &api_http_prefer_chapter);

    state = ngx_pcalloc(ctx->request->pool, sizeof(prefer_state_t));
    if (state == NULL) {
        return NGX_ERROR;
    }

    api_http_chapter_of(ctx, &api_http_prefer_chapter) = state;

    for ( /* void */ ; h != NULL; h = api_http_headers_next(&walk,
                                                            &header_name))
    {
        read_line(ctx, plcf->allowed, &h->value, state);
    }

    if (state->strict && state->unknown) {
        return refuse(ctx);
    }

    ctx->undo = state->rollback;
    ctx->most = state->most.len != 0
                ? (ngx_uint_t) ngx_atoi(state->most.data, state->most.len) + 1
                : 0;

    return NGX_OK;
}


/* NAME [= VALUE] [; parameters, of which none is known], ... */

static void
read_line(const api_http_ctx_t *ctx, ngx_uint_t allowed,
    const ngx_str_t *line, prefer_state_t *state)
{
    u_char     *p, *last, *end, *stop, *equals;
    ngx_str_t   name, value;

    p = line->data;
    last = p + line->len;

    for ( /* void */ ; p < last; p = end + 1) {

        end = cut(p, last, ',');
        stop = cut(p, end, ';');
        equals = cut(p, stop, '=');

        name.data = p;
        name.len = (size_t) (equals - p);

        value.data = ngx_min(equals + 1, stop);
        value.len = (size_t) (stop - value.data);

        trim(&name);
        trim(&value);

        if (value.len >= 2 && value.data[0] == '"'
            && value.data[value.len - 1] == '"')
        {
            value.data++;
            value.len -= 2;
        }

        if (name.len != 0) {
            read_one(ctx, allowed, &name, &value, state);
        }
    }
}


/* the first such byte outside of quotes, or the end */

static u_char *
cut(u_char *p, u_char *last, u_char stop)
{
    ngx_uint_t  quoted;

    for (quoted = 0; p < last && (quoted || *p != stop); p++) {

        if (*p == '"') {
            quoted = !quoted;

        } else if (*p == '\\' && quoted && last - p > 1) {
            p++;
        }
    }

    return p;
}


/* of two of a name the first counts (RFC 7240, 2) */

static void
read_one(const api_http_ctx_t *ctx, ngx_uint_t allowed, const ngx_str_t *name,
    const ngx_str_t *value, prefer_state_t *state)
{
    ngx_uint_t  writes;

    writes = (ctx->route->method != API_METHOD_GET);

    if (is(name, "return") && writes && (allowed & API_HTTP_PREFER_RETURN)
        && (is(value, "minimal") || is(value, "representation")))
    {
        if (state->returns.len == 0) {
            state->returns = *value;
            state->minimal = is(value, "minimal") != 0;
        }

    } else if (is(name, "handling")
               && (is(value, "strict") || is(value, "lenient")))
    {
        if (!state->strict && !state->lenient) {
            state->strict = is(value, "strict") != 0;
            state->lenient = !state->strict;
        }

    } else if (is(name, "max-affected") && writes
               && (allowed & API_HTTP_PREFER_MAX_AFFECTED)
               && value->len < 10 && ngx_atoi(value->data, value->len) >= 0)
    {
        if (state->most.len == 0) {
            state->most = *value;
        }

    } else if (is(name, "tx") && writes && (allowed & API_HTTP_PREFER_TX)
               && (is(value, "rollback") || is(value, "commit")))
    {
        if (!state->rollback && !state->commit) {
            state->rollback = is(value, "rollback") != 0;
            state->commit = !state->rollback;
        }

    } else {
        state->unknown = 1;
    }
}


static void
trim(ngx_str_t *text)
{
    while (text->len != 0
           && (text->data[0] == ' ' || text->data[0] == '\t'))
    {
        text->data++;
        text->len--;
    }

    while (text->len != 0 && (text->data[text->len - 1] == ' '
                              || text->data[text->len - 1] == '\t'))
    {
        text->len--;
    }
}


static ngx_uint_t
is(const ngx_str_t *text, const char *word)
{
    return text->len == ngx_strlen(word)
           && ngx_strncasecmp(text->data, api_unconst(word), text->len) == 0;
}


static ngx_int_t
refuse(api_http_ctx_t *ctx)
{
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    ngx_str_set(&failure.in, "header");
    failure.field = header_name;
    ngx_str_set(&failure.code, "unknown");
    ngx_str_set(&failure.message, "names what this path does not know or "
                "cannot do, and handling=strict");

    api_error_set(&ctx->error, API_ERROR_BAD_PARAMETER,
                  "a header is against the rules");

    return api_error_fail(ctx->request->pool, &ctx->error.failures,
                          API_ERROR_FAILURES, &failure)
           == NGX_OK ? NGX_DECLINED : NGX_ERROR;
}


/* of successes: what was obeyed is told */

static ngx_int_t
apply(api_http_ctx_t *ctx)
{
    api_buf_t              b;
    ngx_str_t              value;
    ngx_uint_t             status;
    const prefer_state_t  *state;

    static const ngx_str_t  applied = ngx_string("Preference-Applied");
    static const ngx_str_t  strict = ngx_string("strict");
    static const ngx_str_t  lenient = ngx_string("lenient");
    static const ngx_str_t  rollback = ngx_string("rollback");
    static const ngx_str_t  commit = ngx_string("commit");

    state = api_http_chapter_of(ctx, &api_http_prefer_chapter);

    if (state == NULL) {
        return NGX_OK;
    }

    if (state->minimal && ctx->none == 0) {
        status = ctx->status ? ctx->status : ctx->route->status;
        ctx->none = (status == NGX_HTTP_OK) ? NGX_HTTP_NO_CONTENT : status;
    }

    if (api_buf_init(&b, ctx->request->pool, PREFER_APPLIED, PREFER_APPLIED)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    add(&b, "return", &state->returns);
    add(&b, "max-affected", &state->most);

    if (state->strict || state->lenient) {
        add(&b, "handling", state->strict ? &strict : &lenient);
    }

    if (state->rollback || state->commit) {
        add(&b, "tx", state->rollback ? &rollback : &commit);
    }

    if (api_buf_len(&b) == 0) {
        return NGX_OK;
    }

    if (api_buf_string(&b, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_http_headers_add(ctx->request, &applied, &value);
}


static void
add(api_buf_t *b, const char *name, const ngx_str_t *value)
{
    if (value->len == 0) {
        return;
    }

    if (api_buf_len(b) != 0) {
        api_buf_add_literal(b, ", ");
    }

    api_buf_add(b, name, ngx_strlen(name));
    api_buf_add_char(b, '=');
    api_buf_add_str(b, value);
}


/* what a read answers may hang on it: handling=strict refuses */

static ngx_int_t
add_vary(ngx_http_request_t *r)
{
    static const ngx_str_t  vary = ngx_string("Vary");

    if (r == r->main && (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
        && is_used(r->loc_conf) && api_http_ctx_covers(r)
        && api_http_headers_add(r, &vary, &header_name) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return next_header(r);
}
