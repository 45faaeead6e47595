
/*
 * A catalog of types, an empty line, a result's columns and its rows; cells
 * are parted by tabs, "\N" is NULL.  Whatever types these are, in circles too,
 * the answer is JSON, each row is in it, and it is the same once more.
 */


#include <libpq-fe.h>

#include "core/scan.h"
#include "fuzz_json.h"
#include "sql/grammar.h"
#include "sql/rows.h"


#define COLUMNS  8
#define ROWS     100

#define CATALOG  6       /* columns of api_sql_types_query */


typedef struct {
    char        *data;
    int          len;    /* -1: NULL */
} cell_t;


static ngx_uint_t is_text(const ngx_str_t *s);
static PGresult *read_catalog(ngx_pool_t *pool, ngx_str_t *rest);
static PGresult *read_result(ngx_pool_t *pool, ngx_str_t *rest);
static PGresult *result(const PGresAttDesc *columns, int n);
static ngx_uint_t read_row(ngx_pool_t *pool, ngx_str_t *rest, cell_t *cells);
static void set_row(PGresult *res, const cell_t *cells, ngx_uint_t n);
static void check_result(ngx_pool_t *pool, const api_sql_types_t *types,
    const PGresult *res);
static ngx_uint_t is_trusted(const api_sql_shape_t *shape,
    const PGresult *res);
static ngx_str_t rendered(ngx_pool_t *pool, const PGresult *res,
    api_sql_result_e kind, const api_sql_shape_t *shape);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PGresult         *catalog, *res;
    ngx_int_t         rc;
    ngx_str_t         text;
    ngx_pool_t       *pool;
    api_sql_types_t  *types;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    if (is_text(&text)) {
        types = api_sql_types_create(pool);
        fuzz_check(types != NULL);

        catalog = read_catalog(pool, &text);
        rc = api_sql_types_load(types, catalog);
        fuzz_check(rc == NGX_OK || rc == NGX_ERROR);
        fuzz_check(api_sql_types_load(types, catalog) == rc);

        res = read_result(pool, &text);
        check_result(pool, types, res);

        PQclear(catalog);
        PQclear(res);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_uint_t
is_text(const ngx_str_t *s)
{
    size_t         n;
    const u_char  *p, *end;

    end = s->data + s->len;

    for (p = s->data; p < end; p += n) {
        n = api_scan_utf8(p, end);

        if (n == 0 || *p == '\0') {
            return 0;
        }
    }

    return 1;
}


static PGresult *
read_catalog(ngx_pool_t *pool, ngx_str_t *rest)
{
    cell_t         cells[COLUMNS];
    PGresult      *res;
    ngx_uint_t     i, n;
    PGresAttDesc   columns[CATALOG];

    ngx_memzero(columns, sizeof(columns));

    for (i = 0; i < CATALOG; i++) {
        columns[i].name = api_unconst("x");
    }

    res = result(columns, CATALOG);

    for ( ;; ) {
        n = read_row(pool, rest, cells);

        if (n == 0) {
            return res;
        }

        for ( /* void */ ; n < CATALOG; n++) {
            cells[n].data = NULL;
            cells[n].len = -1;
        }

        set_row(res, cells, CATALOG);
    }
}


/* columns: "23 id" */

static PGresult *
read_result(ngx_pool_t *pool, ngx_str_t *rest)
{
    cell_t         cells[COLUMNS];
    PGresult      *res;
    ngx_uint_t     i, n, count;
    PGresAttDesc   columns[COLUMNS];

    ngx_memzero(columns, sizeof(columns));

    count = read_row(pool, rest, cells);

    for (i = 0; i < count; i++) {
        columns[i].name = "";

        if (cells[i].len > 0) {
            columns[i].typid = (Oid) strtoul(cells[i].data, &columns[i].name,
                                             10);
        }
    }

    res = result(columns, (int) count);

    while (count != 0) {
        n = read_row(pool, rest, cells);

        if (n == 0) {
            break;
        }

        for ( /* void */ ; n < count; n++) {
            cells[n].data = NULL;
            cells[n].len = -1;
        }

        set_row(res, cells, count);
    }

    return res;
}


static PGresult *
result(const PGresAttDesc *columns, int n)
{
    PGresult  *res;

    res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);

    if (res == NULL
        || (n != 0 && !PQsetResultAttrs(res, n, api_unconst(columns))))
    {
        exit(2);
    }

    return res;
}


