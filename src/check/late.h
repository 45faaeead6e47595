
/*
 * Migrations that were not applied while the configuration was read, because
 * the database was away or they failed: one worker of all applies them, in a
 * thread, until it has succeeded.  Before that no connection of a pool is
 * opened, so no statement meets a schema that it was not made for.
 */


#ifndef API_CHECK_LATE_H
#define API_CHECK_LATE_H


#include "check/migrate.h"
#include "db/db.h"


/* in the pool of the configuration */
typedef struct {
    api_db_first_t              first;       /* must be the first member */
    const api_check_migrate_t  *migrate;
    uint64_t                    key;         /* of this configuration: the
                                                zone has it once all is
                                                applied */
    unsigned                    as_is:1;     /* they are not rehearsed */
} api_check_late_conf_t;


/* Fills late, except for first: the workers of conf begin with it. */
void api_check_late(api_db_conf_t *conf, api_check_late_conf_t *late);


#endif /* API_CHECK_LATE_H */
