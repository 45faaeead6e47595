
#include "http/order.h"
#include "http/body.h"
#include "http/columns.h"
#include "http/chapter.h"
#include "http/faults.h"
#include "http/input.h"
#include "http/learned.h"
#include "http/query.h"
#include "http/receive.h"
#include "http/thread.h"
#include "http/typed.h"


static ngx_int_t push(ngx_array_t *list, const api_http_step_t *rows,
    api_http_phase_e phase, void **loc_conf);
static ngx_int_t push_parts(ngx_array_t *list, const api_http_step_t *query,
    const api_http_route_t *route);
static ngx_int_t push_between(ngx_array_t *list,
    const api_http_route_t *route, ngx_uint_t before);
static ngx_int_t push_one(ngx_array_t *list, const api_http_step_t *step);
static const api_http_route_t *route_of(void **loc_conf);
static ngx_uint_t has_body(void **loc_conf);
static ngx_uint_t has_forms(void **loc_conf);
static ngx_uint_t has_types(void **loc_conf);
static ngx_uint_t has_values(void **loc_conf);
static ngx_int_t parameters(api_http_ctx_t *ctx);
static void forget_task(api_http_ctx_t *ctx, ngx_uint_t cancel);


/* the core's steps, in the order in which a request takes them */
static const api_http_step_t  rows[] = {

    { "parameters", API_PHASE_INPUT,   NULL,
      parameters,               api_http_typed_forget },

    { "media",      API_PHASE_INPUT,   has_body,
      api_http_body_media_type, NULL },

    { "receive",    API_PHASE_RECEIVE, NULL,
      api_http_receive_step,    NULL },

    { "known",      API_PHASE_BODY,    has_forms,
      api_http_learned_step,    NULL },

    { "body",       API_PHASE_BODY,    has_values,
      api_http_faults_body,     forget_task },

    { "types",      API_PHASE_BODY,    has_types,
      api_http_typed_step,      NULL },

    { "query",      API_PHASE_QUERY,   NULL,
      api_http_query_step,      api_http_query_forget },

    { NULL, API_PHASE_ANSWER, NULL, NULL, NULL }
};


ngx_int_t
api_http_order_make(ngx_conf_t *cf, void **loc_conf, api_http_phase_e first,
    api_http_phase_e last, const api_http_steps_t **steps)
{
    ngx_uint_t               i;
    api_http_phase_e         phase;
    ngx_array_t              list;
    api_http_steps_t        *made;
    api_http_chapter_t     **chapter;
    api_http_main_conf_t    *amcf;

    *steps = NULL;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);
    chapter = amcf->chapters.elts;

    made = ngx_pcalloc(cf->pool, sizeof(api_http_steps_t));

    if (made == NULL
        || ngx_array_init(&list, cf->pool, 8, sizeof(api_http_step_t *))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (phase = first; phase <= last; phase++) {

        made->answer = list.nelts;

        if (push(&list, rows, phase, loc_conf) != NGX_OK) {
            return NGX_ERROR;
        }

        for (i = 0; i < amcf->chapters.nelts; i++) {
            if (push(&list, chapter[i]->steps, phase, loc_conf) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    made->elts = list.elts;
    made->n = list.nelts;

    if (last != API_PHASE_ANSWER) {
        made->answer = made->n;
    }

    if (made->n != 0) {
        *steps = made;
    }

    return NGX_OK;
}


/* appends the rows of the phase that the location uses */

static ngx_int_t
push(ngx_array_t *list, const api_http_step_t *row, api_http_phase_e phase,
    void **loc_conf)
{
    ngx_int_t  rc;

    for ( /* void */ ; row != NULL && row->name != NULL; row++) {

        if (row->phase != phase
            || (row->used != NULL && !row->used(loc_conf)))
        {
            continue;
        }

        rc = (row->run == api_http_query_step)
             ? push_parts(list, row, route_of(loc_conf)) : push_one(list, row);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* appends the step of the statements once for each part, and the steps that
   stand between parts */

static ngx_int_t
push_parts(ngx_array_t *list, const api_http_step_t *query,
    const api_http_route_t *route)
{
    ngx_uint_t  i;

    for (i = 0; i < route->nparts; i++) {
        if (push_between(list, route, route->parts[i].first) != NGX_OK
            || push_one(list, query) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return push_between(list, route, route->queries.nelts);
}


static ngx_int_t
push_between(ngx_array_t *list, const api_http_route_t *route,
    ngx_uint_t before)
{
    ngx_uint_t                 i;
    const api_http_between_t  *between;

    if (route->between == NULL) {
        return NGX_OK;
    }

    between = route->between->elts;

    for (i = 0; i < route->between->nelts; i++) {
        if (between[i].before == before
            && push_one(list, between[i].step) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
push_one(ngx_array_t *list, const api_http_step_t *step)
{
    const api_http_step_t  **slot;

    slot = ngx_array_push(list);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = step;

    return NGX_OK;
}


static const api_http_route_t *
route_of(void **loc_conf)
{
    const api_http_loc_conf_t  *alcf;

    alcf = loc_conf[ngx_http_api_module.ctx_index];

    return alcf->route;
}


static ngx_uint_t
has_body(void **loc_conf)
{
    return route_of(loc_conf)->body != NULL;
}


static ngx_uint_t
has_forms(void **loc_conf)
{
    return api_http_learned_hangs(route_of(loc_conf));
}


static ngx_uint_t
has_types(void **loc_conf)
{
    return api_http_typed_facts(route_of(loc_conf));
}


/* also where there is no body: parameters that a type refused which is not
   sure yet wait in that step */

static ngx_uint_t
has_values(void **loc_conf)
{
    return has_body(loc_conf) || has_types(loc_conf);
}


/* where a request begins, or begins again */

static ngx_int_t
parameters(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    api_http_typed_begin(ctx);
    api_http_learned_begin(ctx);

    if (api_http_columns_learned(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = api_http_input_parameters(ctx);

    return rc == NGX_DECLINED ? api_http_faults_keep(ctx) : rc;
}


static void
forget_task(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    (void) cancel;

    api_http_task_forget(ctx);
}
