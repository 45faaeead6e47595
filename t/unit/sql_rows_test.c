
#include "sql/rows.h"
#include "shim.h"
#include "test.h"

#include <string.h>

#include <libpq-fe.h>


typedef struct {
    const char  *name;
    unsigned     oid;
} column_t;


static const column_t  columns[] = {
    { "id", 23 }, { "na\"me", 25 }, { "doc", 3802 }
};

static const column_t  twice[] = {
    { "a", 23 }, { "a", 23 }
};


/* cells row by row, NULL is NULL */

static PGresult *
result(const column_t *column, int ncolumns, const char *const *cell,
    int nrows)
{
    int            i, k;
    PGresult      *res;
    PGresAttDesc   attributes[8];

    memset(attributes, 0, sizeof(attributes));

    for (i = 0; i < ncolumns; i++) {
        attributes[i].name = (char *) (uintptr_t) column[i].name;
        attributes[i].typid = column[i].oid;
    }

    res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    check(res != NULL);
    check(PQsetResultAttrs(res, ncolumns, attributes));

    for (i = 0; i < nrows; i++) {
        for (k = 0; k < ncolumns; k++, cell++) {
            check(PQsetvalue(res, i, k, (char *) (uintptr_t) *cell,
                             *cell ? (int) strlen(*cell) : -1));
        }
    }

    return res;
}


static void
check_answer(ngx_pool_t *pool, const PGresult *res, api_sql_result_e kind,
    const char *json)
{
    api_buf_t         out;
    api_sql_shape_t   shape;

    check_int(api_sql_shape_make(pool, api_sql_types_create(pool), res,
                                 &shape), NGX_OK);
    check(api_sql_shape_fits(&shape, res));

    check_int(api_buf_init(&out, pool, api_sql_rows_size(res, &shape),
                           10000), NGX_OK);
    check_int(api_sql_rows_render(res, kind, &shape, &out),
              API_SQL_ROWS_OK);
    check_bytes(out.start, api_buf_len(&out), json, strlen(json));
}


static void
renders_rows(ngx_pool_t *pool)
{
    PGresult  *res;

    static const char *const  cells[] = {
        "1", "a\"b", "{\"k\": [1]}",
        "-2", NULL, "null",
        NULL, "", NULL
    };

    res = result(columns, 3, cells, 0);
    check_answer(pool, res, API_SQL_MANY, "[]");
    check_answer(pool, res, API_SQL_OPTIONAL, "null");
    PQclear(res);

    res = result(columns, 3, cells, 1);
    check_answer(pool, res, API_SQL_ONE,
                 "{\"id\":1,\"na\\\"me\":\"a\\\"b\",\"doc\":{\"k\": [1]}}");
    check_answer(pool, res, API_SQL_OPTIONAL,
                 "{\"id\":1,\"na\\\"me\":\"a\\\"b\",\"doc\":{\"k\": [1]}}");
    check_answer(pool, res, API_SQL_EXEC, "");
    PQclear(res);

    res = result(columns, 3, cells, 3);
    check_answer(pool, res, API_SQL_MANY,
                 "[{\"id\":1,\"na\\\"me\":\"a\\\"b\",\"doc\":{\"k\": [1]}},"
                 "{\"id\":-2,\"na\\\"me\":null,\"doc\":null},"
                 "{\"id\":null,\"na\\\"me\":\"\",\"doc\":null}]");
    PQclear(res);

    res = result(twice, 2, cells, 1);
    check_answer(pool, res, API_SQL_MANY, "[{\"a\":1,\"a\":\"a\\\"b\"}]");
    PQclear(res);
}


static void
renders_a_value(ngx_pool_t *pool)
{
    PGresult  *res;

    static const char *const  json[] = { "{\"a\": 1}" };
    static const char *const  text[] = { "x" };
    static const char *const  none[] = { NULL };

    res = result(columns + 2, 1, json, 1);
    check_answer(pool, res, API_SQL_VALUE, "{\"a\": 1}");
    PQclear(res);

    res = result(columns + 1, 1, text, 1);
    check_answer(pool, res, API_SQL_VALUE, "\"x\"");
    PQclear(res);

    res = result(columns, 1, none, 1);
    check_answer(pool, res, API_SQL_VALUE, "null");
    PQclear(res);
}


