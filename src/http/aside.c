
#include "http/aside.h"
#include "sql/state.h"


u_char *
api_http_aside_failure(u_char *p, u_char *last, const api_db_job_t *job,
    const struct pg_result *res)
{
    ngx_str_t    message;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return ngx_slprintf(p, last, "there is no memory to say why");
    }

    message = api_sql_state_message(pool, res, job->plan->steps[0].sql);

    p = ngx_slprintf(p, last, "%V", &message);

    ngx_destroy_pool(pool);

    return p;
}
