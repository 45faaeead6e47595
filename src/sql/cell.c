
#include "sql/cell.h"
#include "sql/oid.h"

#include <libpq-fe.h>


static u_char nibble(u_char ch);


ngx_int_t
api_sql_cell_column(const struct pg_result *res, const ngx_str_t *name)
{
    int     i, n;
    size_t  len;
    char   *column;

    n = PQnfields(res);

    for (i = 0; i < n; i++) {
        column = PQfname(res, i);
        len = ngx_strlen(column);

        if (len == name->len && ngx_memcmp(column, name->data, len) == 0) {
            return i;
        }
    }

    return NGX_ERROR;
}


ngx_int_t
api_sql_cell_variable(const struct pg_result *res, const ngx_str_t *name)
{
    int        i, n;
    char      *column;
    ngx_int_t  exact;

    exact = api_sql_cell_column(res, name);

    if (exact != NGX_ERROR) {
        return exact;
    }

    n = PQnfields(res);

    for (i = 0; i < n; i++) {
        column = PQfname(res, i);

        if (ngx_strlen(column) == name->len
            && ngx_strncasecmp((u_char *) column, name->data, name->len) == 0)
        {
            return i;
        }
    }

    return NGX_ERROR;
}


ngx_int_t
api_sql_cell_copy(ngx_pool_t *pool, const struct pg_result *res,
    ngx_int_t column, api_value_t *out)
{
    size_t  len;

    ngx_memzero(out, sizeof(api_value_t));

    if (PQntuples(res) == 0 || PQgetisnull(res, 0, (int) column)) {
        out->null = 1;
        return NGX_OK;
    }

    len = (size_t) PQgetlength(res, 0, (int) column);

    out->text.data = ngx_pnalloc(pool, len + 1);
    if (out->text.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(out->text.data, PQgetvalue(res, 0, (int) column), len);
    out->text.data[len] = '\0';
    out->text.len = len;

    return NGX_OK;
}


/* bytea_output is hex: "\x", and two digits a byte */

ngx_int_t
api_sql_cell_bytes(ngx_pool_t *pool, const struct pg_result *res,
    ngx_int_t column, api_value_t *out)
{
    u_char  *from, *to, *end;

    if (api_sql_cell_copy(pool, res, column, out) != NGX_OK) {
        return NGX_ERROR;
    }

    if (out->null || PQftype(res, (int) column) != API_SQL_OID_bytea
        || out->text.len < 2 || out->text.len % 2 != 0
        || out->text.data[0] != '\\' || out->text.data[1] != 'x')
    {
        return NGX_OK;
    }

    to = out->text.data;
    end = to + out->text.len;

    for (from = to + 2; from < end; from += 2) {
        *to++ = (u_char) (nibble(from[0]) << 4 | nibble(from[1]));
    }

    *to = '\0';
    out->text.len = (size_t) (to - out->text.data);

    return NGX_OK;
}


/* the server has written it */

static u_char
nibble(u_char ch)
{
    return (u_char) (ch <= '9' ? ch - '0' : (ch | 0x20) - 'a' + 10);
}


ngx_uint_t
api_sql_cell_rows(const struct pg_result *res)
{
    return (ngx_uint_t) PQntuples(res);
}


void
api_sql_cell_at(const struct pg_result *res, ngx_uint_t row, ngx_int_t column,
    ngx_str_t *text)
{
    ngx_str_null(text);

    if (!PQgetisnull(res, (int) row, (int) column)) {
        text->data = (u_char *) PQgetvalue(res, (int) row, (int) column);
        text->len = (size_t) PQgetlength(res, (int) row, (int) column);
    }
}


void
api_sql_cell_free(struct pg_result *res)
{
    PQclear(res);
}


ngx_uint_t
api_sql_cell_is_state(const struct pg_result *res, const char *state)
{
    const char  *found;

    found = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;

    return found != NULL && ngx_strcmp(found, state) == 0;
}