static void
renders_rows_without_columns(ngx_pool_t *pool)
{
    PGresult         *res;
    api_buf_t         out;
    api_sql_shape_t   shape;

    res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);

    check_int(api_sql_shape_make(pool, api_sql_types_create(pool), res,
                                 &shape), NGX_OK);
    check_int(shape.ncolumns, 0);
    check_int(api_buf_init(&out, pool, 0, 100), NGX_OK);
    check_int(api_sql_rows_render(res, API_SQL_MANY, &shape, &out),
              API_SQL_ROWS_OK);
    check_bytes(out.start, api_buf_len(&out), "[]", 2);

    PQclear(res);
}


static void
checks_the_number_of_rows(ngx_pool_t *pool)
{
    int                     n;
    PGresult               *res;
    const api_sql_rows_e   *e;

    static const char *const  cells[] = { "1", "2" };

    static const api_sql_rows_e  expected[3][4] = {
        { API_SQL_ROWS_NONE, API_SQL_ROWS_NONE, API_SQL_ROWS_NONE,
          API_SQL_ROWS_NONE },
        { API_SQL_ROWS_OK, API_SQL_ROWS_OK, API_SQL_ROWS_OK,
          API_SQL_ROWS_OK },
        { API_SQL_ROWS_TOO_MANY, API_SQL_ROWS_TOO_MANY, API_SQL_ROWS_OK,
          API_SQL_ROWS_TOO_MANY }
    };

    (void) pool;

    for (n = 0; n < 3; n++) {
        test_note("%d rows", n);

        res = result(columns, 1, cells, n);
        e = expected[n];

        check_int(api_sql_rows_check(res, API_SQL_ONE), e[0]);
        check_int(api_sql_rows_check(res, API_SQL_OPTIONAL), e[1]);
        check_int(api_sql_rows_check(res, API_SQL_MANY), e[2]);
        check_int(api_sql_rows_check(res, API_SQL_VALUE), e[3]);

        /* a result made by hand has no command tag */
        check_int(api_sql_rows_check(res, API_SQL_EXEC), API_SQL_ROWS_OK);

        PQclear(res);
    }
}


static void
knows_when_a_shape_fits(ngx_pool_t *pool)
{
    ngx_uint_t        i;
    PGresult         *res;
    api_sql_shape_t   shape;

    static const column_t  others[][3] = {
        { { "id", 23 }, { "na\"me", 25 }, { "doc", 3802 } },
        { { "id", 20 }, { "na\"me", 25 }, { "doc", 3802 } },
        { { "ID", 23 }, { "na\"me", 25 }, { "doc", 3802 } },
        { { "id", 23 }, { "na\"me", 25 }, { "docs", 3802 } },
        { { "id", 23 }, { "na\"me", 25 }, { "do", 3802 } }
    };

    res = result(columns, 3, NULL, 0);
    check_int(api_sql_shape_make(pool, api_sql_types_create(pool), res,
                                 &shape), NGX_OK);
    PQclear(res);

    check_int(shape.ncolumns, 3);
    check_str(&shape.columns[0].key, "{\"id\":");
    check_str(&shape.columns[1].key, ",\"na\\\"me\":");
    check_str(&shape.columns[2].key, ",\"doc\":");

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        test_note("other %d", (int) i);

        res = result(others[i], 3, NULL, 0);
        check_int(api_sql_shape_fits(&shape, res), i == 0);
        PQclear(res);
    }

    test_note("fewer columns");
    res = result(columns, 2, NULL, 0);
    check_int(api_sql_shape_fits(&shape, res), 0);
    PQclear(res);
}


static void
asks_for_unknown_types(ngx_pool_t *pool)
{
    PGresult         *res;
    api_buf_t         out;
    api_sql_shape_t   shape;

    static const column_t     unknown[] = { { "a", 23 }, { "b", 20000 } };
    static const char *const  cells[] = { "1", "x" };

    res = result(unknown, 1, cells, 1);
    check_int(api_sql_shape_make(pool, api_sql_types_create(pool), res,
                                 &shape), NGX_OK);
    check_int(shape.unknown, 0);
    PQclear(res);

    res = result(unknown, 2, cells, 1);
    check_int(api_sql_shape_make(pool, api_sql_types_create(pool), res,
                                 &shape), NGX_OK);
    check_int(shape.unknown, 1);

    check_int(api_buf_init(&out, pool, 0, 100), NGX_OK);
    check_int(api_sql_rows_render(res, API_SQL_ONE, &shape, &out),
              API_SQL_ROWS_OK);
    check_bytes(out.start, api_buf_len(&out), "{\"a\":1,\"b\":\"x\"}", 15);

    PQclear(res);
}


