
#include "conf/check.h"
#include "conf/causes.h"
#include "conf/lock.h"
#include "conf/pooler.h"
#include "conf/roles.h"
#include "conf/rows.h"
#include "conf/shown.h"
#include "check/check.h"
#include "db/refusal.h"
#include "thread/together.h"


/*
 * How long a cold start waits for databases, in milliseconds: to reach them
 * during the nginx -t that comes before it (the start does the same again), to
 * reach them during the start itself, and until all of them have been asked.
 */
#define CHECK_REACH_TEST  200
#define CHECK_REACH       450
#define CHECK_COLD        2500

#define CHECK_POOL        16384
#define CHECK_KEEP        1024


static void check_all(ngx_conf_t *cf, api_conf_checked_t *c, ngx_uint_t n);
static ngx_int_t check_again(ngx_conf_t *cf, api_conf_checked_t *c);
static ngx_int_t prepare(ngx_conf_t *cf, api_conf_checked_t *c);
static ngx_pool_t *keep_pool(ngx_conf_t *cf);
static void keep_pool_cleanup(void *data);
static ngx_int_t begin(ngx_conf_t *cf, api_conf_checked_t *c);
static ngx_int_t collect(ngx_conf_t *cf, api_conf_checked_t *c);
static void ask(void *item);
static void ask_database(api_conf_checked_t *c);
static ngx_int_t unnamed(api_conf_checked_t *c, const char *why);
static void meanwhile(void *items);
static ngx_int_t settle(ngx_conf_t *cf, api_conf_checked_t *c);
static ngx_int_t judge(ngx_conf_t *cf, api_conf_checked_t *c);
static ngx_int_t away(ngx_conf_t *cf, api_conf_checked_t *c);
static ngx_int_t look_at_folder(ngx_conf_t *cf, const api_conf_checked_t *c);
static ngx_int_t refused(ngx_conf_t *cf, api_conf_checked_t *c);


/*
 * All databases first, and all at the same time: when one is wrong, none is
 * migrated.  On a cold start each is for itself.
 */

ngx_int_t
api_conf_check(ngx_conf_t *cf)
{
    ngx_int_t              rc;
    ngx_uint_t             i, n, cold;
    api_conf_checked_t    *c;
    api_http_database_t  **database;
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    n = amcf->databases.nelts;
    database = amcf->databases.elts;

    c = ngx_pcalloc(cf->temp_pool, (n + 1) * sizeof(api_conf_checked_t));

    if (c == NULL || api_conf_cold(cf, &cold) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        c[i].database = database[i];
        c[i].cold = cold && database[i]->check != API_HTTP_CHECK_REQUIRED;
    }

    check_all(cf, c, n);

    rc = NGX_OK;

    for (i = 0; i < n; i++) {
        if (settle(cf, &c[i]) != NGX_OK) {
            rc = NGX_ERROR;
        }
    }

    api_conf_causes(cf);
    api_conf_shown_nowhere(cf);

    if (!ngx_test_config && !amcf->faults) {

        for (i = 0; i < n && rc == NGX_OK; i++) {
            rc = api_conf_migrate(cf, &c[i]);

            if (rc == NGX_AGAIN) {
                rc = check_again(cf, &c[i]);
            }
        }
    }

    for (i = 0; i < n; i++) {
        if (c[i].check.pool != NULL) {
            ngx_destroy_pool(c[i].check.pool);
        }

        api_thread_words_done(&c[i].words);
    }

    return rc;
}


static void
check_all(ngx_conf_t *cf, api_conf_checked_t *c, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        c[i].rc = prepare(cf, &c[i]);
    }

    api_thread_words_mute();

    api_thread_together(ask, meanwhile, c, sizeof(api_conf_checked_t), n);

    api_thread_words_unmute();
}


static ngx_int_t
check_again(ngx_conf_t *cf, api_conf_checked_t *c)
{
    c->check.reach = api_check_session_msec() + c->check.timeout;
    c->rc = begin(cf, c);

    ask(c);

    return settle(cf, c);
}


