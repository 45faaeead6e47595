
/*
 * api_metrics: what workers count, where it is read, how much room it has.
 */

#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/place.h"
#include "http/chapter.h"
#include "http/metrics.h"
#include "http/metrics_page.h"
#include "http/metrics_requests.h"
#include "http/metrics_worker.h"


#define METRICS_ZONE   "api_metrics"
#define METRICS_SIZE   (2 * 1024 * 1024)
#define METRICS_LEAST  (256 * 1024)

/* µs: of a bound */
#define METRICS_MOST   ((uint64_t) 3600 * 1000000)


static void *create_main(ngx_conf_t *cf);
static char *init_main(ngx_conf_t *cf, void *conf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static ngx_int_t finish(ngx_conf_t *cf);
static char *read_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *read_buckets(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static uint64_t read_bound(const ngx_str_t *word);
static const u_char *read_number(const ngx_str_t *word, uint64_t *millionths);
static char *read_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t add_zone(ngx_conf_t *cf, api_http_metrics_conf_t *mcf);
static ngx_int_t add_routes(ngx_conf_t *cf, ngx_array_t *subjects);
static ngx_int_t add_subject(ngx_array_t *subjects, const ngx_str_t *name);


static ngx_command_t  commands[] = {

    /* http */

    { ngx_string("api_metrics_zone"),
      API_CONF_ANYWHERE|NGX_CONF_TAKE1,
      read_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("api_metrics_buckets"),
      API_CONF_ANYWHERE|NGX_CONF_1MORE,
      read_buckets,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    /* location */

    { ngx_string("api_metrics"),
      API_CONF_ANYWHERE|NGX_CONF_NOARGS,
      read_metrics,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter,                           /* preconfiguration */
    finish,                                /* postconfiguration */

    create_main,                           /* create main configuration */
    init_main,                             /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_metrics_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    api_http_metrics_worker_begin,         /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    api_http_metrics_worker_end,           /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static api_http_chapter_t  chapter = {
    .name = "metrics",
    .observer = api_http_metrics_worker_observer,
    .events = ~(api_observe_bit(API_EVENT_STEP_BEGUN)
                | api_observe_bit(API_EVENT_STEP_ENDED)
                | api_observe_bit(API_EVENT_STEP_WAITS)
                | api_observe_bit(API_EVENT_STEP_RESUMED)
                | api_observe_bit(API_EVENT_ANSWER_SENT)
                | api_observe_bit(API_EVENT_JOB_SUBMITTED)
                | api_observe_bit(API_EVENT_JOB_REFUSED)
                | api_observe_bit(API_EVENT_JOB_FORGOTTEN))
};

/* µs */
static const uint64_t  bounds[] = {
    250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000,
    1000000, 2500000, 5000000, 10000000
};


static void *
create_main(ngx_conf_t *cf)
{
    api_http_metrics_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(api_http_metrics_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mcf->zone.subjects, cf->pool, 16, sizeof(uint32_t))
        != NGX_OK)
    {
        return NULL;
    }

    mcf->times.bounds = mcf->bounds;
    mcf->times.time = 1;

    return mcf;
}


static char *
init_main(ngx_conf_t *cf, void *conf)
{
    api_http_metrics_conf_t *mcf = conf;

    (void) cf;

    if (mcf->times.n == 0) {
        ngx_memcpy(mcf->bounds, bounds, sizeof(bounds));
        mcf->times.n = sizeof(bounds) / sizeof(bounds[0]);
    }

    if (mcf->size == 0) {
        mcf->size = METRICS_SIZE;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    return api_http_chapter_add(cf, &chapter);
}


/* api_metrics_zone SIZE */

static char *
read_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_metrics_conf_t *mcf = conf;

    ssize_t     size;
    ngx_str_t  *value;

    if (cf->cmd_type != NGX_HTTP_MAIN_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in http { }: all workers share "
                                   "one zone");
    }

    if (mcf->size != 0) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size == NGX_ERROR || size < METRICS_LEAST) {
        return api_conf_keep_why(cf, cmd, NULL,
                                 "must be a size of 256k or more, as 2m");
    }

    mcf->size = (size_t) size;

    return NGX_CONF_OK;
}


/* api_metrics_buckets TIME ... */

static char *
read_buckets(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_metrics_conf_t *mcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i, n;

    if (cf->cmd_type != NGX_HTTP_MAIN_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in http { }: histograms are added "
                                   "up over all routes");
    }

    if (mcf->times.n != 0) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;
    n = cf->args->nelts - 1;

    if (n > API_METRICS_BOUNDS) {
        return api_conf_keep_why(cf, cmd, NULL,
                                 "has more than 32 bounds: each is a series "
                                 "for every route and status");
    }

    for (i = 0; i < n; i++) {

        mcf->bounds[i] = read_bound(&value[i + 1]);

        if (mcf->bounds[i] == 0) {
            api_conf_wrong(cf, i + 1, "api_metrics_buckets \"%V\": must be a "
                           "time from 1us to 3600s, as 0.25ms, 10ms or 2.5s",
                           &value[i + 1]);
            return api_conf_keep(cf, NULL, 0);
        }

        if (i != 0 && mcf->bounds[i] <= mcf->bounds[i - 1]) {
            api_conf_wrong(cf, i + 1, "api_metrics_buckets \"%V\": must be "
                           "above the one before it", &value[i + 1]);
            return api_conf_keep(cf, NULL, 0);
        }
    }

    mcf->times.n = n;

    return NGX_CONF_OK;
}


/* µs; 0: it is none */

static uint64_t
read_bound(const ngx_str_t *word)
{
    size_t         len;
    uint64_t       millionths, us;
    const u_char  *unit;

    unit = read_number(word, &millionths);

    if (unit == NULL) {
        return 0;
    }

    len = (size_t) (word->data + word->len - unit);

    if (len == 1 && unit[0] == 's') {
        us = millionths;

    } else if (len == 2 && unit[0] == 'm' && unit[1] == 's') {
        us = millionths % 1000 ? 0 : millionths / 1000;

    } else if (len == 2 && unit[0] == 'u' && unit[1] == 's') {
        us = millionths % 1000000 ? 0 : millionths / 1000000;

    } else {
        return 0;
    }

    return us <= METRICS_MOST ? us : 0;
}


/* what stands behind it; NULL: that is no number, or has too many digits */

static const u_char *
read_number(const ngx_str_t *word, uint64_t *millionths)
{
    ngx_uint_t     digits, behind, point;
    const u_char  *p, *end;

    digits = 0;
    behind = 0;
    point = 0;
    *millionths = 0;

    end = word->data + word->len;

    for (p = word->data; p < end; p++) {

        if (*p == '.' && !point && digits) {
            point = 1;
            continue;
        }

        if (*p < '0' || *p > '9') {
            break;
        }

        *millionths = *millionths * 10 + (uint64_t) (*p - '0');
        digits++;
        behind += point;
    }

    if (digits == 0 || digits > 10 || behind > 6) {
        return NULL;
    }

    for ( /* void */ ; behind < 6; behind++) {
        *millionths *= 10;
    }

    return p;
}


/* api_metrics */

static char *
read_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_metrics_conf_t *mcf = conf;

    ngx_http_core_loc_conf_t  *clcf;

    if (cf->cmd_type != NGX_HTTP_LOC_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in a location of its own");
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler == api_http_metrics_page) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    clcf->handler = api_http_metrics_page;
    mcf->used = 1;
    mcf->shown = 1;

    return NGX_CONF_OK;
}


