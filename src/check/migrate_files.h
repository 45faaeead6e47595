
/*
 * The folder of migrations: VERSION_DESCRIPTION.sql or .up.sql, as SQLx reads
 * it.  Files .down.sql are for SQLx alone and passed over, as is anything with
 * another name; a name that looks like a mistake gets a warning.
 *
 * And its folder "repeatable", which SQLx passes over: NAME.sql, which have no
 * version.
 */


#ifndef API_CHECK_MIGRATE_FILES_H
#define API_CHECK_MIGRATE_FILES_H


#include "core/core.h"


#define API_CHECK_MIGRATE_CHECKSUM  48                  /* SHA-384, bytes */
#define API_CHECK_MIGRATE_SIZE      (64 * 1024 * 1024)  /* a file's bytes */


#define API_CHECK_MIGRATE_REPEATABLE  "repeatable"

/* the remedy for a file or folder that is there and cannot be opened */
#define API_CHECK_MIGRATE_RIGHTS  "let the user that starts nginx read it"


typedef struct {
    int64_t          version;      /* 0 for a repeatable one */
    ngx_str_t        path;         /* absolute, NUL-terminated */
    ngx_str_t        name;         /* for messages: its end, "0001_users.sql"
                                      or "repeatable/views.sql" */
    ngx_str_t        description;  /* "add users" of 0001_add_users.sql,
                                      "views.sql" of a repeatable one */
    unsigned         repeatable:1;

    /* set by check/migrate_text */
    ngx_str_t        text;         /* NUL-terminated, UTF-8 without NUL */
    u_char           checksum[API_CHECK_MIGRATE_CHECKSUM];
    unsigned         no_transaction:1;
} api_check_migrate_file_t;


/*
 * All files to apply, sorted by version, as api_check_migrate_file_t; not read
 * yet.  where: " in FILE:LINE", the place that names the folder, or empty.
 * NGX_OK; NGX_ERROR: logged at emerg (a folder that cannot be read, a version
 * that is no number, or one that two files have).
 */
API_MUST_CHECK ngx_int_t api_check_migrate_files_list(const ngx_str_t *dir,
    const ngx_str_t *where, ngx_pool_t *pool, ngx_log_t *log,
    ngx_array_t *files);

/*
 * The same of dir/repeatable, sorted by the bytes of their names; none when
 * there is no such folder.
 */
API_MUST_CHECK ngx_int_t
api_check_migrate_files_repeatable(const ngx_str_t *dir,
    const ngx_str_t *where, ngx_pool_t *pool, ngx_log_t *log,
    ngx_array_t *files);


#endif /* API_CHECK_MIGRATE_FILES_H */
