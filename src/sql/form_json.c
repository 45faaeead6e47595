
#include "sql/form_parts.h"

#include "sql/bind.h"
#include "core/value_number.h"


static ngx_int_t json_array(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, api_buf_t *out, ngx_uint_t dimension);
static ngx_uint_t is_list(const api_sql_type_t *type, const api_json_t *item);
static ngx_int_t json_vector(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, ngx_str_t *text);
static ngx_int_t json_object(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, ngx_str_t *text);
static ngx_int_t find_members(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, const api_json_t **members);
static ngx_int_t json_scalar(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, ngx_str_t *text);


ngx_int_t
api_sql_form_json(ngx_pool_t *pool, const api_sql_type_t *type,
    const api_json_t *json, api_value_t *out, api_failure_t *failure)
{
    api_sql_form_t  f;

    ngx_memzero(&f, sizeof(api_sql_form_t));
    ngx_memzero(out, sizeof(api_value_t));
    ngx_memzero(failure, sizeof(api_failure_t));

    f.pool = pool;
    f.failure = failure;

    return api_sql_form_json_value(&f, type, json, &out->text);
}


/* JSON as an answer writes it; NGX_DONE: it is not JSON */

ngx_int_t
api_sql_form_read_json(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text)
{
    ngx_int_t           rc;
    api_json_t         *json;
    api_error_t         error;

    ngx_memzero(&error, sizeof(api_error_t));

    rc = api_json_read(f->pool, text, NULL, &json, &error);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_DONE : rc;
    }

    return api_sql_form_json_value(f, type, json, text);
}


ngx_int_t
api_sql_form_json_value(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, ngx_str_t *text)
{
    ngx_int_t  rc;
    api_buf_t  out;

    if (type == NULL || f->depth == API_SQL_FORM_DEPTH) {
        return json_scalar(f, &api_sql_type_text, json, text);
    }

    f->depth++;

    if (type->kind == API_SQL_ARRAY && json->type == API_JSON_ARRAY) {

        if (type->delimiter == ' ') {
            rc = json_vector(f, type, json, text);

        } else if (api_buf_init(&out, f->pool, 64, NGX_MAX_SIZE_T_VALUE)
                   != NGX_OK)
        {
            rc = NGX_ERROR;

        } else {
            rc = json_array(f, type, json, &out, 1);

            if (rc == NGX_OK) {
                rc = api_buf_string(&out, text);
            }
        }

    } else if (type->kind == API_SQL_COMPOSITE
               && json->type == API_JSON_OBJECT)
    {
        rc = json_object(f, type, json, text);

    } else {
        rc = json_scalar(f, type, json, text);
    }

    f->depth--;

    return rc;
}


/* lists in a list are further dimensions */

