
#include "db/clean.h"
#include "db/conn.h"
#include "db/options.h"
#include "db/segment.h"


#define CLEAN_SEED  (NGX_INT_T_LEN + 16)


static ngx_int_t clean_session(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);
static ngx_int_t clean_application(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);
static void clean_left(api_db_conn_t *conn);
static void clean_failed(api_db_conn_t *conn, const PGresult *res);
static ngx_int_t clean_unlock(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);
static ngx_int_t clean_prepared(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight,
    const api_db_plan_t *plan);
static ngx_int_t clean_send(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_e kind, api_db_flight_t *flight, const char *sql);


/*
 * What DISCARD ALL does (PostgreSQL's documentation), except for prepared
 * statements and their plans, which are ours; and what it leaves out: a role
 * set by the connection's options, and the seed of random().
 */

static const char *const  clean_commands[] = {
    "CLOSE ALL",
    "RESET SESSION AUTHORIZATION",
    "RESET ROLE",
    "RESET ALL",
    "UNLISTEN *",
    "DISCARD TEMP",
    "DISCARD SEQUENCES",
    NULL
};


/*
 * $1 is statement_timeout.  The defaults of the server's session follow, see
 * api_db_clean_ask.
 */

static const char  clean_settings[] =
    "SELECT pg_catalog.set_config('statement_timeout', $1, true),"
    " pg_catalog.set_config('role', 'none', true)"
    API_DB_OPTIONS(API_DB_OPTIONS_LOCAL)
    API_DB_OPTIONS_LOCAL("TimeZone", "UTC");


/* settings that change what a statement means or how its values are written */

const char  api_db_clean_ask[] =
    "SELECT pg_catalog.string_agg(pg_catalog.format("
    "', pg_catalog.set_config(%L, %L, true)', s.name, CASE s.name"
    " WHEN 'search_path' THEN pg_catalog.concat_ws(', ',"
    " NULLIF(s.reset_val, ''), 'pg_temp')"
    " ELSE s.reset_val END), '' ORDER BY s.name)"
    " FROM pg_catalog.pg_settings s WHERE s.name IN ("
    "'check_function_bodies', 'client_min_messages',"
    " 'default_tablespace', 'gin_fuzzy_search_limit', 'plan_cache_mode',"
    " 'synchronous_commit',"
    " 'default_text_search_config',"
    " 'idle_in_transaction_session_timeout', 'lc_numeric', 'lc_time',"
    " 'lock_timeout', 'row_security', 'search_path',"
    " 'temp_tablespaces', 'timezone_abbreviations')"
    " AND s.context = 'user'";


