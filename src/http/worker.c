
#include "http/worker.h"
#include "http/body.h"
#include "http/databases.h"
#include "http/facts.h"
#include "http/unsent.h"
#include "thread/team.h"


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
    api_http_main_conf_t  *amcf;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (amcf == NULL || (amcf->nroutes == 0 && amcf->databases.nelts == 0)) {
        return NGX_OK;
    }

    if (api_thread_team_start(cycle) != NGX_OK
        || api_http_facts_init(cycle) != NGX_OK
        || api_http_body_init(cycle) != NGX_OK
        || api_http_unsent_init(cycle) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_http_databases_open(cycle);
}


void
api_http_worker_exit(ngx_cycle_t *cycle)
{
    api_http_body_exit();
    api_http_databases_close();
}
