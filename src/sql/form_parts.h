
/*
 * What the files of sql/form share.
 */


#ifndef API_SQL_FORM_PARTS_H
#define API_SQL_FORM_PARTS_H


#include "sql/form.h"
#include "core/buf.h"


/* types within types: as deep as sql/render writes them */
#define API_SQL_FORM_DEPTH  32


typedef struct api_sql_form_at_s  api_sql_form_at_t;

/* the way to a value within another one, innermost first */
struct api_sql_form_at_s {
    const api_sql_form_at_t  *up;
    const ngx_str_t          *key;       /* NULL: an item */
    ngx_uint_t                index;
};

typedef struct {
    ngx_pool_t               *pool;
    api_failure_t            *failure;
    const api_sql_form_at_t  *at;
    ngx_uint_t                depth;
    unsigned                  list:1;    /* of api_sql_bind_list() */
} api_sql_form_t;


/* these return as api_sql_form_text() does; a type that is NULL is text */

ngx_int_t api_sql_form_text_value(api_sql_form_t *f,
    const api_sql_type_t *type, ngx_str_t *text);
ngx_int_t api_sql_form_json_value(api_sql_form_t *f,
    const api_sql_type_t *type, const api_json_t *json, ngx_str_t *text);

/* text that may be a JSON array or object: NGX_DONE, it is not */
ngx_int_t api_sql_form_read_json(api_sql_form_t *f,
    const api_sql_type_t *type, ngx_str_t *text);

ngx_int_t api_sql_form_array(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text);
ngx_int_t api_sql_form_composite(api_sql_form_t *f,
    const api_sql_type_t *type, ngx_str_t *text);
ngx_int_t api_sql_form_range(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text);
ngx_int_t api_sql_form_ranges(api_sql_form_t *f, const api_sql_type_t *type,
    ngx_str_t *text);

/* NGX_DECLINED, or NGX_ERROR when there is no memory for the place */
ngx_int_t api_sql_form_refuse(api_sql_form_t *f, const char *code,
    const char *message);


#endif /* API_SQL_FORM_PARTS_H */
