
#include "check/open.h"

#include <libpq-fe.h>


static ngx_int_t open_compare(api_check_t *check, api_check_session_t *s);


ngx_int_t
api_check_open(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t  rc;

    s->keywords = check->keywords;
    s->values = check->values;
    s->application = "nginx api check";
    s->timeout = check->timeout;
    s->deadline = check->reach;
    s->threaded = check->threaded;
    s->stop = check->migrate ? check->migrate->stop : NULL;
    s->log = check->log;
    s->pooled = check->pooled || check->shared;

    rc = api_check_session_open(s);

    if (rc == NGX_ERROR && !s->pooled && !check->conf->pooler_given
        && ngx_strnstr(s->why_buf, "unsupported startup parameter",
                       s->why.len)
           != NULL)
    {
        check->pooled = 1;
        s->pooled = 1;

        rc = api_check_session_open(s);
    }

    if (rc == NGX_OK && !s->pooled) {
        rc = open_compare(check, s);
    }

    s->timeout = check->conf->connect_timeout;
    s->deadline = check->deadline;

    return rc;
}


/* the first answer of what may only look like a server */

static ngx_int_t
open_compare(api_check_t *check, api_check_session_t *s)
{
    PGresult   *res;
    ngx_int_t   pid;

    res = api_check_session_query(s, "SELECT pg_catalog.pg_backend_pid()", 0,
                                  NULL, s->timeout);

    if (res == NULL) {
        api_check_session_close(s);
        return s->lost ? NGX_DECLINED : NGX_ERROR;
    }

    pid = ngx_atoi((u_char *) PQgetvalue(res, 0, 0),
                   (size_t) PQgetlength(res, 0, 0));

    check->pooled = (pid != PQbackendPID(s->conn));

    PQclear(res);

    return NGX_OK;
}


ngx_int_t
api_check_open_beside(api_check_t *check, api_check_session_t *s,
    const char *const *keywords, const char *const *values, ngx_msec_t time)
{
    uint64_t  until;

    ngx_memzero(s, sizeof(api_check_session_t));

    until = api_check_session_msec() + time;

    s->keywords = keywords;
    s->values = values;
    s->application = "nginx api check";
    s->timeout = time;
    s->deadline = check->deadline ? ngx_min(check->deadline, until) : until;
    s->threaded = check->threaded;
    s->stop = check->migrate ? check->migrate->stop : NULL;
    s->log = check->log;
    s->pooled = 1;

    return api_check_session_open(s);
}
