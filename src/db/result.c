
#include "db/result.h"
#include "db/clean.h"
#include "db/conn.h"
#include "db/cost.h"
#include "db/doubt.h"
#include "db/finish.h"
#include "db/inquiry.h"
#include "db/learn.h"
#include "db/prepared.h"
#include "db/question.h"
#include "db/setup.h"
#include "db/stock.h"
#include "db/tell.h"
#include "db/took.h"
#include "db/transaction.h"
#include "sql/cell.h"


/* a row this long makes libpq's buffer grow */
#define API_DB_RESULT_BLOAT  (1024 * 1024)

/* after so many bytes the rest of a result is read in small pieces */
#define API_DB_RESULT_FEW    (16 * 1024)
#define API_DB_RESULT_LARGE  (256 * 1024)


static void api_db_result_drop_notifications(api_db_conn_t *conn);
static ngx_uint_t api_db_result_consume(api_db_conn_t *conn, size_t *n);
static ngx_int_t api_db_result_available(api_db_conn_t *conn, size_t n);
static ngx_int_t api_db_result_half(api_db_conn_t *conn,
    api_db_segment_t *segment, size_t n);
static api_db_command_t *api_db_result_awaited(api_db_segment_t *segment);
static ngx_int_t api_db_result_take(api_db_conn_t *conn,
    api_db_segment_t *segment, PGresult *res);
static ngx_int_t api_db_result_null(api_db_conn_t *conn,
    api_db_segment_t *segment);
static ngx_int_t api_db_result_command(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_command_t *command);
static ngx_int_t api_db_result_own(api_db_conn_t *conn,
    api_db_command_t *command, ngx_uint_t ok);
static ngx_int_t api_db_result_good(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_command_t *command);
static ngx_int_t api_db_result_bad(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_command_t *command);
static ngx_uint_t api_db_result_again(api_db_conn_t *conn,
    const api_db_command_t *command);
static ngx_int_t api_db_result_sync(api_db_conn_t *conn,
    api_db_segment_t *segment);


ngx_int_t
api_db_result_read(api_db_conn_t *conn)
{
    size_t      n;
    ngx_int_t   rc;
    ngx_uint_t  alive;

    /* what has come by now was ready now, however long handling it takes */

    conn->woken = api_db_now();

    do {
        alive = api_db_result_consume(conn, &n);

        /* what came before the end still counts */

        rc = api_db_result_available(conn, n);

        api_db_result_drop_notifications(conn);

    } while (alive && rc == NGX_OK && api_db_wire_pending(conn->pg));

    api_db_cost_measure(conn);

    if (rc == NGX_OK
        && (!alive || conn->broken || PQstatus(conn->pg) == CONNECTION_BAD))
    {
        return NGX_ERROR;
    }

    return rc;
}


/* nobody has asked for these, and libpq would keep them for ever */

static void
api_db_result_drop_notifications(api_db_conn_t *conn)
{
    PGnotify  *notify;

    while ((notify = PQnotifies(conn->pg)) != NULL) {
        PQfreemem(notify);
    }
}


/*
 * As long as nothing is awaited libpq keeps what it has: a buffer of bounded
 * size, and no reason to let it grow.
 */

static ngx_uint_t
api_db_result_consume(api_db_conn_t *conn, size_t *n)
{
    ngx_uint_t         few;
    ngx_queue_t       *q;
    api_db_command_t  *command;

    *n = 0;

    if (!conn->half && !conn->bloated) {
        return PQconsumeInput(conn->pg) == 1;
    }

    few = !conn->bloated;

    if (few && !ngx_queue_empty(&conn->segments)) {
        q = ngx_queue_head(&conn->segments);
        command = api_db_result_awaited(ngx_queue_data(q, api_db_segment_t,
                                                       queue));
        if (command) {
            few = command->received <= API_DB_RESULT_FEW;
        }
    }

    return api_db_wire_read(&conn->wire, conn->pg, conn->db->stall, few, n)
           == 1;
}


/* n: bytes that were just read, if they were counted */

static ngx_int_t
api_db_result_available(api_db_conn_t *conn, size_t n)
{
    PGresult          *res;
    ngx_int_t          rc;
    ngx_queue_t       *q;
    api_db_segment_t  *segment;

    while (!ngx_queue_empty(&conn->segments)) {

        q = ngx_queue_head(&conn->segments);
        segment = ngx_queue_data(q, api_db_segment_t, queue);

        if (segment->syncs == 0 && ngx_queue_empty(&segment->commands)) {
            return NGX_OK;
        }

        if (PQisBusy(conn->pg)) {
            return api_db_result_half(conn, segment, n);
        }

        res = PQgetResult(conn->pg);

        rc = res ? api_db_result_take(conn, segment, res)
                 : api_db_result_null(conn, segment);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        /* the bytes were of several results */

        n = 0;
    }

    conn->half = 0;

    /* parses a server's last words to an idle connection */

    (void) PQisBusy(conn->pg);

    return NGX_OK;
}


