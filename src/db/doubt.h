
/*
 * Is the database still what was learned of it?  Where the answer to a client
 * hangs on that (a value that only a remembered fact refuses, a statement that
 * fails although it was right when it was prepared) the catalog is asked:
 * column by column, type by type, which transaction wrote it.
 *
 * What was prepared and learned belongs to an epoch, db->epoch; a catalog that
 * has changed, or a connection's word that it has, begins the next one.
 *
 * One question at a time, for all who wait when it is sent.
 */


#ifndef API_DB_DOUBT_H
#define API_DB_DOUBT_H


#include "db/engine.h"


/* without parameters: one text, another one when something has changed; what
   is temporary does not count */
extern const char  api_db_doubt_sql[];


void api_db_doubt_init(api_db_t *db);
void api_db_doubt_stop(api_db_t *db);

/* the answer, or none */
void api_db_doubt_result(api_db_conn_t *conn, const PGresult *res,
    ngx_uint_t ok);

/* a value was bound by what is another schema's: all is learned anew */
void api_db_doubt_certain(api_db_t *db);

/* the connection that was to bring it is closed */
void api_db_doubt_lost(api_db_t *db);

/*
 * A flight that has come back.  1: the catalog is asked, or its types are read,
 * before anything is told: handler is called with flight->doubt, or the flight
 * is among db->held.  0: it may be told; flight->retry is set where its failure
 * is another schema's.
 */
ngx_uint_t api_db_doubt_holds(api_db_flight_t *flight,
    api_db_doubt_pt handler);

/* from an event handler: those who have an answer are called, and the next
   question is sent */
void api_db_doubt_run(api_db_t *db);


#endif /* API_DB_DOUBT_H */
