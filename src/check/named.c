
#include "check/named.h"
#include "check/open.h"
#include "check/session.h"

#include <libpq-fe.h>


/* milliseconds for all of it: another client may have a pool's only session */
#define NAMED_TIME    2000

/*
 * transactions in which it is looked for, as a pooler may go round its
 * sessions
 */
#define NAMED_LOOKS   32

#define NAMED_NAME    (sizeof("api_named__") + NGX_INT_T_LEN + NGX_INT64_LEN)
#define NAMED_DROP    (sizeof("DEALLOCATE ") + NAMED_NAME)


/* what an unnamed SELECT of a client finds in the session that it meets */
typedef enum {
    NAMED_THERE = 0,
    NAMED_MISSING,
    NAMED_UNKNOWN          /* nobody answers */
} named_e;


static ngx_int_t named_prepare(api_check_session_t *s, const char *name);
static ngx_uint_t named_proven(api_check_session_t *own,
    api_check_session_t *other, const char *name);
static named_e named_look(api_check_session_t *s, const char *name);
static void named_drop(api_check_session_t *s, const char *name);


ngx_int_t
api_check_named(api_check_t *check)
{
    char                 name[NAMED_NAME];
    ngx_int_t            rc;
    api_check_session_t  own, other;

    *ngx_sprintf((u_char *) name, "api_named_%P_%uL", ngx_pid,
                 api_check_session_now())
        = '\0';

    if (api_check_open_beside(check, &own, check->front_keywords,
                              check->front_values, NAMED_TIME) != NGX_OK) {
        return NGX_OK;
    }

    rc = NGX_OK;

    if (named_prepare(&own, name) == NGX_OK) {

        if (api_check_open_beside(check, &other, check->front_keywords,
                                  check->front_values, NAMED_TIME) == NGX_OK) {

            if (named_proven(&own, &other, name)) {
                check->front.len = own.place.len;
                check->front.data = ngx_pstrdup(check->pool, &own.place);

                rc = check->front.data ? NGX_OK : NGX_ERROR;
            }

            api_check_session_close(&other);
        }

        /* in a session that neither client meets nobody sees it */

        named_drop(&own, name);
    }

    api_check_session_close(&own);

    return rc;
}


/*
 * NGX_OK; NGX_DECLINED: the server knows it by another name, as with a pooler
 * that keeps statements for its clients; NGX_ERROR.
 */

static ngx_int_t
named_prepare(api_check_session_t *s, const char *name)
{
    named_e    found;
    PGresult  *res;

    res = api_check_session_query(s, "BEGIN", 0, NULL, NAMED_TIME);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    if (!PQsendPrepare(s->conn, name, "SELECT 1", 0, NULL)) {
        return NGX_ERROR;
    }

    while ((res = api_check_session_next(s, NAMED_TIME)) != NULL) {
        PQclear(res);
    }

    if (s->lost) {
        return NGX_ERROR;
    }

    found = named_look(s, name);

    res = api_check_session_query(s, "COMMIT", 0, NULL, NAMED_TIME);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    return found == NAMED_THERE ? NGX_OK : NGX_DECLINED;
}


static ngx_uint_t
named_proven(api_check_session_t *own, api_check_session_t *other,
    const char *name)
{
    named_e     found;
    ngx_uint_t  i;

    for (i = 0; i < NAMED_LOOKS; i++) {

        found = named_look(other, name);

        if (found == NAMED_THERE) {
            named_drop(other, name);
            return 1;
        }

        if (found == NAMED_MISSING) {
            found = named_look(own, name);
        }

        if (found != NAMED_THERE) {
            return found == NAMED_MISSING;
        }
    }

    return 0;
}


static named_e
named_look(api_check_session_t *s, const char *name)
{
    named_e      found;
    PGresult    *res;
    const char  *params[1];

    params[0] = name;

    res = api_check_session_query(s, "SELECT EXISTS (SELECT FROM pg_catalog."
                                  "pg_prepared_statements WHERE name = $1)", 1,
                                  params, NAMED_TIME);

    if (res == NULL) {
        return NAMED_UNKNOWN;
    }

    found = PQgetvalue(res, 0, 0)[0] == 't' ? NAMED_THERE : NAMED_MISSING;

    PQclear(res);

    return found;
}


/* where it does not exist that is an error, and does not matter */

static void
named_drop(api_check_session_t *s, const char *name)
{
    char       sql[NAMED_DROP];
    PGresult  *res;

    *ngx_sprintf((u_char *) sql, "DEALLOCATE %s", name) = '\0';

    res = api_check_session_query(s, sql, 0, NULL, NAMED_TIME);

    PQclear(res);
}
