
/*
 * A statement is done: observers are told, and which one of a job took longest,
 * and where, is kept for who asks afterwards.
 */


#ifndef API_DB_TOOK_H
#define API_DB_TOOK_H


#include "db/engine.h"


/* a command's result is there: rows and its bytes in memory; of one that has
   failed they are 0 */
void api_db_took(const api_db_conn_t *conn, const api_db_segment_t *segment,
    const api_db_command_t *command, ngx_uint_t rows, size_t bytes);

/* a session is set up: conn->where */
void api_db_took_server(api_db_conn_t *conn);


#endif /* API_DB_TOOK_H */
