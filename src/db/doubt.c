
#include "db/doubt.h"
#include "db/conn.h"
#include "db/due.h"
#include "db/learn.h"
#include "db/pipeline.h"
#include "db/question.h"


/* ms: after so long whoever waits is told that nobody knows */
#define API_DB_DOUBT_WAIT  1000

/* ms: for so long the fields of composites are taken as unchanged */
#define API_DB_DOUBT_SURE  200


static ngx_int_t api_db_doubt_send(api_db_t *db);
static ngx_int_t api_db_doubt_changed(api_db_conn_t *conn,
    const char *catalog);
static void api_db_doubt_answer(api_db_t *db, ngx_queue_t *doubts);
static void api_db_doubt_late(ngx_event_t *ev);
static ngx_uint_t api_db_doubt_composite(const api_db_flight_t *flight);
static ngx_uint_t api_db_doubt_hold(api_db_flight_t *flight, ngx_uint_t epoch,
    api_db_doubt_pt handler);


/*
 * 16384 is the first OID that is not PostgreSQL's own.  TRUNCATE, too, writes
 * a table's row of pg_class: of those rows only the name counts.
 */

#define API_DB_DOUBT_TABLES                                                   \
    " c.oid >= 16384 AND c.relpersistence <> 't'"                             \
    " AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"

#define API_DB_DOUBT_ROWS(alias)                                              \
    "pg_catalog.count(*), pg_catalog.sum(" alias ".xmin::text::bigint)"

const char  api_db_doubt_sql[] =
    "SELECT pg_catalog.md5((ARRAY["
    "(SELECT ROW(" API_DB_DOUBT_ROWS("a") ")::text FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
        " WHERE" API_DB_DOUBT_TABLES " AND a.attnum > 0),"
    "(SELECT pg_catalog.sum(pg_catalog.hashtext(c.relname || ' '"
        " || c.relnamespace)::bigint)::text FROM pg_catalog.pg_class c"
        " WHERE" API_DB_DOUBT_TABLES "),"
    "(SELECT ROW(" API_DB_DOUBT_ROWS("t") ")::text FROM pg_catalog.pg_type t"
        " WHERE t.oid >= 16384 AND t.typrelid = 0 AND t.typcategory <> 'A'),"
    "(SELECT ROW(" API_DB_DOUBT_ROWS("e") ")::text"
        " FROM pg_catalog.pg_enum e),"
    "(SELECT ROW(" API_DB_DOUBT_ROWS("d") ")::text"
        " FROM pg_catalog.pg_constraint d WHERE d.contypid <> 0),"
    "(SELECT ROW(" API_DB_DOUBT_ROWS("p") ")::text FROM pg_catalog.pg_proc p"
        " WHERE p.oid >= 16384),"
    "(SELECT ROW(" API_DB_DOUBT_ROWS("n") ")::text"
        " FROM pg_catalog.pg_namespace n"
        " WHERE n.oid >= 16384 AND n.nspname !~ '^pg_')"
    "])::text)";


void
api_db_doubt_init(api_db_t *db)
{
    ngx_queue_init(&db->doubts);
    ngx_queue_init(&db->asking);
    ngx_queue_init(&db->answered);

    db->late.data = db;
    db->late.handler = api_db_doubt_late;
    db->late.log = db->log;
    db->late.cancelable = 1;

    ngx_memcpy(db->catalog, db->conf->catalog, API_DB_CATALOG);
}


void
api_db_doubt_stop(api_db_t *db)
{
    if (db->late.timer_set) {
        ngx_del_timer(&db->late);
    }
}


ngx_uint_t
api_db_epoch(const api_db_t *db)
{
    return db->epoch;
}


ngx_uint_t
api_db_changed(const api_db_t *db)
{
    return db->changed && !db->conf->unchecked;
}


