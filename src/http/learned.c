
#include "http/learned.h"
#include "http/databases.h"
#include "http/plan.h"
#include "http/source.h"
#include "sql/attributes.h"
#include "sql/form.h"


static void answered(api_db_doubt_t *doubt, ngx_uint_t changed);
static const api_sql_type_t *learned_type(const api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n);
static const api_sql_type_t *field_form(const api_http_ctx_t *ctx,
    ngx_uint_t step, ngx_uint_t n);
static ngx_uint_t is_late(const api_http_ctx_t *ctx,
    const api_sql_type_t *type);


void
api_http_learned_begin(api_http_ctx_t *ctx)
{
    api_db_t  *db;

    db = api_http_databases_get(ctx->route->database);

    ctx->known = db ? api_db_known(db) : 0;
}


ngx_int_t
api_http_learned_step(api_http_ctx_t *ctx)
{
    api_db_t  *db;

    db = api_http_databases_get(ctx->route->database);

    if (db == NULL) {
        return NGX_OK;
    }

    if (ctx->known != 0 && ctx->known == api_db_known(db)) {
        return NGX_OK;
    }

    ctx->doubt.handler = answered;
    ctx->doubt.data = ctx;

    switch (api_db_know(db, &ctx->doubt)) {

    case NGX_AGAIN:
        return NGX_AGAIN;

    case NGX_OK:

        /* the schema was learned anew since the parameters were read */

        ctx->again = 1;
        return NGX_DECLINED;

    default:

        /* when there is somebody, api_http_learned_stale() sees it */

        return NGX_OK;
    }
}


static void
answered(api_db_doubt_t *doubt, ngx_uint_t changed)
{
    api_http_ctx_t  *ctx;

    (void) changed;

    ctx = doubt->data;
    ctx->again = 1;

    ctx->resume(ctx);
}


ngx_uint_t
api_http_learned_hangs(const api_http_route_t *route)
{
    return route->formed || route->database->db.unchecked;
}


ngx_uint_t
api_http_learned_stale(const api_http_ctx_t *ctx)
{
    api_db_t  *db;

    db = api_http_databases_get(ctx->route->database);

    return api_http_learned_hangs(ctx->route)
           && (ctx->known == 0 || ctx->known != api_db_known(db));
}


const unsigned *
api_http_learned_params(const api_http_ctx_t *ctx, ngx_uint_t step)
{
    api_db_t    *db;
    ngx_uint_t   n;

    /* nor does anybody tell which types readers take */

    if (ctx->known <= 1
        || (step != API_HTTP_PLAN_LEAD && step >= ctx->route->queries.nelts))
    {
        return NULL;
    }

    n = api_http_plan_step(ctx->route, step);
    db = api_http_databases_get(ctx->route->database);

    return db ? api_db_params(db, api_http_plan_part(ctx->route, step)
                                      ->plan->steps[n].id)
              : NULL;
}


static const api_sql_type_t *
learned_type(const api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n)
{
    const unsigned  *oids;

    oids = api_http_learned_params(ctx, step);

    return oids ? api_db_type(api_http_databases_get(ctx->route->database),
                              oids[n]) : NULL;
}


const api_sql_type_t *
api_http_learned_form(const api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n)
{
    const api_sql_type_t    *type;
    const api_http_bind_t   *bind;
    const api_body_field_t  *field;

    bind = api_http_source_bind(ctx->route, step, n);

    if (bind->sent) {
        return NULL;
    }

    if (api_http_learned_params(ctx, step) == NULL) {
        return bind->form;
    }

    type = learned_type(ctx, step, n);

    if (type == NULL) {
        return NULL;
    }

    if (bind->source->form != API_SOURCE_READ) {
        return api_http_source_form(bind->source, type);
    }

    field = ctx->route->body->fields.elts;

    return field[bind->index].form == NULL && is_late(ctx, type)
           && (api_sql_form_differs(type) || type->kind == API_SQL_ARRAY)
           ? type : NULL;
}


/* where no configuration knows a form, only objects need it before they are
   text */

static ngx_uint_t
is_late(const api_http_ctx_t *ctx, const api_sql_type_t *type)
{
    return ctx->route->database->db.unchecked
           && !api_sql_form_takes_objects(type);
}


ngx_int_t
api_http_learned_fields(const api_http_ctx_t *ctx, ngx_pool_t *pool,
    const api_sql_type_t ***forms)
{
    ngx_uint_t               i, n;
    const api_sql_type_t    *type, **form;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;
    const api_body_field_t  *field;

    *forms = NULL;

    if (ctx->known <= 1) {
        return NGX_OK;
    }

    field = ctx->route->body->fields.elts;
    query = ctx->route->queries.elts;

    form = ngx_pcalloc(pool, (ctx->route->body->fields.nelts + 1)
                             * sizeof(api_sql_type_t *));
    if (form == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < ctx->route->body->fields.nelts; i++) {
        form[i] = field[i].form;
    }

    for (i = 0; i < ctx->route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {

            bind = &query[i].binds[n];

            if (bind->source->form != API_SOURCE_READ || bind->sent
                || api_http_learned_params(ctx, i) == NULL)
            {
                continue;
            }

            type = field_form(ctx, i, n);

            if (type != NULL) {
                type = api_sql_attributes_copy(pool, type);
                if (type == NULL) {
                    return NGX_ERROR;
                }
            }

            form[bind->index] = type;
        }
    }

    *forms = form;

    return NGX_OK;
}


/* what the reader binds a field by */

static const api_sql_type_t *
field_form(const api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n)
{
    const api_sql_type_t    *type;
    const api_http_bind_t   *bind;
    const api_body_field_t  *field;

    bind = api_http_source_bind(ctx->route, step, n);
    field = ctx->route->body->fields.elts;
    field += bind->index;

    if (api_http_learned_params(ctx, step) == NULL) {
        return field->form;
    }

    type = learned_type(ctx, step, n);

    if (type == NULL || (field->form == NULL && is_late(ctx, type))) {
        return NULL;
    }

    return api_http_source_form(bind->source, type);
}


ngx_int_t
api_http_learned_guard(api_http_ctx_t *ctx)
{
    ngx_uint_t               i, n;
    ngx_pool_t              *pool;
    ngx_array_t             *list;
    const api_http_bind_t   *bind;
    const api_sql_type_t    *type;
    const api_http_query_t  *query;

    ctx->job.guard[0] = NULL;

    if (!api_http_learned_hangs(ctx->route)) {
        return NGX_OK;
    }

    list = NULL;
    pool = ctx->request->pool;
    query = ctx->route->queries.elts;

    for (i = 0; i < ctx->route->queries.nelts; i++) {
        for (n = 0; n < query[i].sql.params.nelts; n++) {

            bind = &query[i].binds[n];

            type = (bind->source->form != API_SOURCE_READ)
                       ? api_http_learned_form(ctx, i, n)
                   : !bind->sent ? field_form(ctx, i, n) : NULL;

            if (api_sql_attributes_add(pool, &list, type) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return list ? api_sql_attributes_values(pool, list, ctx->job.guard)
                : NGX_OK;
}
