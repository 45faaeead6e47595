
/*
 * Where nobody could ask while the configuration was read: what the columns are
 * that statements write to, and of which types those of earlier rows are.
 */


#ifndef API_DB_COLUMNS_H
#define API_DB_COLUMNS_H


#include "db/engine.h"


/* before the statements, so that it is known when those are described.  NGX_OK
   or NGX_ERROR: the connection is of no use any more. */
API_MUST_CHECK ngx_int_t api_db_columns_ask(api_db_conn_t *conn);

/* a result of that, NGX_OK or NGX_ERROR as above */
API_MUST_CHECK ngx_int_t api_db_columns_take(api_db_conn_t *conn,
    const api_db_command_t *command, ngx_uint_t ok);

/* a statement is described: its columns are declared types of later ones */
void api_db_columns_rows(const api_db_t *db, ngx_uint_t id,
    const PGresult *res);


#endif /* API_DB_COLUMNS_H */
