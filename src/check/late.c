
#include "check/late.h"
#include "check/check.h"
#include "check/migrate.h"
#include "db/due.h"
#include "db/engine.h"
#include "db/line.h"
#include "db/secret.h"
#include "db/zone.h"
#include "thread/words.h"
#include "core/text.h"

#include <signal.h>


#define LATE_LOOK   100        /* ms: has another worker done it? */
#define LATE_FIRST  250        /* ms between two tries: the shortest pause,
                                  and the longest; but */
#define LATE_MOST   2000       /* migrations pause for as long as they ran */

#define LATE_END    500        /* ms that a worker that exits waits for its
                                  thread */

#define LATE_STACK  (1024 * 1024)


typedef struct api_check_late_s  api_check_late_t;


/* the thread's: it may outlive the worker's memory */
typedef struct {
    api_thread_task_t           task;
    api_check_late_t           *late;        /* NULL: nobody waits for it */
    ngx_pool_t                 *pool;
    api_check_migrate_t         migrate;     /* a deep copy */
    api_db_conf_t               conf;        /* what check/check needs of it */
    api_thread_words_t          words;
    ngx_int_t                   rc;
    ngx_uint_t                  as_is;       /* the migrations are not
                                                rehearsed */
    volatile ngx_uint_t         stop;
    u_char                      catalog[API_DB_CATALOG];
} api_check_late_try_t;


struct api_check_late_s {
    API_DB_EVENT_DATA;

    api_db_t                   *db;
    api_thread_team_t           team;
    ngx_event_t                 look;
    api_check_late_try_t       *trying;      /* NULL: no thread is running */
    ngx_msec_t                  begun;
    ngx_msec_t                  next;        /* not before this moment */
    ngx_msec_t                  pause;
    uint32_t                    told;        /* the last failure that was
                                                logged */
    unsigned                    failed:1;
};


static ngx_int_t late_begin(api_db_t *db);
static void late_stop(api_db_t *db);
static ngx_uint_t late_failed(const api_db_t *db);
static const api_check_late_conf_t *late_conf(const api_db_t *db);
static void late_look(ngx_event_t *ev);
static ngx_uint_t late_mine(const api_check_late_t *late);
static ngx_int_t late_try(api_check_late_t *late);
static api_check_late_try_t *late_copy(const api_db_t *db);
static ngx_int_t late_string(ngx_pool_t *pool, ngx_str_t *s);
static const char *const *late_list(ngx_pool_t *pool,
    const char *const *list);
static void late_run(api_thread_task_t *task);
static ngx_int_t late_rehearse(api_check_late_try_t *trying);
static void late_done(api_thread_task_t *task);
static void late_tell(api_check_late_t *late, api_check_late_try_t *trying);
static void late_over(api_check_late_t *late);
static void late_free(api_check_late_try_t *trying);


void
api_check_late(api_db_conf_t *conf, api_check_late_conf_t *late)
{
    late->first.begin = late_begin;
    late->first.stop = late_stop;
    late->first.failed = late_failed;

    conf->first = &late->first;
}


static ngx_int_t
late_begin(api_db_t *db)
{
    api_check_late_t  *late;

    if (db->limit.shared == NULL
        || db->limit.shared->migrated == late_conf(db)->key)
    {
        return NGX_OK;
    }

    late = ngx_pcalloc(db->pool, sizeof(api_check_late_t));
    if (late == NULL) {
        return NGX_ERROR;
    }

    late->fd = (ngx_socket_t) -1;
    late->db = db;

    late->team.name = "api-migrate";
    late->team.max_threads = 1;
    late->team.stack = LATE_STACK;
    api_thread_team_init(&late->team);

    late->look.data = late;
    late->look.handler = late_look;
    late->look.log = db->log;
    late->look.cancelable = 1;

    db->first = late;

    ngx_add_timer(&late->look, 1);

    return NGX_OK;
}


static void
late_stop(api_db_t *db)
{
    api_check_late_t  *late;

    late = db->first;
    db->first = NULL;

    /*
     * It must not meet what exit() takes apart, OpenSSL's locks for instance.
     * If it is looking up a name, the process ends before it gets there.
     */

    if (late->trying) {
        late->trying->late = NULL;
        late->trying->stop = 1;
        api_thread_team_finish(&late->team, LATE_END);

        if (late->team.nrunning == 0) {
            late_free(late->trying);
        }
    }

    if (late->look.timer_set) {
        ngx_del_timer(&late->look);
    }

    ngx_shmtx_lock(&db->limit.slab->mutex);

    if (db->limit.shared->migrating == ngx_pid) {
        db->limit.shared->migrating = 0;
    }

    ngx_shmtx_unlock(&db->limit.slab->mutex);
}


