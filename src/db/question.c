
#include "db/question.h"
#include "db/clean.h"
#include "db/segment.h"
#include "db/stock.h"


static ngx_int_t question_put(api_db_conn_t *conn, api_db_command_e kind,
    const char *sql, ngx_uint_t id);
static ngx_int_t question_send(api_db_conn_t *conn, api_db_command_e kind,
    const char *sql, ngx_uint_t id);
static ngx_int_t question_ask(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_e kind, const char *sql, ngx_uint_t step);
static ngx_int_t question_describe(api_db_conn_t *conn,
    api_db_segment_t *segment, ngx_uint_t id);


ngx_int_t
api_db_question(api_db_conn_t *conn, api_db_command_e kind, const char *sql)
{
    return question_put(conn, kind, sql, 0);
}


ngx_int_t
api_db_question_tables(api_db_conn_t *conn, const char *sql, ngx_uint_t step)
{
    return question_put(conn, API_DB_COMMAND_COLUMNS, sql, step);
}


ngx_int_t
api_db_question_statement(api_db_conn_t *conn, ngx_uint_t id)
{
    return question_put(conn, API_DB_COMMAND_LEARN, NULL, id);
}


static ngx_int_t
question_put(api_db_conn_t *conn, api_db_command_e kind, const char *sql,
    ngx_uint_t id)
{
    api_db_command_t  *command;

    if (api_db_segment_free(conn)) {
        return question_send(conn, kind, sql, id);
    }

    command = api_db_stock_command(conn->db);
    if (command == NULL) {
        return NGX_ERROR;
    }

    command->kind = kind;
    command->sql = sql;
    command->step = id;

    ngx_queue_insert_tail(&conn->questions, &command->queue);

    return NGX_OK;
}


ngx_int_t
api_db_question_next(api_db_conn_t *conn)
{
    ngx_int_t          rc;
    ngx_queue_t       *q;
    api_db_command_t  *command;

    if (!ngx_queue_empty(&conn->segments)) {
        return NGX_OK;
    }

    if (ngx_queue_empty(&conn->questions)) {

        /* a job may have been given to this connection meanwhile */

        if (!ngx_queue_empty(&conn->pending)) {
            ngx_post_event((&conn->post), &ngx_posted_events);
        }

        return NGX_OK;
    }

    q = ngx_queue_head(&conn->questions);
    ngx_queue_remove(q);

    command = ngx_queue_data(q, api_db_command_t, queue);

    rc = question_send(conn, command->kind, command->sql, command->step);

    api_db_stock_free_command(conn->db, command);

    return rc;
}


static ngx_int_t
question_send(api_db_conn_t *conn, api_db_command_e kind, const char *sql,
    ngx_uint_t id)
{
    ngx_int_t          rc;
    ngx_uint_t         pooled;
    api_db_segment_t  *segment;

    pooled = conn->db->pooler == API_DB_POOLER_TRANSACTION;

    segment = api_db_segment_begin(conn);
    if (segment == NULL) {
        return NGX_ERROR;
    }

    segment->question = 1;

    if (pooled && api_db_clean_begin(conn, segment, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = sql ? question_ask(conn, segment, kind, sql, id)
             : question_describe(conn, segment, id);

    if (rc != NGX_OK
        || (pooled && api_db_segment_sql(conn, segment, API_DB_COMMAND_COMMIT,
                                         NULL, "COMMIT", 0, NULL)
                      != NGX_OK))
    {
        return NGX_ERROR;
    }

    return api_db_segment_sync(conn, segment);
}


static ngx_int_t
question_ask(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_e kind, const char *sql, ngx_uint_t step)
{
    if (kind != API_DB_COMMAND_COLUMNS) {
        return api_db_segment_sql(conn, segment, kind, NULL, sql, 0, NULL);
    }

    if (PQsendQueryParams(conn->pg, sql, 1, NULL, &conn->db->tables, NULL,
                          NULL, 0)
        != 1)
    {
        return NGX_ERROR;
    }

    return api_db_segment_command(conn, segment, kind, NULL, step);
}


static ngx_int_t
question_describe(api_db_conn_t *conn, api_db_segment_t *segment,
    ngx_uint_t id)
{
    const char                 *role;
    const unsigned             *given;
    const ngx_str_t            *roles;
    const api_db_prepared_t    *prepared;
    const api_sql_statement_t  *sql, **statements;

    statements = conn->db->conf->statements->elts;
    sql = statements[id];
    prepared = &conn->db->prepared[id];

    given = prepared->learning ? prepared->learning->attempt.given : sql->given;

    roles = conn->db->conf->roles ? conn->db->conf->roles->elts : NULL;
    role = roles ? (const char *) roles[id].data : NULL;

    if (role != NULL
        && api_db_segment_sql(conn, segment, API_DB_COMMAND_ROLE, NULL,
                              "SELECT pg_catalog.set_config('role', $1, true)",
                              1, &role)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* without a name, which would keep what is only tried */

    if (PQsendPrepare(conn->pg, "", (const char *) sql->sent.data,
                      given ? (int) sql->params.nelts : 0, given)
        != 1
        || api_db_segment_command(conn, segment, API_DB_COMMAND_LEARN, NULL,
                                  id)
           != NGX_OK
        || PQsendDescribePrepared(conn->pg, "") != 1)
    {
        return NGX_ERROR;
    }

    return api_db_segment_command(conn, segment, API_DB_COMMAND_LEARNED, NULL,
                                  id);
}


ngx_int_t
api_db_question_synced(api_db_conn_t *conn, api_db_segment_t *segment)
{
    if (PQtransactionStatus(conn->pg) != PQTRANS_INERROR || segment->undone) {
        return NGX_OK;
    }

    segment->undone = 1;

    if (api_db_segment_sql(conn, segment, API_DB_COMMAND_ROLLBACK, NULL,
                           "ROLLBACK", 0, NULL)
        != NGX_OK
        || api_db_segment_sync(conn, segment) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}