/*
 * The awaited result is not complete, and may not have begun.  What its job
 * receives counts whether anybody still waits for it or not.
 */

static ngx_int_t
api_db_result_half(api_db_conn_t *conn, api_db_segment_t *segment, size_t n)
{
    api_db_flight_t   *flight;
    api_db_command_t  *command;

    conn->half = 1;

    command = api_db_result_awaited(segment);

    if (command == NULL) {
        return NGX_OK;
    }

    command->received += n;
    conn->large = command->received > API_DB_RESULT_LARGE;

    flight = command->flight;

    if (flight == NULL) {
        return NGX_OK;
    }

    flight->received += n;

    if (flight->most == 0 || flight->received <= flight->most) {
        return NGX_OK;
    }

    flight->too_large = 1;
    flight->failed = command->step;

    api_db_cost_bulk(conn->db, flight->plan, flight->received);

    return NGX_DECLINED;
}


static api_db_command_t *
api_db_result_awaited(api_db_segment_t *segment)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(&segment->commands)) {
        return NULL;
    }

    q = ngx_queue_head(&segment->commands);

    return ngx_queue_data(q, api_db_command_t, queue);
}


static ngx_int_t
api_db_result_take(api_db_conn_t *conn, api_db_segment_t *segment,
    PGresult *res)
{
    ngx_queue_t       *q;
    ExecStatusType     status;
    api_db_command_t  *command;

    conn->nulls = 0;

    status = PQresultStatus(res);

    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(res);
        return api_db_result_sync(conn, segment);
    }

    if (status == PGRES_FATAL_ERROR && api_db_conn_fatal(conn, res)) {
        PQclear(res);
        return NGX_ERROR;
    }

    if (ngx_queue_empty(&segment->commands)) {

        /* the commit behind a Sync failed: a deferred constraint */

        PQclear(segment->failure);
        segment->failure = res;
        return NGX_OK;
    }

    q = ngx_queue_head(&segment->commands);
    command = ngx_queue_data(q, api_db_command_t, queue);

    PQclear(command->res);
    command->res = res;

    return NGX_OK;
}


/* NULL ends a command's results */

