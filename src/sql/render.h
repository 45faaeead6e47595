
/*
 * One value of PostgreSQL's, in its text form, as JSON.
 */


#ifndef API_SQL_RENDER_H
#define API_SQL_RENDER_H


#include "sql/types.h"
#include "core/buf.h"
#include "core/core.h"


/* arrays and composites deeper than this are written as their text */
#define API_SQL_RENDER_DEPTH  32


/* memory of out's pool where a quoted item is unquoted, used again */
typedef struct {
    u_char                *data;
    size_t                 size;
} api_sql_scratch_t;

/* of one answer; api_sql_render_init() before, nothing after */
typedef struct {
    api_buf_t             *out;
    ngx_uint_t             depth;      /* of the value: 0 is a column's */
    ngx_uint_t             utc;        /* "Z" behind a timestamp without a
                                          zone; 0 unless it is set */
    unsigned               strange:1;  /* a value was not what its type says */
    api_sql_scratch_t     *scratch;    /* API_SQL_RENDER_DEPTH of them, NULL
                                          until an item needs one */
} api_sql_render_t;


void api_sql_render_init(api_sql_render_t *r, api_buf_t *out);

/*
 * The value (never NULL) as its type says.  What is not as the type's text
 * should be is written as a JSON string: whatever the bytes, JSON comes out,
 * if only they are valid UTF-8.  One thing is taken on trust: a json column's
 * text (depth 0), which PostgreSQL has parsed.  type: NULL is text.
 */
void api_sql_render_value(api_sql_render_t *r, const api_sql_type_t *type,
    const u_char *data, size_t len);


#endif /* API_SQL_RENDER_H */