static ngx_int_t
json_array(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, api_buf_t *out, ngx_uint_t dimension)
{
    api_sql_form_t             inner;
    api_sql_form_at_t          at;
    ngx_int_t          rc;
    ngx_str_t          text;
    const api_json_t  *item;

    if (dimension > API_SQL_BIND_DIMENSIONS) {
        return api_sql_form_refuse(f, "type", "must not be an array: there "
                                   "are too many within each other");
    }

    ngx_memzero(&at, sizeof(api_sql_form_at_t));
    at.up = f->at;

    inner = *f;
    inner.at = &at;

    api_buf_add_char(out, '{');

    for ( /* void */ ; at.index < json->count; at.index++) {

        item = &json->items[at.index];

        if (at.index != 0) {
            api_buf_add_char(out, type->delimiter);
        }

        if (item->type == API_JSON_NULL) {
            api_buf_add_literal(out, "NULL");
            continue;
        }

        if (is_list(type, item)) {
            rc = json_array(&inner, type, item, out, dimension + 1);

        } else {
            rc = api_sql_form_json_value(&inner, type->element, item, &text);

            if (rc == NGX_OK) {
                api_sql_bind_quoted(out, text.data, text.len);
            }
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    api_buf_add_char(out, '}');

    return NGX_OK;
}


/*
 * is it one more dimension, and not an item that is itself written as a list?
 */

static ngx_uint_t
is_list(const api_sql_type_t *type, const api_json_t *item)
{
    return item->type == API_JSON_ARRAY
           && (type->element == NULL
               || (type->element->kind != API_SQL_JSON
                   && type->element->kind != API_SQL_ARRAY));
}


/* int2vector, oidvector: "1 2 3" */

static ngx_int_t
json_vector(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, ngx_str_t *text)
{
    ngx_int_t   rc;
    ngx_str_t   item;
    ngx_uint_t  i;
    api_buf_t   out;

    if (api_buf_init(&out, f->pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < json->count; i++) {

        rc = api_sql_form_json_value(f, type->element, &json->items[i], &item);

        if (rc != NGX_OK) {
            return rc;
        }

        if (i != 0) {
            api_buf_add_char(&out, ' ');
        }

        api_buf_add_str(&out, &item);
    }

    return api_buf_string(&out, text);
}


static ngx_int_t
json_object(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, ngx_str_t *text)
{
    ngx_int_t           rc;
    ngx_str_t           field;
    ngx_uint_t          i;
    api_buf_t           out;
    api_sql_form_t      inner;
    api_sql_form_at_t   at;
    const api_json_t  **members;

    members = ngx_pcalloc(f->pool, (type->nfields + 1) * sizeof(api_json_t *));

    if (members == NULL
        || api_buf_init(&out, f->pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = find_members(f, type, json, members);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memzero(&at, sizeof(api_sql_form_at_t));
    at.up = f->at;

    inner = *f;
    inner.at = &at;

    api_buf_add_char(&out, '(');

    for (i = 0; i < type->nfields; i++) {

        if (i != 0) {
            api_buf_add_char(&out, ',');
        }

        if (members[i] == NULL || members[i]->type == API_JSON_NULL) {
            continue;
        }

        at.key = &members[i]->key;

        rc = api_sql_form_json_value(&inner, type->fields[i].type, members[i],
                                     &field);

        if (rc != NGX_OK) {
            return rc;
        }

        api_sql_bind_quoted(&out, field.data, field.len);
    }

    api_buf_add_char(&out, ')');

    return api_buf_string(&out, text);
}


/* the first field that the type does not have ends the search */

static ngx_int_t
find_members(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, const api_json_t **members)
{
    api_sql_form_t       inner;
    api_sql_form_at_t    at;
    ngx_str_t    name;
    ngx_uint_t   i, n;

    for (i = 0; i < json->count; i++) {

        for (n = 0; n < type->nfields; n++) {

            name.data = api_unconst(api_sql_field_name(&type->fields[n]));
            name.len = ngx_strlen(name.data);

            if (api_str_equal(&name, &json->items[i].key)) {
                members[n] = &json->items[i];
                break;
            }
        }

        if (n < type->nfields) {
            continue;
        }

        ngx_memzero(&at, sizeof(api_sql_form_at_t));
        at.up = f->at;
        at.key = &json->items[i].key;

        inner = *f;
        inner.at = &at;

        return api_sql_form_refuse(&inner, "unknown", "is not a known field");
    }

    return NGX_OK;
}


static ngx_int_t
json_scalar(api_sql_form_t *f, const api_sql_type_t *type,
    const api_json_t *json, ngx_str_t *text)
{
    ngx_int_t    rc;
    api_type_t   as;
    api_value_t  value;

    if (json->has_nul) {
        return api_sql_form_refuse(f, "nul",
                                   "must not contain the character U+0000");
    }

    if (type->kind == API_SQL_BYTEA && json->type != API_JSON_STRING) {
        return api_sql_form_refuse(f, "type", "must be a string");
    }

    if (type->kind == API_SQL_INT && json->type == API_JSON_NUMBER) {
        rc = api_value_number_plain(f->pool, &json->text, text);

        if (rc == NGX_DECLINED) {
            return api_sql_form_refuse(f, "type", "must be an integer");
        }

        return rc;
    }

    ngx_memzero(&as, sizeof(api_type_t));
    as.kind = (type->kind == API_SQL_JSON) ? API_TYPE_JSON : API_TYPE_STRING;

    if (api_sql_bind_json(f->pool, &as, json, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    *text = value.text;

    return json->type == API_JSON_STRING
           ? api_sql_form_text_value(f, type, text) : NGX_OK;
}