ngx_int_t
api_db_doubt(api_db_t *db, api_db_doubt_t *doubt)
{
    if (doubt->epoch != db->epoch) {
        return NGX_OK;
    }

    /* in a worker that has just begun, the first connection will be asked */

    if (db->ending
        || (api_db_usable_count(db) == 0 && api_db_coming_count(db) == 0))
    {
        return NGX_DECLINED;
    }

    doubt->waiting = 1;

    ngx_queue_insert_tail(&db->doubts, &doubt->queue);

    if (!db->late.timer_set) {
        ngx_add_timer(&db->late, API_DB_DOUBT_WAIT);
    }

    if (!db->asks) {
        api_db_due(db);
    }

    return NGX_AGAIN;
}


void
api_db_doubt_forget(api_db_doubt_t *doubt)
{
    if (doubt->waiting) {
        doubt->waiting = 0;
        ngx_queue_remove(&doubt->queue);
    }
}


void
api_db_doubt_run(api_db_t *db)
{
    api_db_doubt_answer(db, &db->answered);

    if (db->asks || (ngx_queue_empty(&db->doubts) && !db->outdated)) {
        return;
    }

    switch (api_db_doubt_send(db)) {

    case NGX_OK:
        db->outdated = 0;
        break;

    case NGX_BUSY:
        api_db_due_in(db, API_DB_DUE_LATER);
        break;

    default:
        api_db_doubt_answer(db, &db->doubts);
    }
}


/* NGX_BUSY: every connection is used alone */

static ngx_int_t
api_db_doubt_send(api_db_t *db)
{
    api_db_conn_t  *conn;

    conn = api_db_pipeline_spare(db);

    if (conn == NULL) {
        return api_db_usable_count(db) || api_db_coming_count(db)
               ? NGX_BUSY : NGX_ERROR;
    }

    if (api_db_question(conn, API_DB_COMMAND_DOUBT, api_db_doubt_sql)
        != NGX_OK)
    {
        conn->broken = 1;
        ngx_post_event((&conn->post), &ngx_posted_events);
        return NGX_ERROR;
    }

    conn->asks = 1;
    db->asks = 1;

    if (!ngx_queue_empty(&db->doubts)) {
        ngx_queue_add((&db->asking), (&db->doubts));
        ngx_queue_init(&db->doubts);
    }

    if (conn->state == API_DB_CONN_IDLE) {
        api_db_conn_state(conn, API_DB_CONN_BUSY);
    }

    return NGX_OK;
}


void
api_db_doubt_result(api_db_conn_t *conn, const PGresult *res, ngx_uint_t ok)
{
    char      *catalog;
    api_db_t  *db;

    db = conn->db;

    if (ok && PQntuples(res) == 1 && PQnfields(res) == 1) {

        catalog = PQgetvalue(res, 0, 0);
        db->confirmed = ngx_current_msec;

        if (ngx_strcmp(db->catalog, catalog) != 0
            && api_db_doubt_changed(conn, catalog) != NGX_OK)
        {
            conn->broken = 1;
        }

    } else {
        ngx_log_error(NGX_LOG_WARN, &conn->log, 0,
                      "the database's catalog cannot be read: %s",
                      ok ? "no row" : PQresultErrorMessage(res));
    }

    conn->asks = 0;

    api_db_doubt_lost(db);
}


/* all that was learned and prepared is of another epoch */

static ngx_int_t
api_db_doubt_changed(api_db_conn_t *conn, const char *catalog)
{
    api_db_t  *db;

    db = conn->db;

    if (db->catalog[0]) {
        ngx_log_error(NGX_LOG_NOTICE, &conn->log, 0,
                      "the schema is not what it was: statements are prepared "
                      "anew, types are read again");
    }

    (void) ngx_cpystrn((u_char *) db->catalog,
                       (u_char *) (uintptr_t) catalog, sizeof(db->catalog));

    db->epoch++;
    db->changed = 1;

    if (db->types_loading) {
        db->types_stale = 1;

    } else if (db->types_loaded && api_db_pipeline_types(conn) != NGX_OK) {
        return NGX_ERROR;
    }

    api_db_learn_forget(db);

    return NGX_OK;
}


