
/*
 * The lock under which migrations are applied and rehearsed, SQLx's own.
 */


#ifndef API_CHECK_MIGRATE_LOCK_H
#define API_CHECK_MIGRATE_LOCK_H


#include "check/migrate.h"
#include "check/session.h"
#include "core/core.h"


#define API_CHECK_MIGRATE_LOCK  (NGX_INT64_LEN + 1)   /* bytes of the lock's
                                                         number as text */


/*
 * Waits as long as m allows while another server has the lock.  NGX_OK: it is
 * ours, and lock is its number; NGX_DECLINED, NGX_ERROR: as
 * api_check_migrate_failed().
 */
API_MUST_CHECK ngx_int_t api_check_migrate_lock(const api_check_migrate_t *m,
    api_check_session_t *s, char *lock);

/*
 * 1 while it is ours: a migration may have released all locks of its session
 */
ngx_uint_t api_check_migrate_locked(const api_check_migrate_t *m,
    api_check_session_t *s, const char *lock);

void api_check_migrate_unlock(const api_check_migrate_t *m,
    api_check_session_t *s, const char *lock);

/*
 * A query before any migration failed: NGX_DECLINED, with a warning, when the
 * server went away, else NGX_ERROR, logged at emerg.
 */
API_MUST_CHECK ngx_int_t api_check_migrate_failed(const api_check_migrate_t *m,
    api_check_session_t *s, const char *what);


#endif /* API_CHECK_MIGRATE_LOCK_H */
