
/*
 * The settings that every session of ours has from its start: the workers' and
 * those of the configuration's time.  They are part of the startup packet, so
 * that RESET ALL returns to them.
 */


#ifndef API_DB_OPTIONS_H
#define API_DB_OPTIONS_H


#include "core/core.h"
#include "db/db.h"


/* libpq's keyword "options" for the settings */
#define API_DB_OPTIONS_KEYWORD  "options"


/*
 * The value of "options": given (the configuration's own, or NULL) and ours
 * behind it, which win; but a TimeZone that given names stays.  timeout is
 * statement_timeout in milliseconds, 0: none.  In new memory, to be
 * ngx_free()d, or NULL: memory.
 */
char *api_db_options(const char *given, ngx_msec_t timeout,
    ngx_uint_t read_only, ngx_log_t *log);

/*
 * The same settings as a statement, for a server that was not told them at the
 * start, as a pooler keeps it from that: $1 is statement_timeout, $2
 * default_transaction_read_only (on or off).  timezone: TimeZone, too.
 */
const char *api_db_options_sql(ngx_uint_t timezone);

/* does the configuration's "options" (or NULL) name a TimeZone? */
ngx_uint_t api_db_options_timezone(const char *given);


#endif /* API_DB_OPTIONS_H */
