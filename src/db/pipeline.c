
#include "db/pipeline.h"
#include "db/conn.h"
#include "db/cost.h"
#include "db/pack.h"
#include "db/prepared.h"
#include "db/question.h"
#include "db/segment.h"
#include "db/slow.h"
#include "db/stock.h"
#include "observe/observe.h"
#include "sql/attributes.h"


/* a value this long makes a buffer of libpq grow, which never shrinks */
#define API_DB_PIPELINE_BLOAT  (1024 * 1024)


ngx_int_t
api_db_pipeline_queue(api_db_conn_t *conn, api_db_job_t *job,
    ngx_uint_t exclusive)
{
    api_db_flight_t  *flight;

    flight = api_db_stock_flight(conn->db);
    if (flight == NULL) {
        return NGX_ERROR;
    }

    flight->conn = conn;
    flight->job = job;
    flight->plan = job->plan;
    flight->most = job->most;
    flight->load = api_db_cost_load(conn->db, job->plan);

    job->flight = flight;

    ngx_queue_insert_tail(&conn->pending, &flight->queue);

    if (conn->in_flight == 0) {
        conn->mode = job->plan->read_only ? API_DB_READ : API_DB_WRITE;
    }

    conn->in_flight++;
    conn->backlog += flight->load;
    conn->used = ngx_current_msec;
    conn->proven = 1;

    api_db_pack_given(flight);

    if (exclusive) {
        conn->exclusive = 1;
        conn->plan = job->plan;

        if (api_db_cost_slow(api_db_cost_of(conn->db, job->plan))) {
            api_db_slow(conn);
        }
    }

    if (conn->state == API_DB_CONN_IDLE) {
        api_db_conn_state(conn, API_DB_CONN_BUSY);
    }

    ngx_post_event((&conn->post), &ngx_posted_events);

    return NGX_OK;
}


void
api_db_pipeline_unqueue(api_db_flight_t *flight)
{
    api_db_conn_t  *conn;

    conn = flight->conn;

    ngx_queue_remove(&flight->queue);

    conn->in_flight--;
    conn->backlog -= flight->load;

    api_db_pack_taken(flight);

    api_db_stock_free_flight(flight);

    /* the connection may be idle now: its handler looks */

    ngx_post_event((&conn->post), &ngx_posted_events);
}


ngx_int_t
api_db_pipeline_values(api_db_flight_t *flight, ngx_uint_t from,
    const char ***values)
{
    ngx_int_t             rc;
    ngx_uint_t            i, n, end;
    const char          **v;
    const api_db_plan_t  *plan;

    plan = flight->plan;

    n = 0;

    for (i = from; i < plan->nsteps; i++) {

        if (i > from && plan->steps[i].depends) {
            break;
        }

        n += plan->steps[i].sql->params.nelts;
    }

    end = i;

    v = api_db_stock_values(flight->db, n);
    if (v == NULL) {
        return NGX_ERROR;
    }

    *values = v;

    for (i = from; i < end; i++) {

        n = plan->steps[i].sql->params.nelts;

        ngx_memzero(v, n * sizeof(char *));

        rc = flight->job->values(flight->job, i, v);

        if (rc != NGX_OK) {
            flight->outdated = (rc == NGX_DECLINED);
            return rc;
        }

        v += n;
    }

    return NGX_OK;
}


ngx_int_t
api_db_pipeline_mode(api_db_conn_t *conn)
{
    const char        *sql;
    api_db_segment_t  *segment;

    /* behind a pooler each transaction says whether it is read only */

    if (conn->db->pooler == API_DB_POOLER_TRANSACTION) {
        return NGX_OK;
    }

    sql = conn->mode == API_DB_READ ? "SET default_transaction_read_only = on"
                                    : "SET default_transaction_read_only = off";

    segment = api_db_segment_begin(conn);

    if (segment == NULL
        || api_db_segment_sql(conn, segment, API_DB_COMMAND_MODE, NULL, sql,
                              0, NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    conn->server = conn->mode;

    return api_db_segment_sync(conn, segment);
}


ngx_int_t
api_db_pipeline_types(api_db_conn_t *conn)
{
    conn->types = 1;
    conn->db->types_loading = 1;

    return api_db_question(conn, API_DB_COMMAND_TYPES, api_sql_types_query);
}


ngx_int_t
api_db_pipeline_parse(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight, ngx_uint_t step)
{
    ngx_uint_t            id;
    const unsigned       *given;
    api_db_prepared_t    *prepared;
    const api_db_step_t  *s;

    s = &flight->plan->steps[step];
    id = s->id;

    if (!api_db_prepared_named(conn->db, id) || conn->parsed[id]) {
        return NGX_OK;
    }

    prepared = &conn->db->prepared[id];

    given = api_db_prepared_given(conn->db, s);

    if (PQsendPrepare(conn->pg, prepared->name, (char *) s->sql->sent.data,
                      given ? (int) s->sql->params.nelts : 0, given)
        != 1
        || api_db_segment_command(conn, segment, API_DB_COMMAND_PREPARE,
                                  flight, step)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    conn->parsed[id] = conn->serial;

    api_tell(.event = API_EVENT_PREPARED, .database = &conn->db->conf->name);

    return NGX_OK;
}


ngx_int_t
api_db_pipeline_execute(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight, ngx_uint_t step, const char *const *values)
{
    int                   rc, n, i;
    api_db_prepared_t    *prepared;
    const api_db_step_t  *s;

    s = &flight->plan->steps[step];
    prepared = &conn->db->prepared[s->id];
    n = (int) s->sql->params.nelts;

    for (i = 0; i < n; i++) {
        if (values[i] && ngx_strlen(values[i]) > API_DB_PIPELINE_BLOAT) {
            conn->bloated = 1;
        }
    }

    if (api_db_prepared_named(conn->db, s->id)) {
        rc = PQsendQueryPrepared(conn->pg, prepared->name, n, values, NULL,
                                 NULL, 0);
    } else {
        rc = PQsendQueryParams(conn->pg, (char *) s->sql->sent.data, n,
                               api_db_prepared_given(conn->db, s), values,
                               NULL, NULL, 0);
    }

    if (rc != 1) {
        return NGX_ERROR;
    }

    return api_db_segment_command(conn, segment, API_DB_COMMAND_EXECUTE,
                                  flight, step);
}


ngx_int_t
api_db_pipeline_guard(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_flight_t *flight)
{
    if (flight->job == NULL || flight->job->guard[0] == NULL) {
        return NGX_OK;
    }

    return api_db_segment_sql(conn, segment, API_DB_COMMAND_GUARD, flight,
                              api_sql_attributes_sql, 2, flight->job->guard);
}


api_db_conn_t *
api_db_pipeline_spare(api_db_t *db)
{
    ngx_queue_t    *q;
    api_db_conn_t  *conn, *best;

    if (!ngx_queue_empty(&db->conns[API_DB_CONN_IDLE])) {
        q = ngx_queue_head(&db->conns[API_DB_CONN_IDLE]);
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (!conn->broken) {
            return conn;
        }
    }

    best = NULL;

    for (q = db->conns[API_DB_CONN_BUSY].next;
         q != &db->conns[API_DB_CONN_BUSY];
         q = q->next)
    {
        conn = ngx_queue_data(q, api_db_conn_t, queue);

        if (!conn->broken && !conn->canceled && !conn->exclusive
            && (best == NULL || conn->backlog < best->backlog))
        {
            best = conn;
        }
    }

    return best;
}
