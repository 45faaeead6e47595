
#include "db/backoff.h"
#include "db/due.h"
#include "observe/observe.h"


#define API_DB_BACKOFF_FIRST    100      /* ms: the shortest pause */
#define API_DB_BACKOFF_LONGEST  2000     /* ms */
#define API_DB_BACKOFF_URGENT   500      /* ms: while jobs still wait */
#define API_DB_BACKOFF_RESTART  500      /* ms: the server refuses
                                            connections but served us before;
                                            it may be restarting, */
#define API_DB_BACKOFF_SOON     100      /* ms: so it is tried this often */


static ngx_uint_t api_db_backoff_hopeless(const api_db_t *db);
static void api_db_backoff_end(api_db_t *db);


ngx_uint_t
api_db_backoff_failed(api_db_t *db, ngx_msec_t since, ngx_uint_t flat)
{
    ngx_uint_t  hopeless;
    ngx_msec_t  pause, longest;

    if (db->failures++ == 0) {
        db->failing = since;

        api_tell(.event = API_EVENT_BACKOFF_BEGUN,
                 .database = &db->conf->name);
    }

    db->flat = flat ? 1 : 0;

    hopeless = api_db_backoff_hopeless(db);

    pause = db->pause ? db->pause * 2 : API_DB_BACKOFF_FIRST;

    longest = API_DB_BACKOFF_LONGEST;

    if (api_db_backoff_away(db) && !hopeless) {
        longest = flat ? API_DB_BACKOFF_SOON : API_DB_BACKOFF_URGENT;
    }

    pause = ngx_min(pause, longest);

    db->pause = pause;

    /* random, so that not all workers and servers try at the same moment */

    pause = pause / 2 + (ngx_msec_t) ngx_random() % (pause / 2 + 1);

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
    }

    ngx_add_timer(&db->retry, pause);

    return hopeless;
}


/*
 * The database has been away for longer than a job may wait.  Where the server
 * does not answer at all: for longer than a restart takes, or at once if it
 * never served us.
 */

static ngx_uint_t
api_db_backoff_hopeless(const api_db_t *db)
{
    ngx_msec_t  patience;

    if (!api_db_backoff_away(db)) {
        return 0;
    }

    patience = db->conf->acquire_timeout;

    if (db->flat) {
        patience = db->served ? ngx_min(patience, API_DB_BACKOFF_RESTART) : 0;
    }

    return ngx_current_msec - db->failing >= patience;
}


ngx_uint_t
api_db_backoff_gone(api_db_t *db)
{
    if (!api_db_backoff_hopeless(db)) {
        return 0;
    }

    if (db->retry.timer_set) {
        return 1;
    }

    db->want = 1;
    api_db_due(db);

    /*
     * an attempt that finds nobody fails at once, so this job may wait for it
     */

    return !db->flat;
}


ngx_msec_t
api_db_backoff_left(const api_db_t *db)
{
    ngx_msec_t  left;

    if (db->failures == 0 || !db->retry.timer_set) {
        return 0;
    }

    left = db->retry.timer.key - ngx_current_msec;

    if ((ngx_msec_int_t) left <= 0) {
        return 0;
    }

    return left;
}


void
api_db_backoff_connected(api_db_t *db)
{
    if (db->failures) {
        ngx_log_error(NGX_LOG_NOTICE, db->log, 0,
                      "connected to PostgreSQL again, api_postgres: \"%V\"",
                      &db->conf->name);
    }

    api_db_backoff_end(db);
    db->served = 1;

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
        db->gate_shut = 0;
    }

    api_db_due(db);
}


void
api_db_backoff_retry(api_db_t *db)
{
    db->pause = 0;

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
    }

    api_db_due(db);
}


void
api_db_backoff_lost(api_db_t *db)
{
    if (api_db_usable_count(db)) {
        return;
    }

    /*
     * whatever failed before, the first attempt after a loss is made at once
     */

    api_db_backoff_end(db);

    if (db->retry.timer_set) {
        ngx_del_timer(&db->retry);
        db->gate_shut = 0;
    }

    api_db_due(db);
}


static void
api_db_backoff_end(api_db_t *db)
{
    if (db->failures) {
        api_tell(.event = API_EVENT_BACKOFF_ENDED,
                 .database = &db->conf->name);
    }

    db->failures = 0;
    db->pause = 0;
}


ngx_uint_t
api_db_backoff_away(const api_db_t *db)
{
    return db->failures && api_db_usable_count(db) == 0
           && db->counts[API_DB_CONN_DRAINING] == 0;
}


ngx_uint_t
api_db_backoff_gated(const api_db_t *db)
{
    return db->gate_shut
           && (db->retry.timer_set
               || (ngx_msec_int_t) (db->gate - ngx_current_msec) > 0);
}
