
#include "db/check_settle.h"
#include "db/rehearse.h"

#include <libpq-fe.h>


/* of the commands: those that set the session back */
#define SETTLE_RESETS  4

#define SETTLE_LOCK  ngx_value(API_DB_CHECK_LOCK)


static ngx_int_t settle_command(api_db_session_t *s, const char *sql);


ngx_int_t
api_db_check_settle(const api_db_check_t *check, api_db_session_t *s)
{
    char        timeout[sizeof("SET LOCAL statement_timeout = ")
                        + NGX_INT_T_LEN];
    ngx_uint_t  i;

    static const char *const  commands[] = {
        "DISCARD TEMP",
        "RESET ALL",
        "RESET SESSION AUTHORIZATION",
        "RESET ROLE",
        "SELECT pg_catalog.set_config('api_check.until',"
        " (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000"
        " + " SETTLE_LOCK ")::text, true)",
        "SET LOCAL standard_conforming_strings = on",
        "SET LOCAL plan_cache_mode = force_generic_plan",
        "SET LOCAL client_min_messages = error",
        "SET TRANSACTION READ ONLY",
        NULL
    };

    for (i = 0; commands[i] != NULL; i++) {

        if (i == SETTLE_RESETS && check->npending
            && api_db_rehearse_settings(s) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (settle_command(s, commands[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    (void) ngx_sprintf((u_char *) timeout,
                       "SET LOCAL statement_timeout = %M%Z",
                       s->timeout + API_DB_CHECK_LOCK);

    if (settle_command(s, timeout) != NGX_OK) {
        return NGX_ERROR;
    }

    return settle_command(s, "SAVEPOINT api_check");
}


static ngx_int_t
settle_command(api_db_session_t *s, const char *sql)
{
    PGresult  *res;

    res = api_db_session_query(s, sql, 0, NULL, s->timeout);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    return NGX_OK;
}