static ngx_uint_t
late_failed(const api_db_t *db)
{
    const api_check_late_t  *late;

    late = db->first;

    return late->failed
           || (late->begun
               && ngx_current_msec - late->begun
                  > db->conf->acquire_timeout);
}


static const api_check_late_conf_t *
late_conf(const api_db_t *db)
{
    return (const api_check_late_conf_t *) db->conf->first;
}


static void
late_look(ngx_event_t *ev)
{
    api_db_t          *db;
    ngx_msec_t         after;
    api_check_late_t  *late;

    late = ev->data;
    db = late->db;

    if (late->begun == 0) {
        late->begun = ngx_current_msec;
    }

    if (db->limit.shared->migrated == late_conf(db)->key) {
        late_over(late);
        return;
    }

    after = LATE_LOOK;

    if (late->trying == NULL && !ngx_exiting
        && (ngx_msec_int_t) (ngx_current_msec - late->next) >= 0
        && late_mine(late)
        && late_try(late) != NGX_OK)
    {
        after = LATE_MOST;
    }

    if (late_failed(db)) {
        api_db_line_clear(db, API_DB_AWAY);
    }

    ngx_add_timer(&late->look, after);
}


/* one worker does it, and another one if that one dies */

static ngx_uint_t
late_mine(const api_check_late_t *late)
{
    ngx_pid_t              pid;
    api_db_limit_t        *limit;
    api_db_zone_shared_t  *shared;

    limit = &late->db->limit;
    shared = limit->shared;

    ngx_shmtx_lock(&limit->slab->mutex);

    pid = shared->migrating;

    if (pid == 0 || (kill(pid, 0) == -1 && ngx_errno == NGX_ESRCH)) {
        pid = ngx_pid;
        shared->migrating = pid;
    }

    ngx_shmtx_unlock(&limit->slab->mutex);

    return pid == ngx_pid;
}


static ngx_int_t
late_try(api_check_late_t *late)
{
    api_check_late_try_t  *trying;

    trying = late_copy(late->db);

    if (trying == NULL) {
        return NGX_ERROR;
    }

    trying->late = late;
    trying->task.run = late_run;
    trying->task.done = late_done;

    late->next = ngx_current_msec;

    if (api_thread_team_post(&late->team, &trying->task) != NGX_OK) {
        late_free(trying);
        return NGX_ERROR;
    }

    late->trying = trying;

    return NGX_OK;
}


static api_check_late_try_t *
late_copy(const api_db_t *db)
{
    api_check_migrate_t        *copy;
    api_check_late_try_t       *trying;
    const api_db_conf_t        *conf;
    const api_check_migrate_t  *m;

    conf = db->conf;
    m = late_conf(db)->migrate;

    trying = ngx_calloc(sizeof(api_check_late_try_t), ngx_cycle->log);
    if (trying == NULL) {
        return NULL;
    }

    api_thread_words_init(&trying->words, db->log);

    trying->pool = ngx_create_pool(16384, &trying->words.log);

    if (trying->pool == NULL) {
        late_free(trying);
        return NULL;
    }

    copy = &trying->migrate;
    *copy = *m;

    copy->threaded = 1;
    copy->stop = &trying->stop;
    copy->catalog = trying->catalog;

    /* a file may have changed meanwhile */

    if (m->keywords == conf->keywords) {
        copy->keywords = db->keywords;
        copy->values = db->values;
    }

    copy->keywords = late_list(trying->pool, copy->keywords);
    copy->values = late_list(trying->pool, copy->values);

    if (copy->keywords == NULL || copy->values == NULL
        || late_string(trying->pool, &copy->dir) != NGX_OK
        || late_string(trying->pool, &copy->where) != NGX_OK
        || late_string(trying->pool, &copy->database) != NGX_OK)
    {
        late_free(trying);
        return NULL;
    }

    trying->conf.name = copy->database;
    trying->conf.keywords = copy->keywords;
    trying->conf.values = copy->values;
    trying->conf.connect_timeout = conf->connect_timeout;
    trying->conf.prepare = conf->prepare;
    trying->conf.pooler_given = conf->pooler_given;
    trying->as_is = late_conf(db)->as_is;

    return trying;
}


