
/*
 * The text forms of arrays and composites (PostgreSQL's documentation,
 * chapters 8.15.6 and 8.16.6) as JSON arrays and objects.
 */


#ifndef API_SQL_NESTED_H
#define API_SQL_NESTED_H


#include "sql/render.h"


/*
 * NGX_OK; NGX_DECLINED: not such a text, or not of such a type: what was
 * written must be taken back.  r->depth is that of the items.  Memory that is
 * short fails r->out.
 */
API_MUST_CHECK ngx_int_t api_sql_nested_array(api_sql_render_t *r,
    const api_sql_type_t *type, const u_char *data, size_t len);
API_MUST_CHECK ngx_int_t api_sql_nested_composite(api_sql_render_t *r,
    const api_sql_type_t *type, const u_char *data, size_t len);


#endif /* API_SQL_NESTED_H */
