
/*
 * A PGresult (text format) to JSON, straight into one buffer.
 *
 * The connection speaks UTF8, DateStyle ISO, IntervalStyle postgres,
 * bytea_output hex, extra_float_digits >= 1 (db/conn sees to it).
 */


#ifndef API_SQL_ROWS_H
#define API_SQL_ROWS_H


#include "sql/types.h"
#include "core/buf.h"
#include "core/core.h"


typedef enum {
    API_SQL_ONE = 0,           /* an object; two: 500 */
    API_SQL_OPTIONAL,          /* an object or null; two: 500 */
    API_SQL_MANY,              /* an array of objects */
    API_SQL_VALUE,             /* the only column of the only row; as ONE */
    API_SQL_EXEC               /* nothing */
} api_sql_result_e;


/*
 * The columns of one statement's result, fixed once: keys as JSON pieces and
 * how each column is written.
 */
typedef struct {
    ngx_uint_t               ncolumns;
    unsigned                 unknown:1;    /* the type of a column is not in
                                              the registry: load types, and
                                              make it again */
    unsigned                 utc:1;        /* set by the caller: timestamps
                                              without a zone get a "Z" */
    unsigned                 composite:1;  /* some column contains a
                                              composite */
    size_t                   row_size;     /* of a row without its values */
    api_sql_field_t         *columns;      /* key with the comma or brace
                                              before it: "{\"id\":",
                                              ",\"email\":" */
} api_sql_shape_t;


/* NGX_OK, NGX_ERROR (memory).  The shape is the pool's. */
API_MUST_CHECK ngx_int_t api_sql_shape_make(ngx_pool_t *pool,
    const api_sql_types_t *types, const struct pg_result *res,
    api_sql_shape_t *shape);

/* does a result still have the columns (names, OIDs) of the shape? */
ngx_uint_t api_sql_shape_fits(const api_sql_shape_t *shape,
    const struct pg_result *res);


typedef enum {
    API_SQL_ROWS_OK = 0,
    API_SQL_ROWS_NONE,         /* no row; EXEC: none affected */
    API_SQL_ROWS_TOO_MANY,     /* ONE, OPTIONAL, VALUE: more than one row */
    API_SQL_ROWS_STRANGE,      /* rendered, but some value is not as its type
                                  says: it is written as its text */
    API_SQL_ROWS_FAILED        /* memory, or beyond the buffer's maximum */
} api_sql_rows_e;


/*
 * does a result suit its kind?  What no row means is the caller's decision;
 * OPTIONAL and MANY may be rendered then, too.
 */
api_sql_rows_e api_sql_rows_check(const struct pg_result *res,
    api_sql_result_e result);

/* how many rows a statement has written; 0 of one that reads, or counts none */
ngx_uint_t api_sql_rows_written(const struct pg_result *res);

/* bytes to reserve: close to what rendering needs */
size_t api_sql_rows_size(const struct pg_result *res,
    const api_sql_shape_t *shape);

/* one column's value in the first row, as there is one; its null is "null" */
api_sql_rows_e api_sql_rows_cell(const struct pg_result *res,
    const api_sql_shape_t *shape, ngx_uint_t column, api_buf_t *out);

/* the answer of a result that was checked; EXEC writes nothing */
api_sql_rows_e api_sql_rows_render(const struct pg_result *res,
    api_sql_result_e result, const api_sql_shape_t *shape, api_buf_t *out);


#endif /* API_SQL_ROWS_H */
