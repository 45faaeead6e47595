
#include "http/metrics_requests.h"
#include "http/clock.h"
#include "http/metrics.h"
#include "http/vars.h"


/*
 * So many methods and statuses of a route have series of their own: a route
 * has one method, or HEAD, and what is beyond is an upstream's whim.  Without a
 * route there are more of both.
 */
#define OF_ROUTE     24
#define OF_NO_ROUTE  128


typedef struct {
    ngx_uint_t           method;         /* bit of r->method; 0: another one */
    ngx_uint_t           status;         /* 0 and method 0: all others */
    uint64_t            *values;         /* NULL: no room for them */
} requests_entry_t;

typedef struct {
    uint64_t            *values;
    unsigned             known:1;        /* asked for, be it NULL */
} requests_counter_t;

/* a route, or none */
typedef struct {
    ngx_array_t          entries;        /* of requests_entry_t */
    requests_counter_t   bytes;
    requests_counter_t  *errors;         /* by code; NULL: none yet */
} requests_route_t;


static requests_route_t *route_of(const api_http_route_t *route);
static uint64_t duration(const ngx_http_request_t *r,
    const api_http_ctx_t *begun);
static uint64_t *find(requests_route_t *of, const api_http_route_t *route,
    ngx_uint_t method, ngx_uint_t status);
static uint64_t *add(requests_route_t *of, const api_http_route_t *route,
    ngx_uint_t method, ngx_uint_t status);
static uint64_t *ask(const api_http_route_t *route, ngx_uint_t method,
    ngx_uint_t status);
static void count_bytes(requests_route_t *of, const api_http_route_t *route,
    off_t n);
static void count_error(requests_route_t *of, const api_http_route_t *route,
    api_error_code_e code);
static uint64_t *counter_of(requests_counter_t *counter,
    api_metrics_family_e family, const api_http_route_t *route,
    const char *code);
static const char *method_name(ngx_uint_t method);


static requests_route_t  *routes;        /* by route->index; the last: none */
static ngx_uint_t         nroutes;
static ngx_pool_t        *pool;


ngx_int_t
api_http_metrics_requests_begin(ngx_cycle_t *cycle,
    const api_http_main_conf_t *amcf)
{
    pool = cycle->pool;
    nroutes = amcf->nroutes;

    routes = ngx_pcalloc(pool, (nroutes + 1) * sizeof(requests_route_t));

    return routes != NULL ? NGX_OK : NGX_ERROR;
}


/* a subrequest is a part of another one, and what nginx has led elsewhere is
   the same one */

void
api_http_metrics_requests_begun(const api_http_ctx_t *ctx)
{
    if (ctx->request == ctx->request->main
        && api_http_ctx_begun(ctx->previous) == NULL)
    {
        api_metrics_zone_owner(&api_http_metrics_conf()->zone)->active++;
    }
}


ngx_int_t
api_http_metrics_requests_log(ngx_http_request_t *r)
{
    ngx_uint_t               status;
    requests_route_t        *of;
    const api_http_ctx_t    *begun;
    const api_http_route_t  *route;

    if (r != r->main || api_http_metrics_conf() == NULL) {
        return NGX_OK;
    }

    begun = api_http_ctx_begun(api_http_ctx_seen(r));
    route = api_http_vars_route(r);
    of = route_of(route);

    status = r->err_status ? r->err_status : r->headers_out.status;

    api_http_metrics_add(API_METRICS_REQUESTS,
                         find(of, route, r->method, status),
                         duration(r, begun));

    count_bytes(of, route, r->connection->sent);

    if (status >= NGX_HTTP_BAD_REQUEST) {
        count_error(of, route, api_http_vars_code(r));
    }

    if (begun != NULL) {
        api_metrics_zone_owner(&api_http_metrics_conf()->zone)->active--;
    }

    return NGX_OK;
}


static requests_route_t *
route_of(const api_http_route_t *route)
{
    return &routes[route != NULL ? ngx_min(route->index, nroutes) : nroutes];
}


/* µs; of what has no steps of ours nginx knows the milliseconds */

static uint64_t
duration(const ngx_http_request_t *r, const api_http_ctx_t *begun)
{
    return begun != NULL ? api_http_clock() - begun->begun
                         : api_http_clock_since(r) * 1000;
}


