
#include "check/command.h"

#include <libpq-fe.h>


ngx_int_t
api_check_command(api_check_session_t *s, const char *sql)
{
    PGresult  *res;

    res = api_check_session_query(s, sql, 0, NULL, s->timeout);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    return NGX_OK;
}


ngx_int_t
api_check_command_failed(api_check_t *check, api_check_session_t *s,
    const char *what)
{
    if (s->lost) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_EMERG, check->log, 0,
                  "api_postgres \"%V\": %s at %V: %V", &check->conf->name,
                  what, &s->place, &s->why);

    return NGX_ERROR;
}


void
api_check_command_lost(api_check_session_t *s)
{
    s->lost = 1;
    ngx_str_set(&s->why, "the connection broke");
}
