
/*
 * The statements of a database, as its workers number them.
 */


#ifndef API_CONF_STATEMENTS_H
#define API_CONF_STATEMENTS_H


#include "http/route.h"


/* a statement more of the database's, prepared under that role (NULL: the
   connection's user), to its id.  NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_statements_add(ngx_conf_t *cf,
    api_db_conf_t *db, const api_sql_statement_t *sql, const ngx_str_t *role,
    ngx_uint_t *id);


#endif /* API_CONF_STATEMENTS_H */
