
#include "http/metrics_page.h"
#include "http/metrics.h"
#include "http/metrics_db.h"
#include "http/metrics_server.h"


typedef struct {
    api_metrics_family_e  family;
    api_observe_family_t  text;
} page_series_t;

typedef struct {
    api_observe_family_t  text;
    struct {
        api_database_value_e  value;
        const char           *label;
    } samples[4];                         /* without a label it is the last */
} page_database_t;


static ngx_uint_t is_open(const ngx_http_request_t *r);
static ngx_int_t write_series(api_observe_text_t *text,
    const page_series_t *series);
static ngx_int_t write_databases(api_observe_text_t *text);
static void write_database(api_observe_text_t *text,
    const page_database_t *family, const ngx_str_t *labels,
    const uint64_t *values);
static ngx_int_t label_databases(ngx_pool_t *pool, ngx_str_t *labels);
static ngx_int_t send_text(ngx_http_request_t *r,
    const api_observe_text_t *text);
static ngx_chain_t *chain(ngx_http_request_t *r,
    const api_observe_text_t *text);


static const page_series_t  series[] = {

    { API_METRICS_REQUESTS,
      { "http_server_request_duration_seconds", "histogram",
        "Requests, by the path of their route as it is declared." } },

    { API_METRICS_BYTES,
      { "api_response_bytes_total", "counter",
        "Bytes sent to clients, headers included." } },

    { API_METRICS_ERRORS,
      { "api_errors_total", "counter",
        "Answers that are errors, by the word that clients get as code." } },

    { API_METRICS_STATEMENTS,
      { "db_client_operation_duration_seconds", "histogram",
        "Statements from being sent to their result; error_type is the class "
        "of the SQLSTATE." } },

    { API_METRICS_WAIT,
      { "db_client_connection_wait_time_seconds", "histogram",
        "How long requests waited for a connection." } },

    { API_METRICS_CREATE,
      { "db_client_connection_create_time_seconds", "histogram",
        "How long it took to open a connection." } },

    { API_METRICS_BATCH,
      { "api_db_batch_jobs", "histogram",
        "Requests whose statements went to the database together." } },

    { API_METRICS_SPANS_EXPORTED,
      { "api_spans_exported_total", "counter",
        "Spans that the collector has taken." } },

    { API_METRICS_SPANS_DROPPED,
      { "api_spans_dropped_total", "counter",
        "Spans that never came to the collector, by the reason." } }
};

/* by database */

static const page_database_t  databases[] = {

    { { "api_db_connections", "gauge", "Connections of all workers." },
      { { API_DATABASE_IDLE, "state=\"idle\"" },
        { API_DATABASE_USED, "state=\"used\"" },
        { API_DATABASE_OPENING, "state=\"opening\"" },
        { API_DATABASE_VALUES, NULL } } },

    { { "db_client_connection_pending_requests", "gauge",
        "Requests that wait for a connection." },
      { { API_DATABASE_PENDING, NULL } } },

    { { "db_client_connection_timeouts_total", "counter",
        "Requests that got no connection within acquire_timeout." },
      { { API_DATABASE_TIMEOUTS, NULL } } },

    { { "api_db_failing_workers", "gauge",
        "Workers whose attempts to connect fail." },
      { { API_DATABASE_FAILING, NULL } } },

    { { "api_db_server_version", "gauge",
        "Version of the server, 150018 is 15.18; 0: not connected yet." },
      { { API_DATABASE_VERSION, NULL } } },

    { { "api_db_replayed_total", "counter",
        "Requests whose statements were sent once more." },
      { { API_DATABASE_REPLAYED, NULL } } },

    { { "api_db_cancelled_total", "counter",
        "Statements that the server was asked to cancel." },
      { { API_DATABASE_CANCELLED, NULL } } },

    { { "api_db_lost_total", "counter", "Connections that broke." },
      { { API_DATABASE_LOST, NULL } } },

    { { "api_db_prepared_total", "counter",
        "Statements prepared, on any connection." },
      { { API_DATABASE_PREPARED, NULL } } }
};


