
#include "http/health_state.h"
#include "http/databases.h"
#include "http/health_role.h"
#include "http/metrics_db.h"


/* without a connection, a database that does not fail is up for so long */
#define GRACE  5000                       /* ms */


static ngx_uint_t is_usable(const uint64_t *values);


const char *
api_http_health_fault(const api_http_database_t *database)
{
    ngx_msec_t   last;
    uint64_t     values[API_DATABASE_VALUES], all[API_DATABASE_VALUES];

    if (api_db_begins(api_http_databases_get(database))) {
        return "migrations";
    }

    /* of an earlier configuration's it may be another server */

    api_http_metrics_db_sum(database, 0, values);

    if (is_usable(values)) {
        return values[API_DATABASE_STANDBY] != 0
               && api_http_health_writes(database) ? "standby" : NULL;
    }

    if (values[API_DATABASE_FAILING] != 0) {
        return "away";
    }

    /* but that is as good as any while the first connection is made, as are
       those that a reload has just closed; and without min_connections nobody
       makes one before there is a request */

    api_http_metrics_db_sum(database, 1, all);

    if (is_usable(all) || database->db.min_connections == 0) {
        return NULL;
    }

    last = (ngx_msec_t) values[API_DATABASE_LAST];

    return last != 0 && ngx_current_msec - last <= GRACE ? NULL : "connecting";
}


static ngx_uint_t
is_usable(const uint64_t *values)
{
    return values[API_DATABASE_IDLE] + values[API_DATABASE_USED] != 0;
}


ngx_uint_t
api_http_health_ready(void)
{
    ngx_uint_t              i;
    api_http_main_conf_t   *amcf;
    api_http_database_t   **database;

    amcf = ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_http_api_module);
    database = amcf->databases.elts;

    for (i = 0; i < amcf->databases.nelts; i++) {
        if (database[i]->db.nplans != 0
            && api_http_health_fault(database[i]) != NULL)
        {
            return 0;
        }
    }

    return 1;
}