ngx_int_t
api_db_clean_behind(api_db_conn_t *conn, const api_db_plan_t *plan)
{
    api_db_segment_t  *segment;

    segment = api_db_segment_begin(conn);
    if (segment == NULL) {
        return NGX_ERROR;
    }

    segment->cleans = 1;

    if (clean_send(conn, segment, API_DB_COMMAND_CLEAN, NULL, "BEGIN")
        != NGX_OK
        || clean_session(conn, segment, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (plan->dynamic
        && clean_send(conn, segment, API_DB_COMMAND_LEFT, NULL,
                      "SELECT 1 / (NOT EXISTS (SELECT FROM pg_catalog."
                      "pg_prepared_statements WHERE from_sql))::int")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* of a pooler's session we know only what we have told it */

    conn->server = conn->native;
    conn->numbered = 0;

    if (conn->db->pooler == API_DB_POOLER_SESSION
        && api_db_clean_settings(conn, segment) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (clean_send(conn, segment, API_DB_COMMAND_CLEAN, NULL, "COMMIT")
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (plan->sticky) {
        api_db_conn_drain(conn, 0);
    }

    return api_db_segment_sync(conn, segment);
}


ngx_int_t
api_db_clean_settings(api_db_conn_t *conn, api_db_segment_t *segment)
{
    char         timeout[NGX_INT_T_LEN + 1];
    const char  *values[2], *options;

    options = api_db_options_value(conn->db->keywords, conn->db->values,
                                   API_DB_OPTIONS_KEYWORD);

    *ngx_sprintf((u_char *) timeout, "%M", conn->db->conf->statement_timeout)
        = '\0';

    values[0] = timeout;
    values[1] = conn->native == API_DB_READ ? "on" : "off";

    if (api_db_segment_sql(conn, segment, API_DB_COMMAND_SETUP, NULL,
                           API_DB_CLEAN_WHOSE, 0, NULL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_db_segment_sql(conn, segment, API_DB_COMMAND_SETUP, NULL,
                              api_db_options_sql(
                                  !api_db_options_timezone(options)),
                              2, values);
}


/* all of that, in whatever transaction is open */

static ngx_int_t
clean_session(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight)
{
    ngx_uint_t  i;

    for (i = 0; clean_commands[i] != NULL; i++) {
        if (clean_send(conn, segment, API_DB_COMMAND_CLEAN, flight,
                       clean_commands[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (conn->db->pooler != API_DB_POOLER_OFF
        && clean_application(conn, segment, flight) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return clean_unlock(conn, segment, flight);
}


/*
 * A pooler sets the name of whoever has its session, and takes RESET ALL, which
 * returns to what the session began with, for our wish to have none.
 */

static ngx_int_t
clean_application(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight)
{
    const char      *values[1];
    const api_db_t  *db;

    db = conn->db;

    values[0] = api_db_options_value(db->keywords, db->values,
                                     "application_name");

    if (values[0] == NULL) {
        values[0] = api_db_options_value(db->keywords, db->values,
                                         "fallback_application_name");
    }

    if (values[0] == NULL) {
        values[0] = API_DB_OPTIONS_APPLICATION;
    }

    return api_db_segment_sql(conn, segment, API_DB_COMMAND_CLEAN, flight,
                              "SELECT pg_catalog.set_config("
                              "'application_name', $1, false)", 1, values);
}


/* what a rollback does not undo */

static ngx_int_t
clean_unlock(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight)
{
    char         seed[CLEAN_SEED];
    const char  *values[1];

    /* from -1 to 1 */

    *ngx_sprintf((u_char *) seed, "%s0.%06uD", ngx_random() & 1 ? "-" : "",
                 (uint32_t) (ngx_random() % 1000000))
        = '\0';

    values[0] = seed;

    if (PQsendQueryParams(conn->pg, "SELECT pg_catalog.pg_advisory_unlock_all"
                          "(), pg_catalog.setseed($1::float8)", 1, NULL,
                          values, NULL, NULL, 0)
        != 1)
    {
        return NGX_ERROR;
    }

    return api_db_segment_command(conn, segment, API_DB_COMMAND_CLEAN, flight,
                                  0);
}


static ngx_int_t
clean_send(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_e kind, api_db_flight_t *flight, const char *sql)
{
    return api_db_segment_sql(conn, segment, kind, flight, sql, 0, NULL);
}


ngx_int_t
api_db_clean_before(api_db_conn_t *conn, const api_db_plan_t *plan)
{
    api_db_segment_t  *segment;

    if (!conn->numbered || !(plan->opaque || plan->recalls)
        || conn->db->pooler == API_DB_POOLER_TRANSACTION)
    {
        return NGX_OK;
    }

    conn->numbered = 0;

    segment = api_db_segment_begin(conn);

    if (segment == NULL
        || clean_send(conn, segment, API_DB_COMMAND_CLEAN, NULL,
                      "DISCARD SEQUENCES")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_db_segment_sync(conn, segment);
}


/* the connection will end, and the log says why */

static void
clean_failed(api_db_conn_t *conn, const PGresult *res)
{
    u_char      *p;
    const char  *message;

    message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

    if (api_db_conn_fatal(conn, res)) {
        return;
    }

    p = ngx_snprintf((u_char *) conn->reason, sizeof(conn->reason) - 1,
                     "its session cannot be set: %s",
                     message ? message : "PostgreSQL does not say why");
    *p = '\0';
}


ngx_int_t
api_db_clean_result(api_db_conn_t *conn, const api_db_command_t *command,
    ngx_uint_t ok)
{
    const char  *code;

    if (ok) {
        return NGX_OK;
    }

    code = PQresultErrorField(command->res, PG_DIAG_SQLSTATE);

    if (command->kind == API_DB_COMMAND_LEFT && code != NULL
        && ngx_strcmp(code, "22012") == 0)
    {
        clean_left(conn);

    } else {
        clean_failed(conn, command->res);
    }

    return NGX_ERROR;
}


/*
 * SQL has prepared a statement, which only the session's end takes away.  The
 * transaction that found it has failed, so nothing that was sent behind it has
 * run: all of it, writes too, can be sent again.
 */

static void
clean_left(api_db_conn_t *conn)
{
    ngx_queue_t       *q, *f;
    api_db_flight_t   *flight;
    api_db_segment_t  *segment;

    ngx_log_error(NGX_LOG_INFO, &conn->log, 0,
                  "a connection is closed, because SQL has prepared a "
                  "statement in it");

    conn->left = 1;

    for (q = conn->segments.next; q != &conn->segments; q = q->next) {
        segment = ngx_queue_data(q, api_db_segment_t, queue);

        for (f = segment->flights.next; f != &segment->flights; f = f->next) {
            flight = ngx_queue_data(f, api_db_flight_t, queue);
            flight->sent = 0;
        }
    }
}


ngx_int_t
api_db_clean_begin(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight)
{
    char              timeout[NGX_INT_T_LEN + 1];
    const char       *sql, *values[1];
    ngx_uint_t        read_only;
    api_db_command_e  kind;

    read_only = flight ? flight->plan->read_only : 1;
    kind = flight ? API_DB_COMMAND_BEGIN : API_DB_COMMAND_CLEAN;

    /* a default that another client of the pooler may have left */

    sql = read_only ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
                    : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

    *ngx_sprintf((u_char *) timeout, "%M", conn->db->conf->statement_timeout)
        = '\0';

    values[0] = timeout;

    if (clean_send(conn, segment, kind, flight, sql) != NGX_OK
        || api_db_segment_sql(conn, segment, kind, flight,
                              conn->db->settings ? conn->db->settings
                                                 : clean_settings,
                              1, values)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (flight && flight->plan->opaque) {
        return clean_send(conn, segment, API_DB_COMMAND_SAVEPOINT, flight,
                          "SAVEPOINT api_job");
    }

    return NGX_OK;
}


ngx_int_t
api_db_clean_commit(api_db_conn_t *conn, api_db_flight_t *flight)
{
    api_db_segment_t  *segment;

    if (!flight->plan->opaque) {
        return NGX_OK;
    }

    segment = flight->segment;

    /* deferred triggers would run after the cleaning, so they run now */

    if (clean_send(conn, segment, API_DB_COMMAND_CLEAN, flight,
                   "SET CONSTRAINTS ALL IMMEDIATE")
        != NGX_OK
        || clean_session(conn, segment, flight) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return clean_prepared(conn, segment, flight, flight->plan);
}


/* behind a pooler a statement that SQL prepared may be another client's */

static ngx_int_t
clean_prepared(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight, const api_db_plan_t *plan)
{
    if (!plan->dynamic || conn->db->prepare) {
        return NGX_OK;
    }

    return clean_send(conn, segment, API_DB_COMMAND_CLEAN, flight,
                      "DEALLOCATE ALL");
}


/* session locks outlive the transaction, and are given back inside it */

ngx_int_t
api_db_clean_rollback(api_db_conn_t *conn, api_db_segment_t *segment,
    const api_db_plan_t *plan)
{
    /* it may have failed or been cancelled before the job's first step */

    if (!segment->saved) {
        return NGX_OK;
    }

    if (clean_send(conn, segment, API_DB_COMMAND_CLEAN, NULL,
                   "ROLLBACK TO SAVEPOINT api_job")
        != NGX_OK
        || clean_unlock(conn, segment, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return clean_prepared(conn, segment, NULL, plan);
}


ngx_int_t
api_db_clean_answer(api_db_t *db, const PGresult *res)
{
    size_t  len;
    u_char  *p;

    if (db->settings || PQntuples(res) != 1) {
        return NGX_OK;
    }

    len = (size_t) PQgetlength(res, 0, 0);

    p = ngx_pnalloc(db->pool, sizeof(clean_settings) + len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    db->settings = (char *) p;

    p = ngx_cpymem(p, clean_settings, sizeof(clean_settings) - 1);
    p = ngx_cpymem(p, PQgetvalue(res, 0, 0), len);
    *p = '\0';

    return NGX_OK;
}
