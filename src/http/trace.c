
#include "http/trace.h"
#include "auth/random.h"
#include "http/headers.h"


/* unpredictable bytes that are drawn at once */
#define DRAWN  4096


typedef enum {
    VAR_TRACE = 0,
    VAR_SPAN,
    VAR_PARENT,
    VAR_STATE
} trace_var_e;


static api_http_trace_t *make(ngx_http_request_t *r);
static void join(ngx_http_request_t *r, api_http_trace_t *trace);
static ngx_uint_t find_sent(ngx_http_request_t *r,
    api_observe_traceparent_t *sent);
static ngx_int_t join_state(ngx_http_request_t *r, ngx_str_t *state);
static ngx_uint_t take_foreign(ngx_http_request_t *r,
    api_observe_traceparent_t *own);
static ngx_uint_t says_on(ngx_http_request_t *r,
    const api_http_trace_loc_conf_t *tlcf, const api_http_trace_t *trace);
static ngx_uint_t ask_variable(ngx_http_request_t *r,
    ngx_http_complex_value_t *variable, const api_http_trace_t *trace);
static ngx_int_t get_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t write_parent(ngx_http_request_t *r, api_http_trace_t *trace,
    ngx_str_t *text);


static const ngx_str_t  parent_name = ngx_string("traceparent");
static const ngx_str_t  state_name = ngx_string("tracestate");

static const ngx_http_variable_t  variables[] = {

    { ngx_string("api_trace_id"), NULL, get_variable, VAR_TRACE, 0, 0 },
    { ngx_string("api_span_id"), NULL, get_variable, VAR_SPAN, 0, 0 },

    { ngx_string("api_traceparent"), NULL, get_variable, VAR_PARENT,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("api_tracestate"), NULL, get_variable, VAR_STATE, 0, 0 },

    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};


api_http_trace_t *
api_http_trace(ngx_http_request_t *r)
{
    api_http_trace_t  *trace;

    trace = api_http_trace_seen(r);

    return trace != NULL ? trace : make(r->main);
}


api_http_trace_t *
api_http_trace_seen(ngx_http_request_t *r)
{
    api_http_trace_t      *trace;
    const api_http_ctx_t  *ctx;

    ctx = api_http_ctx_seen(r->main);

    for ( /* void */ ; ctx != NULL; ctx = ctx->previous) {

        trace = api_http_chapter_of(ctx, &api_http_trace_chapter);

        if (trace != NULL) {
            return trace;
        }
    }

    return NULL;
}


static api_http_trace_t *
make(ngx_http_request_t *r)
{
    api_http_ctx_t    *ctx;
    api_http_trace_t  *trace;

    ctx = api_http_ctx_aside(r);
    if (ctx == NULL) {
        return NULL;
    }

    trace = ngx_pcalloc(r->pool, sizeof(api_http_trace_t));
    if (trace == NULL) {
        return NULL;
    }

    join(r, trace);

    api_http_chapter_of(ctx, &api_http_trace_chapter) = trace;

    return trace;
}


/* somebody else's trace, or one of its own */

static void
join(ngx_http_request_t *r, api_http_trace_t *trace)
{
    api_observe_traceparent_t  sent;

    if (take_foreign(r, &trace->own)) {
        trace->wanted = trace->own.sampled;
        return;
    }

    api_http_trace_draw(trace->own.span, API_TRACE_SPAN);

    if (!find_sent(r, &sent)) {
        api_http_trace_draw(trace->own.trace, API_TRACE_ID);
        return;
    }

    trace->remote = 1;
    trace->wanted = sent.sampled;

    ngx_memcpy(trace->own.trace, sent.trace, API_TRACE_ID);
    ngx_memcpy(trace->parent, sent.span, API_TRACE_SPAN);

    if (join_state(r, &trace->state) != NGX_OK) {
        ngx_str_null(&trace->state);
    }
}


/* two of them are none */

static ngx_uint_t
find_sent(ngx_http_request_t *r, api_observe_traceparent_t *sent)
{
    const ngx_table_elt_t    *h;
    api_http_headers_walk_t   walk;

    api_http_headers_begin(&walk, &r->headers_in.headers);

    h = api_http_headers_next(&walk, &parent_name);

    return h != NULL
           && api_http_headers_next(&walk, &parent_name) == NULL
           && api_observe_traceparent_read(&h->value, sent) == NGX_OK;
}


/* several lines are one list */

