
/*
 * A chapter for tests, in a .so of its own, as somebody else may write one: it
 * has a step in each phase, which does what test_step says of it.
 * t/system/chapter.py builds it.
 */


#include "http/chapter.h"


#define PHASES  (API_PHASE_ANSWER + 1)

#define WAIT    50                           /* ms */


/* of each location */
typedef struct {
    ngx_str_t                   does[PHASES];    /* len is 0: no step */
} test_loc_conf_t;


/* of a request */
typedef struct {
    api_http_ctx_t             *ctx;
    ngx_event_t                 timer;
    api_http_phase_e            waits;
    unsigned                    waited:1;
    unsigned                    begun:1;
    ngx_str_t                   told;
    u_char                      text[256];
} test_state_t;


static void *create_loc(ngx_conf_t *cf);
static char *merge_loc(ngx_conf_t *cf, void *parent, void *child);
static ngx_int_t add_chapter(ngx_conf_t *cf);
static char *read_step(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t get_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static test_state_t *state_of(api_http_ctx_t *ctx);
static ngx_int_t run(api_http_ctx_t *ctx, api_http_phase_e phase);
static ngx_int_t wait_for_it(test_state_t *state, api_http_phase_e phase,
    ngx_msec_t msec);
static void time_is_up(ngx_event_t *ev);
static ngx_int_t answer(api_http_ctx_t *ctx, api_http_phase_e phase);
static void forget(api_http_ctx_t *ctx, ngx_uint_t cancel);


/* indexed by api_http_phase_e */
static const char *const  phases[PHASES] = {
    "access", "input", "receive", "body", "work", "query", "answer"
};


#define STEP(phase, enumerator)                                               \
                                                                              \
    static ngx_uint_t                                                         \
    uses_##phase(void **loc_conf)                                             \
    {                                                                         \
        test_loc_conf_t  *tlcf;                                               \
                                                                              \
        tlcf = loc_conf[ngx_http_api_test_module.ctx_index];                  \
                                                                              \
        return tlcf->does[enumerator].len != 0;                               \
    }                                                                         \
                                                                              \
    static ngx_int_t                                                          \
    run_##phase(api_http_ctx_t *ctx)                                          \
    {                                                                         \
        return run(ctx, enumerator);                                          \
    }

extern ngx_module_t  ngx_http_api_test_module;

STEP(access, API_PHASE_ACCESS)
STEP(input, API_PHASE_INPUT)
STEP(body, API_PHASE_BODY)
STEP(work, API_PHASE_WORK)
STEP(query, API_PHASE_QUERY)
STEP(answer, API_PHASE_ANSWER)


/* in another order than they run in */
static const api_http_step_t  steps[] = {
    { "test_answer", API_PHASE_ANSWER, uses_answer, run_answer, forget },
    { "test_work", API_PHASE_WORK, uses_work, run_work, forget },
    { "test_query", API_PHASE_QUERY, uses_query, run_query, forget },
    { "test_access", API_PHASE_ACCESS, uses_access, run_access, forget },
    { "test_body", API_PHASE_BODY, uses_body, run_body, forget },
    { "test_input", API_PHASE_INPUT, uses_input, run_input, forget },
    { NULL, API_PHASE_ANSWER, NULL, NULL, NULL }
};

static api_http_chapter_t  chapter = { .name = "test", .steps = steps };


static ngx_command_t  commands[] = {
    { ngx_string("test_step"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE2,
      read_step,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  module_ctx = {
    add_chapter, NULL, NULL, NULL, NULL, NULL, create_loc, merge_loc
};


ngx_module_t  ngx_http_api_test_module = {
    NGX_MODULE_V1,
    &module_ctx,
    commands,
    NGX_HTTP_MODULE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NGX_MODULE_V1_PADDING
};


ngx_module_t  *ngx_modules[] = { &ngx_http_api_test_module, NULL };
char  *ngx_module_names[] = { "ngx_http_api_test_module", NULL };

/* it is loaded behind the core, and merged before it */
char  *ngx_module_order[] = {
    "ngx_http_api_test_module", "ngx_http_api_module", NULL
};


static void *
create_loc(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(test_loc_conf_t));
}


static char *
merge_loc(ngx_conf_t *cf, void *parent, void *child)
{
    test_loc_conf_t *prev = parent;
    test_loc_conf_t *conf = child;

    ngx_uint_t  i;

    for (i = 0; i < PHASES; i++) {
        ngx_conf_merge_str_value(conf->does[i], prev->does[i], "");
    }

    return NGX_CONF_OK;
}


static ngx_int_t
add_chapter(ngx_conf_t *cf)
{
    ngx_str_t             name = ngx_string("test_steps");
    ngx_http_variable_t  *v;

    v = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
    if (v == NULL) {
        return NGX_ERROR;
    }

    v->get_handler = get_variable;

    return api_http_chapter_add(cf, &chapter);
}


/* test_step PHASE ok|wait|never|done|error|502|STATUS */

static char *
read_step(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    test_loc_conf_t *tlcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 0; i < PHASES; i++) {
        if (ngx_strcmp(value[1].data, phases[i]) == 0) {
            tlcf->does[i] = value[2];
            return NGX_CONF_OK;
        }
    }

    return "has no such phase";
}


/* which steps have run, so far */

static ngx_int_t
get_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    test_state_t    *state;
    api_http_ctx_t  *ctx;

    ctx = api_http_ctx_get(r);
    state = (ctx != NULL) ? api_http_chapter_of(ctx, &chapter) : NULL;

    if (state == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = state->told.data;
    v->len = (unsigned) state->told.len;
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;

    return NGX_OK;
}


static test_state_t *
state_of(api_http_ctx_t *ctx)
{
    test_state_t  *state;

    state = api_http_chapter_of(ctx, &chapter);

    if (state == NULL) {
        state = ngx_pcalloc(ctx->request->pool, sizeof(test_state_t));
        if (state == NULL) {
            return NULL;
        }

        state->ctx = ctx;
        state->told.data = state->text;
        state->timer.handler = time_is_up;
        state->timer.data = state;
        state->timer.log = ctx->request->connection->log;

        api_http_chapter_of(ctx, &chapter) = state;
    }

    return state;
}


static ngx_int_t
run(api_http_ctx_t *ctx, api_http_phase_e phase)
{
    u_char           *p, *last;
    ngx_int_t         status;
    ngx_str_t         does;
    test_state_t     *state;
    test_loc_conf_t  *tlcf;

    state = state_of(ctx);
    if (state == NULL) {
        return NGX_ERROR;
    }

    tlcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_test_module);
    does = tlcf->does[phase];

    if (!state->begun) {
        p = state->told.data + state->told.len;
        last = state->text + sizeof(state->text);
        p = ngx_slprintf(p, last, "%s%s", p == state->text ? "" : " ",
                         phases[phase]);
        state->told.len = (size_t) (p - state->text);
        state->begun = 1;
    }

    if (ngx_strncmp(does.data, "wait", 4) == 0) {

        if (wait_for_it(state, phase, WAIT) == NGX_AGAIN) {
            return NGX_AGAIN;
        }

        /* "wait-done" */

        does.data += (does.len > 5) ? 5 : 0;
    }

    if (ngx_strcmp(does.data, "never") == 0) {
        return wait_for_it(state, phase, 60000);
    }

    state->begun = 0;
    state->waited = 0;

    if (ngx_strcmp(does.data, "done") == 0) {
        return answer(ctx, phase);
    }

    if (ngx_strcmp(does.data, "error") == 0) {
        return NGX_ERROR;
    }

    if (ngx_strcmp(does.data, "502") == 0) {
        return NGX_HTTP_BAD_GATEWAY;
    }

    status = ngx_atoi(does.data, 3);

    switch (status) {

    case NGX_ERROR:
        return NGX_OK;

    case NGX_HTTP_UNAUTHORIZED:
        api_error_set(&ctx->error, API_ERROR_UNAUTHORIZED, "a test says so");
        break;

    case NGX_HTTP_FORBIDDEN:
        api_error_set(&ctx->error, API_ERROR_FORBIDDEN, "a test says so");
        break;

    default:
        api_error_set(&ctx->error, API_ERROR_BUSY, "a test says so");
        ctx->error.retry_after = 7;
    }

    return NGX_DECLINED;
}


static ngx_int_t
wait_for_it(test_state_t *state, api_http_phase_e phase, ngx_msec_t msec)
{
    if (state->waited) {
        return NGX_OK;
    }

    state->waits = phase;
    ngx_add_timer(&state->timer, msec);

    return NGX_AGAIN;
}


static void
time_is_up(ngx_event_t *ev)
{
    test_state_t  *state;

    state = ev->data;
    state->waited = 1;

    state->ctx->resume(state->ctx);
}


static ngx_int_t
answer(api_http_ctx_t *ctx, api_http_phase_e phase)
{
    if (phase == API_PHASE_ACCESS) {
        ctx->none = NGX_HTTP_NO_CONTENT;
        return NGX_DONE;
    }

    if (phase == API_PHASE_ANSWER) {
        return NGX_DONE;
    }

    if (api_buf_init(&ctx->out, ctx->request->pool, 64, 64) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_literal(&ctx->out, "{\"answered\":\"");
    api_buf_add(&ctx->out, phases[phase], ngx_strlen(phases[phase]));
    api_buf_add_literal(&ctx->out, "\"}");

    return NGX_DONE;
}


static void
forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    test_state_t  *state;

    state = api_http_chapter_of(ctx, &chapter);

    if (state == NULL || !state->timer.timer_set) {
        return;
    }

    ngx_del_timer(&state->timer);

    ngx_log_error(NGX_LOG_NOTICE, ctx->request->connection->log, 0,
                  "test: %s forgotten, cancel %ui", phases[state->waits],
                  cancel);
}
