
#include "db/options.h"


#define OPTIONS_START(name, value)  " -c " name "=" value

#define OPTIONS_SESSION(name, value)                                          \
    ", pg_catalog.set_config('" name "', '" value "', false)"

#define OPTIONS_SQL                                                           \
    "SELECT pg_catalog.set_config('statement_timeout', $1, false),"           \
    " pg_catalog.set_config('default_transaction_read_only', $2, false)"      \
    API_DB_OPTIONS(OPTIONS_SESSION)


char *
api_db_options(const char *given, ngx_msec_t timeout, ngx_uint_t read_only,
    ngx_log_t *log)
{
    char    *options;
    size_t   size;

    static const char  form[] = "%s" API_DB_OPTIONS(OPTIONS_START) "%s"
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
api_db_options_sql(ngx_uint_t zone)
{
    return zone ? OPTIONS_SQL OPTIONS_SESSION("TimeZone", "UTC")
                : OPTIONS_SQL;
}


ngx_uint_t
api_db_options_timezone(const char *given)
{
    return given != NULL
           && ngx_strcasestrn((u_char *) (uintptr_t) given, "timezone", 8 - 1)
              != NULL;
}


const char *
api_db_options_value(const char *const *keywords, const char *const *values,
    const char *keyword)
{
    ngx_uint_t   i;
    const char  *value;

    value = NULL;

    /* as in libpq, the later one of two counts */

    for (i = 0; keywords[i]; i++) {
        if (ngx_strcmp(keywords[i], keyword) == 0
            && values[i] && values[i][0])
        {
            value = values[i];
        }
    }

    return value;
}
