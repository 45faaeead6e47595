
/*
 * Pending migrations, tried out in a transaction that is to be rolled back.
 */


#ifndef API_CHECK_REHEARSE_H
#define API_CHECK_REHEARSE_H


#include "check/migrate_plan.h"
#include "check/session.h"
#include "core/core.h"


/* what may be missing because a file could not be rehearsed */
#define API_CHECK_REHEARSE_INDEX  1       /* only indexes */
#define API_CHECK_REHEARSE_ALL    2       /* anything */

#define API_CHECK_REHEARSE_LOCK  "5s"


/*
 * In the transaction that is open on the plan's session, under the lock of
 * migrations.  Each file meets what it will meet when it is applied: what
 * ends with a transaction or a session is ended behind each (settings, roles,
 * temporary tables, SET TRANSACTION, SET CONSTRAINTS), deferred rules are
 * looked at, and its row is written.
 *
 * A lock of a table is waited for as long as API_CHECK_REHEARSE_LOCK says, for
 * all who use the table wait behind it, unless the file itself sets
 * lock_timeout.
 *
 * What cannot be as it will be is passed over, with a warning at its place, and
 * *unsure set: a file whose statements want no transaction around them, or that
 * needs an earlier one to be committed (a new label of an enum), or another
 * time than the others (now() is one for all).
 *
 *   NGX_OK        what could be tried is applied in the transaction;
 *   NGX_DONE      a later one failed, perhaps for want of what is unsure: told
 *                 as a warning; nothing more can be tried before the migrations
 *                 are applied;
 *   NGX_DECLINED  the connection is lost;
 *   NGX_ERROR     one failed: logged at emerg, with its place.
 */
API_MUST_CHECK ngx_int_t api_check_rehearse(api_check_migrate_plan_t *plan,
    ngx_uint_t *unsure);

/* 1 if a failure may have its reason in what was not rehearsed */
ngx_uint_t api_check_rehearse_excuses(ngx_uint_t unsure, const char *sqlstate);

/*
 * Sets what a session of this role and database will begin with, where a
 * migration has altered that: for this transaction.  NGX_OK; NGX_ERROR: why is
 * set.
 */
API_MUST_CHECK ngx_int_t api_check_rehearse_settings(api_check_session_t *s);


#endif /* API_CHECK_REHEARSE_H */
