
#include "check/session.h"
#include "check/identity.h"
#include "db/options.h"
#include "db/refusal.h"

#include <libpq-fe.h>

#include <poll.h>
#include <time.h>


#define SESSION_KEYWORDS  5        /* ours, and the end */

#define SESSION_SLICE    200       /* ms: TLS may hold bytes that poll() does
                                      not see, so look again */
#define SESSION_LOOK     60000     /* ms: poll() takes no longer times */
#define SESSION_PATIENT  30000     /* ms between two log lines that say it
                                      still runs */
#define SESSION_FOREVER  UINT64_MAX

/* bytes of the fields of an error that are shown */
#define SESSION_MESSAGE  600
#define SESSION_FIELD    300


static void session_failed(api_check_session_t *s, const PGresult *res);
static ngx_int_t session_start(api_check_session_t *s, uint64_t until);
static PGconn *session_connect(api_check_session_t *s);
static void session_place(api_check_session_t *s);
static ngx_int_t session_wait(api_check_session_t *s, short events,
    uint64_t until);
static PGresult *session_result(api_check_session_t *s, uint64_t until);
static void session_finish(api_check_session_t *s);
static void session_patience(api_check_session_t *s, uint64_t start,
    uint64_t *told);
static void session_lose(api_check_session_t *s, const char *why);
static void session_notice(void *data, const PGresult *res);
static u_char *session_field(u_char *p, u_char *last, const PGresult *res,
    int field, const char *name);
static uint64_t session_until(const api_check_session_t *s, ngx_msec_t timeout);


ngx_int_t
api_check_session_open(api_check_session_t *s)
{
    u_char               *p;
    uint64_t              until;
    ngx_int_t             rc;
    api_check_identity_t  root;

    until = session_until(s, s->timeout);

    /* until it is authenticated: libpq reads certificates on the way */

    api_check_identity_take(&root);

    s->conn = session_connect(s);

    rc = s->conn ? session_start(s, until) : NGX_ERROR;

    api_check_identity_give(&root);

    if (s->conn == NULL) {
        ngx_str_set(&s->place, "nowhere");
        ngx_str_set(&s->why, "there is no memory");
        return NGX_ERROR;
    }

    session_place(s);

    if (rc == NGX_ERROR) {
        p = s->why_buf;
        rc = api_db_refusal(s->conn, &p, s->why_buf + sizeof(s->why_buf));

        s->why.data = s->why_buf;
        s->why.len = (size_t) (p - s->why_buf);
    }

    if (rc != NGX_OK) {
        api_check_session_close(s);
    }

    return rc;
}


PGresult *
api_check_session_query(api_check_session_t *s, const char *sql, int nparams,
    const char *const *params, ngx_msec_t timeout)
{
    uint64_t   until;
    PGresult  *res;

    until = session_until(s, timeout);

    if (!PQsendQueryParams(s->conn, sql, nparams, NULL, params, NULL, NULL, 0))
    {
        session_lose(s, "the connection broke");
        return NULL;
    }

    res = session_result(s, until);

    if (s->lost) {
        return NULL;
    }

    session_finish(s);

    if (PQresultStatus(res) == PGRES_TUPLES_OK
        || PQresultStatus(res) == PGRES_COMMAND_OK)
    {
        return res;
    }

    session_failed(s, res);
    PQclear(res);

    return NULL;
}


ngx_int_t
api_check_session_command(api_check_session_t *s, const char *sql)
{
    PGresult    *error;
    ngx_uint_t   done;

    if (api_check_session_script(s, sql, &done, &error) == NGX_OK) {
        return NGX_OK;
    }

    if (error != NULL) {
        session_failed(s, error);
        PQclear(error);
    }

    return NGX_ERROR;
}


static void
session_failed(api_check_session_t *s, const PGresult *res)
{
    u_char  *p;

    p = api_check_session_error(s->why_buf, s->why_buf + sizeof(s->why_buf),
                                res);

    s->why.data = s->why_buf;
    s->why.len = (size_t) (p - s->why_buf);
    s->lost = (PQstatus(s->conn) == CONNECTION_BAD);
}