void
api_db_doubt_certain(api_db_t *db)
{
    db->changed = 1;
    db->outdated = 1;

    api_db_learn_forget(db);
    api_db_due(db);
}


void
api_db_doubt_lost(api_db_t *db)
{
    db->asks = 0;

    if (!ngx_queue_empty(&db->asking)) {
        ngx_queue_add((&db->answered), (&db->asking));
        ngx_queue_init(&db->asking);
    }

    /* those who came meanwhile have their full time before them */

    if (db->late.timer_set) {
        ngx_del_timer(&db->late);
    }

    if (!ngx_queue_empty(&db->doubts)) {
        ngx_add_timer(&db->late, API_DB_DOUBT_WAIT);
    }

    api_db_due(db);
}


static void
api_db_doubt_answer(api_db_t *db, ngx_queue_t *doubts)
{
    ngx_queue_t     *q, queue;
    api_db_doubt_t  *doubt;

    ngx_queue_init(&queue);

    if (!ngx_queue_empty(doubts)) {
        ngx_queue_add((&queue), doubts);
        ngx_queue_init(doubts);
    }

    /* whoever is called may forget others, and have new doubts */

    while (!ngx_queue_empty(&queue)) {
        q = ngx_queue_head(&queue);
        doubt = ngx_queue_data(q, api_db_doubt_t, queue);

        ngx_queue_remove(q);
        doubt->waiting = 0;

        doubt->handler(doubt, doubt->epoch != db->epoch);
    }
}


static void
api_db_doubt_late(ngx_event_t *ev)
{
    api_db_t  *db;

    db = ev->data;

    /* no connection is free to ask */

    api_db_doubt_answer(db, &db->asking);
    api_db_doubt_answer(db, &db->doubts);

    api_db_due(db);
}


ngx_uint_t
api_db_doubt_holds(api_db_flight_t *flight, api_db_doubt_pt handler)
{
    api_db_t  *db;

    db = flight->db;

    if (flight->failure) {

        if (!flight->doubtful) {
            return 0;
        }

        flight->doubtful = 0;
        flight->job->doubted++;

        return api_db_doubt_hold(flight, flight->epoch, handler);
    }

    if (flight->retry || flight->aborted || flight->confirmed
        || !api_db_doubt_composite(flight))
    {
        return 0;
    }

    flight->confirmed = 1;

    if (db->types_loading) {
        ngx_queue_insert_tail(&db->held, &flight->queue);
        return 1;
    }

    return ngx_current_msec - db->confirmed >= API_DB_DOUBT_SURE
           && api_db_doubt_hold(flight, db->epoch, handler);
}


/*
 * For a composite, a table's row for instance, a result says the type but not
 * its fields, which may have been renamed meanwhile.
 */

static ngx_uint_t
api_db_doubt_composite(const api_db_flight_t *flight)
{
    ngx_uint_t            i;
    const api_db_plan_t  *plan;

    plan = flight->plan;

    for (i = 0; i < plan->nsteps; i++) {
        if (flight->db->prepared[plan->steps[i].id].shape.composite) {
            return !ngx_queue_empty(&flight->results);
        }
    }

    return 0;
}


static ngx_uint_t
api_db_doubt_hold(api_db_flight_t *flight, ngx_uint_t epoch,
    api_db_doubt_pt handler)
{
    flight->doubt.epoch = epoch;
    flight->doubt.handler = handler;
    flight->doubt.data = flight;

    switch (api_db_doubt(flight->db, &flight->doubt)) {

    case NGX_AGAIN:
        return 1;

    case NGX_OK:
        flight->retry = 1;
        return 0;

    default:
        return 0;
    }
}
