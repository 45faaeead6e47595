
/*
 * Which parts of a statement fail by themselves?  A statement has failed for a
 * value; before a client hears whose fault that is, expressions of it that hold
 * parameters and constants alone are computed once more, with the same values.
 *
 * Each is a read-only transaction of a moment, in which no name is known but
 * PostgreSQL's own: nothing of the user's runs, nothing volatile is called, no
 * table is read.  One at a time in a worker, on a connection that others share.
 */


#ifndef API_DB_INQUIRY_H
#define API_DB_INQUIRY_H


#include "db/engine.h"


void api_db_inquiry_init(api_db_t *db);

/* from an event handler: those that are done are called, the next is sent */
void api_db_inquiry_run(api_db_t *db);

/* a result of its commands; whatever it is, the connection stays */
void api_db_inquiry_result(api_db_conn_t *conn,
    const api_db_command_t *command, ngx_uint_t ok);

/* the connection that was to bring it is closed */
void api_db_inquiry_lost(api_db_t *db);


#endif /* API_DB_INQUIRY_H */