static ngx_int_t
api_db_result_null(api_db_conn_t *conn, api_db_segment_t *segment)
{
    ngx_queue_t       *q;
    api_db_command_t  *command;

    if (!ngx_queue_empty(&segment->commands)) {

        q = ngx_queue_head(&segment->commands);
        command = ngx_queue_data(q, api_db_command_t, queue);

        if (command->res) {
            ngx_queue_remove(q);
            conn->large = 0;
            return api_db_result_command(conn, segment, command);
        }
    }

    /* one NULL may end an error of the Sync; a second one makes no sense */

    if (++conn->nulls > 1) {
        (void) ngx_cpystrn((u_char *) conn->reason,
                           (u_char *) "results do not match what was sent",
                           sizeof(conn->reason));
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
api_db_result_command(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_t *command)
{
    ngx_int_t   rc;
    ngx_uint_t  ok;

    switch (PQresultStatus(command->res)) {

    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        ok = 1;
        break;

    case PGRES_FATAL_ERROR:
    case PGRES_PIPELINE_ABORTED:
    case PGRES_EMPTY_QUERY:
        ok = 0;
        break;

    default:

        /* COPY and its like: there is no way back */

        api_db_stock_free_command(conn->db, command);
        return NGX_ERROR;
    }

    if (command->flight == NULL) {
        rc = api_db_result_own(conn, command, ok);
        api_db_stock_free_command(conn->db, command);
        return rc;
    }

    return ok ? api_db_result_good(conn, segment, command)
              : api_db_result_bad(conn, segment, command);
}


/* the engine's own commands */

static ngx_int_t
api_db_result_own(api_db_conn_t *conn, api_db_command_t *command,
    ngx_uint_t ok)
{
    if (command->kind == API_DB_COMMAND_TYPES) {
        return api_db_learn_loaded(conn, command->res, ok);
    }

    if (command->kind == API_DB_COMMAND_DOUBT) {
        api_db_doubt_result(conn, command->res, ok);
        return conn->broken ? NGX_ERROR : NGX_OK;
    }

    if (command->kind == API_DB_COMMAND_INQUIRE) {
        api_db_inquiry_result(conn, command, ok);
        return NGX_OK;
    }

    /* what is still there is met when it is prepared again */

    if (command->kind == API_DB_COMMAND_CLOSE) {
        return NGX_OK;
    }

    /* the question before it failed: ROLLBACK follows */

    if (command->kind == API_DB_COMMAND_COMMIT
        && PQresultStatus(command->res) == PGRES_PIPELINE_ABORTED)
    {
        return NGX_OK;
    }

    if (command->kind >= API_DB_COMMAND_ROLE
        && command->kind <= API_DB_COMMAND_LEARNED)
    {
        return api_db_learn_result(conn, command, ok);
    }

    if (command->kind == API_DB_COMMAND_CLEAN
        || command->kind == API_DB_COMMAND_LEFT)
    {
        return api_db_clean_result(conn, command, ok);
    }

    if (!ok) {
        api_db_conn_failed(conn, command->res);
        return NGX_ERROR;
    }

    switch (command->kind) {

    case API_DB_COMMAND_SETUP:
        return api_db_setup_answer(conn, command->res);

    case API_DB_COMMAND_ASK:
        return api_db_clean_answer(conn->db, command->res);

    default:
        return NGX_OK;
    }
}


static ngx_int_t
api_db_result_good(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_t *command)
{
    int               rows;
    size_t            size;
    PGresult         *res;
    api_db_flight_t  *flight;

    flight = command->flight;
    res = command->res;

    switch (command->kind) {

    case API_DB_COMMAND_EXECUTE:

        rows = PQntuples(res);
        size = PQresultMemorySize(res);

        if (size / (size_t) (rows > 0 ? rows : 1) > API_DB_RESULT_BLOAT) {
            conn->bloated = 1;
        }

        api_db_cost_bulk(conn->db, flight->plan, size);

        api_db_took(conn, segment, command, (ngx_uint_t) rows, size);

        ngx_queue_insert_tail(&flight->results, &command->queue);
        break;

    case API_DB_COMMAND_TYPES:

        if (api_sql_types_load(conn->db->types, res) != NGX_OK) {
            flight->no_memory = 1;
        }

        api_db_stock_free_command(conn->db, command);
        break;

    case API_DB_COMMAND_COMMIT:

        /* the answer of a transaction that had failed */

        if (ngx_strcmp(PQcmdStatus(res), "COMMIT") != 0) {
            return api_db_result_bad(conn, segment, command);
        }

        api_db_stock_free_command(conn->db, command);
        return NGX_OK;

    case API_DB_COMMAND_SAVEPOINT:
        segment->saved = 1;
        api_db_stock_free_command(conn->db, command);
        return NGX_OK;

    default:
        api_db_stock_free_command(conn->db, command);
        return NGX_OK;
    }

    return segment->transaction ? api_db_transaction_next(conn, flight)
                                : NGX_OK;
}


static ngx_int_t
api_db_result_bad(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_t *command)
{
    api_db_flight_t  *flight;

    flight = command->flight;

    if (command->kind == API_DB_COMMAND_PREPARE) {
        api_db_prepared_undo(conn, command);
    }

    if (PQresultStatus(command->res) == PGRES_PIPELINE_ABORTED) {
        flight->aborted = 1;

    } else if (flight->failure == NULL) {

        api_db_took(conn, segment, command, 0, 0);

        if (command->kind == API_DB_COMMAND_GUARD
            && api_sql_cell_is_state(command->res, "22012"))
        {
            flight->outdated = 1;

            /* otherwise the check has found that already */

            if (flight->known == conn->db->known) {
                api_db_doubt_certain(conn->db);
            }

        } else if (api_db_result_again(conn, command)) {
            flight->retry = 1;

        } else if (api_db_prepared_doubtful(command, command->res)) {
            flight->doubtful = 1;
        }

        flight->failure = command->res;
        flight->failed = command->kind == API_DB_COMMAND_COMMIT
                         || command->kind == API_DB_COMMAND_CLEAN
                         ? flight->plan->nsteps - 1 : command->step;
        command->res = NULL;
    }

    api_db_stock_free_command(conn->db, command);

    return segment->transaction ? api_db_transaction_failed(conn, flight)
                                : NGX_OK;
}


/* would the job succeed if it was sent again? */

static ngx_uint_t
api_db_result_again(api_db_conn_t *conn, const api_db_command_t *command)
{
    switch (command->kind) {

    case API_DB_COMMAND_PREPARE:
    case API_DB_COMMAND_EXECUTE:
        return api_db_prepared_retry(conn, command, command->res);

    case API_DB_COMMAND_BEGIN:
    case API_DB_COMMAND_SAVEPOINT:

        /* another client of the pooler has left its statement_timeout */

        return api_db_prepared_once(command->flight->job);

    default:
        return 0;
    }
}


static ngx_int_t
api_db_result_sync(api_db_conn_t *conn, api_db_segment_t *segment)
{
    ngx_int_t                rc;
    PGTransactionStatusType  status;

    if (segment->syncs == 0 || !ngx_queue_empty(&segment->commands)) {
        return NGX_ERROR;
    }

    segment->syncs--;

    if (segment->transaction || segment->question) {

        rc = segment->transaction ? api_db_transaction_synced(conn, segment)
                                  : api_db_question_synced(conn, segment);

        if (rc != NGX_OK) {
            return rc == NGX_AGAIN ? NGX_OK : NGX_ERROR;
        }
    }

    /* left open, it would spoil the next job; ACTIVE: more is in flight */

    status = PQtransactionStatus(conn->pg);

    if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR) {
        conn->broken = 1;
        (void) ngx_cpystrn((u_char *) conn->reason,
                           (u_char *) "a transaction was left open",
                           sizeof(conn->reason));
    }

    api_db_finish_segment(conn, segment);

    return conn->broken ? NGX_ERROR : NGX_OK;
}
