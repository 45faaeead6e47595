
#include "check/settle.h"
#include "check/rehearse.h"
#include "db/options.h"

#include <libpq-fe.h>


/* of the commands below: those that set the session back */
#define SETTLE_RESETS  4

/* when patience with locks ends, in milliseconds from now */
#define SETTLE_UNTIL(msec)                                                    \
    "SELECT pg_catalog.set_config('api_check.until',"                         \
    " (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000"    \
    " + " ngx_value(msec) ")::text, true)"

/* milliseconds a statement waits for a lock when others have waited long */
#define SETTLE_IMPATIENT  "10"

#define SETTLE_PATIENCE                                                       \
    "SELECT pg_catalog.set_config('lock_timeout', LEAST("                     \
    ngx_value(API_CHECK_LOCK) ", GREATEST(" SETTLE_IMPATIENT ","              \
    " pg_catalog.current_setting('api_check.until')::float8"                  \
    " - pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000))" \
    "::int4::text, true)"


static ngx_int_t settle_command(api_check_session_t *s, const char *sql);


const char  api_check_settle_patience[] = SETTLE_PATIENCE;

const char  api_check_settle_role[] =
    SETTLE_PATIENCE ", pg_catalog.set_config('role', $1, true)";


ngx_int_t
api_check_settle(const api_check_t *check, api_check_session_t *s)
{
    char         timeout[sizeof("SET LOCAL statement_timeout = ")
                         + NGX_INT_T_LEN];
    ngx_uint_t   i;
    const char  *command;

    static const char  hasty[] = SETTLE_UNTIL(API_CHECK_HASTY);

    static const char *const  commands[] = {
        "DISCARD TEMP",
        "RESET ALL",
        "RESET SESSION AUTHORIZATION",
        "RESET ROLE",
        SETTLE_UNTIL(API_CHECK_LOCK),
        "SELECT pg_catalog.set_config('plan_cache_mode',"
        " 'force_generic_plan', true),"
        " pg_catalog.set_config('client_min_messages', 'error', true)"
        API_DB_OPTIONS(API_DB_OPTIONS_LOCAL),
        "SET TRANSACTION READ ONLY",
        NULL
    };

    for (i = 0; commands[i] != NULL; i++) {

        if (i == SETTLE_RESETS && check->npending
            && api_check_rehearse_settings(s) != NGX_OK)
        {
            return NGX_ERROR;
        }

        command = (i == SETTLE_RESETS && check->deadline) ? hasty
                                                          : commands[i];

        if (settle_command(s, command) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    (void) ngx_sprintf((u_char *) timeout,
                       "SET LOCAL statement_timeout = %M%Z",
                       s->timeout + API_CHECK_LOCK);

    if (settle_command(s, timeout) != NGX_OK) {
        return NGX_ERROR;
    }

    /* what only a session of one's own can be told at its start */

    if (s->pooled
        && !api_db_options_timezone(
                api_db_options_value(check->conf->keywords,
                                     check->conf->values,
                                     API_DB_OPTIONS_KEYWORD))
        && settle_command(s, "SET LOCAL TimeZone = 'UTC'") != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* as the workers' transactions begin, see db/clean */

    if (check->pooled && settle_command(s, "SET LOCAL role = none") != NGX_OK)
    {
        return NGX_ERROR;
    }

    return settle_command(s, "SAVEPOINT api_check");
}


static ngx_int_t
settle_command(api_check_session_t *s, const char *sql)
{
    PGresult  *res;

    res = api_check_session_query(s, sql, 0, NULL, s->timeout);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    return NGX_OK;
}
