

#include "conf/directives.h"

#include <ngx_event.h>


/* connections of a worker for itself: its channel to the master, and its
   wake */
#define ROOM_OWN  2


/*
 * A worker may have all connections of each database, and they are of its
 * worker_connections.  What is left is for clients, and for what nginx
 * forwards.  While http { } is read, events { } may be still to come.
 */

void
api_conf_room(ngx_cycle_t *cycle)
{
    ngx_uint_t              i, pools, all, taken;
    ngx_event_conf_t       *ecf;
    api_http_main_conf_t   *amcf;
    api_http_database_t   **database;

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (amcf == NULL
        || ngx_get_conf(cycle->conf_ctx, ngx_events_module) == NULL)
    {
        return;
    }

    ecf = ngx_event_get_conf(cycle->conf_ctx, ngx_event_core_module);

    all = ecf->connections;
    database = amcf->databases.elts;
    pools = 0;

    for (i = 0; i < amcf->databases.nelts; i++) {
        pools += database[i]->db.max_connections;
    }

    taken = pools + cycle->listening.nelts + ROOM_OWN;

    if (pools == 0 || taken <= all / 2) {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                  "of the %ui worker_connections of a worker api_postgres may "
                  "take %ui (max_connections, of all %ui), which leaves %ui "
                  "for clients: raise worker_connections, or lower "
                  "max_connections",
                  all, pools, amcf->databases.nelts,
                  taken < all ? all - taken : 0);
}
