
#include "sql/rows.h"

#include "core/scan.h"
#include "json/write.h"
#include "sql/render.h"

#include <libpq-fe.h>


static void write_row(api_sql_render_t *r, const struct pg_result *res,
    int row, const api_sql_shape_t *shape);
static void write_cell(api_sql_render_t *r, const struct pg_result *res,
    int row, int column, const api_sql_type_t *type);
static ngx_uint_t has_fields(const api_sql_type_t *type);
static void write_many(api_sql_render_t *r, const struct pg_result *res,
    const api_sql_shape_t *shape);


ngx_int_t
api_sql_shape_make(ngx_pool_t *pool, const api_sql_types_t *types,
    const struct pg_result *res, api_sql_shape_t *shape)
{
    int               i, n;
    api_sql_field_t  *f;

    n = PQnfields(res);

    ngx_memzero(shape, sizeof(api_sql_shape_t));

    shape->ncolumns = (ngx_uint_t) n;
    shape->row_size = sizeof("{},") - 1;

    shape->columns = ngx_pcalloc(pool, ((size_t) n + 1)
                                       * sizeof(api_sql_field_t));
    if (shape->columns == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        f = &shape->columns[i];
        f->oid = PQftype(res, i);

        if (api_sql_types_key(pool, i == 0 ? "{" : ",", PQfname(res, i),
                              &f->key)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        f->type = api_sql_types_find(types, f->oid);

        if (f->type == NULL) {
            f->type = &api_sql_type_text;
            shape->unknown = 1;
        }

        if (has_fields(f->type)) {
            shape->composite = 1;
        }

        /* "null" or two quotes, and some room for escapes */
        shape->row_size += f->key.len + sizeof("null") - 1;
    }

    return NGX_OK;
}


/* a composite, or an array of some */

static ngx_uint_t
has_fields(const api_sql_type_t *type)
{
    while (type != NULL && type->kind == API_SQL_ARRAY) {
        type = type->element;
    }

    return type != NULL && type->kind == API_SQL_COMPOSITE;
}


ngx_uint_t
api_sql_shape_fits(const api_sql_shape_t *shape, const struct pg_result *res)
{
    int                     i, n;
    const api_sql_field_t  *f;

    n = PQnfields(res);

    if (shape->ncolumns != (ngx_uint_t) n) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        f = &shape->columns[i];

        if (f->oid != PQftype(res, i)
            || ngx_strcmp(api_sql_field_name(f), PQfname(res, i)) != 0)
        {
            return 0;
        }
    }

    return 1;
}


api_sql_rows_e
api_sql_rows_check(const struct pg_result *res, api_sql_result_e result)
{
    int          n;
    const char  *count;

    if (result == API_SQL_EXEC) {

        /* libpq's function only reads; "" without a count, as for CALL */
        count = PQcmdTuples((PGresult *) (uintptr_t) res);

        return ngx_strcmp(count, "0") == 0 ? API_SQL_ROWS_NONE
                                           : API_SQL_ROWS_OK;
    }

    n = PQntuples(res);

    if (n == 0) {
        return API_SQL_ROWS_NONE;
    }

    return (n > 1 && result != API_SQL_MANY) ? API_SQL_ROWS_TOO_MANY
                                             : API_SQL_ROWS_OK;
}


ngx_uint_t
api_sql_rows_written(const struct pg_result *res)
{
    ngx_uint_t   n;
    const char  *status, *count;

    /* libpq's functions only read */

    status = PQcmdStatus((PGresult *) (uintptr_t) res);
    count = PQcmdTuples((PGresult *) (uintptr_t) res);

    if (ngx_strncmp(status, "SELECT", 6) == 0) {
        return 0;
    }

    for (n = 0; api_scan_is_digit(*count); count++) {
        n = n * 10 + (ngx_uint_t) (*count - '0');
    }

    return n;
}


