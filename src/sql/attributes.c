
#include "sql/attributes.h"

#include "sql/bind.h"
#include "core/buf.h"
#include "core/value.h"


/*
 * types within types: PostgreSQL allows no circle, and sql/form goes no deeper
 */
#define ATTRIBUTES_DEPTH  32


static const api_sql_type_t *copy_type(ngx_pool_t *pool,
    const api_sql_type_t *type, ngx_uint_t depth);
static ngx_int_t add_type(ngx_pool_t *pool, ngx_array_t **list,
    const api_sql_type_t *type, ngx_uint_t depth);
static ngx_int_t write_oid(ngx_pool_t *pool, unsigned oid, api_value_t *out);
static ngx_int_t write_fields(ngx_pool_t *pool, const api_sql_type_t *type,
    api_value_t *out);


const char  api_sql_attributes_sql[] =
    "SELECT 1 / pg_catalog.count(*) FILTER (WHERE ok)"
    " FROM (SELECT NOT EXISTS (SELECT 1 FROM"
    " ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]),"
               " pg_catalog.unnest($2::pg_catalog.text[])) AS u(type, wanted)"
    " WHERE wanted IS DISTINCT FROM (SELECT coalesce(pg_catalog.string_agg("
        "a.atttypid || ' ' || a.attname, '/' ORDER BY a.attnum), '')"
        " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a"
        " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.oid = (SELECT typrelid FROM pg_catalog.pg_type t"
                       " WHERE t.oid = type))) AS ok) AS same";


const api_sql_type_t *
api_sql_attributes_copy(ngx_pool_t *pool, const api_sql_type_t *type)
{
    return copy_type(pool, type, 0);
}


static const api_sql_type_t *
copy_type(ngx_pool_t *pool, const api_sql_type_t *type, ngx_uint_t depth)
{
    size_t           len;
    ngx_uint_t       i;
    api_sql_type_t  *copy;

    if (depth == ATTRIBUTES_DEPTH) {
        return &api_sql_type_text;
    }

    copy = ngx_palloc(pool, sizeof(api_sql_type_t));
    if (copy == NULL) {
        return NULL;
    }

    *copy = *type;
    copy->before = NULL;

    if (type->element != NULL) {
        copy->element = copy_type(pool, type->element, depth + 1);
        if (copy->element == NULL) {
            return NULL;
        }
    }

    if (type->nfields == 0) {
        return copy;
    }

    copy->fields = ngx_palloc(pool, type->nfields * sizeof(api_sql_field_t));
    if (copy->fields == NULL) {
        return NULL;
    }

    for (i = 0; i < type->nfields; i++) {

        copy->fields[i] = type->fields[i];

        /* with the name behind it */

        len = type->fields[i].key.len + 1
              + ngx_strlen(api_sql_field_name(&type->fields[i])) + 1;

        copy->fields[i].key.data = ngx_pnalloc(pool, len);
        if (copy->fields[i].key.data == NULL) {
            return NULL;
        }

        ngx_memcpy(copy->fields[i].key.data, type->fields[i].key.data, len);

        if (type->fields[i].type == NULL) {
            continue;
        }

        copy->fields[i].type = copy_type(pool, type->fields[i].type,
                                         depth + 1);
        if (copy->fields[i].type == NULL) {
            return NULL;
        }
    }

    return copy;
}


ngx_int_t
api_sql_attributes_add(ngx_pool_t *pool, ngx_array_t **list,
    const api_sql_type_t *type)
{
    return add_type(pool, list, type, 0);
}


static ngx_int_t
add_type(ngx_pool_t *pool, ngx_array_t **list, const api_sql_type_t *type,
    ngx_uint_t depth)
{
    ngx_uint_t              i;
    const api_sql_type_t  **known;

    if (type == NULL || depth == ATTRIBUTES_DEPTH) {
        return NGX_OK;
    }

    if (type->kind != API_SQL_COMPOSITE) {
        return add_type(pool, list, type->element, depth + 1);
    }

    if (*list == NULL) {
        *list = ngx_array_create(pool, 4, sizeof(api_sql_type_t *));
        if (*list == NULL) {
            return NGX_ERROR;
        }
    }

    known = (*list)->elts;

    for (i = 0; i < (*list)->nelts; i++) {
        if (known[i]->oid == type->oid) {
            return NGX_OK;
        }
    }

    known = ngx_array_push(*list);
    if (known == NULL) {
        return NGX_ERROR;
    }

    *known = type;

    for (i = 0; i < type->nfields; i++) {
        if (add_type(pool, list, type->fields[i].type, depth + 1) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_sql_attributes_values(ngx_pool_t *pool, const ngx_array_t *list,
    const char **values)
{
    ngx_uint_t              i, n;
    api_value_t            *oids, *fields, value;
    const api_sql_type_t  **type;

    n = list->nelts;
    type = list->elts;

    oids = ngx_pcalloc(pool, n * sizeof(api_value_t));
    fields = ngx_pcalloc(pool, n * sizeof(api_value_t));

    if (oids == NULL || fields == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (write_oid(pool, type[i]->oid, &oids[i]) != NGX_OK
            || write_fields(pool, type[i], &fields[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (api_sql_bind_list(pool, oids, n, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    values[0] = (const char *) value.text.data;

    if (api_sql_bind_list(pool, fields, n, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    values[1] = (const char *) value.text.data;

    return NGX_OK;
}


static ngx_int_t
write_oid(ngx_pool_t *pool, unsigned oid, api_value_t *out)
{
    api_buf_t  b;

    if (api_buf_init(&b, pool, NGX_INT_T_LEN, NGX_MAX_SIZE_T_VALUE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_buf_add_uint(&b, oid);

    return api_buf_string(&b, &out->text);
}


static ngx_int_t
write_fields(ngx_pool_t *pool, const api_sql_type_t *type, api_value_t *out)
{
    ngx_uint_t   i;
    api_buf_t    b;
    const char  *name;

    if (api_buf_init(&b, pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < type->nfields; i++) {

        if (i != 0) {
            api_buf_add_char(&b, '/');
        }

        name = api_sql_field_name(&type->fields[i]);

        api_buf_add_uint(&b, type->fields[i].oid);
        api_buf_add_char(&b, ' ');
        api_buf_add(&b, name, ngx_strlen(name));
    }

    return api_buf_string(&b, &out->text);
}