static ngx_int_t
late_string(ngx_pool_t *pool, ngx_str_t *s)
{
    return api_text_copy(pool, s->data, s->len, s);
}


static const char *const *
late_list(ngx_pool_t *pool, const char *const *list)
{
    ngx_str_t     s;
    ngx_uint_t    i, n;
    const char  **copy;

    for (n = 0; list[n] != NULL; n++) { /* void */ }

    copy = ngx_pcalloc(pool, (n + 1) * sizeof(char *));
    if (copy == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        s.data = (u_char *) (uintptr_t) list[i];
        s.len = ngx_strlen(list[i]);

        if (late_string(pool, &s) != NGX_OK) {
            return NULL;
        }

        copy[i] = (const char *) s.data;
    }

    return copy;
}


/* runs in a thread */

static void
late_run(api_thread_task_t *task)
{
    api_check_late_try_t  *trying;

    trying = (api_check_late_try_t *) task;

    trying->rc = trying->as_is ? NGX_OK : late_rehearse(trying);

    if (trying->rc == NGX_OK) {
        trying->rc = api_check_migrate_run(&trying->migrate, trying->pool,
                                           &trying->words.log);
    }
}


/*
 * Migrations are applied only if all of them would be.  A statement that is
 * wrong keeps none of them back: it concerns its own route, not the whole API.
 */

static ngx_int_t
late_rehearse(api_check_late_try_t *trying)
{
    ngx_int_t    rc;
    api_check_t  check;

    ngx_memzero(&check, sizeof(api_check_t));

    check.conf = &trying->conf;
    check.keywords = trying->migrate.keywords;
    check.values = trying->migrate.values;
    check.migrate = &trying->migrate;
    check.timeout = trying->conf.connect_timeout;
    check.shared = trying->migrate.pooled;
    check.threaded = 1;
    check.pool = trying->pool;
    check.log = &trying->words.log;

    rc = api_check(&check);

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_WARN, check.log, 0, "api_postgres \"%V\": %V is"
                      " out of reach (%V): migrations of \"%V\" were not"
                      " applied", &trying->migrate.database, &check.place,
                      &check.why, &trying->migrate.dir);
    }

    return rc == NGX_DONE ? NGX_OK : rc;
}


static void
late_done(api_thread_task_t *task)
{
    api_db_t              *db;
    ngx_int_t              rc;
    ngx_msec_t             took;
    api_check_late_t      *late;
    api_check_late_try_t  *trying;

    trying = (api_check_late_try_t *) task;
    late = trying->late;
    rc = trying->rc;

    if (late == NULL) {
        late_free(trying);
        return;
    }

    db = late->db;
    late->trying = NULL;

    late_tell(late, trying);
    late_free(trying);

    if (rc == NGX_OK) {
        db->limit.shared->migrated = late_conf(db)->key;
        late_over(late);
        return;
    }

    if (rc == NGX_ERROR) {
        (void) api_db_secret_look(db);
    }

    late->failed = 1;
    api_db_line_clear(db, API_DB_AWAY);

    took = (rc == NGX_DECLINED) ? 0 : ngx_current_msec - late->next;

    late->pause = late->pause ? ngx_min(late->pause * 2, LATE_MOST)
                              : LATE_FIRST;

    late->next = ngx_current_msec + ngx_max(late->pause, took);
}


/* a lasting failure is logged once, not at every try */

static void
late_tell(api_check_late_t *late, api_check_late_try_t *trying)
{
    uint32_t    sum;
    ngx_uint_t  worst;

    if (trying->rc == NGX_OK) {
        api_thread_words_tell(&trying->words, late->db->log, NGX_LOG_ERR);
        return;
    }

    sum = api_thread_words_sum(&trying->words);
    worst = (late->failed && sum == late->told) ? NGX_LOG_INFO : NGX_LOG_ERR;

    late->told = sum;

    api_thread_words_tell(&trying->words, late->db->log, worst);
}


static void
late_over(api_check_late_t *late)
{
    api_db_t  *db;

    db = late->db;

    late_stop(db);
    api_db_due(db);
}


static void
late_free(api_check_late_try_t *trying)
{
    if (trying->pool) {
        ngx_destroy_pool(trying->pool);
    }

    api_thread_words_done(&trying->words);
    ngx_free(trying);
}
