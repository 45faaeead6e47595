
#include "db/learn.h"
#include "db/columns.h"
#include "db/conn.h"
#include "db/due.h"
#include "db/pipeline.h"
#include "db/prepared.h"
#include "db/question.h"
#include "db/report.h"
#include "sql/state.h"
#include "sql/attempt.h"


static ngx_int_t api_db_learn_try(api_db_conn_t *conn);
static ngx_int_t api_db_learn_finish(api_db_t *db, ngx_uint_t id);
static ngx_uint_t api_db_learn_wanted(const api_db_t *db);
static void api_db_learn_anew(api_db_conn_t *conn);
static ngx_int_t api_db_learn_send(api_db_conn_t *conn, ngx_uint_t id);
static void api_db_learn_end(api_db_t *db);
static ngx_int_t api_db_learn_begin(api_db_t *db, ngx_uint_t id);
static void api_db_learn_over(api_db_prepared_t *prepared);
static ngx_int_t api_db_learn_failed(api_db_conn_t *conn,
    api_db_command_t *command);
static ngx_int_t api_db_learn_types(api_db_conn_t *conn, ngx_uint_t id,
    const PGresult *res);
static ngx_int_t api_db_learn_described(api_db_conn_t *conn, ngx_uint_t id);
static const api_sql_statement_t *api_db_learn_statement(const api_db_t *db,
    ngx_uint_t id);


void
api_db_learn_init(api_db_t *db)
{
    ngx_queue_init(&db->learners);

    db->nknown = 1;
    db->known = db->conf->unchecked ? 0 : 1;
}


void
api_db_learn_done(api_db_t *db)
{
    ngx_uint_t  id;

    for (id = 0; id < db->conf->nstatements; id++) {
        api_db_learn_over(&db->prepared[id]);
    }
}


static ngx_uint_t
api_db_learn_wanted(const api_db_t *db)
{
    return db->conf->unchecked || (db->conf->learns && db->changed);
}


