
#include "conf/keyset.h"
#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/keyset_place.h"
#include "conf/place.h"
#include "http/keyset_source.h"


#define KEYSET_ZONE     "api_jwks"
#define KEYSET_LEAST    (1024 * 1024)


typedef struct {
    ngx_array_t         sets;       /* of api_conf_keyset_t * */
    ngx_str_t           zone;
    size_t              size;       /* 0: not configured */
    ngx_array_t         places;     /* of api_http_keyset_place_t, one each */
} keyset_main_conf_t;


static void *create_main(ngx_conf_t *cf);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static char *read_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_time(const ngx_str_t *text, ngx_msec_t *msec);
static ngx_int_t finish(ngx_conf_t *cf);
static ngx_int_t add_zone(ngx_conf_t *cf, keyset_main_conf_t *kmcf);
static ngx_int_t init_module(ngx_cycle_t *cycle);
static ngx_int_t init_process(ngx_cycle_t *cycle);


static ngx_command_t  commands[] = {

    /* http */

    { ngx_string("api_jwt_zone"),
      API_CONF_ANYWHERE|NGX_CONF_TAKE1,
      read_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter,                           /* preconfiguration */
    finish,                                /* postconfiguration */

    create_main,                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_api_keyset_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    init_module,                           /* init module */
    init_process,                          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
create_main(ngx_conf_t *cf)
{
    keyset_main_conf_t  *kmcf;

    kmcf = ngx_pcalloc(cf->pool, sizeof(keyset_main_conf_t));
    if (kmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&kmcf->sets, cf->pool, 1, sizeof(api_conf_keyset_t *))
        != NGX_OK
        || ngx_array_init(&kmcf->places, cf->pool, 1,
                          sizeof(api_http_keyset_place_t))
           != NGX_OK)
    {
        return NULL;
    }

    ngx_str_set(&kmcf->zone, KEYSET_ZONE);

    return kmcf;
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    return api_http_chapter_add(cf, &api_http_keyset_chapter);
}


/* api_jwt_zone NAME:SIZE */

static char *
read_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    keyset_main_conf_t *kmcf = conf;

    u_char     *colon;
    ssize_t     size;
    ngx_str_t  *value, text;

    if (cf->cmd_type != NGX_HTTP_MAIN_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in http { }: all key sets share "
                                   "one zone");
    }

    if (kmcf->size != 0) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;
    colon = (u_char *) ngx_strchr(value[1].data, ':');
    size = 0;

    if (colon != NULL) {
        text.data = colon + 1;
        text.len = (size_t) (value[1].data + value[1].len - text.data);

        size = ngx_parse_size(&text);
    }

    if (colon == NULL || colon == value[1].data || size == NGX_ERROR
        || size < (ssize_t) (8 * ngx_pagesize))
    {
        return api_conf_keep_why(cf, cmd, NULL,
                                 "is written: api_jwt_zone NAME:SIZE, as "
                                 "jwks:1m, with 64k for each set of keys");
    }

    kmcf->zone.data = value[1].data;
    kmcf->zone.len = (size_t) (colon - value[1].data);
    kmcf->size = (size_t) size;

    return NGX_CONF_OK;
}


ngx_uint_t
api_conf_keyset_looks(const ngx_str_t *word)
{
    size_t  i;

    if (word->len == 0 || word->data[0] != '/') {
        return 0;
    }

    /* what exists as a file is a file */

    for (i = 0; i < word->len; i++) {
        if (word->data[i] == '?') {
            return 1;
        }
    }

    return access((const char *) word->data, F_OK) == -1;
}


const char *
api_conf_keyset_add(ngx_conf_t *cf, const ngx_str_t *uri,
    api_http_keyset_t **set)
{
    const char           *why;
    api_conf_keyset_t   **place, *keyset;
    keyset_main_conf_t   *kmcf;

    why = api_conf_keyset_path(uri);

    if (why != NULL) {
        return why;
    }

    kmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_keyset_module);

    place = ngx_array_push(&kmcf->sets);
    keyset = ngx_pcalloc(cf->pool, sizeof(api_conf_keyset_t));

    if (place == NULL || keyset == NULL) {
        return "no memory";
    }

    *place = keyset;
    *set = &keyset->set;

    api_conf_place(cf, &keyset->place);

    /* the server of a set in http { } is not known before all servers are */

    if ((cf->cmd_type & NGX_HTTP_MAIN_CONF) == 0) {
        keyset->server = ngx_http_conf_get_module_srv_conf(cf,
                                                       ngx_http_core_module);
    }

    keyset->set.uri = *uri;
    keyset->set.refresh = 10 * 60 * 1000;
    keyset->set.stale = 24 * 60 * 60 * 1000;
    keyset->set.pause = 30 * 1000;

    return NULL;
}