static void
fails_beyond_the_maximum(ngx_pool_t *pool)
{
    size_t            max;
    PGresult         *res;
    api_buf_t         out;
    api_sql_shape_t   shape;

    static const char *const  cells[] = { "1", "2", "3" };

    /* [{"id":1},{"id":2},{"id":3}] */
    const size_t  full = 28;

    res = result(columns, 1, cells, 3);
    check_int(api_sql_shape_make(pool, api_sql_types_create(pool), res,
                                 &shape), NGX_OK);

    for (max = 0; max <= full; max++) {
        check_int(api_buf_init(&out, pool, 0, max), NGX_OK);
        check_int(api_sql_rows_render(res, API_SQL_MANY, &shape, &out),
                  max == full ? API_SQL_ROWS_OK : API_SQL_ROWS_FAILED);
        check_int(out.full, max != full);
    }

    PQclear(res);
}


/* what is reserved is enough for plain values, and not much more */

static void
sizes_close_to_what_is_needed(ngx_pool_t *pool)
{
    int               i;
    size_t            size;
    u_char           *start;
    PGresult         *res;
    api_buf_t         out;
    const char       *cells[3 * 100];
    api_sql_shape_t   shape;

    for (i = 0; i < 300; i += 3) {
        cells[i] = "1234567";
        cells[i + 1] = (i % 2) ? "a name of some length" : NULL;
        cells[i + 2] = "{}";
    }

    res = result(columns, 3, cells, 100);
    check_int(api_sql_shape_make(pool, api_sql_types_create(pool), res,
                                 &shape), NGX_OK);

    size = api_sql_rows_size(res, &shape);
    check_int(api_buf_init(&out, pool, size, 100000), NGX_OK);
    start = out.start;

    check_int(api_sql_rows_render(res, API_SQL_MANY, &shape, &out),
              API_SQL_ROWS_OK);
    check(out.start == start);
    check(api_buf_len(&out) >= size * 3 / 4);

    PQclear(res);
}


static ngx_int_t
shape_short_of_memory(ngx_pool_t *pool, void *data)
{
    PGresult         *res = data;
    api_sql_shape_t   shape;
    api_sql_types_t  *types;

    types = api_sql_types_create(pool);
    if (types == NULL) {
        return NGX_ERROR;
    }

    return api_sql_shape_make(pool, types, res, &shape);
}


static ngx_int_t
rows_short_of_memory(ngx_pool_t *pool, void *data)
{
    api_buf_t         out;
    ngx_uint_t        failed;
    PGresult         *res = data;
    api_sql_shape_t   shape;
    api_sql_types_t  *types;

    types = api_sql_types_create(pool);

    if (types == NULL
        || api_sql_shape_make(pool, types, res, &shape) != NGX_OK
        || api_buf_init(&out, pool, 0, 10000) != NGX_OK)
    {
        return NGX_ERROR;
    }

    failed = api_sql_rows_render(res, API_SQL_MANY, &shape, &out)
             == API_SQL_ROWS_FAILED;

    return failed ? NGX_ERROR : NGX_OK;
}


static void
tells_short_memory(ngx_pool_t *pool)
{
    int          i;
    PGresult    *res;
    const char  *cells[3 * 100];

    (void) pool;

    for (i = 0; i < 300; i++) {
        cells[i] = "1";
    }

    res = result(columns, 3, cells, 100);
    check_oom(shape_short_of_memory, res);
    check_oom(rows_short_of_memory, res);
    PQclear(res);
}


static const test_case_t  cases[] = {
    { "renders rows", renders_rows },
    { "renders a value", renders_a_value },
    { "renders rows without columns", renders_rows_without_columns },
    { "checks the number of rows", checks_the_number_of_rows },
    { "knows when a shape fits", knows_when_a_shape_fits },
    { "asks for unknown types", asks_for_unknown_types },
    { "fails beyond the maximum", fails_beyond_the_maximum },
    { "sizes close to what is needed", sizes_close_to_what_is_needed },
    { "tells short memory", tells_short_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