ngx_int_t
api_check_session_script(api_check_session_t *s, const char *sql,
    ngx_uint_t *done, PGresult **error)
{
    PGresult        *res;
    ExecStatusType   status;

    *done = 0;
    *error = NULL;

    if (!PQsendQuery(s->conn, sql) || !PQsetSingleRowMode(s->conn)) {
        session_lose(s, "the connection broke");
        return NGX_ERROR;
    }

    while ((res = session_result(s, session_until(s, 0))) != NULL) {
        status = PQresultStatus(res);

        if (status == PGRES_COPY_IN
            || status == PGRES_COPY_OUT
            || status == PGRES_COPY_BOTH)
        {
            PQclear(res);
            session_lose(s, "COPY from or to the client, which has no data");
            return NGX_ERROR;
        }

        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            (*done)++;

        } else if (status != PGRES_SINGLE_TUPLE
                   && status != PGRES_EMPTY_QUERY
                   && *error == NULL)
        {
            *error = res;
            continue;
        }

        PQclear(res);
    }

    if (PQstatus(s->conn) == CONNECTION_BAD) {
        session_lose(s, "the server closed the connection");
    }

    if (*error == NULL) {
        return s->lost ? NGX_ERROR : NGX_OK;
    }

    /*
     * the last words of a stopping server have an SQLSTATE, libpq's have none
     */

    if (PQresultErrorField(*error, PG_DIAG_SQLSTATE) == NULL) {
        PQclear(*error);
        *error = NULL;

        session_lose(s, "the connection broke");

        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


PGresult *
api_check_session_next(api_check_session_t *s, ngx_msec_t timeout)
{
    return session_result(s, session_until(s, timeout));
}


void
api_check_session_close(api_check_session_t *s)
{
    PQfinish(s->conn);

    s->conn = NULL;
}


u_char *
api_check_session_error(u_char *p, u_char *last, const PGresult *res)
{
    const char  *severity, *sqlstate;

    severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (sqlstate == NULL) {
        return ngx_slprintf(p, last, "the server closed the connection");
    }

    p = ngx_slprintf(p, last, "%s %s", severity ? severity : "ERROR",
                     sqlstate);

    p = session_field(p, last, res, PG_DIAG_MESSAGE_PRIMARY, ": ");
    p = session_field(p, last, res, PG_DIAG_MESSAGE_DETAIL, "; DETAIL: ");
    p = session_field(p, last, res, PG_DIAG_MESSAGE_HINT, "; HINT: ");

    return session_field(p, last, res, PG_DIAG_CONTEXT, "; CONTEXT: ");
}


uint64_t
api_check_session_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}


uint64_t
api_check_session_msec(void)
{
    return  api_check_session_now() / 1000000;
}


/* the caller's parameters, and ours, which come last and so win */

static PGconn *
session_connect(api_check_session_t *s)
{
    char         *options;
    PGconn       *conn;
    ngx_uint_t    n;
    const char   *given, **keywords, **values;

    given = NULL;

    for (n = 0; s->keywords[n] != NULL; n++) {
        if (ngx_strcmp(s->keywords[n], API_DB_OPTIONS_KEYWORD) == 0) {
            given = s->values[n];
        }
    }

    keywords = ngx_alloc((n + SESSION_KEYWORDS) * 2 * sizeof(char *), s->log);
    if (keywords == NULL) {
        return NULL;
    }

    values = keywords + n + SESSION_KEYWORDS;

    /*
     * as in db/setup: otherwise Kerberos would be tried, with look-ups in the
     * DNS
     */

    keywords[0] = "gssencmode";
    values[0] = "disable";

    ngx_memcpy(keywords + 1, s->keywords, n * sizeof(char *));
    ngx_memcpy(values + 1, s->values, n * sizeof(char *));

    n++;
    options = NULL;

    if (!s->pooled) {
        options = api_db_options(given, 0, 0, s->log);

        if (options == NULL) {
            ngx_free(keywords);
            return NULL;
        }

        keywords[n] = API_DB_OPTIONS_KEYWORD;
        values[n++] = options;
    }

    keywords[n] = "application_name";
    values[n++] = s->application;
    keywords[n] = "client_encoding";
    values[n++] = "UTF8";
    keywords[n] = NULL;
    values[n] = NULL;

    conn = PQconnectStartParams(keywords, values, 0);

    ngx_free(keywords);
    ngx_free(options);

    return conn;
}


/* NGX_OK; NGX_DECLINED: timed out, why is set; NGX_ERROR: libpq knows why */