static ngx_int_t
prepare(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_msec_t                  reach;
    api_http_database_t        *database;
    const api_http_conninfo_t  *where;

    database = c->database;
    where = database->direct.text.data ? &database->direct
                                       : &database->primary;

    c->log = cf->log;
    api_thread_words_init(&c->words, cf->log);

    c->check.pool = ngx_create_pool(CHECK_POOL, &c->words.log);
    c->check.keep = keep_pool(cf);

    if (c->check.pool == NULL || c->check.keep == NULL) {
        return NGX_ERROR;
    }

    c->migrate.dir = database->migrations;
    c->migrate.where = database->migrations_where;
    c->migrate.keywords = where->keywords;
    c->migrate.values = where->values;
    c->migrate.pooled = api_conf_pooled(database)
                        || (database->db.pooler == API_DB_POOLER_SESSION
                            && where == &database->primary);
    c->migrate.connect_timeout = database->db.connect_timeout;
    c->migrate.database = database->db.name;
    c->migrate.catalog = database->db.catalog;
    c->migrate.threaded = 1;

    c->check.keywords = where->keywords;
    c->check.values = where->values;
    c->check.shared = (database->db.pooler == API_DB_POOLER_SESSION
                       && where == &database->primary);
    c->check.threaded = 1;
    c->check.log = &c->words.log;
    c->check.timeout = database->db.connect_timeout;

    if (c->cold) {
        c->migrate.wait = 1;
        reach = ngx_test_config ? CHECK_REACH_TEST : CHECK_REACH;
        c->check.timeout = ngx_min(c->check.timeout, reach);
        c->check.deadline = api_check_session_msec() + CHECK_COLD;
    }

    c->check.reach = api_check_session_msec() + c->check.timeout;

    if (database->check == API_HTTP_CHECK_OFF) {

        /* without a check it is asked for migrations only, and on a cold start
           workers apply these */

        if (c->migrate.dir.len == 0 || c->cold || ngx_test_config) {
            return NGX_OK;
        }

    } else if (begin(cf, c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (api_conf_pooler_begin(cf, c) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_check_addresses_begin(c->check.pool, cf->log, c->check.keywords,
                                     c->check.values, &c->names);
}


/* a pool like cf->pool, for a thread */

static ngx_pool_t *
keep_pool(ngx_conf_t *cf)
{
    ngx_pool_t          *pool;
    ngx_pool_cleanup_t  *cleanup;

    cleanup = ngx_pool_cleanup_add(cf->pool, 0);
    if (cleanup == NULL) {
        return NULL;
    }

    pool = ngx_create_pool(CHECK_KEEP, &cf->cycle->new_log);
    if (pool == NULL) {
        return NULL;
    }

    cleanup->handler = keep_pool_cleanup;
    cleanup->data = pool;

    return pool;
}


static void
keep_pool_cleanup(void *data)
{
    ngx_destroy_pool(data);
}


/* what is asked, as it stands: anew after migrations */

static ngx_int_t
begin(ngx_conf_t *cf, api_conf_checked_t *c)
{
    c->check.pooled = api_conf_pooled(c->database);
    c->check.nstatements = 0;
    c->check.npending = 0;
    c->check.unsure = 0;
    c->faults = 0;

    if (collect(cf, c) != NGX_OK || api_conf_roles_ask(cf, c) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_causes_ask(cf, &c->check);
}


/* the statements of the routes that use the database */

static ngx_int_t
collect(ngx_conf_t *cf, api_conf_checked_t *c)
{
    api_conf_asked_t       *asked;
    ngx_uint_t              i, n;
    api_check_t            *check;
    api_http_route_t      **route;
    api_http_main_conf_t   *amcf;
    api_check_statement_t  *statement;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    check = &c->check;
    n = c->database->db.nstatements;

    statement = ngx_pcalloc(check->pool,
                            (n + 1) * sizeof(api_check_statement_t));
    asked = ngx_pcalloc(check->pool, (n + 1) * sizeof(api_conf_asked_t));

    if (statement == NULL || asked == NULL) {
        return NGX_ERROR;
    }

    check->described = api_conf_rows_described;
    check->conf = &c->database->db;
    check->migrate = c->migrate.dir.len ? &c->migrate : NULL;
    check->statements = statement;
    check->rows = c->database->check_rows;

    route = amcf->routes.elts;

    for (i = 0; i < amcf->routes.nelts; i++) {

        if (route[i]->database == c->database
            && api_conf_roles_collect(check, route[i], asked) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* runs in a thread, which has the pool and the words to itself */

static void
ask(void *item)
{
    api_conf_checked_t  *c;

    c = item;

    if (c->rc == NGX_ERROR) {
        return;
    }

    ask_database(c);

    if (api_conf_pooler_ask(c) != NGX_OK) {
        c->rc = NGX_ERROR;
    }
}


static void
ask_database(api_conf_checked_t *c)
{
    uint64_t     begun;
    ngx_int_t    rc;
    const char  *why;

    if (c->names != NULL) {
        rc = api_check_addresses_end(c->names, c->check.reach,
                                     &c->check.keywords,
                                     &c->check.values, &why);
        c->names = NULL;

        if (rc != NGX_OK) {
            c->rc = (rc == NGX_DECLINED) ? unnamed(c, why) : NGX_ERROR;
            return;
        }

        c->migrate.keywords = c->check.keywords;
        c->migrate.values = c->check.values;
    }

    if (c->database->check == API_HTTP_CHECK_OFF) {
        return;
    }

    begun = api_check_session_msec();

    c->rc = api_check(&c->check);

    c->took = api_check_session_msec() - begun;
}


static ngx_int_t
unnamed(api_conf_checked_t *c, const char *why)
{
    u_char      *p;
    ngx_uint_t   i;
    const char  *value[3];

    static const char *const  names[] = { "host", "port", "dbname" };

    for (i = 0; i < 3; i++) {
        value[i] = api_check_addresses_value(c->check.keywords, c->check.values,
                                             names[i]);
    }

    p = ngx_pnalloc(c->check.pool, API_CHECK_SESSION_PLACE);
    if (p == NULL) {
        return NGX_ERROR;
    }

    c->check.place.data = p;
    c->check.place.len = (size_t) (api_db_refusal_place_of(value[0], value[1],
                                       value[2], p, p + API_CHECK_SESSION_PLACE)
                                   - p);

    c->check.why.data = (u_char *) (uintptr_t) why;
    c->check.why.len = ngx_strlen(why);

    return NGX_DECLINED;
}


/* meanwhile a long migration is reported as such */

static void
meanwhile(void *items)
{
    api_conf_checked_t  *c;

    ngx_time_update();

    for (c = items; c->database != NULL; c++) {
        if (!c->cold) {
            api_thread_words_tell(&c->words, c->log, NGX_LOG_STDERR);
        }
    }
}


/*
 * On a cold start whatever is wrong with a database is logged as an error at
 * most, and does not keep nginx from starting.
 */

static ngx_int_t
settle(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_int_t   rc;
    ngx_log_t  *log;

    ngx_time_update();

    if (!c->cold) {
        api_thread_words_tell(&c->words, cf->log, NGX_LOG_STDERR);
        return judge(cf, c);
    }

    log = cf->log;
    cf->log = &c->words.log;

    api_thread_words_mute();

    rc = judge(cf, c);

    api_thread_words_unmute();

    cf->log = log;

    api_thread_words_tell(&c->words, cf->log, NGX_LOG_ERR);

    return rc == NGX_OK ? NGX_OK : refused(cf, c);
}


static ngx_int_t
judge(ngx_conf_t *cf, api_conf_checked_t *c)
{
    if (c->rc == NGX_DECLINED) {
        return away(cf, c);
    }

    if (c->rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (c->database->check == API_HTTP_CHECK_OFF) {
        api_conf_pooler_unasked(cf, c->database);
        return ngx_test_config ? look_at_folder(cf, c) : NGX_OK;
    }

    if (c->check.lender.len != 0) {
        api_conf_pooler_lends(cf, c->database, &c->check.lender);
    }

    if (c->check.pooled) {
        api_conf_pooler_noticed(cf, c->database, &c->check.place);
    }

    api_conf_pooler_tell(cf, c);

    if (c->rc == NGX_DONE) {
        return c->cold ? NGX_ERROR : NGX_OK;
    }

    ngx_memcpy(c->database->db.catalog, c->check.catalog, API_DB_CATALOG);

    if (api_conf_causes_keep(cf, &c->check) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_verdict(cf, c);
}


static ngx_int_t
away(ngx_conf_t *cf, api_conf_checked_t *c)
{
    ngx_str_t   lock;
    ngx_uint_t  level;

    c->away = 1;
    c->database->db.unchecked = 1;
    api_conf_rows_late(&c->check);

    api_conf_pooler_unasked(cf, c->database);

    level = (c->database->check == API_HTTP_CHECK_REQUIRED) ? NGX_LOG_EMERG
            : c->cold ? NGX_LOG_ERR : NGX_LOG_WARN;

    ngx_str_null(&lock);

    if (level != NGX_LOG_EMERG) {
        lock = c->database->lock;
    }

    ngx_log_error(level, cf->log, 0,
                  "api_postgres \"%V\": %V is out of reach (%V): its "
                  "statements %s%V%s%V%s", &c->database->db.name,
                  &c->check.place, &c->check.why,
                  lock.len ? "are checked by " : "were not checked", &lock,
                  c->migrate.dir.len ? ", migrations of \"" : "",
                  &c->migrate.dir,
                  c->migrate.dir.len ? "\" were not applied" : "");

    if (level == NGX_LOG_EMERG
        || (c->migrate.dir.len != 0 && look_at_folder(cf, c) != NGX_OK))
    {
        return NGX_ERROR;
    }

    if (c->database->lock.len == 0) {
        return NGX_OK;
    }

    if (api_conf_unlock(cf, c->database, &c->check) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_conf_verdict(cf, c);
}


static ngx_int_t
look_at_folder(ngx_conf_t *cf, const api_conf_checked_t *c)
{
    if (c->migrate.dir.len == 0) {
        return NGX_OK;
    }

    return api_check_migrate_check(&c->migrate, c->check.pool, cf->log);
}


/* on a cold start, when the log has the reason already: what its routes do
   now */

static ngx_int_t
refused(ngx_conf_t *cf, api_conf_checked_t *c)
{
    const char  *what;

    if (c->rc == NGX_OK) {
        what = "the routes concerned answer 500 until it fits them";

    } else {
        c->away = 1;
        c->database->db.unchecked = 1;
        api_conf_rows_late(&c->check);

        what = "its routes answer 503 until it can be used";
    }

    ngx_log_error(NGX_LOG_ERR, cf->log, 0, "api_postgres \"%V\": nginx starts"
                  " without a database that is as it should be: %s",
                  &c->database->db.name, what);

    return NGX_OK;
}
