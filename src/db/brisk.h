
/*
 * Do fast requests come at this time, to any worker?  What is slow may have the
 * connections that are left to them only when none does.
 */


#ifndef API_DB_BRISK_H
#define API_DB_BRISK_H


#include "db/limit.h"


/* one has come to this worker */
void api_db_brisk_came(api_db_limit_t *limit);

/* has one come to any, less than a second ago? */
ngx_uint_t api_db_brisk(const api_db_limit_t *limit);


#endif /* API_DB_BRISK_H */
