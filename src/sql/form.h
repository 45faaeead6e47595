
/*
 * A value that a client sends as the text PostgreSQL reads for its type: the
 * way back of sql/render.  What that writes is taken here.
 *
 *   bytea          base64 to hex
 *   timestamp      a zone is not dropped, the time is moved to UTC; without
 *   timestamptz    one it is in UTC
 *   date           of a timestamp the day in UTC
 *   time, timetz   the same as the two above
 *   composites     of JSON objects
 *   arrays         of JSON arrays, with the delimiter that the type has
 *   ranges, arrays, composites of these, as PostgreSQL writes them: what is in
 *                  them is
 */


#ifndef API_SQL_FORM_H
#define API_SQL_FORM_H


#include "sql/types.h"
#include "core/core.h"
#include "core/error.h"
#include "core/value.h"
#include "json/read.h"


/* does the text for PostgreSQL differ from what is sent? */
ngx_uint_t api_sql_form_differs(const api_sql_type_t *type);

/* is a JSON object (or an array of them) a value of the type? */
ngx_uint_t api_sql_form_takes_objects(const api_sql_type_t *type);

/* only times that have to be moved, for values that no client has written */
ngx_uint_t api_sql_form_is_time(const api_sql_type_t *type);

/*
 * text is what a client has sent, or for a list what api_sql_bind_list() made
 * of it.  NGX_OK: *text is in the pool, or unchanged; NGX_DECLINED: failure
 * has code, message and field, the place within the value, as "/1/data", or
 * empty; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_sql_form_text(ngx_pool_t *pool,
    const api_sql_type_t *type, ngx_uint_t list, ngx_str_t *text,
    api_failure_t *failure);

/*
 * the same for a JSON value that is not null; *out is in the pool, or json's
 * own
 */
API_MUST_CHECK ngx_int_t api_sql_form_json(ngx_pool_t *pool,
    const api_sql_type_t *type, const api_json_t *json, api_value_t *out,
    api_failure_t *failure);


#endif /* API_SQL_FORM_H */
