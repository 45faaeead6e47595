
/*
 * A synchronous connection, bounded in time: for the time of configuration
 * (check/migrate, check/check), and for a worker's thread (check/late), never
 * in its event loop.
 */


#ifndef API_CHECK_SESSION_H
#define API_CHECK_SESSION_H


#include "core/core.h"


struct pg_conn;                /* PGconn */
struct pg_result;              /* PGresult */


#define API_CHECK_SESSION_WHY    1024
#define API_CHECK_SESSION_PLACE  256


typedef struct {
    /* the caller's, before api_check_session_open() */
    const char *const   *keywords;     /* for PQconnectStartParams, */
    const char *const   *values;       /* NULL-ended, complete */
    const char          *application;  /* application_name */
    ngx_msec_t           timeout;      /* for connecting, and for each
                                          api_check_session_query() */
    uint64_t             deadline;     /* a moment of
                                          api_check_session_msec(): nothing
                                          waits beyond it; 0: no limit.  May
                                          be changed at any time. */
    ngx_uint_t           threaded;     /* not in the process's main thread, */
    volatile ngx_uint_t *stop;         /* which sets this when the thread has
                                          to end; or NULL */
    ngx_log_t           *log;
    ngx_uint_t           pooled;       /* other clients use this session,
                                          too, before and after each
                                          transaction: it is told nothing
                                          that would stay */

    /* the caller's, at any time */
    ngx_str_t            subject;      /* what runs: for the server's
                                          notices, and the line that says it
                                          still runs */

    /* the session's */
    struct pg_conn      *conn;
    ngx_str_t            place;        /* "127.0.0.1:5432, database \"app\"" */
    ngx_str_t            why;          /* of the last failure */
    unsigned             lost:1;       /* the connection is gone, or is to be
                                          closed */

    u_char               place_buf[API_CHECK_SESSION_PLACE];
    u_char               why_buf[API_CHECK_SESSION_WHY];
} api_check_session_t;


/*
 * Fill the caller's fields, the others with zeros.  client_encoding is UTF8;
 * unless pooled, the settings are those of db/options, with no
 * statement_timeout.
 *
 *   NGX_OK        connected: api_check_session_close() it;
 *   NGX_DECLINED  out of reach within timeout, NGX_ERROR  refused: place and
 *                 why tell more and hold no secret, nothing is to be closed.
 *
 * Nothing is logged.  libpq looks names up by itself, which timeout does not
 * bound (see check/addresses.h), and it bounds all hosts together.
 */
API_MUST_CHECK ngx_int_t api_check_session_open(api_check_session_t *s);

/*
 * Runs one statement with text parameters, within timeout (0: no limit).
 * Returns the result, to be PQclear()ed, or NULL: why is set, and lost if the
 * session is of no more use.
 */
API_MUST_CHECK struct pg_result *api_check_session_query(api_check_session_t *s,
    const char *sql, int nparams, const char *const *params,
    ngx_msec_t timeout);

/*
 * Runs one or several statements without results, for as long as they take.
 * NGX_OK; NGX_ERROR: as NULL above.
 */
API_MUST_CHECK ngx_int_t api_check_session_command(api_check_session_t *s,
    const char *sql);

/*
 * A text of several statements (the simple protocol), for as long as it takes.
 * *done: how many completed.  Rows are dropped.
 *
 *   NGX_OK        all completed;
 *   NGX_DECLINED  the server's error: *error, to be PQclear()ed;
 *   NGX_ERROR     lost; why is set.
 */
API_MUST_CHECK ngx_int_t api_check_session_script(api_check_session_t *s,
    const char *sql, ngx_uint_t *done, struct pg_result **error);

/*
 * The next result of what the caller has sent itself, in pipeline mode too:
 * as PQgetResult(), with what is still to be sent sent meanwhile, and lost is
 * set when it has not come within timeout or the connection broke.
 */
API_MUST_CHECK struct pg_result *api_check_session_next(api_check_session_t *s,
    ngx_msec_t timeout);

/* the server rolls back what is open */
void api_check_session_close(api_check_session_t *s);

/*
 * Writes "ERROR 42703: message; DETAIL: ...; HINT: ..." of a failed result
 * from p at most to last, on one line; returns the end.
 */
u_char *api_check_session_error(u_char *p, u_char *last,
    const struct pg_result *res);

/* nanoseconds of a clock that only goes forward */
uint64_t api_check_session_now(void);

/* the same in milliseconds, for deadlines */
uint64_t api_check_session_msec(void);


#endif /* API_CHECK_SESSION_H */
