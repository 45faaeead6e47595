
#include "db/setup.h"
#include "db/conn.h"
#include "db/learn.h"
#include "db/pipeline.h"


/* ours: two before the configuration's, four behind, and the end */
#define API_DB_SETUP_KEYWORDS  8

#define API_DB_SETUP_SQL                                                      \
    "SELECT pg_catalog.set_config('DateStyle', 'ISO', false),"                \
    " pg_catalog.set_config('IntervalStyle', 'postgres', false),"             \
    " pg_catalog.set_config('bytea_output', 'hex', false),"                   \
    " pg_catalog.set_config('extra_float_digits', greatest("                  \
    "pg_catalog.current_setting('extra_float_digits')::int, 1)::text, false)," \
    " pg_catalog.set_config('statement_timeout', $1, false),"                 \
    " pg_catalog.set_config('default_transaction_read_only', $2, false)"

#define API_DB_SETUP_UTC                                                      \
    ", pg_catalog.set_config('TimeZone', 'UTC', false)"


static void api_db_setup_notice(void *data, const PGresult *res);


const char *
api_db_setup_value(const api_db_conf_t *conf, const char *keyword)
{
    ngx_uint_t   i;
    const char  *value;

    value = NULL;

    /* as libpq: of two the later one counts */

    for (i = 0; conf->keywords[i]; i++) {
        if (ngx_strcmp(conf->keywords[i], keyword) == 0
            && conf->values[i] && conf->values[i][0])
        {
            value = conf->values[i];
        }
    }

    return value;
}


PGconn *
api_db_setup_connect(api_db_t *db, const api_db_addresses_t *addresses)
{
    PGconn                *pg;
    ngx_uint_t             n, i;
    const char           **keywords, **values;
    const api_db_conf_t   *conf;

    conf = db->conf;

    for (n = 0; conf->keywords[n]; n++) { /* void */ }

    keywords = ngx_alloc(2 * (n + API_DB_SETUP_KEYWORDS) * sizeof(char *),
                         db->log);
    if (keywords == NULL) {
        return NULL;
    }

    values = keywords + n + API_DB_SETUP_KEYWORDS;

    /*
     * GSSAPI would be asked for by default, a round trip and credentials
     * read from disk; the configuration may still want it
     */

    keywords[0] = "gssencmode";
    values[0] = "disable";
    keywords[1] = "fallback_application_name";
    values[1] = "nginx";

    for (i = 0; i < n; i++) {
        keywords[i + 2] = conf->keywords[i];
        values[i + 2] = conf->values[i];
    }

    i += 2;

    keywords[i] = "client_encoding";
    values[i++] = "UTF8";

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

    return pg;
}


ngx_int_t
api_db_setup_session(api_db_conn_t *conn)
{
    char               timeout[NGX_INT_T_LEN + 1];
    const char        *values[2], *options, *sql;
    api_db_segment_t  *segment;

    (void) PQsetErrorVerbosity(conn->pg, PQERRORS_DEFAULT);
    (void) PQsetNoticeReceiver(conn->pg, api_db_setup_notice, conn);

    if (PQsetnonblocking(conn->pg, 1) != 0
        || PQenterPipelineMode(conn->pg) != 1)
    {
        return NGX_ERROR;
    }

    options = api_db_setup_value(conn->db->conf, "options");

    sql = (options && ngx_strcasestrn((u_char *) (uintptr_t) options,
                                      "timezone", 8 - 1))
          ? API_DB_SETUP_SQL : API_DB_SETUP_SQL API_DB_SETUP_UTC;

    *ngx_sprintf((u_char *) timeout, "%M", conn->db->conf->statement_timeout)
        = '\0';

    values[0] = timeout;
    values[1] = conn->mode == API_DB_READ ? "on" : "off";

    conn->server = conn->mode;

    segment = api_db_pipeline_segment(conn);
    if (segment == NULL) {
        return NGX_ERROR;
    }

    segment->setup = 1;

    if (api_db_pipeline_sql(conn, segment, API_DB_COMMAND_SETUP, NULL, sql, 2,
                            values)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (api_db_pipeline_sync(conn, segment) != NGX_OK) {
        return NGX_ERROR;
    }

    /* apart: settings are undone with a transaction that fails */

    if (!conn->db->types_loaded && !conn->db->types_loading
        && api_db_pipeline_types(conn) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_db_learn(conn);
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
