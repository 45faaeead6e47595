
/*
 * api_trace: which requests are traced.  api_otlp: where their spans go.
 */

#include "conf/directives.h"
#include "conf/keep.h"
#include "conf/otlp.h"
#include "conf/place.h"
#include "http/trace.h"
#include "http/trace_facts.h"
#include "http/trace_spans.h"


/* of http { } */
typedef struct {
    api_http_trace_main_conf_t   trace;      /* as http/trace has it */
    api_http_otlp_conf_t        *otlp;       /* NULL: none */
    api_place_t                  place;
} trace_main_conf_t;


static void *create_main(ngx_conf_t *cf);
static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t preconfigure(ngx_conf_t *cf);
static ngx_int_t finish(ngx_conf_t *cf);
static ngx_int_t find_foreign(ngx_conf_t *cf,
    api_http_trace_main_conf_t *tmcf);
static char *read_trace(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static const char *read_mode(ngx_conf_t *cf, api_http_trace_loc_conf_t *tlcf,
    ngx_str_t *word);
static const char *read_word(api_http_trace_loc_conf_t *tlcf,
    const ngx_str_t *word);
static char *read_otlp(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t begin_worker(ngx_cycle_t *cycle);
static void end_worker(ngx_cycle_t *cycle);
static trace_main_conf_t *conf_of(ngx_cycle_t *cycle);
static api_observer_pt observer(void);
static ngx_uint_t is_used(void **loc_conf);
static ngx_int_t decide(api_http_ctx_t *ctx);


static ngx_command_t  commands[] = {

    /* http, server, location, route */

    { ngx_string("api_trace"),
      API_CONF_LEVELS|NGX_CONF_TAKE123,
      read_trace,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* http */

    { ngx_string("api_otlp"),
      API_CONF_ANYWHERE|NGX_CONF_BLOCK|NGX_CONF_NOARGS,
      read_otlp,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    preconfigure,                          /* preconfiguration */
    finish,                                /* postconfiguration */

    create_main,                           /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    create_loc,                            /* create location configuration */
    merge_loc                              /* merge location configuration */
};


ngx_module_t  ngx_http_api_trace_module = {
    NGX_MODULE_V1,
    &module_ctx,                           /* module context */
    commands,                              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    begin_worker,                          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    end_worker,                            /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static const api_http_step_t  steps[] = {
    { "trace", API_PHASE_INPUT, is_used, decide, NULL },
    { NULL, API_PHASE_INPUT, NULL, NULL, NULL }
};

/* its slot: api_http_trace_t *, of a main request */
api_http_chapter_t  api_http_trace_chapter = {
    .name = "trace",
    .module = &ngx_http_api_trace_module,
    .steps = steps,
    .observer = observer,
    .events = API_TRACE_EVENTS
};


static void *
create_main(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(trace_main_conf_t));
}


static void *
create_loc(ngx_conf_t *cf)
{
    api_http_trace_loc_conf_t  *tlcf;

    tlcf = ngx_pcalloc(cf->pool, sizeof(api_http_trace_loc_conf_t));

    if (tlcf != NULL) {
        tlcf->mode = NGX_CONF_UNSET_UINT;
    }

    return tlcf;
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    trace_main_conf_t          *mcf;
    api_http_trace_loc_conf_t  *prev, *conf;

    prev = parent;
    conf = child;

    if (prev->mode == NGX_CONF_UNSET_UINT) {
        prev->mode = API_TRACE_OFF;
    }

    if (conf->mode == NGX_CONF_UNSET_UINT) {
        *conf = *prev;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_trace_module);

    if (conf->mode != API_TRACE_OFF) {
        mcf->trace.used = 1;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
preconfigure(ngx_conf_t *cf)
{
    if (api_http_chapter_add(cf, &api_http_trace_chapter) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_http_trace_vars(cf);
}


static ngx_int_t
finish(ngx_conf_t *cf)
{
    trace_main_conf_t          *mcf;
    ngx_http_handler_pt        *handler;
    api_http_main_conf_t       *amcf;
    ngx_http_core_main_conf_t  *cmcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_trace_module);

    if (mcf->otlp == NULL) {
        return NGX_OK;
    }

    mcf->trace.served = mcf->otlp->served ? 1 : 0;

    if (!mcf->trace.served && find_foreign(cf, &mcf->trace) != NGX_OK) {
        return NGX_ERROR;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    /* workers without routes have no threads of ours to look names up */

    if (!mcf->trace.used || amcf->nroutes == 0) {
        api_conf_log(NGX_LOG_WARN, cf, &mcf->place,
                     "api_otlp has nothing to send: %s",
                     mcf->trace.used ? "there is no api_route"
                                     : "api_trace is off everywhere");
        return NGX_OK;
    }

    mcf->trace.exports = 1;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    handler = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = api_http_trace_spans_log;

    return NGX_OK;
}


/* ngx_otel_module's */

static ngx_int_t
find_foreign(ngx_conf_t *cf, api_http_trace_main_conf_t *tmcf)
{
    ngx_str_t  name;

    ngx_str_set(&name, "otel_trace_id");
    tmcf->trace_index = ngx_http_get_variable_index(cf, &name);

    ngx_str_set(&name, "otel_span_id");
    tmcf->span_index = ngx_http_get_variable_index(cf, &name);

    return (tmcf->trace_index == NGX_ERROR || tmcf->span_index == NGX_ERROR)
           ? NGX_ERROR : NGX_OK;
}


/* api_trace off|on|parent|$variable [slow=TIME] [errors] */

static char *
read_trace(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_trace_loc_conf_t *tlcf = conf;

    ngx_str_t   *value;
    const char  *why;
    ngx_uint_t   i;

    if (tlcf->mode != NGX_CONF_UNSET_UINT) {
        return api_conf_keep_why(cf, cmd, NULL, "is duplicate");
    }

    value = cf->args->elts;

    why = read_mode(cf, tlcf, &value[1]);

    for (i = 2; i < cf->args->nelts && why == NULL; i++) {
        why = read_word(tlcf, &value[i]);
    }

    if (why == NULL && tlcf->mode == API_TRACE_OFF && cf->args->nelts > 2) {
        why = "off traces nothing, slow or failed: with these write a "
              "variable that says off, or parent";
    }

    if (why != NULL) {
        return api_conf_keep_why(cf, cmd, NULL, why);
    }

    return NGX_CONF_OK;
}


static const char *
read_mode(ngx_conf_t *cf, api_http_trace_loc_conf_t *tlcf, ngx_str_t *word)
{
    ngx_http_compile_complex_value_t  ccv;

    if (api_str_is(word, "off")) {
        tlcf->mode = API_TRACE_OFF;
        return NULL;
    }

    if (api_str_is(word, "on")) {
        tlcf->mode = API_TRACE_ON;
        return NULL;
    }

    if (api_str_is(word, "parent")) {
        tlcf->mode = API_TRACE_PARENT;
        return NULL;
    }

    if (word->len < 2 || word->data[0] != '$') {
        return "must be on, off, parent, or a variable that says one of these";
    }

    tlcf->mode = API_TRACE_VARIABLE;
    tlcf->variable = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));

    if (tlcf->variable == NULL) {
        return "has no memory";
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = word;
    ccv.complex_value = tlcf->variable;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK
           ? NULL : "has a variable that is not there";
}


static const char *
read_word(api_http_trace_loc_conf_t *tlcf, const ngx_str_t *word)
{
    ngx_int_t  msec;
    ngx_str_t  value;

    if (api_str_is(word, "errors")) {
        tlcf->errors = 1;
        return NULL;
    }

    if (word->len > 5 && ngx_strncmp(word->data, "slow=", 5) == 0) {

        value.data = word->data + 5;
        value.len = word->len - 5;

        msec = ngx_parse_time(&value, 0);

        if (msec == NGX_ERROR || msec == 0) {
            return "has a time as slow=, as slow=500ms";
        }

        tlcf->slow = (ngx_msec_t) msec;

        return NULL;
    }

    return "is written: api_trace on|off|parent|$variable [slow=TIME] [errors]";
}


/* api_otlp { } */

static char *
read_otlp(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    trace_main_conf_t *mcf = conf;

    if (cf->cmd_type != NGX_HTTP_MAIN_CONF) {
        return api_conf_keep_whole(cf, cmd, NULL,
                                   "belongs in http { }: a worker has one "
                                   "connection to the collector");
    }

    if (mcf->otlp != NULL) {
        return "is duplicate";
    }

    api_conf_place(cf, &mcf->place);

    mcf->otlp = api_conf_otlp_block(cf);

    return mcf->otlp != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
begin_worker(ngx_cycle_t *cycle)
{
    trace_main_conf_t  *mcf;

    mcf = conf_of(cycle);

    return api_http_otlp_begin(cycle, mcf != NULL && mcf->trace.exports
                                      ? mcf->otlp : NULL);
}


static void
end_worker(ngx_cycle_t *cycle)
{
    if (conf_of(cycle) != NULL) {
        api_http_otlp_end();
    }
}


/* NULL: this process has no requests */

static trace_main_conf_t *
conf_of(ngx_cycle_t *cycle)
{
    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NULL;
    }

    return ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_api_trace_module);
}


static api_observer_pt
observer(void)
{
    trace_main_conf_t  *mcf;

    mcf = conf_of(api_unconst(ngx_cycle));

    return mcf != NULL && mcf->trace.exports ? api_http_trace_facts : NULL;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    api_http_trace_loc_conf_t  *tlcf;

    tlcf = api_http_chapter_conf(loc_conf, &api_http_trace_chapter);

    return tlcf->mode != API_TRACE_OFF;
}


static ngx_int_t
decide(api_http_ctx_t *ctx)
{
    api_http_trace_t  *trace;

    trace = api_http_trace(ctx->request);

    if (trace == NULL) {
        return NGX_ERROR;
    }

    api_http_trace_decide(ctx->request, trace);

    return NGX_OK;
}
