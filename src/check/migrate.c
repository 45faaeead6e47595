
#include "check/migrate.h"
#include "check/catalog.h"
#include "check/migrate_apply.h"
#include "check/migrate_lock.h"
#include "check/migrate_plan.h"


typedef struct {
    api_check_migrate_plan_t *plan;
    char                    lock[API_CHECK_MIGRATE_LOCK];
} migrate_under_t;


static ngx_int_t migrate_open(const api_check_migrate_t *m,
    api_check_session_t *s, ngx_log_t *log);
static ngx_int_t migrate_all(api_check_migrate_plan_t *plan);
static ngx_int_t migrate_file(void *data, const char *table,
    const api_check_migrate_file_t *file);


ngx_int_t
api_check_migrate_check(const api_check_migrate_t *m, ngx_pool_t *pool,
    ngx_log_t *log)
{
    api_check_migrate_plan_t  plan;

    ngx_memzero(&plan, sizeof(api_check_migrate_plan_t));

    plan.m = m;
    plan.pool = pool;
    plan.log = log;

    return api_check_migrate_plan_load(&plan);
}


ngx_int_t
api_check_migrate_run(const api_check_migrate_t *m, ngx_pool_t *pool,
    ngx_log_t *log)
{
    ngx_int_t                 rc;
    api_check_session_t       s;
    api_check_migrate_plan_t  plan;

    ngx_memzero(&plan, sizeof(api_check_migrate_plan_t));

    plan.m = m;
    plan.s = &s;
    plan.pool = pool;
    plan.log = log;

    if (api_check_migrate_plan_load(&plan) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = migrate_open(m, &s, log);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = api_check_migrate_plan_compare(&plan);

    if (rc == NGX_OK && api_check_migrate_plan_pending(&plan)) {
        rc = migrate_all(&plan);
    }

    /* without it the database will just be asked once more */

    if (rc == NGX_OK && api_check_catalog(&s, m->catalog) != NGX_OK) {
        *m->catalog = '\0';
    }

    api_check_migrate_plan_drop(&plan);
    api_check_session_close(&s);

    return rc;
}


static ngx_int_t
migrate_open(const api_check_migrate_t *m, api_check_session_t *s,
    ngx_log_t *log)
{
    ngx_int_t  rc;

    ngx_memzero(s, sizeof(api_check_session_t));

    s->keywords = m->keywords;
    s->values = m->values;
    s->application = "nginx api migrations";
    s->timeout = m->connect_timeout;
    s->log = log;
    s->threaded = m->threaded;
    s->stop = m->stop;
    s->pooled = m->pooled;

    rc = api_check_session_open(s);

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_WARN, log, 0, "api_postgres \"%V\": %V is out of"
                      " reach (%V): migrations of \"%V\" were not applied",
                      &m->database, &s->place, &s->why, &m->dir);

    } else if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, 0, "api_postgres \"%V\": %V refuses"
                      " the connection for migrations: %V",
                      &m->database, &s->place, &s->why);
    }

    return rc;
}


static ngx_int_t
migrate_all(api_check_migrate_plan_t *plan)
{
    ngx_int_t        rc;
    migrate_under_t  under;

    under.plan = plan;

    do {
        rc = api_check_migrate_lock(plan->m, plan->s, under.lock);
        if (rc != NGX_OK) {
            return rc;
        }

        /* asked again: another server may have applied them meanwhile */

        rc = api_check_migrate_plan_compare(plan);

        if (rc == NGX_OK) {
            rc = api_check_migrate_plan_each(plan, migrate_file, &under);
        }

    } while (rc == NGX_AGAIN);

    api_check_migrate_unlock(plan->m, plan->s, under.lock);

    return rc;
}


/* NGX_AGAIN: the file is applied, and has released the lock */

static ngx_int_t
migrate_file(void *data, const char *table,
    const api_check_migrate_file_t *file)
{
    migrate_under_t *under = data;

    ngx_int_t                     rc;
    const api_check_migrate_plan_t *plan;

    plan = under->plan;

    rc = api_check_migrate_apply(plan->s, table, file);

    if (rc == NGX_OK
        && !api_check_migrate_locked(plan->m, plan->s, under->lock))
    {
        return NGX_AGAIN;
    }

    return rc;
}