ngx_int_t
api_http_metrics_page(ngx_http_request_t *r)
{
    ngx_int_t           rc;
    ngx_uint_t          i;
    api_observe_text_t  text;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    if (api_http_metrics_conf() == NULL) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    api_observe_text_begin(&text, r->pool, is_open(r));

    for (i = 0; i < sizeof(series) / sizeof(series[0]); i++) {
        if (write_series(&text, &series[i]) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (write_databases(&text) != NGX_OK
        || api_http_metrics_server(&text) != NGX_OK
        || api_observe_text_end(&text) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return send_text(r, &text);
}


/* whoever takes OpenMetrics gets it; others do not say that they do not */

static ngx_uint_t
is_open(const ngx_http_request_t *r)
{
    ngx_uint_t              i;
    const ngx_list_part_t  *part;
    const ngx_table_elt_t  *h;

    static u_char  type[] = "application/openmetrics-text";

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == sizeof("Accept") - 1
                && ngx_strncasecmp(h[i].key.data, (u_char *) "Accept",
                                   sizeof("Accept") - 1) == 0
                && ngx_strlcasestrn(h[i].value.data,
                                    h[i].value.data + h[i].value.len, type,
                                    sizeof(type) - 2)
                   != NULL)
            {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_int_t
write_series(api_observe_text_t *text, const page_series_t *of)
{
    ngx_uint_t                    i;
    ngx_array_t                   sums;
    api_metrics_key_t             key;
    api_metrics_sum_t            *sum;
    api_http_metrics_conf_t      *mcf;
    const api_observe_buckets_t  *buckets;

    mcf = api_http_metrics_conf();
    api_http_metrics_key(mcf, of->family, &key);
    buckets = api_http_metrics_buckets(mcf, of->family);

    if (ngx_array_init(&sums, text->pool, 64, sizeof(api_metrics_sum_t))
        != NGX_OK
        || api_metrics_zone_read(&mcf->zone, &key, text->pool, &sums)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_observe_text_family(text, &of->text);

    sum = sums.elts;

    for (i = 0; i < sums.nelts; i++) {

        if (buckets != NULL) {
            api_observe_text_histogram(text, &of->text, &sum[i].labels,
                                       buckets, sum[i].values);

        } else {
            api_observe_text_sample(text, &of->text, &sum[i].labels, NULL,
                                    sum[i].values[0]);
        }
    }

    return NGX_OK;
}


/* those of this configuration */

static ngx_int_t
write_databases(api_observe_text_t *text)
{
    uint64_t               *values;
    ngx_str_t              *labels;
    ngx_uint_t              i, k, n;
    api_http_main_conf_t   *amcf;
    api_http_database_t   **database;

    amcf = ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_http_api_module);
    n = amcf->databases.nelts;
    database = amcf->databases.elts;

    if (n == 0) {
        return NGX_OK;
    }

    labels = ngx_palloc(text->pool, n * sizeof(ngx_str_t));
    values = ngx_palloc(text->pool, n * API_DATABASE_VALUES * sizeof(uint64_t));

    if (labels == NULL || values == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        labels[i] = database[i]->db.name;

        if (label_databases(text->pool, &labels[i]) != NGX_OK) {
            return NGX_ERROR;
        }

        api_http_metrics_db_sum(database[i], 1,
                                &values[i * API_DATABASE_VALUES]);
    }

    for (k = 0; k < sizeof(databases) / sizeof(databases[0]); k++) {

        api_observe_text_family(text, &databases[k].text);

        for (i = 0; i < n; i++) {
            write_database(text, &databases[k], &labels[i],
                           &values[i * API_DATABASE_VALUES]);
        }
    }

    return api_http_metrics_server_databases(text, labels);
}


static void
write_database(api_observe_text_t *text, const page_database_t *family,
    const ngx_str_t *labels, const uint64_t *values)
{
    ngx_uint_t  i;

    for (i = 0; i < 4 && family->samples[i].value != API_DATABASE_VALUES; i++) {

        api_observe_text_sample(text, &family->text, labels,
                                family->samples[i].label,
                                values[family->samples[i].value]);

        if (family->samples[i].label == NULL) {
            break;
        }
    }
}


/* a name becomes its label */

static ngx_int_t
label_databases(ngx_pool_t *pool, ngx_str_t *name)
{
    u_char  *start, *last;

    start = ngx_pnalloc(pool, API_METRICS_LABELS);
    if (start == NULL) {
        return NGX_ERROR;
    }

    last = api_observe_label(start, start, start + API_METRICS_LABELS,
                             "db_client_connection_pool_name", name);
    if (last == NULL) {
        return NGX_ERROR;
    }

    name->data = start;
    name->len = (size_t) (last - start);

    return NGX_OK;
}


static ngx_int_t
send_text(ngx_http_request_t *r, const api_observe_text_t *text)
{
    ngx_int_t     rc;
    ngx_chain_t  *out;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = (off_t) text->len;

    if (text->open) {
        ngx_str_set(&r->headers_out.content_type,
                    "application/openmetrics-text; version=1.0.0; "
                    "charset=utf-8");
    } else {
        ngx_str_set(&r->headers_out.content_type,
                    "text/plain; version=0.0.4; charset=utf-8");
    }

    /* of the type alone, without what follows the ";": gzip_types */

    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out = chain(r, text);

    return out != NULL ? ngx_http_output_filter(r, out) : NGX_ERROR;
}


static ngx_chain_t *
chain(ngx_http_request_t *r, const api_observe_text_t *text)
{
    ngx_buf_t            *b;
    ngx_chain_t          *cl, *first, **next;
    api_observe_slice_t  *slice;

    b = NULL;
    first = NULL;
    next = &first;

    for (slice = text->first; slice != NULL; slice = slice->next) {

        b = ngx_calloc_buf(r->pool);
        cl = ngx_alloc_chain_link(r->pool);

        if (b == NULL || cl == NULL) {
            return NULL;
        }

        b->pos = slice->start;
        b->last = slice->last;
        b->memory = 1;

        cl->buf = b;
        cl->next = NULL;
        *next = cl;
        next = &cl->next;
    }

    if (b != NULL) {
        b->last_buf = (r == r->main) ? 1 : 0;
        b->last_in_chain = 1;
    }

    return first;
}
