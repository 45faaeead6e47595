
#include "http/health_role.h"
#include "http/databases.h"


/* between two questions: a promotion is seen within a second */
#define EVERY  400                         /* ms */


typedef struct {
    const api_http_database_t  *database;
    api_db_doubt_t              doubt;
    unsigned                    asking:1;
} health_role_t;


static void ask(ngx_event_t *ev);
static void ask_one(health_role_t *role);
static void answered(api_db_doubt_t *doubt, ngx_uint_t changed);


static health_role_t  *list;
static ngx_uint_t      n;
static ngx_event_t     timer;


ngx_int_t
api_http_health_role_begin(ngx_cycle_t *cycle)
{
    ngx_uint_t              i;
    api_http_main_conf_t   *amcf;
    api_http_database_t   **database;

    /* data of a timer: nginx prints the connection's number to the debug log */

    static struct {
        ngx_connection_t    *c;
        void                *pad[2];
        ngx_socket_t         fd;
    } data;

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);
    database = amcf->databases.elts;

    list = ngx_pcalloc(cycle->pool, (amcf->databases.nelts + 1)
                                    * sizeof(health_role_t));
    if (list == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    for (i = 0; i < amcf->databases.nelts; i++) {
        if (api_http_health_writes(database[i])) {
            list[n++].database = database[i];
        }
    }

    data.fd = (ngx_socket_t) -1;

    ngx_memzero(&timer, sizeof(ngx_event_t));
    timer.handler = ask;
    timer.data = &data;
    timer.log = cycle->log;
    timer.cancelable = 1;

    if (n != 0) {
        ngx_add_timer(&timer, EVERY);
    }

    return NGX_OK;
}


ngx_uint_t
api_http_health_writes(const api_http_database_t *database)
{
    ngx_uint_t             i, k;
    api_http_route_t     **route;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_http_api_module);
    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {
        if (route[i]->database != database) {
            continue;
        }

        for (k = 0; k < route[i]->nparts; k++) {
            if (!route[i]->parts[k].plan->read_only) {
                return 1;
            }
        }
    }

    return 0;
}


static void
ask(ngx_event_t *ev)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        ask_one(&list[i]);
    }

    ngx_add_timer(ev, EVERY);
}


/* whatever it is asked, its answer has what it is */

static void
ask_one(health_role_t *role)
{
    api_db_t  *db;

    db = api_http_databases_get(role->database);

    if (role->asking || db == NULL || !api_db_standby(db)) {
        return;
    }

    role->doubt.epoch = api_db_epoch(db);
    role->doubt.handler = answered;
    role->doubt.data = role;

    role->asking = (api_db_doubt(db, &role->doubt) == NGX_AGAIN);
}


static void
answered(api_db_doubt_t *doubt, ngx_uint_t changed)
{
    health_role_t  *role;

    (void) changed;

    role = doubt->data;
    role->asking = 0;
}
