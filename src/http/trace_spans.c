
#include "http/trace_spans.h"
#include "http/clock.h"
#include "http/metrics.h"
#include "http/otlp.h"
#include "http/trace_facts.h"
#include "http/vars.h"
#include "observe/span.h"


/* bytes of what clients and configurations say, at most */
#define SPANS_PATH   1024
#define SPANS_AGENT  256
#define SPANS_NAME   256
#define SPANS_TEXT   2048

/* and of a span */
#define SPANS_FIRST  1024


/* of one request */
typedef struct {
    ngx_http_request_t      *r;
    api_http_trace_t        *trace;
    uint64_t                 begin;      /* µs of api_http_clock() */
    uint64_t                 end;
    uint64_t                 since;      /* from that clock to µs since 1970 */
    ngx_uint_t               status;
    api_buf_t                text;
} spans_t;


static ngx_uint_t is_kept(const spans_t *s);
static uint64_t since_1970(void);
static void write_server(spans_t *s);
static void write_request(spans_t *s);
static const char *method_of(ngx_http_request_t *r);
static void write_outcome(spans_t *s);
static void write_fact(spans_t *s, const api_http_trace_fact_t *fact);
static void write_statement(spans_t *s, const api_http_trace_fact_t *fact);
static u_char *summarize(u_char *last, u_char *end,
    const api_http_trace_fact_t *fact);
static const ngx_str_t *source_of(const api_http_trace_fact_t *fact);
static void begin_span(spans_t *s, api_observe_span_t *span);
static void end_span(spans_t *s, ngx_uint_t failed);
static void add_word(spans_t *s, const char *key, const char *word);


ngx_int_t
api_http_trace_spans_log(ngx_http_request_t *r)
{
    spans_t                       s;
    ngx_uint_t                    i;
    const api_http_ctx_t         *begun;
    const api_http_trace_fact_t  *fact;
    api_http_trace_loc_conf_t    *tlcf;

    if (r != r->main) {
        return NGX_OK;
    }

    s.trace = api_http_trace_seen(r);
    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_api_trace_module);

    if (s.trace == NULL && tlcf->mode == API_TRACE_OFF) {
        return NGX_OK;
    }

    if (s.trace == NULL) {
        s.trace = api_http_trace(r);
    }

    if (s.trace == NULL) {
        return NGX_OK;
    }

    api_http_trace_decide(r, s.trace);

    if (!s.trace->records) {
        return NGX_OK;
    }

    s.r = r;
    s.status = r->err_status ? r->err_status : r->headers_out.status;
    s.end = api_http_clock();

    begun = api_http_ctx_begun(api_http_ctx_seen(r));
    s.begin = (begun != NULL) ? begun->begun
                              : s.end - api_http_clock_since(r) * 1000;

    if (!is_kept(&s)
        || api_buf_init(&s.text, r->pool, SPANS_FIRST, API_OTLP_SPAN_MOST)
           != NGX_OK)
    {
        return NGX_OK;
    }

    s.since = since_1970() - s.end;

    if (api_http_otlp_serves()) {
        write_server(&s);
    }

    fact = s.trace->facts.elts;

    for (i = 0; i < s.trace->facts.nelts; i++) {
        write_fact(&s, &fact[i]);
    }

    return NGX_OK;
}


static ngx_uint_t
is_kept(const spans_t *s)
{
    const api_http_trace_t  *trace;

    trace = s->trace;

    return trace->own.sampled
           || (trace->slow != 0
               && s->end - s->begin >= (uint64_t) trace->slow * 1000)
           || (trace->errors && s->status >= NGX_HTTP_INTERNAL_SERVER_ERROR);
}


static uint64_t
since_1970(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + (uint64_t) ts.tv_nsec / 1000;
}


/* what nginx keeps of its begin is of milliseconds: nothing of it was before */

