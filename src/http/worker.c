
#include "http/worker.h"
#include "http/body.h"
#include "http/hash.h"
#include "http/unsent.h"
#include "thread/team.h"

#include "auth/random.h"


typedef struct {
    api_db_t                  **databases;   /* by api_http_database_t.index */
    ngx_uint_t                  n;
    u_char                      random[64 * API_HTTP_WORKER_DRAW];
    size_t                      left;        /* of them, not given out */
} api_http_worker_t;


static api_http_worker_t  api_http_worker;


ngx_int_t
api_http_worker_prepare(ngx_cycle_t *cycle)
{
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (amcf == NULL || amcf->databases.nelts == 0) {
        return NGX_OK;
    }

    return api_db_prepare(cycle);
}


ngx_int_t
api_http_worker_init(ngx_cycle_t *cycle)
{
    ngx_uint_t               i, n;
    api_http_database_t    **databases;
    api_http_main_conf_t    *amcf;

    ngx_memzero(&api_http_worker, sizeof(api_http_worker_t));

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (amcf == NULL || (amcf->nroutes == 0 && amcf->databases.nelts == 0)) {
        return NGX_OK;
    }

    if (api_thread_team_start(cycle) != NGX_OK
        || api_http_body_init(cycle) != NGX_OK
        || api_http_hash_init(cycle) != NGX_OK
        || api_http_unsent_init(cycle) != NGX_OK)
    {
        return NGX_ERROR;
    }

    n = amcf->databases.nelts;
    databases = amcf->databases.elts;

    if (n == 0) {
        return NGX_OK;
    }

    api_http_worker.databases = ngx_pcalloc(cycle->pool,
                                            n * sizeof(api_db_t *));
    if (api_http_worker.databases == NULL) {
        return NGX_ERROR;
    }

    api_db_init();

    for (i = 0; i < n; i++) {
        api_http_worker.databases[i] = api_db_create(&databases[i]->db, cycle);
        if (api_http_worker.databases[i] == NULL) {
            return NGX_ERROR;
        }

        api_http_worker.n++;
    }

    return NGX_OK;
}


void
api_http_worker_exit(ngx_cycle_t *cycle)
{
    ngx_uint_t  i;

    api_http_body_exit();

    for (i = 0; i < api_http_worker.n; i++) {
        api_db_destroy(api_http_worker.databases[i]);
    }

    api_http_worker.n = 0;
}


api_db_t *
api_http_worker_db(const api_http_database_t *database)
{
    if (database->index >= api_http_worker.n) {
        return NULL;
    }

    return api_http_worker.databases[database->index];
}


/* drawn for many at a time, and never before the fork that made the worker */

const u_char *
api_http_worker_draw(void)
{
    if (api_http_worker.left == 0) {
        api_random_bytes(api_http_worker.random,
                         sizeof(api_http_worker.random));
        api_http_worker.left = sizeof(api_http_worker.random);
    }

    api_http_worker.left -= API_HTTP_WORKER_DRAW;

    return &api_http_worker.random[api_http_worker.left];
}
