
/*
 * A migration's text for a transaction that has begun long before it: what
 * stands in it about the transaction itself.
 */


#ifndef API_SQL_SCRIPT_MODES_H
#define API_SQL_SCRIPT_MODES_H


#include "core/core.h"


/*
 * SET TRANSACTION (or SET transaction_isolation …) may set the isolation level
 * and DEFERRABLE before the first query of a transaction only.  Where the text
 * does so in time, these are blanked in it, byte for byte, so that places and
 * the number of statements stay; READ ONLY is left.  Where it does so too late
 * nothing is changed: the server refuses that in any transaction.
 */
void api_sql_script_modes(ngx_str_t *text);

/* 1 when SET CONSTRAINTS ALL may be in it, in a DO block perhaps */
ngx_uint_t api_sql_script_all_constraints(const ngx_str_t *text);

/*
 * 1 when the statement at offset changes no table, type or function: it is
 * about an index, or VACUUM and its like.
 */
ngx_uint_t api_sql_script_is_index(const ngx_str_t *text, size_t offset);


/*
 * The first statement of several that PostgreSQL runs by itself only: one that
 * wants no transaction around it fails among others of one text, as these are
 * run as one.  NGX_OK and its offset; NGX_DECLINED: there is none.
 */
API_MUST_CHECK ngx_int_t api_sql_script_alone(const ngx_str_t *text,
    size_t *offset);


#endif /* API_SQL_SCRIPT_MODES_H */
