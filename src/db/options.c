
#include "db/options.h"


/*
 * What the lexers and the text of values rely on (sql/lexer, sql/render,
 * sql/bind).  PostgreSQL's documentation, chapters 20.11 and 20.13.
 */
#define OPTIONS_COMMON                                                        \
    " -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex"         \
    " -c extra_float_digits=1 -c standard_conforming_strings=on"              \
    " -c array_nulls=on"

#define OPTIONS_COMMON_SQL                                                    \
    "SELECT pg_catalog.set_config('DateStyle', 'ISO', false),"                \
    " pg_catalog.set_config('IntervalStyle', 'postgres', false),"             \
    " pg_catalog.set_config('bytea_output', 'hex', false),"                   \
    " pg_catalog.set_config('extra_float_digits', '1', false),"               \
    " pg_catalog.set_config('standard_conforming_strings', 'on', false),"     \
    " pg_catalog.set_config('array_nulls', 'on', false),"                     \
    " pg_catalog.set_config('statement_timeout', $1, false),"                 \
    " pg_catalog.set_config('default_transaction_read_only', $2, false)"


char *
api_db_options(const char *given, ngx_msec_t timeout, ngx_uint_t read_only,
    ngx_log_t *log)
{
    char    *options;
    size_t   size;

    static const char  form[] = "%s" OPTIONS_COMMON "%s"
                                " -c statement_timeout=%M"
                                " -c default_transaction_read_only=%s%Z";

    size = (given ? ngx_strlen(given) : 0) + sizeof(form) + NGX_INT_T_LEN
           + sizeof(" -c TimeZone=UTC") + sizeof("off");

    options = ngx_alloc(size, log);
    if (options == NULL) {
        return NULL;
    }

    (void) ngx_sprintf((u_char *) options, form, given ? given : "",
                       api_db_options_timezone(given) ? ""
                                                      : " -c TimeZone=UTC",
                       timeout, read_only ? "on" : "off");

    return options;
}


const char *
api_db_options_sql(ngx_uint_t timezone)
{
    return timezone ? OPTIONS_COMMON_SQL
                      ", pg_catalog.set_config('TimeZone', 'UTC', false)"
                    : OPTIONS_COMMON_SQL;
}


ngx_uint_t
api_db_options_timezone(const char *given)
{
    return given != NULL
           && ngx_strcasestrn((u_char *) (uintptr_t) given, "timezone", 8 - 1)
              != NULL;
}