static ngx_int_t
finish(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *handler;
    api_http_metrics_conf_t    *mcf;
    ngx_http_core_main_conf_t  *cmcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_metrics_module);

    if (!mcf->used) {
        return NGX_OK;
    }

    if (mcf->shown) {
        cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

        handler = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
        if (handler == NULL) {
            return NGX_ERROR;
        }

        *handler = api_http_metrics_requests_log;
    }

    return add_zone(cf, mcf);
}


static ngx_int_t
add_zone(ngx_conf_t *cf, api_http_metrics_conf_t *mcf)
{
    ngx_str_t                name;
    ngx_uint_t               i;
    ngx_shm_zone_t          *zone;
    api_http_main_conf_t    *amcf;
    api_http_database_t    **database;

    ngx_str_null(&name);

    if (add_subject(&mcf->zone.subjects, &name) != NGX_OK
        || add_routes(cf, &mcf->zone.subjects) != NGX_OK)
    {
        return NGX_ERROR;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);
    database = amcf->databases.elts;

    for (i = 0; i < amcf->databases.nelts; i++) {
        if (add_subject(&mcf->zone.subjects, &database[i]->db.name) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_str_set(&name, METRICS_ZONE);

    zone = ngx_shared_memory_add(cf, &name, mcf->size,
                                 &ngx_http_api_metrics_module);
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->init = api_metrics_zone_init;
    zone->data = &mcf->zone;
    mcf->zone.zone = zone;

    return NGX_OK;
}


/* adds the routes of all servers; several may have a name and path in
   common */

static ngx_int_t
add_routes(ngx_conf_t *cf, ngx_array_t *subjects)
{
    ngx_str_t                    path;
    ngx_uint_t                   i, k;
    api_http_route_t           **route;
    api_http_srv_conf_t         *ascf;
    ngx_http_core_srv_conf_t   **server;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    server = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {

        ascf = server[i]->ctx->srv_conf[ngx_http_api_module.ctx_index];

        if (ascf->routes == NULL) {
            continue;
        }

        route = ascf->routes->elts;

        for (k = 0; k < ascf->routes->nelts; k++) {
            path = api_http_metrics_path(route[k]);

            if (add_subject(subjects, &route[k]->name) != NGX_OK
                || add_subject(subjects, &path) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
add_subject(ngx_array_t *subjects, const ngx_str_t *name)
{
    uint32_t  *subject;

    subject = ngx_array_push(subjects);
    if (subject == NULL) {
        return NGX_ERROR;
    }

    *subject = api_metrics_zone_subject(name);

    return NGX_OK;
}
