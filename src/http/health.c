
#include "http/health.h"
#include "core/buf.h"
#include "http/headers.h"
#include "http/health_state.h"
#include "http/metrics.h"
#include "http/metrics_db.h"
#include "json/write.h"


/* of an answer */
#define MOST         (256 * 1024)

/* seconds of Retry-After: a load balancer asks again anyway */
#define RETRY_AFTER  "1"


static ngx_int_t answer(ngx_http_request_t *r, ngx_uint_t status,
    api_buf_t *b);
static ngx_uint_t is_ending(void);
static ngx_int_t wants_details(ngx_http_request_t *r,
    const api_http_health_loc_conf_t *hlcf, ngx_uint_t *details);
static void write_databases(api_buf_t *b);
static void write_database(api_buf_t *b, const api_http_database_t *database);
static ngx_uint_t is_connected(const uint64_t *values);
static void write_role(api_buf_t *b, ngx_uint_t standby);
static void write_number(api_buf_t *b, const char *name, uint64_t value);


ngx_int_t
api_http_health_handler(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    api_buf_t                    b;
    ngx_uint_t                   details, ready;
    api_http_health_loc_conf_t  *hlcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    hlcf = ngx_http_get_module_loc_conf(r, ngx_http_api_health_module);

    if (wants_details(r, hlcf, &details) != NGX_OK
        || api_buf_init(&b, r->pool, 128, MOST) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (!hlcf->ready) {
        api_buf_add_literal(&b, "{\"status\":\"live\"}");
        return answer(r, NGX_HTTP_OK, &b);
    }

    ready = !is_ending() && api_http_health_ready();

    if (ready) {
        api_buf_add_literal(&b, "{\"status\":\"ready\"");

    } else {
        api_buf_add_literal(&b, "{\"status\":\"not ready\"");
    }

    if (details) {
        api_buf_add_literal(&b, ",\"exiting\":");

        if (is_ending()) {
            api_buf_add_literal(&b, "true");

        } else {
            api_buf_add_literal(&b, "false");
        }

        write_databases(&b);
    }

    api_buf_add_char(&b, '}');

    return answer(r, ready ? NGX_HTTP_OK : NGX_HTTP_SERVICE_UNAVAILABLE, &b);
}


/* nginx ends; in a reload only this process does, and newer ones serve */

static ngx_uint_t
is_ending(void)
{
    ngx_uint_t                  i;
    api_metrics_zone_t         *zone;
    const api_metrics_owner_t  *owner;

    if (!ngx_exiting && !ngx_quit && !ngx_terminate) {
        return 0;
    }

    zone = &api_http_metrics_conf()->zone;

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {
        owner = &zone->root->owners[i];

        if (owner->cycle > zone->cycle && api_metrics_zone_lives(owner)) {
            return 0;
        }
    }

    return 1;
}


/* details=$variable: anything but nothing, "0" and "off" */

static ngx_int_t
wants_details(ngx_http_request_t *r, const api_http_health_loc_conf_t *hlcf,
    ngx_uint_t *details)
{
    ngx_str_t  value;

    *details = hlcf->always;

    if (hlcf->details == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, hlcf->details, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    *details = value.len != 0 && !api_str_is(&value, "0")
               && !api_str_is(&value, "off");

    return NGX_OK;
}


static void
write_databases(api_buf_t *b)
{
    ngx_uint_t              i;
    api_http_main_conf_t   *amcf;
    api_http_database_t   **database;

    amcf = ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_http_api_module);
    database = amcf->databases.elts;

    api_buf_add_literal(b, ",\"databases\":{");

    for (i = 0; i < amcf->databases.nelts; i++) {

        if (i != 0) {
            api_buf_add_char(b, ',');
        }

        write_database(b, database[i]);
    }

    api_buf_add_char(b, '}');
}


/* no host, no message of the server's */

static void
write_database(api_buf_t *b, const api_http_database_t *database)
{
    uint64_t     values[API_DATABASE_VALUES], version;
    const char  *fault;

    fault = api_http_health_fault(database);
    api_http_metrics_db_sum(database, 1, values);

    api_json_write_untrusted(b, database->db.name.data, database->db.name.len);

    if (fault == NULL) {
        api_buf_add_literal(b, ":{\"up\":true");

    } else {
        api_buf_add_literal(b, ":{\"up\":false,\"fault\":");
        api_json_write_string(b, (const u_char *) fault, ngx_strlen(fault));
    }

    if (is_connected(values)) {
        write_role(b, values[API_DATABASE_STANDBY] != 0);
    }

    write_number(b, "idle", values[API_DATABASE_IDLE]);
    write_number(b, "used", values[API_DATABASE_USED]);
    write_number(b, "opening", values[API_DATABASE_OPENING]);
    write_number(b, "waiting", values[API_DATABASE_PENDING]);

    version = values[API_DATABASE_VERSION];

    if (version != 0) {
        api_buf_add_literal(b, ",\"version\":\"");
        api_buf_add_uint(b, version / 10000);
        api_buf_add_char(b, '.');
        api_buf_add_uint(b, version % 10000);
        api_buf_add_char(b, '"');
    }

    api_buf_add_char(b, '}');
}


static ngx_uint_t
is_connected(const uint64_t *values)
{
    return values[API_DATABASE_IDLE] + values[API_DATABASE_USED] != 0;
}


static void
write_role(api_buf_t *b, ngx_uint_t standby)
{
    if (standby) {
        api_buf_add_literal(b, ",\"role\":\"standby\"");

    } else {
        api_buf_add_literal(b, ",\"role\":\"primary\"");
    }
}


static void
write_number(api_buf_t *b, const char *name, uint64_t value)
{
    api_buf_add_literal(b, ",\"");
    api_buf_add(b, name, ngx_strlen(name));
    api_buf_add_literal(b, "\":");
    api_buf_add_uint(b, value);
}


static ngx_int_t
answer(ngx_http_request_t *r, ngx_uint_t status, api_buf_t *b)
{
    ngx_str_t                 type;
    ngx_http_complex_value_t  text;

    static const ngx_str_t  cache = ngx_string("Cache-Control");
    static const ngx_str_t  no_store = ngx_string("no-store");
    static const ngx_str_t  retry = ngx_string("Retry-After");
    static const ngx_str_t  after = ngx_string(RETRY_AFTER);

    ngx_memzero(&text, sizeof(ngx_http_complex_value_t));

    if (api_buf_string(b, &text.value) != NGX_OK
        || api_http_headers_add(r, &cache, &no_store) != NGX_OK
        || (status != NGX_HTTP_OK
            && api_http_headers_add(r, &retry, &after) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&type, "application/json");

    return ngx_http_send_response(r, status, &type, &text);
}
