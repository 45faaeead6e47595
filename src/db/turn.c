
#include "db/turn.h"
#include "db/clean.h"
#include "db/cost.h"
#include "db/finish.h"
#include "db/lane.h"
#include "db/pipeline.h"
#include "db/prepared.h"
#include "db/segment.h"
#include "db/share.h"
#include "db/tell.h"
#include "db/transaction.h"


static ngx_int_t api_db_turn_pending(api_db_conn_t *conn);
static ngx_int_t api_db_turn_send(api_db_conn_t *conn,
    api_db_flight_t *flight, api_db_segment_t **shared);
static void api_db_turn_joined(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight);
static void api_db_turn_told(const api_db_conn_t *conn,
    const api_db_segment_t *segment);
static ngx_int_t api_db_turn_steps(api_db_conn_t *conn,
    api_db_segment_t *segment, api_db_flight_t *flight, const char **values);
static ngx_int_t api_db_turn_close(api_db_conn_t *conn,
    api_db_segment_t **shared);


ngx_int_t
api_db_turn_flush(api_db_conn_t *conn)
{
#ifndef LIBPQ_HAS_SEND_PIPELINE_SYNC
    ngx_uint_t    held;
    ngx_queue_t  *q;

    /* before libpq 17 every Sync is a send of its own */

    q = ngx_queue_head(&conn->pending);
    held = q != ngx_queue_sentinel(&conn->pending)
           && q != ngx_queue_last(&conn->pending);

    if (held) {
        api_db_wire_hold(&conn->wire, conn->db->stall[0]);
    }
#endif

    if (api_db_turn_pending(conn) != NGX_OK) {
        conn->broken = 1;
    }

#ifndef LIBPQ_HAS_SEND_PIPELINE_SYNC
    if (held
        && api_db_wire_release(&conn->wire, conn->db->stall[0]) != NGX_OK)
    {
        conn->broken = 1;
    }
#endif

    return conn->broken ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
api_db_turn_pending(api_db_conn_t *conn)
{
    ngx_queue_t       *q;
    api_db_segment_t  *shared;

    shared = NULL;

    if (!ngx_queue_empty(&conn->pending)
        && api_db_prepared_renew(conn) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* a job that has no memory for its values may submit another one */

    while (!ngx_queue_empty(&conn->pending) && api_db_segment_free(conn)) {
        q = ngx_queue_head(&conn->pending);

        if (api_db_turn_send(conn, ngx_queue_data(q, api_db_flight_t, queue),
                             &shared)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return api_db_turn_close(conn, &shared);
}


/* *shared: the segment that has no Sync yet, or NULL */

static ngx_int_t
api_db_turn_send(api_db_conn_t *conn, api_db_flight_t *flight,
    api_db_segment_t **shared)
{
    ngx_int_t           rc;
    ngx_uint_t          shares;
    const char        **values;
    api_db_segment_t   *segment;

    /* before anything is sent: half a job could not be taken back */

    rc = api_db_pipeline_values(flight, 0, &values);

    if (rc != NGX_OK) {
        flight->no_memory = (rc == NGX_ERROR);
        ngx_queue_remove(&flight->queue);
        api_db_finish_unsent(conn, flight);
        return NGX_OK;
    }

    shares = api_db_share_may(conn, flight);

    if (*shared
        && (!shares || !api_db_share_with(conn, *shared, flight))
        && api_db_turn_close(conn, shared) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (api_db_clean_before(conn, flight->plan) != NGX_OK
        || (conn->mode != conn->server
            && api_db_pipeline_mode(conn) != NGX_OK))
    {
        return NGX_ERROR;
    }

    segment = *shared ? *shared : api_db_segment_begin(conn);
    if (segment == NULL) {
        return NGX_ERROR;
    }

    ngx_queue_remove(&flight->queue);
    ngx_queue_insert_tail(&segment->flights, &flight->queue);

    api_db_turn_joined(conn, segment, flight);

    if (!shares) {
        api_db_turn_told(conn, segment);
    }

    if (api_db_lane_transaction(conn->db, flight->plan)) {
        segment->transaction = 1;
        return api_db_transaction_begin(conn, flight, values);
    }

    if (api_db_turn_steps(conn, segment, flight, values) != NGX_OK) {
        return NGX_ERROR;
    }

    if (shares) {
        *shared = segment;
        return NGX_OK;
    }

    if (api_db_segment_sync(conn, segment) != NGX_OK) {
        return NGX_ERROR;
    }

    return flight->plan->opaque ? api_db_clean_behind(conn, flight->plan)
                                : NGX_OK;
}


static void
api_db_turn_joined(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight)
{
    segment->nflights++;
    segment->settings = flight->plan->settings;
    segment->load += flight->load;
    segment->expected += api_db_cost_expected(conn->db, flight->plan);
    flight->segment = segment;
    flight->epoch = conn->epoch;
    flight->known = conn->db->known;

    /* the segment may be older than a job that was submitted meanwhile */

    flight->sent = ngx_max(segment->sent, flight->job->submitted);

    flight->job->waited = flight->sent - flight->job->submitted;
    flight->job->sent = 1;
    flight->job->server = conn->where;

    api_db_tell(flight->job, .event = API_EVENT_JOB_SENT,
                .time = flight->job->waited, .at = flight->sent);

    if (!flight->plan->read_only) {
        conn->numbered = 1;
    }
}


static ngx_int_t
api_db_turn_close(api_db_conn_t *conn, api_db_segment_t **shared)
{
    api_db_segment_t  *segment;

    segment = *shared;
    *shared = NULL;

    if (segment == NULL) {
        return NGX_OK;
    }

    api_db_turn_told(conn, segment);

    return api_db_segment_sync(conn, segment);
}


static void
api_db_turn_told(const api_db_conn_t *conn, const api_db_segment_t *segment)
{
    api_tell(.event = API_EVENT_BATCH_SENT, .database = &conn->db->conf->name,
             .n = (int64_t) segment->nflights);
}


static ngx_int_t
api_db_turn_steps(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight, const char **values)
{
    ngx_uint_t            i;
    const api_db_plan_t  *plan;

    plan = flight->plan;

    /* what a procedure does may be committed before it ends */

    if (plan->calls
        && api_db_pipeline_guard(conn, segment, flight) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < plan->nsteps; i++) {

        if (api_db_pipeline_parse(conn, segment, flight, i) != NGX_OK
            || api_db_pipeline_execute(conn, segment, flight, i, values)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        values += plan->steps[i].sql->params.nelts;
    }

    return plan->calls ? NGX_OK
                       : api_db_pipeline_guard(conn, segment, flight);
}
