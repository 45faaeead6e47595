
#include "http/metrics_server.h"
#include "http/health_state.h"
#include "http/metrics.h"
#include "http/metrics_db.h"
#include "db/tell.h"


/* of what workers have at this moment */
typedef struct {
    ngx_uint_t  workers;
    uint64_t    active;                   /* requests */
    uint64_t    resident;                 /* bytes, of all */
    uint64_t    largest;                  /* and of the largest one */
} server_now_t;


static void look(const api_metrics_root_t *root, server_now_t *now);
static void write_one(api_observe_text_t *text, const char *name,
    const char *type, const char *help, uint64_t value);
static ngx_int_t write_memory(api_observe_text_t *text,
    const server_now_t *now);
static ngx_int_t write_zone(api_observe_text_t *text,
    const api_observe_family_t *family, const ngx_shm_zone_t *zone);
static void write_nginx(api_observe_text_t *text);
static ngx_int_t write_build(api_observe_text_t *text);


static const ngx_str_t  none = ngx_null_string;


ngx_int_t
api_http_metrics_server(api_observe_text_t *text)
{
    server_now_t              now;
    const api_metrics_zone_t *zone;

    zone = &api_http_metrics_conf()->zone;

    look(zone->root, &now);

    write_one(text, "http_server_active_requests", "gauge",
              "Requests of routes that are being answered.", now.active);

    write_one(text, "api_workers", "gauge",
              "Worker processes, those that only finish their requests "
              "included.", now.workers);

    write_one(text, "api_worker_starts_total", "counter",
              "Worker processes that were ever started.", zone->root->starts);

    write_one(text, "api_config_load_timestamp_seconds", "gauge",
              "When the configuration was read, in Unix time.",
              (uint64_t) zone->loaded);

    write_one(text, "api_series_dropped_total", "counter",
              "Series that a worker does not count, for api_metrics_zone is "
              "full.", zone->root->dropped);

    write_nginx(text);

    return write_memory(text, &now) == NGX_OK ? write_build(text) : NGX_ERROR;
}


static void
look(const api_metrics_root_t *root, server_now_t *now)
{
    ngx_uint_t                  i;
    const api_metrics_owner_t  *owner;

    ngx_memzero(now, sizeof(server_now_t));

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {
        owner = &root->owners[i];

        if (!api_metrics_zone_lives(owner)) {
            continue;
        }

        now->workers++;
        now->active += owner->active;
        now->resident += owner->resident;
        now->largest = ngx_max(now->largest, owner->resident);
    }
}


static void
write_one(api_observe_text_t *text, const char *name, const char *type,
    const char *help, uint64_t value)
{
    api_observe_family_t  family;

    family.name = name;
    family.type = type;
    family.help = help;

    api_observe_text_family(text, &family);
    api_observe_text_sample(text, &family, &none, NULL, value);
}


