
#include "http/trace_facts.h"
#include "http/clock.h"
#include "http/facts.h"
#include "http/plan.h"


/* µs: what takes less has no span */
#define SHORT  1000

/* servers' hosts, of a worker: so many different ones at most */
#define HOSTS  32


static void begin_step(api_http_trace_t *trace, const char *name);
static void end_step(const api_http_ctx_t *ctx, api_http_trace_t *trace,
    const char *name);
static const char *span_of(const char *name);
static void end_wait(const api_http_ctx_t *ctx, api_http_trace_t *trace,
    uint64_t begin, uint64_t end);
static void give_up(const api_http_ctx_t *ctx, api_http_trace_t *trace,
    const api_fact_t *fact);
static api_http_trace_fact_t *add_statement(const api_http_ctx_t *ctx,
    api_http_trace_t *trace, const api_fact_t *fact);
static uint64_t begin_of(const api_http_trace_t *trace,
    const api_fact_t *fact);
static const char *keep_host(const char *host);
static api_http_trace_fact_t *add(const api_http_ctx_t *ctx,
    api_http_trace_t *trace, api_http_trace_kind_e kind);


/* steps that wait for threads, and what their spans are called */
static const struct {
    const char  *step;
    const char  *span;
} steps[] = {
    { "body", "validate" },
    { "hash", "argon2" },
    { "verify", "argon2" }
};


void
api_http_trace_facts(const api_fact_t *fact)
{
    api_http_trace_t      *trace;
    const api_http_ctx_t  *ctx;

    ctx = api_http_facts_request(fact);
    if (ctx == NULL) {
        return;
    }

    trace = api_http_trace_seen(ctx->request);
    if (trace == NULL || !trace->records) {
        return;
    }

    switch (fact->event) {

    case API_EVENT_STEP_WAITS:
        begin_step(trace, fact->word);
        break;

    case API_EVENT_STEP_RESUMED:
        end_step(ctx, trace, fact->word);
        break;

    case API_EVENT_JOB_WAITS:
        trace->waits = api_http_clock();
        break;

    case API_EVENT_JOB_SENT:
        end_wait(ctx, trace, fact->at - fact->time, fact->at);
        break;

    case API_EVENT_STATEMENT_DONE:
        (void) add_statement(ctx, trace, fact);
        break;

    case API_EVENT_JOB_REPLAYED:
        trace->replayed = 1;
        break;

    case API_EVENT_JOB_FORGOTTEN:
        give_up(ctx, trace, fact);
        break;

    default:                             /* the job is finished */
        trace->replayed = 0;

        if (trace->waits != 0) {
            end_wait(ctx, trace, trace->waits, api_http_clock());
        }
    }
}


/* one that waits twice, for two passwords, waits once */

static void
begin_step(api_http_trace_t *trace, const char *name)
{
    if (trace->step == 0 && span_of(name) != NULL) {
        trace->step = api_http_clock();
    }
}


static void
end_step(const api_http_ctx_t *ctx, api_http_trace_t *trace, const char *name)
{
    uint64_t                now;
    const char             *span;
    api_http_trace_fact_t  *of;

    span = span_of(name);

    if (span == NULL || trace->step == 0) {
        return;
    }

    now = api_http_clock();

    if (now - trace->step >= SHORT) {

        of = add(ctx, trace, API_TRACE_STEP);

        if (of != NULL) {
            of->begin = trace->step;
            of->end = now;
            of->word = span;
        }
    }

    trace->step = 0;
}


static const char *
span_of(const char *name)
{
    ngx_uint_t  i;

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (ngx_strcmp(name, steps[i].step) == 0) {
            return steps[i].span;
        }
    }

    return NULL;
}


static void
end_wait(const api_http_ctx_t *ctx, api_http_trace_t *trace, uint64_t begin,
    uint64_t end)
{
    api_http_trace_fact_t  *of;

    if (trace->waits == 0) {
        return;
    }

    trace->waits = 0;

    of = add(ctx, trace, API_TRACE_WAIT);

    if (of != NULL) {
        of->begin = begin;
        of->end = end;
    }
}


/* of what nobody waits for any more no other fact is this request's */

static void
give_up(const api_http_ctx_t *ctx, api_http_trace_t *trace,
    const api_fact_t *fact)
{
    uint64_t                now;
    api_http_trace_fact_t  *of;

    now = api_http_clock();

    if (trace->waits != 0) {
        end_wait(ctx, trace, trace->waits, now);
        return;
    }

    if (fact->at == 0) {
        return;
    }

    of = add_statement(ctx, trace, fact);

    if (of != NULL) {
        of->end = ngx_max(of->begin, now);
        of->given_up = 1;
    }
}


/* NULL: there is no room */

static api_http_trace_fact_t *
add_statement(const api_http_ctx_t *ctx, api_http_trace_t *trace,
    const api_fact_t *fact)
{
    uint64_t                begin;
    api_http_trace_fact_t  *of;

    begin = begin_of(trace, fact);
    of = add(ctx, trace, API_TRACE_STATEMENT);

    if (of == NULL) {
        return NULL;
    }

    of->begin = begin;
    of->end = fact->at + fact->time;
    of->sent = fact->at;
    of->query = api_http_plan_query(ctx->route, ctx->part, fact->step);
    of->word = keep_host(fact->host);
    of->jobs = fact->jobs;
    of->rows = fact->n;
    of->replayed = trace->replayed;

    if (fact->word != NULL && ngx_strlen(fact->word) == API_TRACE_SQLSTATE) {
        of->failed = 1;
        ngx_memcpy(of->state, fact->word, API_TRACE_SQLSTATE);
    }

    return of;
}


/* the server works at them one after the other */

static uint64_t
begin_of(const api_http_trace_t *trace, const api_fact_t *fact)
{
    ngx_uint_t                    i;
    const api_http_trace_fact_t  *of;

    of = trace->facts.elts;

    for (i = trace->facts.nelts; i > 0; i--) {
        if (of[i - 1].kind == API_TRACE_STATEMENT
            && of[i - 1].sent == fact->at)
        {
            return of[i - 1].end;
        }
    }

    return fact->at;
}


/* the connection may be gone when it is wanted */

static const char *
keep_host(const char *host)
{
    size_t       len;
    ngx_uint_t   i;

    static char        *hosts[HOSTS];
    static ngx_uint_t   n;

    if (host == NULL || *host == '\0') {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        if (ngx_strcmp(hosts[i], host) == 0) {
            return hosts[i];
        }
    }

    len = ngx_strlen(host) + 1;

    if (n == HOSTS) {
        return NULL;
    }

    hosts[n] = ngx_alloc(len, ngx_cycle->log);
    if (hosts[n] == NULL) {
        return NULL;
    }

    ngx_memcpy(hosts[n], host, len);

    return hosts[n++];
}


static api_http_trace_fact_t *
add(const api_http_ctx_t *ctx, api_http_trace_t *trace,
    api_http_trace_kind_e kind)
{
    api_http_trace_fact_t  *of;

    if (trace->facts.nelts == API_TRACE_FACTS) {
        return NULL;
    }

    if (trace->facts.elts == NULL
        && ngx_array_init(&trace->facts, ctx->request->main->pool, 2,
                          sizeof(api_http_trace_fact_t))
           != NGX_OK)
    {
        return NULL;
    }

    of = ngx_array_push(&trace->facts);

    if (of != NULL) {
        ngx_memzero(of, sizeof(api_http_trace_fact_t));
        of->kind = kind;
        of->route = ctx->route;
    }

    return of;
}
