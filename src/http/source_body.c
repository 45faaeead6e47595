
#include "http/source.h"
#include "http/learned.h"
#include "body/reader.h"
#include "sql/bind.h"
#include "sql/inferred.h"


/* bytes of JSON that are read once more, see read_again() */
#define SOURCE_JSON  (32 * 1024)


static ngx_int_t field_value(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_value_t *out);
static ngx_int_t read_again(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_value_t *value);
static void field_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *out);
static void field_place(const api_http_route_t *route,
    const api_http_bind_t *bind, api_failure_t *failure);
static ngx_int_t body_value(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_value_t *out);
static void body_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *out);
static void body_place(const api_http_route_t *route,
    const api_http_bind_t *bind, api_failure_t *failure);


const api_http_source_t  api_http_source_field = {
    .name = "a field of the body",
    .value = field_value,
    .type = field_type,
    .place = field_place,
    .form = API_SOURCE_READ,
    .checked = API_SOURCE_WITH_BODY
};

const api_http_source_t  api_http_source_body = {
    .name = "the whole body, which is jsonb",
    .value = body_value,
    .type = body_type,
    .place = body_place,
    .whole = 1
};


static ngx_int_t
field_value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    const api_http_bind_t  *bind;

    bind = api_http_source_bind(ctx->route, step, n);

    *out = ctx->fields[bind->index];

    return (ctx->route->database->db.unchecked && !bind->sent)
           ? read_again(ctx, step, n, out) : NGX_OK;
}


/*
 * The value of a schema file's field, of any JSON, as the type that the worker
 * has learned its parameter to be: nginx -t could not ask.  What has no such
 * form stays JSON, for PostgreSQL to refuse.
 */

static ngx_int_t
read_again(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *value)
{
    ngx_int_t                rc;
    ngx_uint_t               absent;
    api_type_t               nearest;
    api_json_t              *json;
    ngx_pool_t              *temporary;
    api_error_t              error;
    const unsigned          *oids;
    api_sql_inferred_t       type[2];
    const api_body_field_t  *field;

    field = ctx->route->body->fields.elts;
    field += api_http_source_bind(ctx->route, step, n)->index;

    if (!field->file || field->settled || field->type.kind != API_TYPE_JSON
        || value->null || value->text.len > SOURCE_JSON)
    {
        return NGX_OK;
    }

    oids = api_http_learned_params(ctx, step);

    if (oids == NULL || !api_sql_inferred_builtin(oids[n], type)) {
        return NGX_OK;
    }

    nearest = api_sql_inferred_nearest(type);

    if (nearest.kind == API_TYPE_JSON && !nearest.array) {
        return NGX_OK;
    }

    ngx_memzero(&error, sizeof(api_error_t));

    /* a tree may be fifty times as large as its text */

    temporary = ngx_create_pool(4096, ctx->request->connection->log);
    if (temporary == NULL) {
        return NGX_ERROR;
    }

    rc = api_json_read(temporary, &value->text, NULL, &json, &error);

    if (rc == NGX_OK) {
        absent = value->absent;
        rc = api_sql_bind_json(ctx->request->pool, &nearest, json, value);
        value->absent = (unsigned) (absent & 1);
    }

    if (rc == NGX_OK && !value->null) {
        /* a text may still be the tree's own */
        rc = api_body_reader_copy(ctx->request->pool, &value->text);
    }

    ngx_destroy_pool(temporary);

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static void
field_type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out)
{
    const api_body_field_t  *field;

    field = route->body->fields.elts;

    if (!field[bind->index].file) {
        *out = field[bind->index].type;
    }
}


static void
field_place(const api_http_route_t *route, const api_http_bind_t *bind,
    api_failure_t *failure)
{
    const api_body_field_t  *field;

    field = route->body->fields.elts;

    ngx_str_set(&failure->in, "body");
    failure->field = field[bind->index].pointer;
}


static ngx_int_t
body_value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    out->text = ctx->body;

    return NGX_OK;
}


static void
body_type(const api_http_route_t *route, const api_http_bind_t *bind,
    api_type_t *out)
{
    out->kind = API_TYPE_JSON;
}


static void
body_place(const api_http_route_t *route, const api_http_bind_t *bind,
    api_failure_t *failure)
{
    ngx_str_set(&failure->in, "body");
    ngx_str_null(&failure->field);
}