/* how many cells the next line has; 0: it is empty, or there is none */

static ngx_uint_t
read_row(ngx_pool_t *pool, ngx_str_t *rest, cell_t *cells)
{
    size_t      len, line;
    u_char     *p;
    ngx_str_t   cell;
    ngx_uint_t  n;

    p = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
    line = p ? (size_t) (p - rest->data) : rest->len;

    for (n = 0; n < COLUMNS && line != 0; n++) {
        p = memchr(rest->data, '\t', line);
        len = p ? (size_t) (p - rest->data) : line;

        cell = fuzz_copy(pool, rest->data, len);
        cells[n].data = ngx_pnalloc(pool, len + 1);
        fuzz_check(cells[n].data != NULL);

        memcpy(cells[n].data, cell.data, len);
        cells[n].data[len] = '\0';
        cells[n].len = (strcmp(cells[n].data, "\\N") == 0) ? -1 : (int) len;

        len += p ? 1 : 0;
        rest->data += len;
        rest->len -= len;
        line -= len;
    }

    /* what is left of the line, and its end */

    line += (rest->len > line);
    rest->data += line;
    rest->len -= line;

    return n;
}


static void
set_row(PGresult *res, const cell_t *cells, ngx_uint_t n)
{
    int         row;
    ngx_uint_t  i;

    row = PQntuples(res);

    for (i = 0; i < n && row < ROWS; i++) {
        if (!PQsetvalue(res, row, (int) i, cells[i].data, cells[i].len)) {
            exit(2);
        }
    }
}


static void
check_result(ngx_pool_t *pool, const api_sql_types_t *types,
    const PGresult *res)
{
    ngx_str_t         one, two;
    api_json_t       *json;
    api_sql_shape_t   shape;

    fuzz_check(api_sql_shape_make(pool, types, res, &shape) == NGX_OK);
    fuzz_check(api_sql_shape_fits(&shape, res));

    if (PQnfields(res) == 0 || !is_trusted(&shape, res)) {
        return;
    }

    one = rendered(pool, res, API_SQL_MANY, &shape);
    two = rendered(pool, res, API_SQL_MANY, &shape);

    fuzz_check(api_str_equal(&one, &two));
    fuzz_check(api_sql_grammar_json(one.data, one.len));

    json = fuzz_json(pool, &one);

    /* but for names that are there twice, and depth */
    fuzz_check(json == NULL || (int) json->count == PQntuples(res));

    if (api_sql_rows_check(res, API_SQL_ONE) == API_SQL_ROWS_OK) {
        one = rendered(pool, res, API_SQL_ONE, &shape);
        fuzz_check(api_sql_grammar_json(one.data, one.len));
        fuzz_check(two.len == one.len + 2
                   && memcmp(two.data + 1, one.data, one.len) == 0);

        one = rendered(pool, res, API_SQL_VALUE, &shape);
        fuzz_check(api_sql_grammar_json(one.data, one.len));
    }
}


/* what a json column has PostgreSQL has parsed */

static ngx_uint_t
is_trusted(const api_sql_shape_t *shape, const PGresult *res)
{
    int         row;
    ngx_uint_t  i;

    for (i = 0; i < shape->ncolumns; i++) {

        if (shape->columns[i].type->kind != API_SQL_JSON) {
            continue;
        }

        for (row = 0; row < PQntuples(res); row++) {
            if (!PQgetisnull(res, row, (int) i)
                && !api_sql_grammar_json(
                        (u_char *) PQgetvalue(res, row, (int) i),
                        (size_t) PQgetlength(res, row, (int) i)))
            {
                return 0;
            }
        }
    }

    return 1;
}


static ngx_str_t
rendered(ngx_pool_t *pool, const PGresult *res, api_sql_result_e kind,
    const api_sql_shape_t *shape)
{
    api_buf_t       b;
    ngx_str_t       out;
    api_sql_rows_e  rc;

    fuzz_check(api_buf_init(&b, pool, api_sql_rows_size(res, shape), 1 << 24)
               == NGX_OK);

    rc = api_sql_rows_render(res, kind, shape, &b);

    fuzz_check(rc == API_SQL_ROWS_OK || rc == API_SQL_ROWS_STRANGE);
    fuzz_check(api_buf_string(&b, &out) == NGX_OK);

    return out;
}
