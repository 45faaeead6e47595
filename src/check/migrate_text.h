
/*
 * The text of a migration.
 */


#ifndef API_CHECK_MIGRATE_TEXT_H
#define API_CHECK_MIGRATE_TEXT_H


#include "check/migrate_files.h"
#include "core/core.h"


/*
 * Fills the second half of file.  NGX_OK; NGX_ERROR: logged at emerg (it
 * cannot be read, is too large, or is not UTF-8 text, with the place).
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_text_read(api_check_migrate_file_t *file,
    ngx_pool_t *pool, ngx_log_t *log);

/* gives the text back to pool */
void api_check_migrate_text_drop(api_check_migrate_file_t *file,
    ngx_pool_t *pool);


#endif /* API_CHECK_MIGRATE_TEXT_H */
