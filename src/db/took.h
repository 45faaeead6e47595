
/*
 * Which statement of a job takes longest, and where, for who asks afterwards.
 */


#ifndef API_DB_TOOK_H
#define API_DB_TOOK_H


#include "db/engine.h"


/* a command's result is there: so many rows, 0 of one that has failed; none but
   a statement's counts */
void api_db_took(const api_db_conn_t *conn, const api_db_command_t *command,
    ngx_uint_t rows);

/* a session is set up: conn->where */
void api_db_took_server(api_db_conn_t *conn);


#endif /* API_DB_TOOK_H */
