
#include "db/transaction.h"
#include "db/clean.h"
#include "db/finish.h"
#include "db/pipeline.h"
#include "db/segment.h"


static ngx_uint_t api_db_transaction_pooled(const api_db_conn_t *conn);
static const api_db_plan_t *api_db_transaction_plan(
    const api_db_segment_t *segment);
static ngx_int_t api_db_transaction_batch(api_db_conn_t *conn,
    api_db_flight_t *flight, const char **values);
static ngx_int_t api_db_transaction_end(api_db_conn_t *conn,
    api_db_flight_t *flight, ngx_uint_t commit);
static ngx_int_t api_db_transaction_types(api_db_conn_t *conn,
    api_db_flight_t *flight);


ngx_int_t
api_db_transaction_begin(api_db_conn_t *conn, api_db_flight_t *flight,
    const char **values)
{
    ngx_uint_t         i;
    api_db_segment_t  *segment;

    segment = flight->segment;
    flight->dialogue = 1;
    i = 0;

    if ((api_db_transaction_pooled(conn)
         ? api_db_clean_begin(conn, segment, flight)
         : api_db_segment_sql(conn, segment, API_DB_COMMAND_BEGIN, flight,
                              "BEGIN", 0, NULL))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* who prepares a statement decides what its names mean */

    if (flight->plan->settings) {

        if (api_db_pipeline_parse(conn, segment, flight, i) != NGX_OK
            || api_db_pipeline_execute(conn, segment, flight, i, values)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        values += flight->plan->steps[i++].sql->params.nelts;
        flight->next = i;
    }

    /*
     * All are prepared first: a failure that can be cured by sending the job
     * again shows before the caller has seen a result.
     */

    for ( /* void */ ; i < flight->plan->nsteps; i++) {
        if (api_db_pipeline_parse(conn, segment, flight, i) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return api_db_transaction_batch(conn, flight, values);
}


/* may the session be another client's before and after? */

static ngx_uint_t
api_db_transaction_pooled(const api_db_conn_t *conn)
{
    return conn->db->pooler == API_DB_POOLER_TRANSACTION;
}


static ngx_int_t
api_db_transaction_batch(api_db_conn_t *conn, api_db_flight_t *flight,
    const char **values)
{
    const api_db_plan_t  *plan;

    plan = flight->plan;

    do {
        if (api_db_pipeline_execute(conn, flight->segment, flight,
                                    flight->next, values)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        values += plan->steps[flight->next].sql->params.nelts;
        flight->next++;

    } while (flight->next < plan->nsteps && !plan->steps[flight->next].depends);

    /* nobody is asked any more: the end is sent along */

    if (flight->next == plan->nsteps
        && (plan->read_only || !plan->confirm))
    {
        return api_db_transaction_end(conn, flight, 1);
    }

    return api_db_segment_ask(conn);
}


static ngx_int_t
api_db_transaction_end(api_db_conn_t *conn, api_db_flight_t *flight,
    ngx_uint_t commit)
{
    if (commit
        && api_db_pipeline_guard(conn, flight->segment, flight) != NGX_OK)
    {
        return NGX_ERROR;
    }

    flight->closing = 1;
    flight->undone = commit ? 0 : 1;

    if (api_db_transaction_pooled(conn)
        && (commit ? api_db_clean_commit(conn, flight)
                   : api_db_clean_rollback(conn, flight->segment,
                                           flight->plan))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (api_db_segment_sql(conn, flight->segment,
                           commit ? API_DB_COMMAND_COMMIT
                                  : API_DB_COMMAND_ROLLBACK,
                           flight, commit ? "COMMIT" : "ROLLBACK", 0, NULL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_db_segment_sync(conn, flight->segment);
}


ngx_int_t
api_db_transaction_next(api_db_conn_t *conn, api_db_flight_t *flight)
{
    ngx_int_t     rc;
    const char  **values;

    rc = api_db_finish_deliver(flight);

    /* the end is under way, or more results of this batch are awaited */

    if (flight->closing || !ngx_queue_empty(&flight->segment->commands)) {
        return NGX_OK;
    }

    if (rc == NGX_AGAIN) {
        return api_db_transaction_types(conn, flight);
    }

    if (rc == NGX_ERROR) {
        flight->no_memory = 1;
    }

    if (flight->job == NULL || flight->declined || flight->no_memory) {
        return api_db_transaction_end(conn, flight, 0);
    }

    if (flight->enough || flight->next == flight->plan->nsteps) {
        return api_db_transaction_end(conn, flight, 1);
    }

    rc = api_db_pipeline_values(flight, flight->next, &values);

    if (rc != NGX_OK) {
        flight->no_memory = (rc == NGX_ERROR);
        return api_db_transaction_end(conn, flight, 0);
    }

    return api_db_transaction_batch(conn, flight, values);
}


ngx_int_t
api_db_transaction_failed(api_db_conn_t *conn, api_db_flight_t *flight)
{
    if (flight->closing) {
        return NGX_OK;
    }

    /* the server skips everything until a Sync */

    flight->closing = 1;

    return api_db_segment_sync(conn, flight->segment);
}


ngx_int_t
api_db_transaction_synced(api_db_conn_t *conn, api_db_segment_t *segment)
{
    const api_db_plan_t  *plan;

    plan = api_db_transaction_plan(segment);

    if (PQtransactionStatus(conn->pg) == PQTRANS_IDLE || segment->undone) {

        if (!plan->opaque || api_db_transaction_pooled(conn)) {
            return NGX_OK;
        }

        return api_db_clean_behind(conn, plan);
    }

    segment->undone = 1;

    if ((api_db_transaction_pooled(conn)
         && api_db_clean_rollback(conn, segment, plan) != NGX_OK)
        || api_db_segment_sql(conn, segment, API_DB_COMMAND_ROLLBACK, NULL,
                            "ROLLBACK", 0, NULL)
        != NGX_OK
        || api_db_segment_sync(conn, segment) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}


/* the plan of a transaction's only job */

static const api_db_plan_t *
api_db_transaction_plan(const api_db_segment_t *segment)
{
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    q = ngx_queue_head(&segment->flights);
    flight = ngx_queue_data(q, api_db_flight_t, queue);

    return flight->plan;
}


/* a result has a type that nobody knows yet: it is asked for in between */

static ngx_int_t
api_db_transaction_types(api_db_conn_t *conn, api_db_flight_t *flight)
{
    flight->typed = 1;

    if (api_db_segment_sql(conn, flight->segment, API_DB_COMMAND_TYPES,
                           flight, api_sql_types_query, 0, NULL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_db_segment_ask(conn);
}
