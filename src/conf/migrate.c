
#include "conf/check.h"
#include "check/late.h"


/* ms: what took longer to rehearse is applied by a worker on a cold start */
#define MIGRATE_SHORT  1000


static ngx_int_t apply(ngx_conf_t *cf, api_conf_checked_t *c);
static ngx_int_t leave(ngx_conf_t *cf, api_conf_checked_t *c);


ngx_int_t
api_conf_migrate(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_int_t  rc;

    if (c->migrate.dir.len == 0) {
        return NGX_OK;
    }

    if (c->away) {
        return leave(cf, c);
    }

    if (c->database->check != API_HTTP_CHECK_OFF && c->check.npending == 0) {
        return NGX_OK;
    }

    /* how long they take is not known, or too long for a start */

    if (c->cold
        && (c->database->check == API_HTTP_CHECK_OFF || c->check.unsure
            || c->took > MIGRATE_SHORT))
    {
        return leave(cf, c);
    }

    rc = apply(cf, c);

    /* a server out of reach does not keep nginx from starting: it has said so
       in the log */

    if (rc == NGX_DECLINED || (rc == NGX_ERROR && c->cold)) {
        return leave(cf, c);
    }

    if (rc != NGX_OK || !c->check.unsure) {
        return rc;
    }

    /* the migrations that could not be rehearsed are applied: now every
       statement can be checked */

    return NGX_AGAIN;
}


static ngx_int_t
apply(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_int_t  rc;

    c->migrate.threaded = 0;

    if (!c->cold) {
        return api_check_migrate_run(&c->migrate, c->check.pool, cf->log);
    }

    api_thread_words_mute();

    rc = api_check_migrate_run(&c->migrate, c->check.pool, &c->words.log);

    api_thread_words_unmute();

    api_thread_words_tell(&c->words, cf->log, NGX_LOG_ERR);

    return rc;
}


/* leaves them to a worker, which needs names of hosts, not the addresses that
   they have now */

static ngx_int_t
leave(ngx_conf_t *cf, api_conf_checked_t *c)
{
    api_check_migrate_t        *migrate;
    const api_http_conninfo_t  *where;
    api_check_late_conf_t      *late;

    where = c->database->direct.text.data ? &c->database->direct
                                          : &c->database->primary;

    late = ngx_pcalloc(cf->pool, sizeof(api_check_late_conf_t));
    migrate = ngx_palloc(cf->pool, sizeof(api_check_migrate_t));

    if (late == NULL || migrate == NULL) {
        return NGX_ERROR;
    }

    *migrate = c->migrate;

    migrate->keywords = where->keywords;
    migrate->values = where->values;
    migrate->wait = 0;

    late->migrate = migrate;
    late->key = api_check_session_now();
    late->as_is = (c->database->check == API_HTTP_CHECK_OFF);

    api_check_late(&c->database->db, late);

    return NGX_OK;
}