ngx_int_t
api_db_learn(api_db_conn_t *conn)
{
    api_db_t    *db;
    ngx_uint_t   id;

    db = conn->db;

    if (!api_db_learn_wanted(db) || db->learned) {
        return NGX_OK;
    }

    /* if this connection is lost meanwhile, the next one asks again */

    db->learned = 1;
    db->learning = (db->conf->nstatements != 0);
    db->tried = 0;

    if (db->conf->unchecked && api_db_columns_ask(conn) != NGX_OK) {
        return NGX_ERROR;
    }

    for (id = 0; id < db->conf->nstatements; id++) {

        db->prepared[id].learned = 0;
        api_db_learn_over(&db->prepared[id]);

        api_db_prepared_reset(db, id, api_db_learn_statement(db, id));

        if (api_db_learn_send(conn, id) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
api_db_learn_forget(api_db_t *db)
{
    if (!api_db_learn_wanted(db)) {
        return;
    }

    db->known = 0;

    if (db->learning) {
        db->relearn = 1;

    } else {
        db->learned = 0;
    }
}


void
api_db_learn_settle(api_db_t *db)
{
    if (db->known == 0 && db->learned && !db->learning && !db->types_loading) {
        db->known = ++db->nknown;
        api_db_due(db);
    }
}


void
api_db_learn_run(api_db_t *db)
{
    ngx_queue_t     *q, queue;
    api_db_conn_t   *conn;
    api_db_doubt_t  *doubt;

    if (db->known == 0) {

        if (api_db_usable_count(db) != 0) {

            /*
             * what is asked now may have another answer than the catalog gave
             */

            if (db->learned || db->asks || db->outdated) {
                return;
            }

            conn = api_db_pipeline_spare(db);

            if (conn == NULL) {
                api_db_due_in(db, API_DB_DUE_LATER);

            } else {
                api_db_learn_anew(conn);
            }

            return;
        }

        /*
         * no connection can be asked: jobs wait for one in their line, with
         * its limit
         */
    }

    ngx_queue_init(&queue);

    if (!ngx_queue_empty(&db->learners)) {
        ngx_queue_add((&queue), (&db->learners));
        ngx_queue_init(&db->learners);
    }

    while (!ngx_queue_empty(&queue)) {
        q = ngx_queue_head(&queue);
        doubt = ngx_queue_data(q, api_db_doubt_t, queue);

        ngx_queue_remove(q);
        doubt->waiting = 0;

        doubt->handler(doubt, 1);
    }
}


static void
api_db_learn_anew(api_db_conn_t *conn)
{
    if (api_db_prepared_renew(conn) != NGX_OK
        || (!conn->db->types_loading && api_db_pipeline_types(conn) != NGX_OK)
        || api_db_learn(conn) != NGX_OK)
    {
        conn->broken = 1;
    }

    if (conn->state == API_DB_CONN_IDLE) {
        api_db_conn_state(conn, API_DB_CONN_BUSY);
    }

    ngx_post_event((&conn->post), &ngx_posted_events);
}


ngx_uint_t
api_db_known(const api_db_t *db)
{
    return db->known;
}


ngx_int_t
api_db_know(api_db_t *db, api_db_doubt_t *doubt)
{
    if (db->known != 0) {
        return NGX_OK;
    }

    if (db->ending || api_db_usable_count(db) == 0) {
        return NGX_DECLINED;
    }

    doubt->waiting = 1;

    ngx_queue_insert_tail(&db->learners, &doubt->queue);

    api_db_due(db);

    return NGX_AGAIN;
}


/*
 * without a name: a type that is only tried may be told otherwise later, and
 * jobs prepare the statement with the result
 */

static ngx_int_t
api_db_learn_send(api_db_conn_t *conn, ngx_uint_t id)
{
    conn->learning += 2;

    return api_db_question_statement(conn, id);
}


ngx_int_t
api_db_learn_loaded(api_db_conn_t *conn, const PGresult *res, ngx_uint_t ok)
{
    api_db_t  *db;

    db = conn->db;

    conn->types = 0;
    db->types_loading = 0;
    db->types_loaded = 1;

    if (!ok || api_sql_types_load(db->types, res) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, &conn->log, 0,
                      "the database's own types cannot be read: %s",
                      ok ? "no memory" : PQresultErrorMessage(res));
    }

    /* newer ones were known after this was asked */

    if (db->types_stale) {
        db->types_stale = 0;
        return api_db_pipeline_types(conn);
    }

    api_db_learn_settle(db);
    api_db_due(db);

    return NGX_OK;
}


ngx_int_t
api_db_learn_result(api_db_conn_t *conn, api_db_command_t *command,
    ngx_uint_t ok)
{
    ngx_int_t  rc;

    rc = NGX_OK;

    /* where it failed what follows is aborted, and that is told */

    if (command->kind == API_DB_COMMAND_ROLE) {
        return NGX_OK;
    }

    if (command->kind == API_DB_COMMAND_COLUMNS) {

        rc = api_db_columns_take(conn, command, ok);

    } else if (command->kind == API_DB_COMMAND_LEARN) {

        if (!ok) {
            rc = api_db_learn_failed(conn, command);
        }

    } else if (ok) {

        /* otherwise it could not be prepared, which has been logged */

        rc = api_db_learn_types(conn, command->step, command->res);
    }

    conn->learning--;

    if (rc == NGX_OK && conn->learning == 0 && !conn->db->tried) {
        rc = api_db_learn_try(conn);
    }

    if (conn->learning == 0) {
        api_db_learn_end(conn->db);
    }

    return rc;
}


/* the columns and earlier rows are known: where it matters, types that are
   declared are tried */

static ngx_int_t
api_db_learn_try(api_db_conn_t *conn)
{
    api_db_t                   *db;
    ngx_uint_t                  id;
    api_db_learning_t          *learning;
    const api_sql_statement_t  *sql;

    db = conn->db;
    db->tried = 1;

    for (id = 0; id < db->conf->nstatements; id++) {

        learning = db->prepared[id].learning;

        if (learning == NULL) {
            continue;
        }

        sql = api_db_learn_statement(db, id);

        if (api_sql_attempt_columns(&learning->attempt, learning->pool, sql,
                                 db->columns)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if ((learning->attempt.again ? api_db_learn_send(conn, id)
                                  : api_db_learn_finish(db, id))
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
api_db_learn_end(api_db_t *db)
{
    db->learning = 0;

    if (db->relearn) {
        db->relearn = 0;
        db->learned = 0;
        api_db_due(db);

    } else {
        api_db_learn_settle(db);
    }
}


/* prepared[id].learning is there.  NGX_OK or NGX_ERROR */

static ngx_int_t
api_db_learn_begin(api_db_t *db, ngx_uint_t id)
{
    size_t                      size;
    ngx_pool_t                 *pool;
    api_db_learning_t          *learning;
    const api_sql_statement_t  *sql;

    if (db->prepared[id].learning != NULL) {
        return NGX_OK;
    }

    sql = api_db_learn_statement(db, id);
    size = (sql->params.nelts + 1) * sizeof(unsigned);

    pool = ngx_create_pool(1024, db->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    learning = ngx_pcalloc(pool, sizeof(api_db_learning_t));

    if (learning != NULL && sql->given != NULL) {
        learning->attempt.given = ngx_pcalloc(pool, size);
    }

    if (learning == NULL
        || (sql->given != NULL && learning->attempt.given == NULL))
    {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    if (sql->given != NULL) {
        ngx_memcpy(learning->attempt.given, sql->given,
                   sql->params.nelts * sizeof(unsigned));
    }

    learning->pool = pool;
    db->prepared[id].learning = learning;

    return NGX_OK;
}


static void
api_db_learn_over(api_db_prepared_t *prepared)
{
    if (prepared->learning != NULL) {
        ngx_destroy_pool(prepared->learning->pool);
        prepared->learning = NULL;
    }
}


static ngx_int_t
api_db_learn_failed(api_db_conn_t *conn, api_db_command_t *command)
{
    ngx_uint_t                  id;
    api_db_learning_t          *learning;
    const api_sql_statement_t  *sql;

    id = command->step;
    sql = api_db_learn_statement(conn->db, id);

    /* whoever should have prepared it could not be */

    if (PQresultStatus(command->res) == PGRES_PIPELINE_ABORTED) {
        ngx_log_error(NGX_LOG_ERR, &conn->log, 0, "a role of api_role cannot be"
                      " taken, its requests will answer 403");
        api_db_learn_over(&conn->db->prepared[id]);
        return NGX_OK;
    }

    if (api_db_learn_begin(conn->db, id) != NGX_OK) {
        return NGX_ERROR;
    }

    learning = conn->db->prepared[id].learning;

    switch (api_sql_attempt_refused(&learning->attempt, learning->pool, sql,
                                 PQresultErrorField(command->res,
                                                    PG_DIAG_SQLSTATE),
                                 PQresultErrorField(command->res,
                                                    PG_DIAG_MESSAGE_PRIMARY),
                                 api_sql_state_offset(command->res, sql)))
    {

    case NGX_OK:
        return api_db_learn_send(conn, id);

    case NGX_DECLINED:
        api_db_learn_over(&conn->db->prepared[id]);
        api_db_report_wrong(conn, sql, command->res);
        return NGX_OK;

    default:
        return NGX_ERROR;
    }
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

    if (conn->db->conf->unchecked) {
        api_db_columns_rows(conn->db, id, res);
    }

    return api_db_learn_described(conn, id);
}


/* it is described: has it to be told more? */

static ngx_int_t
api_db_learn_described(api_db_conn_t *conn, ngx_uint_t id)
{
    api_sql_attempt_t          *attempt;
    api_db_prepared_t          *prepared;
    const api_sql_statement_t  *sql;

    sql = api_db_learn_statement(conn->db, id);
    prepared = &conn->db->prepared[id];

    /* where it was checked, the check has found that already */

    if (conn->db->conf->unchecked && sql->params.nelts != 0) {

        if (api_db_learn_begin(conn->db, id) != NGX_OK) {
            return NGX_ERROR;
        }

        attempt = &prepared->learning->attempt;
        attempt->again = 0;

        if (api_sql_attempt_described(attempt, prepared->learning->pool, sql,
                                   prepared->params)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (attempt->again) {
            return api_db_learn_send(conn, id);
        }

        /* api_db_learn_try() goes on */

        if (!conn->db->tried) {
            return NGX_OK;
        }
    }

    return api_db_learn_finish(conn->db, id);
}


static ngx_int_t
api_db_learn_finish(api_db_t *db, ngx_uint_t id)
{
    api_db_prepared_t  *prepared;

    prepared = &db->prepared[id];

    if (prepared->learning != NULL && prepared->learning->attempt.given != NULL
        && api_db_prepared_oids(db, id, api_db_learn_statement(db, id),
                                prepared->learning->attempt.given)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_db_learn_over(prepared);

    prepared->learned = 1;

    return NGX_OK;
}


static const api_sql_statement_t *
api_db_learn_statement(const api_db_t *db, ngx_uint_t id)
{
    const api_sql_statement_t  **sql;

    sql = db->conf->statements->elts;

    return sql[id];
}
