
/*
 * Between two migrations the session is made as if it was new: what one has
 * set, made for the session or opened must not help the next one, which on
 * another database may be applied alone, days later.
 */


#ifndef API_CHECK_MIGRATE_FRESH_H
#define API_CHECK_MIGRATE_FRESH_H


#include "check/session.h"
#include "core/core.h"


/*
 * In a transaction or outside: settings and roles, temporary tables, cursors,
 * prepared statements, LISTEN and the last values of sequences.  DISCARD ALL
 * does the same, but not in a transaction, and would release the lock of
 * migrations.  NGX_OK; NGX_ERROR: why is set.
 */
API_MUST_CHECK ngx_int_t api_check_migrate_fresh(api_check_session_t *s);


#endif /* API_CHECK_MIGRATE_FRESH_H */
