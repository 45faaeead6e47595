
/*
 * One migration on an open session.
 */


#ifndef API_CHECK_MIGRATE_APPLY_H
#define API_CHECK_MIGRATE_APPLY_H


#include "check/migrate_files.h"
#include "check/session.h"
#include "core/core.h"


/*
 * Runs the file's statements and adds its row to table, in one transaction; or
 * one after the other if the file has none.  file: from
 * api_check_migrate_plan_each().
 *
 * NGX_OK: a notice is logged; NGX_ERROR: logged at emerg with its place.  What
 * was open is rolled back, or the session is lost.
 */
API_MUST_CHECK ngx_int_t api_check_migrate_apply(api_check_session_t *s,
    const char *table, const api_check_migrate_file_t *file);

/*
 * Logs that the file's text failed in api_check_session_script(), with its
 * place.  done: how many statements completed; res: the server's error, or
 * NULL when the session is lost.
 */
void api_check_migrate_report(api_check_session_t *s, ngx_uint_t level,
    const api_check_migrate_file_t *file, ngx_uint_t done,
    const struct pg_result *res);

/* the same, with a sentence of ours in front, which begins with a space */
void api_check_migrate_report_as(api_check_session_t *s, ngx_uint_t level,
    const api_check_migrate_file_t *file, ngx_uint_t done,
    const struct pg_result *res, const char *sentence);

/*
 * logs that it failed when it was recorded and committed; the place is the
 * text's end
 */
void api_check_migrate_report_end(api_check_session_t *s, ngx_uint_t level,
    const api_check_migrate_file_t *file);


#endif /* API_CHECK_MIGRATE_APPLY_H */
