
/*
 * A sentence about a migration, with its place: file, line, column, and a
 * caret.
 */


#ifndef API_CHECK_MIGRATE_FAULT_H
#define API_CHECK_MIGRATE_FAULT_H


#include "check/migrate_files.h"
#include "core/core.h"


/*
 * Logs 'migration "NAME"SENTENCE in PATH:LINE:COLUMN', and below it the line of
 * the file's text with a caret at offset, in bytes.  The sentence begins with
 * ": " or a space.
 */
void ngx_cdecl api_check_migrate_fault(ngx_uint_t level, ngx_log_t *log,
    const api_check_migrate_file_t *file, size_t offset, const char *fmt, ...);


#endif /* API_CHECK_MIGRATE_FAULT_H */
