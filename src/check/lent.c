
#include "check/lent.h"
#include "check/open.h"

#include <libpq-fe.h>


/* milliseconds for a second session: a pool of one may be somebody's */
#define LENT_TIME   500

/* a pooler may go round its sessions */
#define LENT_LOOKS  8


static ngx_int_t lent_look(api_check_t *check, api_check_session_t *s);
static ngx_int_t lent_pid(api_check_session_t *s, ngx_int_t *pid);
static ngx_int_t lent_compare(api_check_t *check, api_check_session_t *own,
    api_check_session_t *other, ngx_int_t before);


ngx_int_t
api_check_lent_open(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t  rc;

    rc = api_check_open(check, s);

    if (rc == NGX_OK && check->shared && !check->pooled) {
        rc = lent_look(check, s);
        check->pooled = (check->lender.len != 0);
    }

    return rc;
}


/*
 * A second session beside this one, to the same server: sets check->lender
 * where both meet one of PostgreSQL's, or this one another than before, which
 * is a proof.  Where no second one is to be had in a moment nothing is.  Only
 * transactions that leave nothing are sent.
 */

static ngx_int_t
lent_look(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t            rc, pid;
    api_check_session_t  other;

    rc = lent_pid(s, &pid);

    if (rc == NGX_OK
        && api_check_open_beside(check, &other, s->keywords, s->values,
                                 LENT_TIME)
           == NGX_OK)
    {
        rc = lent_compare(check, s, &other, pid);
        api_check_session_close(&other);
    }

    if (rc != NGX_OK) {
        api_check_session_close(s);
    }

    return rc;
}


ngx_int_t
api_check_lent_front(api_check_t *check)
{
    ngx_int_t            rc;
    api_check_session_t  s;

    if (api_check_open_beside(check, &s, check->front_keywords,
                              check->front_values, LENT_TIME)
        != NGX_OK)
    {
        return NGX_OK;
    }

    rc = lent_look(check, &s);

    if (rc == NGX_OK) {
        api_check_session_close(&s);
    }

    return (rc == NGX_ERROR && s.why.len == 0) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
lent_pid(api_check_session_t *s, ngx_int_t *pid)
{
    PGresult  *res;

    res = api_check_session_query(s, "SELECT pg_catalog.pg_backend_pid()", 0,
                                  NULL, s->timeout);

    if (res == NULL) {
        return s->lost ? NGX_DECLINED : NGX_ERROR;
    }

    *pid = ngx_atoi((u_char *) PQgetvalue(res, 0, 0),
                    (size_t) PQgetlength(res, 0, 0));

    PQclear(res);

    return NGX_OK;
}


/* before: what own met.  What becomes of other is of no interest. */

static ngx_int_t
lent_compare(api_check_t *check, api_check_session_t *own,
    api_check_session_t *other, ngx_int_t before)
{
    ngx_int_t   rc, pid, theirs;
    ngx_uint_t  i;

    for (i = 0; i < LENT_LOOKS; i++) {

        if (lent_pid(other, &theirs) != NGX_OK) {
            return NGX_OK;
        }

        rc = lent_pid(own, &pid);

        if (rc != NGX_OK) {
            return rc;
        }

        if (pid == theirs || pid != before) {
            check->lender.len = own->place.len;
            check->lender.data = ngx_pstrdup(check->pool, &own->place);

            return check->lender.data ? NGX_OK : NGX_ERROR;
        }
    }

    return NGX_OK;
}
