
/*
 * Values into the text PostgreSQL reads.
 */


#ifndef API_SQL_BIND_H
#define API_SQL_BIND_H


#include "core/buf.h"
#include "core/core.h"
#include "core/value.h"
#include "json/read.h"


/* of PostgreSQL's arrays: MAXDIM of its array.h */
#define API_SQL_BIND_DIMENSIONS  6


/*
 * An array literal ('{"a","b"}', every item quoted and escaped, NULL
 * items bare, lists as they are) of n values.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_bind_list(ngx_pool_t *pool,
    const api_value_t *items, ngx_uint_t n, api_value_t *out);

/*
 * The same of texts: an array whose elements begin with an ngx_str_t each.
 * *literal is the pool's.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_bind_texts(ngx_pool_t *pool,
    const ngx_array_t *texts, ngx_str_t *literal);

/* one item of an array, a row or a range, whatever text it is */
void api_sql_bind_quoted(api_buf_t *b, const u_char *data, size_t len);

/* the items of such a literal, one after the other */
typedef struct {
    const u_char  *pos;
    const u_char  *end;
    u_char        *item;                  /* room for the longest */
    ngx_uint_t     depth;
    ngx_uint_t     index[API_SQL_BIND_DIMENSIONS];   /* of the last item, from
                                                        0, depth of them */
} api_sql_bind_items_t;

/*
 * text: an array literal as api_sql_bind_list() writes it.  NGX_OK or
 * NGX_ERROR (memory)
 */
API_MUST_CHECK ngx_int_t api_sql_bind_items(ngx_pool_t *pool,
    const ngx_str_t *text, api_sql_bind_items_t *items);

/*
 * 1 and the next item that is not NULL, valid until the next call; 0: there is
 * none, or the text is not such a literal
 */
ngx_uint_t api_sql_bind_next(api_sql_bind_items_t *items, ngx_str_t *item);

/*
 * A JSON value that has passed its rule, as the text of the rule's type:
 * null is NULL; numbers with every digit (1e3 for an int is refused by the
 * schema, not here); a json type (or one without a type) is JSON text again;
 * arrays become array literals, nested ones too.  *out is the pool's, json's
 * or static memory.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_bind_json(ngx_pool_t *pool,
    const api_type_t *type, const api_json_t *json, api_value_t *out);


#endif /* API_SQL_BIND_H */
