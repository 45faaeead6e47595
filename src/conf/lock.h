
/*
 * The lock file: written, compared, used where no database is.
 */


#ifndef API_CONF_LOCK_H
#define API_CONF_LOCK_H


#include "check/check.h"
#include "http/route.h"


/* what the server said to the lock file (nginx -t with API_LOCK=write), or
   beside what that holds. NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_lock(ngx_conf_t *cf,
    const api_http_database_t *database, const api_check_t *check);

/* no server, so the lock file answers. NGX_OK or NGX_ERROR (logged: it cannot
   be read, or has not all of them) */
API_MUST_CHECK ngx_int_t api_conf_unlock(ngx_conf_t *cf,
    const api_http_database_t *database, api_check_t *check);


#endif /* API_CONF_LOCK_H */
