
/*
 * The folder of migrations: VERSION_DESCRIPTION.sql or .up.sql, as SQLx reads
 * it.  .down.sql files are for SQLx alone and passed over, as is what has no
 * such name; a name that looks as if it was meant gets a warning.
 */


#ifndef API_DB_MIGRATE_FILES_H
#define API_DB_MIGRATE_FILES_H


#include "core/core.h"


#define API_DB_MIGRATE_CHECKSUM  48                  /* SHA-384, bytes */
#define API_DB_MIGRATE_SIZE      (64 * 1024 * 1024)  /* a file's bytes */


typedef struct {
    int64_t          version;
    ngx_str_t        path;         /* absolute, NUL-terminated */
    ngx_str_t        description;  /* "add users" of 0001_add_users.sql */

    /* once it was read */
    ngx_str_t        text;         /* NUL-terminated, UTF-8 without NUL */
    u_char           checksum[API_DB_MIGRATE_CHECKSUM];
    unsigned         no_transaction:1;
} api_db_migrate_file_t;


/*
 * All files to apply, sorted by version, as api_db_migrate_file_t; not read
 * yet.  NGX_OK; NGX_ERROR: logged at emerg (a folder that cannot be read, a
 * version that is no number, or one that two files have).
 */
API_MUST_CHECK ngx_int_t api_db_migrate_files_list(const ngx_str_t *dir,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files);

/*
 * Fills the second half of file.  NGX_OK; NGX_ERROR: logged at emerg (it
 * cannot be read, is too large, or is not UTF-8 text, with the line).
 */
API_MUST_CHECK ngx_int_t api_db_migrate_files_read(api_db_migrate_file_t *file,
    ngx_pool_t *pool, ngx_log_t *log);

/* gives the text back to pool */
void api_db_migrate_files_drop(api_db_migrate_file_t *file, ngx_pool_t *pool);


#endif /* API_DB_MIGRATE_FILES_H */
