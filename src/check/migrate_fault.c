
#include "check/migrate_fault.h"
#include "core/caret.h"
#include "sql/statement.h"


/* bytes of a sentence: the log's line needs room for its place, too */
#define FAULT_TEXT  1000


void ngx_cdecl
api_check_migrate_fault(ngx_uint_t level, ngx_log_t *log,
    const api_check_migrate_file_t *file, size_t offset, const char *fmt, ...)
{
    u_char      *p, *last, text[FAULT_TEXT], source[API_CARET_SIZE];
    va_list      args;
    ngx_uint_t   line, column;

    va_start(args, fmt);
    p = ngx_vslprintf(text, text + sizeof(text), fmt, args);
    va_end(args);

    api_sql_statement_place(&file->text, offset, &line, &column);

    last = api_caret(source, &file->text, offset);

    ngx_log_error(level, log, 0, "migration \"%V\"%*s in %V:%ui:%ui%*s",
                  &file->name, (size_t) (p - text), text, &file->path, line,
                  column, (size_t) (last - source), source);
}
