
/*
 * Flights, segments and commands: taken from and given back to free lists of
 * the worker, so that what is in flight never lives in a request's memory.
 */


#ifndef API_DB_STOCK_H
#define API_DB_STOCK_H


#include "db/engine.h"


/* NULL: memory */
api_db_flight_t *api_db_stock_flight(api_db_t *db);
api_db_segment_t *api_db_stock_segment(api_db_t *db);
api_db_command_t *api_db_stock_command(api_db_t *db);

/* with its results and failure; it must not be on a list any more */
void api_db_stock_free_flight(api_db_flight_t *flight);

/* with its commands; its flights must have been taken out */
void api_db_stock_free_segment(api_db_t *db, api_db_segment_t *segment);

/* with its result */
void api_db_stock_free_command(api_db_t *db, api_db_command_t *command);

/* drops a flight's results and failure: it will be sent again */
void api_db_stock_clear(api_db_flight_t *flight);

/* room for n values, valid until the next call; NULL: memory */
const char **api_db_stock_values(api_db_t *db, ngx_uint_t n);


#endif /* API_DB_STOCK_H */
