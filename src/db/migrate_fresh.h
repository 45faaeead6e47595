
/*
 * A session as if it was new, between two migrations: what one has set, made
 * for the session or opened is not the next one's, which on another database
 * may be applied alone, days later.
 */


#ifndef API_DB_MIGRATE_FRESH_H
#define API_DB_MIGRATE_FRESH_H


#include "db/session.h"
#include "core/core.h"


/*
 * In a transaction or outside of one: settings and roles, temporary tables,
 * cursors, prepared statements, LISTEN and the last values of sequences.  As
 * DISCARD ALL, which could not be in a transaction and would release the lock
 * of migrations.  NGX_OK; NGX_ERROR: why is set.
 */
API_MUST_CHECK ngx_int_t api_db_migrate_fresh(api_db_session_t *s);


#endif /* API_DB_MIGRATE_FRESH_H */
