
/*
 * A connection string that is in a file: it is read again when the server
 * refuses its password, as after a rotation.
 */


#ifndef API_DB_SECRET_H
#define API_DB_SECRET_H


#include "db/engine.h"


/* the configuration's */
void api_db_secret_init(api_db_t *db);
void api_db_secret_done(api_db_t *db);

/*
 * The connection was refused, and is not closed yet.  1: the file has another
 * string than the one it was made with, so that the next attempt may be made
 * at once; 0: nothing is new.  Reads a small file from disk, and opens nothing
 * that would block.
 */
ngx_uint_t api_db_secret_again(api_db_conn_t *conn);

/* the same without a connection (check/late): has the file another string? */
ngx_uint_t api_db_secret_look(api_db_t *db);


#endif /* API_DB_SECRET_H */
