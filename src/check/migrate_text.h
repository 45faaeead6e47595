
/*
 * The text of a migration.
 */


#ifndef API_CHECK_MIGRATE_TEXT_H
#define API_CHECK_MIGRATE_TEXT_H


#include "check/migrate_files.h"
#include "core/core.h"


/*
 * Reads the file, and fills the second half of its structure.  NGX_OK;
 * NGX_ERROR: logged at emerg (it cannot be read, is too large, or is not UTF-8
 * text, with the place).
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_text_read(api_check_migrate_file_t *file,
    ngx_pool_t *pool, ngx_log_t *log);

/* frees the text */
void api_check_migrate_text_drop(api_check_migrate_file_t *file,
    ngx_pool_t *pool);


#endif /* API_CHECK_MIGRATE_TEXT_H */
