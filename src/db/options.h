
/*
 * The settings that each of our sessions has from its start, in workers and
 * while the configuration is read.  They are part of the startup packet, so
 * that RESET ALL returns to them.
 */


#ifndef API_DB_OPTIONS_H
#define API_DB_OPTIONS_H


#include "db/db.h"
#include "core/core.h"


/* libpq's keyword for these settings */
#define API_DB_OPTIONS_KEYWORD  "options"

/* application_name, unless the configuration has another one */
#define API_DB_OPTIONS_APPLICATION  "nginx"

/*
 * What the module relies on, whatever a role, a database or a configuration
 * file says: how SQL is read (sql/lexer), how values are written and read
 * (sql/render, sql/bind), and how the server shows its catalog and plans
 * (sql/sequences, check/check). S(name, value). PostgreSQL's documentation,
 * chapters 20.11 and 20.13. TimeZone is not among them, because "options" may
 * name it.
 */
#define API_DB_OPTIONS(S)                                                     \
    S("DateStyle", "ISO")                                                     \
    S("IntervalStyle", "postgres")                                            \
    S("bytea_output", "hex")                                                  \
    S("extra_float_digits", "1")                                              \
    S("standard_conforming_strings", "on")                                    \
    S("backslash_quote", "safe_encoding")                                     \
    S("array_nulls", "on")                                                    \
    S("transform_null_equals", "off")                                         \
    S("xmloption", "content")                                                 \
    S("xmlbinary", "base64")                                                  \
    S("lc_monetary", "C")                                                     \
    S("quote_all_identifiers", "off")

/*
 * the same, each as one more item of a select list, for one transaction
 */
#define API_DB_OPTIONS_LOCAL(name, value)                                     \
    ", pg_catalog.set_config('" name "', '" value "', true)"


/*
 * The value of "options": what was given (by the configuration, or NULL), and
 * ours behind it, which win; only a TimeZone that was given stays.  timeout is
 * statement_timeout in milliseconds, 0: none.  In new memory, to be
 * ngx_free()d, or NULL: memory.
 */
char *api_db_options(const char *given, ngx_msec_t timeout,
    ngx_uint_t read_only, ngx_log_t *log);

/*
 * The same settings as a statement, for a server behind a pooler, which keeps
 * us from giving them at the start: $1 is statement_timeout, $2
 * default_transaction_read_only (on or off). zone: TimeZone, too.
 */
const char *api_db_options_sql(ngx_uint_t zone);

/*
 * a keyword's value in libpq's NULL-ended lists; NULL if it is absent or empty
 */
const char *api_db_options_value(const char *const *keywords,
    const char *const *values, const char *keyword);

/* does the configuration's "options" (or NULL) name a TimeZone? */
ngx_uint_t api_db_options_timezone(const char *given);


#endif /* API_DB_OPTIONS_H */