const char *
api_conf_keyset_option(api_http_keyset_t *set, const ngx_str_t *word)
{
    size_t       i;
    ngx_str_t    value;
    ngx_msec_t  *field;

    static const struct {
        ngx_str_t  name;
        size_t     offset;
    } options[] = {
        { ngx_string("refresh="), offsetof(api_http_keyset_t, refresh) },
        { ngx_string("stale="), offsetof(api_http_keyset_t, stale) },
        { ngx_string("pause="), offsetof(api_http_keyset_t, pause) }
    };

    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {

        if (word->len < options[i].name.len
            || ngx_strncmp(word->data, options[i].name.data,
                           options[i].name.len)
               != 0)
        {
            continue;
        }

        value.data = word->data + options[i].name.len;
        value.len = word->len - options[i].name.len;

        field = (ngx_msec_t *) (void *) ((u_char *) set + options[i].offset);

        return read_time(&value, field);
    }

    return "is unknown: behind a location may stand refresh=, stale= and "
           "pause=";
}


static const char *
read_time(const ngx_str_t *text, ngx_msec_t *msec)
{
    ngx_int_t  n;
    ngx_str_t  copy;

    copy = *text;
    n = ngx_parse_time(&copy, 0);

    if (n == NGX_ERROR || n < 1000 || n > (ngx_int_t) 20 * 24 * 3600 * 1000) {
        return "must be a time from 1s to 20d, as 10m";
    }

    *msec = (ngx_msec_t) n;

    return NULL;
}


/* postconfiguration: all faults of all sets are told */

static ngx_int_t
finish(ngx_conf_t *cf)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i;
    api_conf_keyset_t        **keyset;
    keyset_main_conf_t        *kmcf;
    api_http_keyset_place_t   *place;

    kmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_keyset_module);

    if (kmcf->sets.nelts == 0) {
        return NGX_OK;
    }

    rc = NGX_OK;
    keyset = kmcf->sets.elts;

    for (i = 0; i < kmcf->sets.nelts; i++) {

        place = ngx_array_push(&kmcf->places);
        if (place == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(place, sizeof(api_http_keyset_place_t));

        if (api_conf_keyset_settle(cf, &kmcf->sets, keyset[i], &place->key)
            != NGX_OK)
        {
            rc = NGX_ERROR;
        }
    }

    if (rc != NGX_OK || api_http_selfget_phase(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return add_zone(cf, kmcf);
}


static ngx_int_t
add_zone(ngx_conf_t *cf, keyset_main_conf_t *kmcf)
{
    size_t           needed;
    ngx_shm_zone_t  *zone;

    needed = kmcf->sets.nelts * API_HTTP_KEYSET_SIZE;

    if (kmcf->size == 0) {
        kmcf->size = ngx_max(needed, KEYSET_LEAST);

    } else if (kmcf->size < needed) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "api_jwt_zone \"%V\" has %uz bytes, which is too small "
                      "for %ui sets of keys: 64k each", &kmcf->zone, kmcf->size,
                      kmcf->sets.nelts);
        return NGX_ERROR;
    }

    zone = ngx_shared_memory_add(cf, &kmcf->zone, kmcf->size,
                                 &ngx_http_api_keyset_module);
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->init = api_http_keyset_zone_init;
    zone->data = &kmcf->places;

    return NGX_OK;
}


/* the zone is there */

static ngx_int_t
init_module(ngx_cycle_t *cycle)
{
    ngx_uint_t                 i;
    api_conf_keyset_t        **keyset;
    keyset_main_conf_t        *kmcf;
    api_http_keyset_place_t   *place;

    kmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_api_keyset_module);

    if (kmcf == NULL) {
        return NGX_OK;
    }

    keyset = kmcf->sets.elts;
    place = kmcf->places.elts;

    for (i = 0; i < kmcf->places.nelts; i++) {
        keyset[i]->set.shared = place[i].shared;
        keyset[i]->set.cycle = place[i].cycle;
    }

    return NGX_OK;
}


static ngx_int_t
init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t            i;
    api_conf_keyset_t   **keyset;
    keyset_main_conf_t   *kmcf;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    kmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_api_keyset_module);

    if (kmcf == NULL) {
        return NGX_OK;
    }

    keyset = kmcf->sets.elts;

    for (i = 0; i < kmcf->sets.nelts; i++) {
        api_http_keyset_start(&keyset[i]->set, cycle);
    }

    return NGX_OK;
}