static uint64_t *
find(requests_route_t *of, const api_http_route_t *route, ngx_uint_t method,
    ngx_uint_t status)
{
    ngx_uint_t         i, most;
    requests_entry_t  *entry;

    entry = of->entries.elts;

    for (i = 0; i < of->entries.nelts; i++) {
        if (entry[i].status == status && entry[i].method == method) {
            return entry[i].values;
        }
    }

    most = (route != NULL) ? OF_ROUTE : OF_NO_ROUTE;

    /* the last one has all others */

    return i > most ? entry[most].values
           : i == most ? add(of, route, 0, 0)
           : add(of, route, method, status);
}


static uint64_t *
add(requests_route_t *of, const api_http_route_t *route, ngx_uint_t method,
    ngx_uint_t status)
{
    requests_entry_t  *entry;

    if (of->entries.elts == NULL
        && ngx_array_init(&of->entries, pool, 2, sizeof(requests_entry_t))
           != NGX_OK)
    {
        return NULL;
    }

    entry = ngx_array_push(&of->entries);
    if (entry == NULL) {
        return NULL;
    }

    entry->method = method;
    entry->status = status;
    entry->values = ask(route, method, status);

    return entry->values;
}


static uint64_t *
ask(const api_http_route_t *route, ngx_uint_t method, ngx_uint_t status)
{
    u_char                    digits[NGX_INT_T_LEN];
    const ngx_str_t          *subject;
    api_http_metrics_label_t  labels[API_METRICS_PAIRS];

    static const ngx_str_t  none = ngx_null_string;

    subject = (route != NULL) ? &route->name : &none;

    labels[0].name = "http_request_method";
    labels[0].value.data = api_unconst(method_name(method));
    labels[0].value.len = ngx_strlen(labels[0].value.data);

    labels[1].name = "http_route";
    labels[1].value = api_http_metrics_path(route);

    labels[2].name = "http_response_status_code";

    if (method == 0 && status == 0) {
        ngx_str_set(&labels[2].value, "other");

    } else {
        labels[2].value.data = digits;
        labels[2].value.len = (size_t) (ngx_sprintf(digits, "%ui", status)
                                        - digits);
    }

    return api_http_metrics_values(API_METRICS_REQUESTS, subject, labels);
}


static void
count_bytes(requests_route_t *of, const api_http_route_t *route, off_t n)
{
    uint64_t  *values;

    values = counter_of(&of->bytes, API_METRICS_BYTES, route, NULL);

    if (values != NULL) {
        *values += (uint64_t) n;
    }
}


/* what is an error and none of ours, an upstream's for instance, has a status
   and no code */

static void
count_error(requests_route_t *of, const api_http_route_t *route,
    api_error_code_e code)
{
    uint64_t  *values;

    if (code == API_ERROR_NONE) {
        return;
    }

    if (of->errors == NULL) {
        of->errors = ngx_pcalloc(pool, API_ERROR_MAX
                                       * sizeof(requests_counter_t));
        if (of->errors == NULL) {
            return;
        }
    }

    values = counter_of(&of->errors[code], API_METRICS_ERRORS, route,
                        api_error_name(code));

    if (values != NULL) {
        *values += 1;
    }
}


/* routes of one path and other methods have the same; NULL: no room for it */

static uint64_t *
counter_of(requests_counter_t *counter, api_metrics_family_e family,
    const api_http_route_t *route, const char *code)
{
    ngx_str_t                 path;
    api_http_metrics_label_t  labels[API_METRICS_PAIRS];

    if (counter->known) {
        return counter->values;
    }

    counter->known = 1;
    path = api_http_metrics_path(route);

    ngx_memzero(labels, sizeof(labels));

    labels[0].name = "http_route";
    labels[0].value = path;

    if (code != NULL) {
        labels[1].name = "code";
        labels[1].value.data = api_unconst(code);
        labels[1].value.len = ngx_strlen(code);
    }

    counter->values = api_http_metrics_values(family, &path, labels);

    return counter->values;
}


/* as OpenTelemetry has it: any other one is _OTHER */

static const char *
method_name(ngx_uint_t method)
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
        if (names[i].method == method) {
            return names[i].name;
        }
    }

    return "_OTHER";
}