static ngx_int_t
session_start(api_check_session_t *s, uint64_t until)
{
    ngx_int_t                  rc;
    PostgresPollingStatusType  state;

    s->lost = 0;

    /* api_db_refusal() wants the SQLSTATE */
    (void) PQsetErrorVerbosity(s->conn, PQERRORS_VERBOSE);
    (void) PQsetNoticeReceiver(s->conn, session_notice, s);

    state = PGRES_POLLING_WRITING;

    while (PQstatus(s->conn) != CONNECTION_BAD) {

        rc = session_wait(s, state == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                          until);

        if (rc == NGX_DECLINED) {
            s->why.data = s->why_buf;
            s->why.len = (size_t) (ngx_snprintf(s->why_buf,
                                                sizeof(s->why_buf),
                                                "no answer within %Mms",
                                                s->timeout)
                                   - s->why_buf);
            return NGX_DECLINED;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        state = PQconnectPoll(s->conn);

        if (state == PGRES_POLLING_OK) {
            return NGX_OK;
        }

        if (state == PGRES_POLLING_FAILED) {
            return NGX_ERROR;
        }
    }

    return NGX_ERROR;
}


static void
session_place(api_check_session_t *s)
{
    u_char  *p;

    p = api_db_refusal_place(s->conn, s->place_buf,
                             s->place_buf + sizeof(s->place_buf));

    s->place.data = s->place_buf;
    s->place.len = (size_t) (p - s->place_buf);
}


/* NGX_OK; NGX_DECLINED: the time is over; NGX_ERROR */

static ngx_int_t
session_wait(api_check_session_t *s, short events, uint64_t until)
{
    int            n;
    uint64_t       now, slice;
    struct pollfd  fd;

    fd.fd = PQsocket(s->conn);
    fd.events = events;
    fd.revents = 0;

    slice = s->stop ? SESSION_SLICE : SESSION_LOOK;

    do {
        now = api_check_session_msec();

        if (now >= until) {
            return NGX_DECLINED;
        }

        if (s->stop != NULL && *s->stop) {
            return NGX_ERROR;
        }

        n = poll(&fd, 1, (int) ngx_min(until - now, slice));

        /*
         * otherwise the log would show the time when this configuration began
         */

        if (!s->threaded) {
            ngx_time_update();
        }

        if (n > 0) {
            return NGX_OK;
        }

    } while (n == 0 || ngx_errno == NGX_EINTR);

    return NGX_ERROR;
}


/* NULL: there are no more, or the connection is lost */

static PGresult *
session_result(api_check_session_t *s, uint64_t until)
{
    int       left;
    uint64_t  start, now, told;

    start = api_check_session_msec();
    told = start;

    while (PQisBusy(s->conn)) {
        now = api_check_session_msec();
        left = PQflush(s->conn);

        if (now >= until) {
            session_lose(s, "no answer within the time");
            return NULL;
        }

        if (left < 0
            || session_wait(s, left ? POLLIN|POLLOUT : POLLIN,
                            now + SESSION_SLICE)
               == NGX_ERROR
            || !PQconsumeInput(s->conn))
        {
            session_lose(s, "the connection broke");
            return NULL;
        }

        session_patience(s, start, &told);
    }

    return PQgetResult(s->conn);
}


/* reads to the end of a query's results */

static void
session_finish(api_check_session_t *s)
{
    PGresult  *res;

    while ((res = session_result(s, session_until(s, 0))) != NULL) {
        PQclear(res);
    }
}


static void
session_patience(api_check_session_t *s, uint64_t start, uint64_t *told)
{
    uint64_t  now;

    now = api_check_session_msec();

    if (s->subject.len == 0 || now - *told < SESSION_PATIENT) {
        return;
    }

    *told = now;

    ngx_log_error(NGX_LOG_NOTICE, s->log, 0, "%V: running for %uL seconds",
                  &s->subject, (now - start) / 1000);
}


static void
session_lose(api_check_session_t *s, const char *why)
{
    s->lost = 1;

    s->why.data = (u_char *) (uintptr_t) why;
    s->why.len = ngx_strlen(why);
}


static void
session_notice(void *data, const PGresult *res)
{
    u_char               *p, text[API_CHECK_SESSION_WHY];
    ngx_uint_t            level;
    const char           *severity;
    api_check_session_t  *s;

    s = data;
    severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

    level = (severity != NULL && ngx_strcmp(severity, "WARNING") == 0)
            ? NGX_LOG_WARN : NGX_LOG_INFO;

    p = api_check_session_error(text, text + sizeof(text), res);

    if (s->subject.len) {
        ngx_log_error(level, s->log, 0, "%V: %*s", &s->subject,
                      (size_t) (p - text), text);
    }
}


static u_char *
session_field(u_char *p, u_char *last, const PGresult *res, int field,
    const char *name)
{
    const char  *text;

    text = PQresultErrorField(res, field);

    if (text == NULL) {
        return p;
    }

    p = ngx_slprintf(p, last, "%s", name);

    return api_db_refusal_line(p, last, text,
                               field == PG_DIAG_MESSAGE_PRIMARY
                               ? SESSION_MESSAGE : SESSION_FIELD);
}


static uint64_t
session_until(const api_check_session_t *s, ngx_msec_t timeout)
{
    uint64_t  until;

    until = timeout ? api_check_session_msec() + timeout : SESSION_FOREVER;

    return s->deadline ? ngx_min(until, s->deadline) : until;
}
