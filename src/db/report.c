
#include "db/report.h"
#include "db/where.h"
#include "sql/state.h"
#include "db/refusal.h"
#include "observe/observe.h"


#define API_DB_REPORT_SIZE  1024


static u_char *api_db_report_handler(ngx_log_t *log, u_char *buf, size_t len);
static size_t api_db_report_why(api_db_conn_t *conn, const char *message,
    u_char *buf, size_t size);
static size_t api_db_report_text(const char *message, u_char *buf,
    size_t size);
static u_char *api_db_report_where(api_db_conn_t *conn, u_char *buf,
    u_char *last);


void
api_db_report_log(api_db_conn_t *conn)
{
    conn->log = *conn->db->log;
    conn->log.handler = api_db_report_handler;
    conn->log.data = conn;
    conn->log.action = NULL;
    conn->log.connection = 0;
}


static u_char *
api_db_report_handler(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char         *p;
    api_db_conn_t  *conn;

    conn = log->data;

    if (log->action) {
        p = ngx_snprintf(buf, len, " while %s", log->action);
        len -= (size_t) (p - buf);
        buf = p;
    }

    return ngx_snprintf(buf, len, ", api_postgres: \"%V\"",
                        &conn->db->conf->name);
}


void
api_db_report_failed(api_db_conn_t *conn, const char *why)
{
    u_char       where[API_DB_REPORT_SIZE], text[API_DB_REPORT_SIZE], *last;
    size_t       len;
    uint32_t     hash;
    ngx_uint_t   level;
    const char  *message;

    message = (why == NULL && conn->reason[0]) ? conn->reason : why;

    len = api_db_report_why(conn, message, text, sizeof(text));

    /* a database that stays away is logged once, not at every attempt */

    hash = ngx_crc32_short(text, len);

    level = (conn->db->failures && conn->db->failure_hash == hash)
            ? NGX_LOG_INFO : NGX_LOG_ERR;

    conn->db->failure_hash = hash;

    last = api_db_report_where(conn, where, where + sizeof(where));

    ngx_log_error(level, &conn->log, 0, "cannot connect to PostgreSQL%*s: %*s",
                  (size_t) (last - where), where, len, text);
}


void
api_db_report_lost(api_db_conn_t *conn, const char *why)
{
    u_char       text[API_DB_REPORT_SIZE];
    size_t       len;
    ngx_uint_t   level;
    api_db_t    *db;
    const char  *message;

    db = conn->db;

    api_tell(.event = API_EVENT_CONN_LOST, .database = &db->conf->name,
             .word = conn->state_code[0] ? conn->state_code : NULL,
             .n = (int64_t) conn->in_flight);

    message = conn->reason[0] ? conn->reason : why;

    len = api_db_report_why(conn, message, text, sizeof(text));

    /*
     * an administrator ended it; or it is one more connection of the same loss
     */

    level = NGX_LOG_ERR;

    if (ngx_strcmp(conn->state_code, "57P01") == 0) {
        level = NGX_LOG_NOTICE;
    }

    if (db->loss_logged && ngx_current_msec - db->loss_logged < 1000) {
        level = NGX_LOG_INFO;

    } else {
        db->loss_logged = ngx_current_msec;
    }

    ngx_log_error(level, &conn->log, 0,
                  "PostgreSQL connection lost with %ui in flight: %s%s%*s",
                  conn->in_flight, conn->state_code,
                  conn->state_code[0] ? ": " : "",
                  len, text);
}


/*
 * libpq's own words quote pieces of the conninfo, unless the server's are
 * there
 */

static size_t
api_db_report_why(api_db_conn_t *conn, const char *message, u_char *buf,
    size_t size)
{
    u_char  *p;

    if (message != NULL) {
        return api_db_report_text(message, buf, size);
    }

    p = buf;
    (void) api_db_refusal(conn->pg, &p, buf + size);

    return (size_t) (p - buf);
}


/* a message on one line, without the place in the server's source */

static size_t
api_db_report_text(const char *message, u_char *buf, size_t size)
{
    size_t       len;
    const char  *p, *end;

    end = strstr(message, "\nLOCATION:");

    if (end == NULL) {
        end = message + strlen(message);
    }

    len = 0;

    for (p = message; p < end && len < size; p++) {

        if (*p != '\n' && *p != '\t') {
            buf[len++] = (u_char) *p;

        } else if (len && buf[len - 1] != ' ') {
            buf[len++] = ' ';
        }
    }

    while (len && buf[len - 1] == ' ') {
        len--;
    }

    return len;
}


static u_char *
api_db_report_where(api_db_conn_t *conn, u_char *buf, u_char *last)
{
    if (conn->pg == NULL) {
        return buf;
    }

    return api_db_refusal_place(conn->pg, ngx_slprintf(buf, last, " at "),
                                last);
}


void
api_db_report_wrong(api_db_conn_t *conn, const api_sql_statement_t *sql,
    const PGresult *res)
{
    u_char       where[NGX_MAX_ERROR_STR / 2], *end;
    ngx_str_t    message;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(1024, &conn->log);
    if (pool == NULL) {
        return;
    }

    message = api_sql_state_message(pool, res, sql);

    end = api_db_where(where, where + sizeof(where), sql,
                       api_sql_state_offset(res, sql));

    ngx_log_error(NGX_LOG_ERR, &conn->log, 0,
                  "a statement is wrong, its route will answer 500: %V%*s",
                  &message, (size_t) (end - where), where);

    ngx_destroy_pool(pool);
}
