
#include "db/segment.h"
#include "db/pack.h"
#include "db/stock.h"


static void api_db_segment_owe(api_db_conn_t *conn);
static void api_db_segment_take_one(api_db_conn_t *conn,
    api_db_segment_t *segment, ngx_queue_t *flights);


api_db_segment_t *
api_db_segment_begin(api_db_conn_t *conn)
{
    api_db_segment_t  *segment;

    segment = api_db_stock_segment(conn->db);
    if (segment == NULL) {
        return NULL;
    }

    segment->sent = api_db_now();

    ngx_queue_insert_tail(&conn->segments, &segment->queue);

    return segment;
}


ngx_int_t
api_db_segment_command(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_e kind, api_db_flight_t *flight, ngx_uint_t step)
{
    api_db_command_t  *command;

    command = api_db_stock_command(conn->db);
    if (command == NULL) {
        return NGX_ERROR;
    }

    command->kind = kind;
    command->flight = flight;
    command->step = step;
    command->serial = ++conn->serial;

    ngx_queue_insert_tail(&segment->commands, &command->queue);

    return NGX_OK;
}


ngx_int_t
api_db_segment_sql(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_command_e kind, api_db_flight_t *flight, const char *sql,
    int nvalues, const char *const *values)
{
    if (PQsendQueryParams(conn->pg, sql, nvalues, NULL, values, NULL, NULL, 0)
        != 1)
    {
        return NGX_ERROR;
    }

    return api_db_segment_command(conn, segment, kind, flight, 0);
}


ngx_int_t
api_db_segment_sync(api_db_conn_t *conn, api_db_segment_t *segment)
{
    int  rc;

#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
    rc = PQsendPipelineSync(conn->pg);
#else
    rc = PQpipelineSync(conn->pg);
#endif

    if (rc != 1) {
        return NGX_ERROR;
    }

    segment->syncs++;

    api_db_segment_owe(conn);

    return NGX_OK;
}


ngx_int_t
api_db_segment_ask(api_db_conn_t *conn)
{
    if (PQsendFlushRequest(conn->pg) != 1) {
        return NGX_ERROR;
    }

    api_db_segment_owe(conn);

    return NGX_OK;
}


/*
 * What libpq was given may not be in the socket yet: from libpq 17 on a Sync
 * is not sent at once, and before that the socket may have been full.  Then no
 * answer would come, and no event that makes anybody flush.  So it is flushed
 * here, whoever called.
 */

static void
api_db_segment_owe(api_db_conn_t *conn)
{
    ngx_post_event((&conn->post), &ngx_posted_events);
}


ngx_uint_t
api_db_segment_free(const api_db_conn_t *conn)
{
    return conn->db->pooler != API_DB_POOLER_TRANSACTION
           || ngx_queue_empty(&conn->segments);
}


api_db_flight_t *
api_db_segment_head(const api_db_conn_t *conn)
{
    ngx_queue_t       *q;
    api_db_segment_t  *segment;

    for (q = conn->segments.next; q != &conn->segments; q = q->next) {

        segment = ngx_queue_data(q, api_db_segment_t, queue);

        if (!ngx_queue_empty(&segment->flights)) {
            q = ngx_queue_head(&segment->flights);
            return ngx_queue_data(q, api_db_flight_t, queue);
        }
    }

    return NULL;
}


ngx_uint_t
api_db_segment_orphaned(const api_db_conn_t *conn)
{
    ngx_queue_t       *q, *f;
    api_db_flight_t   *flight;
    api_db_segment_t  *segment;

    for (q = conn->segments.next; q != &conn->segments; q = q->next) {

        segment = ngx_queue_data(q, api_db_segment_t, queue);

        for (f = segment->landed.next; f != &segment->landed; f = f->next) {

            flight = ngx_queue_data(f, api_db_flight_t, queue);

            if (flight->job) {
                return 0;
            }
        }

        for (f = segment->flights.next; f != &segment->flights; f = f->next) {

            flight = ngx_queue_data(f, api_db_flight_t, queue);

            if (flight->job) {
                return 0;
            }
        }
    }

    return ngx_queue_empty(&conn->pending);
}


void
api_db_segment_take(api_db_conn_t *conn, ngx_queue_t *flights)
{
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    while (!ngx_queue_empty(&conn->segments)) {
        q = ngx_queue_head(&conn->segments);
        ngx_queue_remove(q);

        api_db_segment_take_one(conn, ngx_queue_data(q, api_db_segment_t,
                                                     queue),
                                flights);
    }

    while (!ngx_queue_empty(&conn->questions)) {
        q = ngx_queue_head(&conn->questions);
        ngx_queue_remove(q);

        api_db_stock_free_command(conn->db, ngx_queue_data(q, api_db_command_t,
                                                           queue));
    }

    while (!ngx_queue_empty(&conn->pending)) {
        q = ngx_queue_head(&conn->pending);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(flights, q);

        flight = ngx_queue_data(q, api_db_flight_t, queue);
        flight->conn = NULL;

        api_db_pack_taken(flight);
    }

    conn->in_flight = 0;
    conn->backlog = 0;
}


static void
api_db_segment_take_one(api_db_conn_t *conn, api_db_segment_t *segment,
    ngx_queue_t *flights)
{
    ngx_queue_t      *q;
    api_db_flight_t  *flight;

    while (!ngx_queue_empty(&segment->flights)) {
        q = ngx_queue_head(&segment->flights);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(flights, q);

        flight = ngx_queue_data(q, api_db_flight_t, queue);
        flight->conn = NULL;
        flight->segment = NULL;

        api_db_pack_taken(flight);
    }

    if (!ngx_queue_empty(&segment->landed)) {
        ngx_queue_add(flights, (&segment->landed));
        ngx_queue_init(&segment->landed);
    }

    api_db_stock_free_segment(conn->db, segment);
}
