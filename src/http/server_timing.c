
#include "http/server_timing.h"
#include "http/clock.h"
#include "http/headers.h"
#include "http/vars.h"


/* three names, each with milliseconds and microseconds */
#define SERVER_TIMING_MAX  (3 * (sizeof("total;dur=.000, ") + NGX_INT64_LEN))


static ngx_int_t add_header(ngx_http_request_t *r);
static ngx_int_t is_wanted(ngx_http_request_t *r);
static u_char *write_time(u_char *p, const char *name, uint64_t us);
static uint64_t total(ngx_http_request_t *r);


static const ngx_str_t  header_name = ngx_string("Server-Timing");

static ngx_http_output_header_filter_pt  next_header;


ngx_int_t
api_http_server_timing_init(ngx_conf_t *cf)
{
    (void) cf;

    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = add_header;

    return NGX_OK;
}


/* what an upstream has said stays beside it: the header is a list */

static ngx_int_t
add_header(ngx_http_request_t *r)
{
    u_char                *p;
    ngx_int_t              rc;
    ngx_str_t              value;
    const api_http_ctx_t  *ctx;

    rc = is_wanted(r);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? next_header(r) : NGX_ERROR;
    }

    value.data = ngx_pnalloc(r->pool, SERVER_TIMING_MAX);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    p = value.data;
    ctx = api_http_vars_asked(r);

    if (ctx != NULL) {
        p = write_time(p, "wait", ctx->wait_time);
        p = ngx_cpymem(p, ", ", 2);
        p = write_time(p, "db", ctx->db_time - ctx->wait_time);
        p = ngx_cpymem(p, ", ", 2);
    }

    p = write_time(p, "total", total(r));

    value.len = (size_t) (p - value.data);

    return api_http_headers_add(r, &header_name, &value) == NGX_OK
           ? next_header(r) : NGX_ERROR;
}


/* NGX_OK, NGX_DECLINED or NGX_ERROR (memory) */

static ngx_int_t
is_wanted(ngx_http_request_t *r)
{
    ngx_str_t                                 value;
    const api_http_server_timing_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_api_server_timing_module);

    if (slcf->wanted == NULL || r != r->main || !api_http_ctx_covers(r)) {
        return NGX_DECLINED;
    }

    if (ngx_http_complex_value(r, slcf->wanted, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    return value.len == 0 || api_str_is(&value, "0")
           || api_str_is(&value, "off") ? NGX_DECLINED : NGX_OK;
}


/* the unit is milliseconds */

static u_char *
write_time(u_char *p, const char *name, uint64_t us)
{
    return ngx_sprintf(p, "%s;dur=%uL.%03uL", name, us / 1000, us % 1000);
}


/* µs, to nginx's milliseconds where nobody observes */

static uint64_t
total(ngx_http_request_t *r)
{
    const api_http_ctx_t  *begun;

    begun = api_http_ctx_begun(api_http_ctx_seen(r));

    return begun != NULL ? api_http_clock() - begun->begun
                         : api_http_clock_since(r) * 1000;
}
