
#include "check/migrate_lock.h"

#include <libpq-fe.h>


#define LOCK_RETRY   200       /* ms between two tries to get it */

/* the advisory lock of SQLx is this times the CRC-32 of the database's name */
#define LOCK_FACTOR  INT64_C(0x3d32ad9e)


static ngx_int_t lock_id(const api_check_migrate_t *m, api_check_session_t *s,
    char *lock);
static PGresult *lock_query(const api_check_migrate_t *m,
    api_check_session_t *s,
    const char *sql, int nparams, const char *const *params);


ngx_int_t
api_check_migrate_lock(const api_check_migrate_t *m, api_check_session_t *s,
    char *lock)
{
    PGresult    *res;
    uint64_t     until;
    ngx_int_t    rc;
    ngx_uint_t   got, told;
    const char  *params[1];

    rc = lock_id(m, s, lock);
    if (rc != NGX_OK) {
        return rc;
    }

    params[0] = lock;
    told = 0;
    until = api_check_session_now()
            + (uint64_t) (m->wait ? m->wait : API_CHECK_MIGRATE_WAIT)
              * 1000000;

    for ( ;; ) {
        res = lock_query(m, s, "SELECT pg_catalog.pg_try_advisory_lock($1)",
                         1, params);

        if (res == NULL) {
            return api_check_migrate_failed(m, s, "the lock of migrations was "
                                            "not given");
        }

        got = (*PQgetvalue(res, 0, 0) == 't');
        PQclear(res);

        if (got) {
            return NGX_OK;
        }

        if (api_check_session_now() >= until) {
            ngx_log_error(NGX_LOG_EMERG, s->log, 0, "api_postgres \"%V\":"
                          " another server is applying migrations and did not"
                          " end within %Ms: try again when it has",
                          &m->database,
                          (m->wait ? m->wait : API_CHECK_MIGRATE_WAIT)
                          / 1000);
            return NGX_ERROR;
        }

        if (!told) {
            told = 1;
            ngx_log_error(NGX_LOG_NOTICE, s->log, 0,
                          "api_postgres \"%V\": waiting for another server's"
                          " migrations", &m->database);
        }

        ngx_msleep(LOCK_RETRY);
    }
}


static ngx_int_t
lock_id(const api_check_migrate_t *m, api_check_session_t *s, char *lock)
{
    int64_t    id;
    PGresult  *res;

    res = lock_query(m, s, "SELECT pg_catalog.current_database()", 0, NULL);

    if (res == NULL) {
        return api_check_migrate_failed(m, s, "the database has no name");
    }

    id = LOCK_FACTOR * (int64_t) ngx_crc32_long(
                                         (u_char *) PQgetvalue(res, 0, 0),
                                         (size_t) PQgetlength(res, 0, 0));

    (void) ngx_sprintf((u_char *) lock, "%L%Z", id);

    PQclear(res);

    return NGX_OK;
}


ngx_uint_t
api_check_migrate_locked(const api_check_migrate_t *m, api_check_session_t *s,
    const char *lock)
{
    PGresult    *res;
    ngx_uint_t   ours;
    const char  *params[1];

    /* pg_locks shows a bigint in two halves, with objsubid 1 */

    static const char  sql[] =
        "SELECT pg_catalog.count(*) > 0 FROM pg_catalog.pg_locks"
        " WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
        " AND pid = pg_catalog.pg_backend_pid()"
        " AND ((classid::int8 << 32) | objid::int8) = $1::int8";

    params[0] = lock;
    res = lock_query(m, s, sql, 1, params);

    /* if it cannot be asked, the next file says why */

    ours = (res == NULL || *PQgetvalue(res, 0, 0) == 't');

    PQclear(res);

    return ours;
}


/* released at once: the session's end would do so a moment later */

void
api_check_migrate_unlock(const api_check_migrate_t *m, api_check_session_t *s,
    const char *lock)
{
    const char  *params[1];

    if (s->lost) {
        return;
    }

    params[0] = lock;

    PQclear(lock_query(m, s, "SELECT pg_catalog.pg_advisory_unlock($1)", 1,
                       params));
}


static PGresult *
lock_query(const api_check_migrate_t *m, api_check_session_t *s,
    const char *sql, int nparams, const char *const *params)
{
    return  api_check_session_query(s, sql, nparams, params,
                                    m->connect_timeout);
}


ngx_int_t
api_check_migrate_failed(const api_check_migrate_t *m, api_check_session_t *s,
    const char *what)
{
    ngx_uint_t  level;

    level = s->lost ? NGX_LOG_WARN : NGX_LOG_EMERG;

    ngx_log_error(level, s->log, 0,
                  "api_postgres \"%V\": %s at %V: %V", &m->database, what,
                  &s->place, &s->why);

    return s->lost ? NGX_DECLINED : NGX_ERROR;
}