static void
write_server(spans_t *s)
{
    ngx_uint_t               i;
    api_observe_span_t       span;
    const api_http_route_t  *route;
    api_http_trace_fact_t   *fact;

    fact = s->trace->facts.elts;

    for (i = 0; i < s->trace->facts.nelts; i++) {
        s->begin = ngx_min(s->begin, fact[i].begin);
        s->end = ngx_max(s->end, fact[i].end);
    }

    route = api_http_vars_route(s->r);

    ngx_memzero(&span, sizeof(api_observe_span_t));

    span.span = s->trace->own.span;
    span.parent = s->trace->remote ? s->trace->parent : NULL;
    span.remote = s->trace->remote;
    span.kind = API_SPAN_SERVER;
    span.begin = s->begin;
    span.end = s->end;

    if (route != NULL) {
        span.name = route->name;

    } else {
        span.name.data = api_unconst(method_of(s->r));
        span.name.len = ngx_strlen(span.name.data);
    }

    begin_span(s, &span);
    write_request(s);
    write_outcome(s);
    end_span(s, s->status >= NGX_HTTP_INTERNAL_SERVER_ERROR);
}


static void
write_request(spans_t *s)
{
    u_char              *query;
    ngx_str_t            path, route;
    ngx_http_request_t  *r;

    r = s->r;

    add_word(s, "http.request.method", method_of(r));

    route = api_http_metrics_path(api_http_vars_route(r));

    if (route.len != 0) {
        api_observe_span_text(&s->text, "http.route", &route, SPANS_PATH);
    }

    path = r->unparsed_uri;
    query = ngx_strlchr(path.data, path.data + path.len, '?');

    if (query != NULL) {
        path.len = (size_t) (query - path.data);
    }

    api_observe_span_text(&s->text, "url.path", &path, SPANS_PATH);

#if (NGX_HTTP_SSL)
    add_word(s, "url.scheme", r->connection->ssl ? "https" : "http");
#else
    add_word(s, "url.scheme", "http");
#endif

    if (r->headers_in.server.len != 0) {
        api_observe_span_text(&s->text, "server.address",
                              &r->headers_in.server, SPANS_NAME);
    }

    api_observe_span_text(&s->text, "client.address",
                          &r->connection->addr_text, SPANS_NAME);

    if (r->headers_in.user_agent != NULL) {
        api_observe_span_text(&s->text, "user_agent.original",
                              &r->headers_in.user_agent->value, SPANS_AGENT);
    }
}


static const char *
method_of(ngx_http_request_t *r)
{
    ngx_uint_t  i;

    static const struct {
        ngx_uint_t   method;
        const char  *name;
    } names[] = {
        { NGX_HTTP_GET, "GET" },
        { NGX_HTTP_HEAD, "HEAD" },
        { NGX_HTTP_POST, "POST" },
        { NGX_HTTP_PUT, "PUT" },
        { NGX_HTTP_PATCH, "PATCH" },
        { NGX_HTTP_DELETE, "DELETE" },
        { NGX_HTTP_OPTIONS, "OPTIONS" },
        { NGX_HTTP_TRACE, "TRACE" }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].method == r->method) {
            return names[i].name;
        }
    }

    return "_OTHER";
}


/* an error of the client's is no failure of the span, but it has a word */

static void
write_outcome(spans_t *s)
{
    u_char            digits[NGX_INT_T_LEN];
    ngx_str_t         status;
    api_error_code_e  code;

    api_observe_span_number(&s->text, "http.response.status_code", s->status);

    if (s->status < NGX_HTTP_BAD_REQUEST) {
        return;
    }

    code = api_http_vars_code(s->r);

    if (code != API_ERROR_NONE) {
        add_word(s, s->status >= NGX_HTTP_INTERNAL_SERVER_ERROR
                    ? "error.type" : "api.error", api_error_name(code));
        return;
    }

    if (s->status >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        status.data = digits;
        status.len = (size_t) (ngx_sprintf(digits, "%ui", s->status) - digits);

        api_observe_span_text(&s->text, "error.type", &status, sizeof(digits));
    }
}


static void
write_fact(spans_t *s, const api_http_trace_fact_t *fact)
{
    u_char              id[API_TRACE_SPAN];
    api_observe_span_t  span;

    if (fact->kind == API_TRACE_STATEMENT) {
        write_statement(s, fact);
        return;
    }

    api_http_trace_draw(id, API_TRACE_SPAN);
    ngx_memzero(&span, sizeof(api_observe_span_t));

    span.span = id;
    span.parent = s->trace->own.span;
    span.kind = API_SPAN_INTERNAL;
    span.begin = fact->begin;
    span.end = fact->end;

    if (fact->kind == API_TRACE_WAIT) {
        ngx_str_set(&span.name, "db wait");

    } else {
        span.name.data = api_unconst(fact->word);
        span.name.len = ngx_strlen(fact->word);
    }

    begin_span(s, &span);

    if (fact->kind == API_TRACE_WAIT && fact->route != NULL) {
        api_observe_span_text(&s->text, "db.client.connection.pool.name",
                              &fact->route->database->db.name, SPANS_NAME);
    }

    end_span(s, 0);
}