static ngx_int_t
write_memory(api_observe_text_t *text, const server_now_t *now)
{
    ngx_uint_t                        i;
    const ngx_shm_zone_t             *zone;
    const volatile ngx_list_part_t   *part;

    static const api_observe_family_t  family = {
        "api_memory_bytes", "gauge",
        "Memory: resident of all workers together and of the largest one, and "
        "what of each shared zone is used."
    };

    api_observe_text_family(text, &family);

    api_observe_text_sample(text, &family, &none,
                            "kind=\"resident\",name=\"workers\"",
                            now->resident);
    api_observe_text_sample(text, &family, &none,
                            "kind=\"resident\",name=\"largest_worker\"",
                            now->largest);

    for (part = &ngx_cycle->shared_memory.part; part; part = part->next) {
        zone = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (write_zone(text, &family, &zone[i]) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
write_zone(api_observe_text_t *text, const api_observe_family_t *family,
    const ngx_shm_zone_t *zone)
{
    u_char                 *start, *last;
    ngx_str_t               labels;
    const ngx_slab_pool_t  *slab;

    static const ngx_str_t  kind = ngx_string("zone_used");

    slab = (const ngx_slab_pool_t *) zone->shm.addr;

    if (slab == NULL) {
        return NGX_OK;
    }

    start = ngx_pnalloc(text->pool, API_METRICS_LABELS);
    if (start == NULL) {
        return NGX_ERROR;
    }

    last = api_observe_label(start, start, start + API_METRICS_LABELS, "kind",
                             &kind);
    last = api_observe_label(start, last, start + API_METRICS_LABELS, "name",
                             &zone->shm.name);
    if (last == NULL) {
        return NGX_OK;
    }

    labels.data = start;
    labels.len = (size_t) (last - start);

    api_observe_text_sample(text, family, &labels, NULL,
                            zone->shm.size - slab->pfree * ngx_pagesize);

    return NGX_OK;
}


/* by the names of nginx-prometheus-exporter */

static void
write_nginx(api_observe_text_t *text)
{
#if (NGX_STAT_STUB)
    write_one(text, "nginx_connections_active", "gauge",
              "Connections of clients.", *ngx_stat_active);
    write_one(text, "nginx_connections_reading", "gauge",
              "Connections whose request is being read.", *ngx_stat_reading);
    write_one(text, "nginx_connections_writing", "gauge",
              "Connections whose request is being answered.",
              *ngx_stat_writing);
    write_one(text, "nginx_connections_waiting", "gauge",
              "Connections that are kept without a request.",
              *ngx_stat_waiting);
    write_one(text, "nginx_connections_accepted_total", "counter",
              "Connections that were accepted.", *ngx_stat_accepted);
    write_one(text, "nginx_connections_handled_total", "counter",
              "Connections that were accepted and served.",
              *ngx_stat_handled);
    write_one(text, "nginx_http_requests_total", "counter",
              "Requests, as nginx counts them.", *ngx_stat_requests);
#else
    (void) text;
#endif
}


static ngx_int_t
write_build(api_observe_text_t *text)
{
    u_char                *start, *last, *p;
    ngx_str_t              labels;
    api_observe_family_t   family;

    static const size_t  most = 256;

    static const ngx_str_t  version = ngx_string(API_VERSION);
    static const ngx_str_t  nginx = ngx_string(NGINX_VERSION);

    start = ngx_pnalloc(text->pool, most);
    p = ngx_pnalloc(text->pool, NGX_INT_T_LEN);

    if (start == NULL || p == NULL) {
        return NGX_ERROR;
    }

    labels.data = p;
    labels.len = (size_t) (ngx_sprintf(p, "%d", api_db_tell_libpq()) - p);

    last = api_observe_label(start, start, start + most, "version", &version);
    last = api_observe_label(start, last, start + most, "nginx", &nginx);
    last = api_observe_label(start, last, start + most, "libpq", &labels);

    if (last == NULL) {
        return NGX_ERROR;
    }

    labels.data = start;
    labels.len = (size_t) (last - start);

    family.name = "api_build_info";
    family.type = "gauge";
    family.help = "Versions; libpq 150018 is 15.18.";

    api_observe_text_family(text, &family);
    api_observe_text_sample(text, &family, &labels, NULL, 1);

    return NGX_OK;
}


ngx_int_t
api_http_metrics_server_databases(api_observe_text_t *text,
    const ngx_str_t *labels)
{
    ngx_uint_t              i;
    api_http_main_conf_t   *amcf;
    api_http_database_t   **database;

    static const api_observe_family_t  most = {
        "db_client_connection_max", "gauge", "max_connections."
    };
    static const api_observe_family_t  up = {
        "api_db_up", "gauge", "1: requests can be answered from it."
    };

    amcf = ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_http_api_module);
    database = amcf->databases.elts;

    api_observe_text_family(text, &most);

    for (i = 0; i < amcf->databases.nelts; i++) {
        api_observe_text_sample(text, &most, &labels[i], NULL,
                                database[i]->db.max_connections);
    }

    api_observe_text_family(text, &up);

    for (i = 0; i < amcf->databases.nelts; i++) {
        api_observe_text_sample(text, &up, &labels[i], NULL,
                                api_http_health_fault(database[i]) == NULL);
    }

    return NGX_OK;
}
