
/*
 * A connection string that stands in a file: read again when the server takes
 * its password no more, as it does behind a rotation.
 */


#ifndef API_DB_SECRET_H
#define API_DB_SECRET_H


#include "db/engine.h"


/* the configuration's */
void api_db_secret_init(api_db_t *db);
void api_db_secret_done(api_db_t *db);

/*
 * The connection was refused, before it is closed.  1: another string is there
 * than the one it was made with, so that the next attempt may be made at once;
 * 0: nothing is new.  Reads a small file of the disk, and opens nothing that
 * would block.
 */
ngx_uint_t api_db_secret_again(api_db_conn_t *conn);

/* the same where there is no connection (check/late): is another string there?
    */
ngx_uint_t api_db_secret_look(api_db_t *db);


#endif /* API_DB_SECRET_H */
