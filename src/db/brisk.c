
#include "db/brisk.h"


#define BRISK_LASTS  1000                /* ms */
#define BRISK_TOLD   50                  /* ms: told no more often than that */


void
api_db_brisk_came(api_db_limit_t *limit)
{
    ngx_msec_t  now;

    now = ngx_current_msec;

    if (limit->shared == NULL) {
        limit->brisk = now;

    } else if (now - limit->shared->brisk > BRISK_TOLD) {
        limit->shared->brisk = now;
    }
}


ngx_uint_t
api_db_brisk(const api_db_limit_t *limit)
{
    ngx_msec_t  came;

    came = limit->shared ? limit->shared->brisk : limit->brisk;

    return came != 0
           && (ngx_msec_int_t) (ngx_current_msec - came) < BRISK_LASTS;
}