static ngx_int_t
join_state(ngx_http_request_t *r, ngx_str_t *state)
{
    u_char                   *p;
    size_t                    len;
    const ngx_table_elt_t    *h;
    api_http_headers_walk_t   walk;

    len = 0;

    api_http_headers_begin(&walk, &r->headers_in.headers);

    while ((h = api_http_headers_next(&walk, &state_name)) != NULL) {
        len += h->value.len + 1;
    }

    if (len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    state->data = p;

    api_http_headers_begin(&walk, &r->headers_in.headers);

    while ((h = api_http_headers_next(&walk, &state_name)) != NULL) {
        p = ngx_cpymem(p, h->value.data, h->value.len);
        *p++ = ',';
    }

    state->len = len - 1;

    api_observe_traceparent_state(state);

    return NGX_OK;
}


/* with server_span off the span of the request is another module's, and ours
   are below it */

static ngx_uint_t
take_foreign(ngx_http_request_t *r, api_observe_traceparent_t *own)
{
    u_char                        text[API_TRACE_TEXT];
    ngx_str_t                     whole;
    ngx_http_variable_value_t    *trace, *span;
    api_http_trace_main_conf_t   *tmcf;

    tmcf = ngx_http_get_module_main_conf(r, ngx_http_api_trace_module);

    if (!tmcf->exports || tmcf->served) {
        return 0;
    }

    trace = ngx_http_get_indexed_variable(r, (ngx_uint_t) tmcf->trace_index);
    span = ngx_http_get_indexed_variable(r, (ngx_uint_t) tmcf->span_index);

    if (trace == NULL || trace->not_found || trace->len != 2 * API_TRACE_ID
        || span == NULL || span->not_found || span->len != 2 * API_TRACE_SPAN)
    {
        return 0;
    }

    whole.data = text;
    whole.len = (size_t) (ngx_sprintf(text, "00-%*s-%*s-00",
                                      (size_t) trace->len, trace->data,
                                      (size_t) span->len, span->data)
                          - text);

    return api_observe_traceparent_read(&whole, own) == NGX_OK;
}


void
api_http_trace_decide(ngx_http_request_t *r, api_http_trace_t *trace)
{
    api_http_trace_loc_conf_t   *tlcf;
    api_http_trace_main_conf_t  *tmcf;

    if (trace->decided || trace->deciding) {
        return;
    }

    r = r->main;

    tmcf = ngx_http_get_module_main_conf(r, ngx_http_api_trace_module);
    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_api_trace_module);

    if (tlcf->mode == API_TRACE_OFF) {
        return;
    }

    /* the variable may ask for what hangs on this */

    trace->deciding = 1;
    trace->own.sampled = says_on(r, tlcf, trace) ? 1 : 0;
    trace->deciding = 0;

    trace->decided = 1;
    trace->slow = tlcf->slow;
    trace->errors = tlcf->errors;
    trace->records = tmcf->exports
                     && (trace->own.sampled || tlcf->slow || tlcf->errors);
}


static ngx_uint_t
says_on(ngx_http_request_t *r, const api_http_trace_loc_conf_t *tlcf,
    const api_http_trace_t *trace)
{
    switch (tlcf->mode) {

    case API_TRACE_ON:
        return 1;

    case API_TRACE_PARENT:
        return trace->wanted;

    default:
        return ask_variable(r, tlcf->variable, trace);
    }
}


static ngx_uint_t
ask_variable(ngx_http_request_t *r, ngx_http_complex_value_t *variable,
    const api_http_trace_t *trace)
{
    ngx_str_t  value;

    static ngx_uint_t  told;

    if (ngx_http_complex_value(r, variable, &value) != NGX_OK) {
        return 0;
    }

    if (api_str_is(&value, "on") || api_str_is(&value, "1")) {
        return 1;
    }

    if (api_str_is(&value, "parent")) {
        return trace->wanted;
    }

    if (value.len != 0 && !told && !api_str_is(&value, "off")
        && !api_str_is(&value, "0"))
    {
        told = 1;

        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "api_trace \"%V\": the variable is \"%V\" and must be "
                      "on, off or parent: it is taken for off, and this is "
                      "said once", &variable->value, &value);
    }

    return 0;
}


/* drawn for many requests at a time, as those of request_id */

void
api_http_trace_draw(u_char *out, size_t n)
{
    size_t  i;
    u_char  any;

    static u_char  bytes[DRAWN];
    static size_t  left;

    do {

        if (left < n) {
            api_random_bytes(bytes, sizeof(bytes));
            left = sizeof(bytes);
        }

        left -= n;
        any = 0;

        for (i = 0; i < n; i++) {
            out[i] = bytes[left + i];
            any |= out[i];
        }

    } while (any == 0);
}


ngx_int_t
api_http_trace_vars(ngx_conf_t *cf)
{
    ngx_str_t                   name;
    ngx_http_variable_t        *var;
    const ngx_http_variable_t  *v;

    for (v = variables; v->name.len; v++) {
        name = v->name;

        var = ngx_http_add_variable(cf, &name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
get_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    size_t             n;
    u_char            *p;
    ngx_str_t          text;
    api_http_trace_t  *trace;

    trace = api_http_trace(r);
    if (trace == NULL) {
        return NGX_ERROR;
    }

    if (data == VAR_STATE) {
        text = trace->state;

    } else if (data == VAR_PARENT) {

        if (write_parent(r, trace, &text) != NGX_OK) {
            return NGX_ERROR;
        }

    } else {
        n = (data == VAR_TRACE) ? API_TRACE_ID : API_TRACE_SPAN;

        p = ngx_pnalloc(r->pool, 2 * n);
        if (p == NULL) {
            return NGX_ERROR;
        }

        (void) api_observe_traceparent_hex(p, data == VAR_TRACE
                                              ? trace->own.trace
                                              : trace->own.span, n);
        text.data = p;
        text.len = 2 * n;
    }

    if (text.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = text.data;
    v->len = (unsigned) (text.len & 0xfffffff);
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* where nobody traces, what was sent goes on as it came */

static ngx_int_t
write_parent(ngx_http_request_t *r, api_http_trace_t *trace, ngx_str_t *text)
{
    api_observe_traceparent_t  out;

    api_http_trace_decide(r, trace);

    out = trace->own;

    if (!trace->decided && trace->remote) {
        ngx_memcpy(out.span, trace->parent, API_TRACE_SPAN);
        out.sampled = trace->wanted;
    }

    text->data = ngx_pnalloc(r->pool, API_TRACE_TEXT);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = (size_t) (api_observe_traceparent_write(text->data, &out)
                          - text->data);

    return NGX_OK;
}
