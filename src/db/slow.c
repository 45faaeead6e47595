
#include "db/slow.h"


void
api_db_slow(api_db_conn_t *conn)
{
    if (!conn->slow && conn->state != API_DB_CONN_DRAINING) {
        conn->slow = 1;
        conn->db->slow++;
        api_db_limit_slow(&conn->db->limit, conn->db->slow);
    }
}


void
api_db_slow_stuck(api_db_conn_t *conn, const api_db_plan_t *plan)
{
    api_db_slow(conn);

    if (conn->slow && conn->stuck == NULL) {
        conn->stuck = plan;
        conn->db->costs[plan->id].stuck++;
    }
}


void
api_db_slow_eased(api_db_conn_t *conn)
{
    if (conn->stuck) {
        conn->db->costs[conn->stuck->id].stuck--;
        conn->stuck = NULL;
    }

    if (conn->doubted) {
        conn->db->costs[conn->doubted->id].doubted--;
        conn->doubted = NULL;
    }

    if (conn->slow) {
        conn->slow = 0;
        conn->db->slow--;
        api_db_limit_slow(&conn->db->limit, conn->db->slow);
    }
}
