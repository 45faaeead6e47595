
/*
 * One migration on an open session.
 */


#ifndef API_DB_MIGRATE_APPLY_H
#define API_DB_MIGRATE_APPLY_H


#include "core/core.h"
#include "db/migrate_files.h"
#include "db/session.h"


/*
 * The file's statements and its row in table, in one transaction; one after
 * the other if it has none.  file: read, and looked at by
 * api_db_migrate_pending().
 *
 * NGX_OK: a notice is logged; NGX_ERROR: logged at emerg with its line.  What
 * was open is rolled back, or the session is lost.
 */
API_MUST_CHECK ngx_int_t api_db_migrate_apply(api_db_session_t *s,
    const char *table, const api_db_migrate_file_t *file);

/*
 * The statements alone, in the transaction that is open or without one.
 * NGX_OK, or NGX_ERROR: logged at emerg with its line; the transaction has
 * failed, or the session is lost.
 */
API_MUST_CHECK ngx_int_t api_db_migrate_execute(api_db_session_t *s,
    const api_db_migrate_file_t *file);

/*
 * Logs a failure of the file's text on api_db_session_script(), with its
 * line: done is how many statements completed, res the server's error, or NULL
 * when the session is lost.
 */
void api_db_migrate_report(api_db_session_t *s, ngx_uint_t level,
    const api_db_migrate_file_t *file, ngx_uint_t done,
    const struct pg_result *res);


#endif /* API_DB_MIGRATE_APPLY_H */
