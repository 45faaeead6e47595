
/*
 * Migrations that were not applied while the configuration was read, because
 * the database was away or they failed: by one worker of all, in a thread,
 * until it has worked.  Before that no connection of a pool is opened, so no
 * statement meets a schema that it was not made for.
 */


#ifndef API_DB_LATE_H
#define API_DB_LATE_H


#include "db/engine.h"


/* begins, where the configuration says so.  NGX_OK, NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_db_late_init(api_db_t *db);

/* the worker ends; a thread that is at it is stopped, or left to itself */
void api_db_late_stop(api_db_t *db);

/* they were tried in vain: whoever comes is told to come back */
ngx_uint_t api_db_late_failed(const api_db_t *db);


#endif /* API_DB_LATE_H */
