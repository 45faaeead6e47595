
#include "db/learn.h"
#include "db/pipeline.h"
#include "db/prepared.h"
#include "sql/state.h"
#include "sql/told.h"


static ngx_int_t api_db_learn_send(api_db_conn_t *conn, ngx_uint_t id);
static ngx_int_t api_db_learn_failed(api_db_conn_t *conn,
    api_db_command_t *command);
static void api_db_learn_log(api_db_conn_t *conn,
    const api_sql_statement_t *sql, const PGresult *res);
static ngx_int_t api_db_learn_types(api_db_conn_t *conn, ngx_uint_t id,
    const PGresult *res);
static const api_sql_statement_t *api_db_learn_statement(const api_db_t *db,
    ngx_uint_t id);


ngx_int_t
api_db_learn(api_db_conn_t *conn)
{
    ngx_uint_t  id;

    if (!conn->db->conf->unchecked || conn->db->learned) {
        return NGX_OK;
    }

    /* if it is lost meanwhile, the next one asks again */

    conn->learning = (conn->db->conf->nstatements != 0);
    conn->db->learned = 1;

    for (id = 0; id < conn->db->conf->nstatements; id++) {
        if (api_db_learn_send(conn, id) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
api_db_learn_send(api_db_conn_t *conn, ngx_uint_t id)
{
    const char                 *name;
    const unsigned             *told;
    api_db_segment_t           *segment;
    const api_sql_statement_t  *sql;

    sql = api_db_learn_statement(conn->db, id);
    name = api_db_prepared_named(conn->db, id) ? conn->db->prepared[id].name
                                               : "";

    told = conn->db->prepared[id].oids;

    segment = api_db_pipeline_segment(conn);

    if (segment == NULL
        || PQsendPrepare(conn->pg, name, (const char *) sql->text.data,
                         told ? (int) sql->params.nelts : 0, told)
           != 1
        || api_db_pipeline_command(conn, segment, API_DB_COMMAND_LEARN, NULL,
                                   id)
           != NGX_OK
        || PQsendDescribePrepared(conn->pg, name) != 1
        || api_db_pipeline_command(conn, segment, API_DB_COMMAND_LEARNED, NULL,
                                   id)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* jobs on this connection need not prepare it again */

    if (*name) {
        conn->parsed[id] = conn->serial;
    }

    return api_db_pipeline_sync(conn, segment);
}


ngx_int_t
api_db_learn_result(api_db_conn_t *conn, api_db_command_t *command,
    ngx_uint_t ok)
{
    if (command->step + 1 == conn->db->conf->nstatements) {
        conn->learning = 0;
    }

    if (command->kind == API_DB_COMMAND_LEARN) {
        return ok ? NGX_OK : api_db_learn_failed(conn, command);
    }

    /* not described: it could not be prepared, which has been told */

    return ok ? api_db_learn_types(conn, command->step, command->res) : NGX_OK;
}


static ngx_int_t
api_db_learn_failed(api_db_conn_t *conn, api_db_command_t *command)
{
    ngx_uint_t                  id;
    api_db_prepared_t          *prepared;
    const api_sql_statement_t  *sql;

    id = command->step;
    sql = api_db_learn_statement(conn->db, id);
    prepared = &conn->db->prepared[id];

    conn->parsed[id] = 0;

    if (prepared->oids == NULL) {
        prepared->oids = ngx_pcalloc(conn->db->pool, (sql->params.nelts + 1)
                                                     * sizeof(unsigned));
        if (prepared->oids == NULL) {
            return NGX_ERROR;
        }
    }

    if (api_sql_told(sql, PQresultErrorField(command->res, PG_DIAG_SQLSTATE),
                     PQresultErrorField(command->res,
                                        PG_DIAG_MESSAGE_PRIMARY),
                     prepared->oids)
        == API_SQL_TOLD_MORE)
    {
        return api_db_learn_send(conn, id);
    }

    api_db_learn_log(conn, sql, command->res);

    return NGX_OK;
}


static void
api_db_learn_log(api_db_conn_t *conn, const api_sql_statement_t *sql,
    const PGresult *res)
{
    size_t       offset;
    ngx_str_t    message;
    ngx_uint_t   line, column;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(1024, &conn->log);
    if (pool == NULL) {
        return;
    }

    line = 1;
    column = 1;

    message = api_sql_state_message(pool, res, sql);
    offset = api_sql_state_offset(res, sql);

    if (offset != (size_t) NGX_ERROR) {
        api_sql_statement_place(&sql->source, offset, &line, &column);
    }

    ngx_log_error(NGX_LOG_ERR, &conn->log, 0,
                  "a statement is wrong, its route will answer 500: %V, line "
                  "%ui, column %ui of the statement in %V:%ui", &message, line,
                  column, &sql->file, sql->line);

    ngx_destroy_pool(pool);
}


static ngx_int_t
api_db_learn_types(api_db_conn_t *conn, ngx_uint_t id, const PGresult *res)
{
    ngx_uint_t                  i;
    api_db_prepared_t          *prepared;
    const api_sql_statement_t  *sql;

    sql = api_db_learn_statement(conn->db, id);
    prepared = &conn->db->prepared[id];

    if ((ngx_uint_t) PQnparams(res) != sql->params.nelts) {
        return NGX_OK;
    }

    if (prepared->params == NULL) {
        prepared->params = ngx_palloc(conn->db->pool, (sql->params.nelts + 1)
                                                      * sizeof(unsigned));
        if (prepared->params == NULL) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < sql->params.nelts; i++) {
        prepared->params[i] = PQparamtype(res, (int) i);
    }

    return NGX_OK;
}


const unsigned *
api_db_params(const api_db_t *db, ngx_uint_t id)
{
    return db->prepared[id].params;
}


static const api_sql_statement_t *
api_db_learn_statement(const api_db_t *db, ngx_uint_t id)
{
    const api_sql_statement_t  **sql;

    sql = db->conf->statements->elts;

    return sql[id];
}
