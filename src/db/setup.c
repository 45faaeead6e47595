
#include "db/setup.h"
#include "db/backoff.h"
#include "db/clean.h"
#include "db/conn.h"
#include "db/learn.h"
#include "db/options.h"
#include "db/pipeline.h"
#include "db/role.h"
#include "db/segment.h"
#include "db/took.h"
#include "observe/observe.h"


/*
 * keywords of ours: two before the configuration's, five behind, and the end
 */
#define API_DB_SETUP_KEYWORDS  8


static ngx_int_t api_db_setup_first(api_db_conn_t *conn);
static ngx_int_t api_db_setup_settings(api_db_conn_t *conn);
static void api_db_setup_asks(api_db_conn_t *conn);
static ngx_int_t api_db_setup_pooled(api_db_conn_t *conn,
    api_db_segment_t *segment);
static ngx_uint_t api_db_setup_lent(const api_db_conn_t *conn,
    ngx_int_t backend);
static void api_db_setup_lends(api_db_t *db);
static void api_db_setup_transactions(api_db_t *db);
static void api_db_setup_notice(void *data, const PGresult *res);


PGconn *
api_db_setup_connect(api_db_conn_t *conn, const api_db_addresses_t *addresses)
{
    char                  *options;
    PGconn                *pg;
    ngx_uint_t             n, i;
    const char           **keywords, **values;
    const api_db_t        *db;

    db = conn->db;

    for (n = 0; db->keywords[n]; n++) { /* void */ }

    keywords = ngx_alloc(2 * (n + API_DB_SETUP_KEYWORDS) * sizeof(char *),
                         conn->db->log);
    if (keywords == NULL) {
        return NULL;
    }

    options = NULL;

    if (conn->db->pooler == API_DB_POOLER_OFF) {
        options = api_db_options(api_db_options_value(db->keywords,
                                                      db->values,
                                                      API_DB_OPTIONS_KEYWORD),
                                 db->conf->statement_timeout,
                                 conn->mode == API_DB_READ, db->log);
        if (options == NULL) {
            ngx_free(keywords);
            return NULL;
        }
    }

    values = keywords + n + API_DB_SETUP_KEYWORDS;

    /*
     * GSSAPI would be tried by default: a round trip, and credentials read
     * from disk; the configuration may still ask for it
     */

    keywords[0] = "gssencmode";
    values[0] = "disable";
    keywords[1] = "fallback_application_name";
    values[1] = API_DB_OPTIONS_APPLICATION;

    for (i = 0; i < n; i++) {
        keywords[i + 2] = db->keywords[i];
        values[i + 2] = db->values[i];
    }

    i += 2;

    keywords[i] = "client_encoding";
    values[i++] = "UTF8";

    if (options) {
        keywords[i] = API_DB_OPTIONS_KEYWORD;
        values[i++] = options;
    }

    if (addresses) {
        keywords[i] = "host";
        values[i++] = addresses->host;
        keywords[i] = "hostaddr";
        values[i++] = addresses->hostaddr;
        keywords[i] = "port";
        values[i++] = addresses->port;
    }

    keywords[i] = NULL;
    values[i] = NULL;

    pg = PQconnectStartParams(keywords, values, 0);

    ngx_free(keywords);
    ngx_free(options);

    return pg;
}


ngx_int_t
api_db_setup_session(api_db_conn_t *conn)
{
    (void) PQsetErrorVerbosity(conn->pg, PQERRORS_DEFAULT);
    (void) PQsetNoticeReceiver(conn->pg, api_db_setup_notice, conn);

    if (PQsetnonblocking(conn->pg, 1) != 0
        || PQenterPipelineMode(conn->pg) != 1)
    {
        return NGX_ERROR;
    }

    conn->server = conn->mode;
    conn->native = conn->mode;

    /* and nothing else, until it is known who answers */

    return api_db_setup_first(conn);
}


static ngx_int_t
api_db_setup_first(api_db_conn_t *conn)
{
    ngx_int_t          rc;
    api_db_segment_t  *segment;

    segment = api_db_segment_begin(conn);
    if (segment == NULL) {
        return NGX_ERROR;
    }

    segment->setup = 1;

    if (conn->db->pooler == API_DB_POOLER_TRANSACTION) {
        rc = api_db_setup_pooled(conn, segment);

    } else {

        /* is it PostgreSQL itself that answers? */

        rc = api_db_segment_sql(conn, segment, API_DB_COMMAND_SETUP, NULL,
                                API_DB_CLEAN_WHOSE, 0, NULL);
    }

    return rc == NGX_OK ? api_db_segment_sync(conn, segment) : NGX_ERROR;
}


/* of a session that no other connection of ours has met */

