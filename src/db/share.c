
#include "db/share.h"
#include "db/lane.h"


/* µs of work that share a Sync: the first result waits for the last */
#define SHARE_WORK  1000


ngx_uint_t
api_db_share_may(const api_db_conn_t *conn, const api_db_flight_t *flight)
{
    ngx_uint_t            i;
    const api_db_plan_t  *plan;

    plan = flight->plan;

    if (!plan->shares
        || plan->opaque
        || plan->recalls
        || conn->db->conf->read_batch < 2
        || conn->mode != API_DB_READ
        || conn->exclusive
        || flight->job->single
        || flight->job->guard[0] != NULL
        || api_db_lane_transaction(conn->db, plan))
    {
        return 0;
    }

    for (i = 0; i < plan->nsteps; i++) {
        if (conn->parsed[plan->steps[i].id] == 0) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
api_db_share_with(const api_db_conn_t *conn, const api_db_segment_t *segment,
    const api_db_flight_t *flight)
{
    return segment->settings == flight->plan->settings
           && segment->nflights < conn->db->conf->read_batch
           && segment->load + flight->load <= SHARE_WORK;
}
