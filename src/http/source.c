
#include "http/source.h"
#include "http/learned.h"
#include "body/reader.h"
#include "sql/bind.h"
#include "sql/form.h"
#include "sql/inferred.h"


/* bytes of JSON that are read once more, see read_again() */
#define SOURCE_JSON  (32 * 1024)


static ngx_int_t read_again(api_http_ctx_t *ctx, ngx_uint_t step,
    ngx_uint_t n, api_value_t *value);
static ngx_int_t read_variable(api_http_ctx_t *ctx, ngx_uint_t index,
    api_value_t *out);


/* indexed by api_http_in_e */
const ngx_str_t  api_http_source_names[] = {
    ngx_string("path"),
    ngx_string("query"),
    ngx_string("header"),
    ngx_string("cookie")
};


ngx_int_t
api_http_source_place(const api_http_route_t *route, ngx_uint_t step,
    ngx_uint_t n, api_failure_t *failure)
{
    const api_http_bind_t   *bind;
    const api_http_input_t  *input;
    const api_body_field_t  *field;
    const api_http_query_t  *query;

    query = route->queries.elts;
    bind = &query[step].binds[n];

    switch (bind->kind) {

    case API_BIND_INPUT:
        input = route->inputs.elts;
        input += bind->index;

        failure->in = api_http_source_names[input->in];
        failure->field = input->name;
        return NGX_OK;

    case API_BIND_FIELD:
        field = route->body->fields.elts;

        ngx_str_set(&failure->in, "body");
        failure->field = field[bind->index].pointer;
        return NGX_OK;

    case API_BIND_BODY:
        ngx_str_set(&failure->in, "body");
        ngx_str_null(&failure->field);
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


void
api_http_source_type(const api_http_route_t *route,
    const api_http_bind_t *bind, api_type_t *type)
{
    const api_http_input_t  *input;
    const api_body_field_t  *field;

    ngx_memzero(type, sizeof(api_type_t));

    if (bind->sent) {
        type->kind = API_TYPE_BOOL;
        return;
    }

    switch (bind->kind) {

    case API_BIND_INPUT:
        input = route->inputs.elts;
        *type = input[bind->index].rule.type;
        return;

    case API_BIND_FIELD:
        field = route->body->fields.elts;

        if (!field[bind->index].file) {
            *type = field[bind->index].type;
        }

        return;

    case API_BIND_BODY:
        type->kind = API_TYPE_JSON;
        return;

    case API_BIND_HASH:
        type->kind = API_TYPE_STRING;
        return;

    default:
        /* a variable may be anything, a row's column is PostgreSQL's own */
        return;
    }
}


ngx_int_t
api_http_source_value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    api_failure_t  failure;

    if (api_http_source_raw(ctx, step, n, out) != NGX_OK) {
        return NGX_ERROR;
    }

    /* what is declined was refused before; a variable, a row is as it is */

    return api_http_source_form(ctx, step, n, out, &failure) == NGX_ERROR
           ? NGX_ERROR : NGX_OK;
}


ngx_int_t
api_http_source_raw(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out)
{
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;

    static const ngx_str_t  yes = ngx_string("true");
    static const ngx_str_t  no = ngx_string("false");

    query = ctx->route->queries.elts;
    bind = &query[step].binds[n];

    switch (bind->kind) {

    case API_BIND_INPUT:
        *out = ctx->inputs[bind->index];
        break;

    case API_BIND_FIELD:
        *out = ctx->fields[bind->index];

        if (ctx->route->database->db.unchecked && !bind->sent) {
            return read_again(ctx, step, n, out);
        }

        break;

    case API_BIND_BODY:
        out->text = ctx->body;
        return NGX_OK;

    case API_BIND_HASH:
        *out = ctx->hashes[bind->index];
        return NGX_OK;

    case API_BIND_ROW:
        *out = ctx->rows[step][n];
        return NGX_OK;

    default: /* API_BIND_VARIABLE */
        return read_variable(ctx, bind->index, out);
    }

    /* of an input or a field also whether it was sent */

    if (bind->sent) {
        out->text = out->absent ? no : yes;
        out->null = 0;
    }

    return NGX_OK;
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
    api_json_limits_t        limits;
    api_sql_inferred_t       type[2];
    const api_body_field_t  *field;
    const api_http_query_t  *query;

    query = ctx->route->queries.elts;
    field = ctx->route->body->fields.elts;
    field += query[step].binds[n].index;

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

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    ngx_memzero(&error, sizeof(api_error_t));

    /* a tree may be fifty times as large as its text */

    temporary = ngx_create_pool(4096, ctx->request->connection->log);
    if (temporary == NULL) {
        return NGX_ERROR;
    }

    rc = api_json_read(temporary, &value->text, &limits, &json, &error);

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


static ngx_int_t
read_variable(api_http_ctx_t *ctx, ngx_uint_t index,
    api_value_t *out)
{
    ngx_http_variable_value_t  *vv;

    vv = ngx_http_get_indexed_variable(ctx->request, index);

    if (vv == NULL) {
        return NGX_ERROR;
    }

    /* libpq would cut a text at its NUL byte */

    if (vv->not_found || ngx_strlchr(vv->data, vv->data + vv->len, '\0')) {
        out->null = 1;
        return NGX_OK;
    }

    out->text.data = ngx_pnalloc(ctx->request->pool, vv->len + 1);
    if (out->text.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(out->text.data, vv->data, vv->len);
    out->text.data[vv->len] = '\0';
    out->text.len = vv->len;

    return NGX_OK;
}


ngx_int_t
api_http_source_form(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *value, api_failure_t *failure)
{
    api_type_t               declared;
    const api_sql_type_t    *form;
    const api_http_bind_t   *bind;
    const api_http_query_t  *query;

    form = value->null ? NULL : api_http_learned_form(ctx, step, n);

    if (form == NULL) {
        return NGX_OK;
    }

    query = ctx->route->queries.elts;
    bind = &query[step].binds[n];

    api_http_source_type(ctx->route, bind, &declared);

    /* of a body's array the literal is ours */

    return api_sql_form_text(ctx->request->pool, form,
                             declared.array || bind->kind == API_BIND_FIELD,
                             &value->text, failure);
}