size_t
api_sql_rows_size(const struct pg_result *res, const api_sql_shape_t *shape)
{
    int     row, column, nrows, ncolumns;
    size_t  size;

    nrows = PQntuples(res);
    ncolumns = PQnfields(res);

    size = sizeof("[]") - 1 + (size_t) nrows * shape->row_size;

    for (row = 0; row < nrows; row++) {
        for (column = 0; column < ncolumns; column++) {
            size += (size_t) PQgetlength(res, row, column);
        }
    }

    return size;
}


api_sql_rows_e
api_sql_rows_render(const struct pg_result *res, api_sql_result_e result,
    const api_sql_shape_t *shape, api_buf_t *out)
{
    api_sql_render_t  r;

    api_sql_render_init(&r, out);
    r.utc = (shape != NULL && shape->utc);

    switch (result) {

    case API_SQL_EXEC:
        return API_SQL_ROWS_OK;

    case API_SQL_MANY:
        write_many(&r, res, shape);
        break;

    case API_SQL_VALUE:
        if (PQntuples(res) != 0 && shape->ncolumns != 0) {
            write_cell(&r, res, 0, 0, shape->columns[0].type);
            break;
        }

        api_buf_add_literal(out, "null");
        break;

    default:
        if (PQntuples(res) != 0) {
            write_row(&r, res, 0, shape);
            break;
        }

        api_buf_add_literal(out, "null");
        break;
    }

    if (!api_buf_ok(out)) {
        return API_SQL_ROWS_FAILED;
    }

    return r.strange ? API_SQL_ROWS_STRANGE : API_SQL_ROWS_OK;
}


api_sql_rows_e
api_sql_rows_cell(const struct pg_result *res, const api_sql_shape_t *shape,
    ngx_uint_t column, api_buf_t *out)
{
    api_sql_render_t  r;

    api_sql_render_init(&r, out);
    r.utc = shape->utc;

    write_cell(&r, res, 0, (int) column, shape->columns[column].type);

    return !api_buf_ok(out) ? API_SQL_ROWS_FAILED
           : r.strange ? API_SQL_ROWS_STRANGE : API_SQL_ROWS_OK;
}


static void
write_many(api_sql_render_t *r, const struct pg_result *res,
    const api_sql_shape_t *shape)
{
    int  row, n;

    n = PQntuples(res);

    api_buf_add_char(r->out, '[');

    for (row = 0; row < n && api_buf_ok(r->out); row++) {
        if (row != 0) {
            api_buf_add_char(r->out, ',');
        }

        write_row(r, res, row, shape);
    }

    api_buf_add_char(r->out, ']');
}


static void
write_row(api_sql_render_t *r, const struct pg_result *res, int row,
    const api_sql_shape_t *shape)
{
    u_char                 *p;
    ngx_uint_t              i;
    const api_sql_field_t  *f;

    if (shape->ncolumns == 0) {
        api_buf_add_literal(r->out, "{}");
        return;
    }

    for (i = 0; i < shape->ncolumns; i++) {
        f = &shape->columns[i];

        p = api_buf_reserve(r->out, f->key.len);
        if (p == NULL) {
            return;
        }

        r->out->last = ngx_cpymem(p, f->key.data, f->key.len);

        write_cell(r, res, row, (int) i, f->type);
    }

    api_buf_add_char(r->out, '}');
}


static void
write_cell(api_sql_render_t *r, const struct pg_result *res, int row,
    int column, const api_sql_type_t *type)
{
    size_t         len;
    const u_char  *data;

    len = (size_t) PQgetlength(res, row, column);

    if (len == 0 && PQgetisnull(res, row, column)) {
        api_buf_add_literal(r->out, "null");
        return;
    }

    data = (const u_char *) PQgetvalue(res, row, column);

    /* most columns are texts */

    if (type->kind == API_SQL_TEXT) {
        api_json_write_string(r->out, data, len);

    } else {
        api_sql_render_value(r, type, data, len);
    }
}
