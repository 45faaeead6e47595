
/*
 * Pending migrations, tried out in a transaction that is to be rolled back.
 */


#ifndef API_DB_REHEARSE_H
#define API_DB_REHEARSE_H


#include "core/core.h"
#include "db/session.h"


/*
 * In the transaction that is open on s, under the lock of migrations: pending
 * is of api_db_migrate_pending().  A lock of a table is waited for as long as
 * API_DB_REHEARSE_LOCK says, for all who use the table wait behind it, unless
 * the file itself sets lock_timeout.
 *
 * A file without a transaction is passed over, with a warning, and one that
 * needs an earlier one to be committed (a new label of an enum): *unsure is set
 * then, for what follows may fail for that alone.
 *
 *   NGX_OK        what could be tried is applied in the transaction;
 *   NGX_DONE      a later one failed, and *unsure: told as a warning; nothing
 *                 more can be tried before the migrations are applied;
 *   NGX_DECLINED  the connection is lost;
 *   NGX_ERROR     one failed: logged at emerg, with its file and line.
 */
API_MUST_CHECK ngx_int_t api_db_rehearse(api_db_session_t *s,
    const ngx_array_t *pending, ngx_uint_t *unsure);

#define API_DB_REHEARSE_LOCK  "5s"


#endif /* API_DB_REHEARSE_H */