static void
write_statement(spans_t *s, const api_http_trace_fact_t *fact)
{
    u_char              id[API_TRACE_SPAN], name[SPANS_PATH];
    ngx_str_t           state;
    api_observe_span_t  span;

    api_http_trace_draw(id, API_TRACE_SPAN);
    ngx_memzero(&span, sizeof(api_observe_span_t));

    span.span = id;
    span.parent = s->trace->own.span;
    span.kind = API_SPAN_CLIENT;
    span.begin = fact->begin;
    span.end = fact->end;
    span.name.data = name;
    span.name.len = (size_t) (summarize(name, name + sizeof(name), fact)
                              - name);

    begin_span(s, &span);

    add_word(s, "db.system.name", "postgresql");
    api_observe_span_text(&s->text, "db.namespace",
                          &fact->route->database->db.name, SPANS_NAME);
    api_observe_span_text(&s->text, "db.query.summary", &span.name,
                          SPANS_PATH);
    api_observe_span_text(&s->text, "db.query.text", source_of(fact),
                          SPANS_TEXT);

    if (fact->word != NULL) {
        add_word(s, "server.address", fact->word);
    }

    if (!fact->given_up) {
        api_observe_span_number(&s->text, "api.batch.size", fact->jobs);
    }

    if (fact->replayed) {
        api_observe_span_true(&s->text, "api.replayed");
    }

    if (fact->failed) {
        state.data = api_unconst(fact->state);
        state.len = API_TRACE_SQLSTATE;

        api_observe_span_text(&s->text, "db.response.status_code", &state,
                              API_TRACE_SQLSTATE);
        api_observe_span_text(&s->text, "error.type", &state,
                              API_TRACE_SQLSTATE);

    } else if (fact->given_up) {
        api_observe_span_true(&s->text, "api.given_up");

    } else {
        api_observe_span_number(&s->text, "db.response.returned_rows",
                                (uint64_t) fact->rows);
    }

    end_span(s, fact->failed);
}


/* as the label db_query_summary of metrics */

static u_char *
summarize(u_char *last, u_char *end, const api_http_trace_fact_t *fact)
{
    last = ngx_slprintf(last, end, "%V", &fact->route->name);

    if (fact->query == NGX_DECLINED) {
        return ngx_slprintf(last, end, " settings");
    }

    return fact->query == 0 ? last
                            : ngx_slprintf(last, end, " #%i", fact->query + 1);
}


/* as it is declared: it holds no value of a request */

static const ngx_str_t *
source_of(const api_http_trace_fact_t *fact)
{
    const api_http_query_t  *query;

    if (fact->query == NGX_DECLINED) {
        return &fact->route->settings->sql->source;
    }

    query = fact->route->queries.elts;

    return &query[fact->query].sql.source;
}


static void
begin_span(spans_t *s, api_observe_span_t *span)
{
    s->text.last = s->text.start;

    span->trace = s->trace->own.trace;
    span->state = s->trace->state;
    span->sampled = s->trace->own.sampled;
    span->begin += s->since;
    span->end += s->since;

    api_observe_span_begin(&s->text, span);
}


static void
end_span(spans_t *s, ngx_uint_t failed)
{
    api_observe_span_end(&s->text, failed);

    if (api_buf_ok(&s->text)) {
        api_http_otlp_add(s->text.start, api_buf_len(&s->text));
        return;
    }

    /* one that is too large: the others may fit */

    api_http_otlp_lost();

    s->text.failed = 0;
    s->text.full = 0;
}


static void
add_word(spans_t *s, const char *key, const char *word)
{
    ngx_str_t  text;

    text.data = api_unconst(word);
    text.len = ngx_strlen(word);

    api_observe_span_text(&s->text, key, &text, SPANS_NAME);
}