static ngx_int_t
api_db_setup_settings(api_db_conn_t *conn)
{
    api_db_segment_t  *segment;

    conn->settled = 1;

    segment = api_db_segment_begin(conn);
    if (segment == NULL) {
        return NGX_ERROR;
    }

    segment->setup = 1;

    if (api_db_clean_settings(conn, segment) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_db_segment_sync(conn, segment);
}


/* what each transaction will have to set is the server's to tell, once */

static ngx_int_t
api_db_setup_pooled(api_db_conn_t *conn, api_db_segment_t *segment)
{
    if (api_db_clean_begin(conn, segment, NULL) != NGX_OK
        || (conn->db->settings == NULL
            && api_db_segment_sql(conn, segment, API_DB_COMMAND_ASK, NULL,
                                  api_db_clean_ask, 0, NULL)
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    return api_db_segment_sql(conn, segment, API_DB_COMMAND_CLEAN, NULL,
                              "COMMIT", 0, NULL);
}


ngx_int_t
api_db_setup_answer(api_db_conn_t *conn, const PGresult *res)
{
    ngx_int_t   pid;
    ngx_str_t   value;
    api_db_t   *db;

    /* the settings return nothing to look at */

    if (PQntuples(res) != 1 || PQnfields(res) != 1) {
        return NGX_OK;
    }

    db = conn->db;

    value.data = (u_char *) PQgetvalue(res, 0, 0);
    value.len = (size_t) PQgetlength(res, 0, 0);

    pid = ngx_atoi(value.data, value.len);

    if (conn->native_pooler == API_DB_POOLER_SESSION) {

        if (!api_db_setup_lent(conn, pid)) {
            conn->backend = pid;
            return NGX_OK;
        }

        api_db_setup_lends(db);

        /* its settings are not where its jobs will be; those that it has are
           transactions from now on */

        return conn->state == API_DB_CONN_SETUP ? NGX_ERROR : NGX_OK;
    }

    /* a pooler tells keys of its own */

    if (pid == PQbackendPID(conn->pg)
        || conn->native_pooler != API_DB_POOLER_OFF)
    {
        return NGX_OK;
    }

    api_db_setup_noticed(db);

    return db->pooler == API_DB_POOLER_OFF ? NGX_OK : NGX_ERROR;
}


/* a pooler's client keeps its session until it ends, and nobody else has it */

static ngx_uint_t
api_db_setup_lent(const api_db_conn_t *conn, ngx_int_t backend)
{
    ngx_uint_t            state;
    ngx_queue_t          *q;
    const api_db_t       *db;
    const api_db_conn_t  *other;

    if (conn->backend != 0) {
        return conn->backend != backend;
    }

    db = conn->db;

    for (state = API_DB_CONN_SETUP; state < API_DB_CONN_STATES; state++) {

        for (q = db->conns[state].next; q != &db->conns[state]; q = q->next) {
            other = ngx_queue_data(q, api_db_conn_t, queue);

            if (other != conn && other->backend == backend) {
                return 1;
            }
        }
    }

    return 0;
}


void
api_db_setup_ready(api_db_conn_t *conn)
{
    if (conn->db->pooler == API_DB_POOLER_SESSION && !conn->settled) {

        if (api_db_setup_settings(conn) != NGX_OK) {
            conn->broken = 1;
        }

        return;
    }

    conn->log.action = "talking to PostgreSQL";

    api_db_took_server(conn);
    api_db_role(conn);
    api_db_conn_state(conn, API_DB_CONN_BUSY);

    api_tell(.event = API_EVENT_CONN_OPENED, .database = &conn->db->conf->name,
             .n = PQserverVersion(conn->pg),
             .time = (uint64_t) (ngx_current_msec - conn->born) * 1000);

    api_db_backoff_connected(conn->db);

    api_db_setup_asks(conn);
}


/* apart: settings are undone with a transaction that fails */

static void
api_db_setup_asks(api_db_conn_t *conn)
{
    if ((!conn->db->types_loaded && !conn->db->types_loading
         && api_db_pipeline_types(conn) != NGX_OK)
        || api_db_learn(conn) != NGX_OK)
    {
        conn->broken = 1;
    }
}


void
api_db_setup_noticed(api_db_t *db)
{
    if (db->pooler_told) {
        return;
    }

    db->pooler_told = 1;

    ngx_log_error(NGX_LOG_WARN, db->log, 0,
                  "a pooler is in front of PostgreSQL: write \"pooler "
                  "transaction\" (or \"pooler session\", if that is its "
                  "pool_mode) in api_postgres \"%V\"%s", &db->conf->name,
                  db->conf->pooler_given
                  ? ", or its other clients may see settings of these sessions"
                  : "; until then it is taken for \"pooler transaction\"");

    if (!db->conf->pooler_given) {
        api_db_setup_transactions(db);
    }
}


static void
api_db_setup_lends(api_db_t *db)
{
    if (db->pooler != API_DB_POOLER_SESSION) {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, db->log, 0,
                  "the pooler in front of PostgreSQL lends its sessions by the "
                  "transaction, though api_postgres \"%V\" says \"pooler "
                  "session\": it is taken for \"pooler transaction\", which is "
                  "what to say, and its other clients may have seen settings "
                  "of these sessions", &db->conf->name);

    api_db_setup_transactions(db);
}


static void
api_db_setup_transactions(api_db_t *db)
{
    ngx_uint_t  i;

    db->pooler = API_DB_POOLER_TRANSACTION;

    if (!db->conf->prepare_given) {
        db->prepare = 0;
    }

    /* how a plan is run was looked at before */

    for (i = 0; i < db->conf->nplans; i++) {
        db->costs[i].examined = 0;
    }
}


/*
 * Warnings, and the last words of a server that ends an idle connection.
 * libpq would print them to the worker's stderr.
 */

static void
api_db_setup_notice(void *data, const PGresult *res)
{
    const char     *message;
    api_db_conn_t  *conn;

    conn = data;

    if (api_db_conn_fatal(conn, res)) {
        return;
    }

    message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

    ngx_log_error(NGX_LOG_INFO, &conn->log, 0, "PostgreSQL says: %s",
                  message ? message : "nothing");
}
