
#include "db/inquiry.h"
#include "db/clean.h"
#include "db/conn.h"
#include "db/due.h"
#include "db/pipeline.h"
#include "db/prepared.h"
#include "db/segment.h"


/* ms: so long one may wait for a connection */
#define API_DB_INQUIRY_WAIT  1000


/* the first OID that is not PostgreSQL's own, and text's */
#define API_DB_INQUIRY_OWN   16384
#define API_DB_INQUIRY_TEXT  25


/* what a command of one is for */
typedef enum {
    API_DB_INQUIRY_PARSE = 0,  /* the whole statement, for its types */
    API_DB_INQUIRY_TYPES,
    API_DB_INQUIRY_NAMES,      /* are functions of these names volatile? */
    API_DB_INQUIRY_LOCAL,      /* settings of the transaction */
    API_DB_INQUIRY_PIECE
} api_db_inquiry_e;

/* and it is the last of its segment */
#define API_DB_INQUIRY_LAST  0x10


static ngx_int_t inquiry_send(api_db_t *db, api_db_inquiry_t *inquiry);
static ngx_int_t inquiry_types(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_inquiry_t *inquiry);
static ngx_int_t inquiry_piece(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_inquiry_t *inquiry);
static ngx_int_t inquiry_command(api_db_conn_t *conn,
    api_db_segment_t *segment, ngx_uint_t what, int sent);
static void inquiry_learn(api_db_inquiry_t *inquiry, const PGresult *res);
static api_db_verdict_e inquiry_verdict(const api_db_inquiry_t *inquiry,
    const PGresult *res, ngx_uint_t ok);
static void inquiry_landed(api_db_t *db);
static void inquiry_end(api_db_t *db);


/* no function, operator or type of the user's is found in that path */

static const char  inquiry_local[] =
    "SELECT pg_catalog.set_config('transaction_read_only', 'on', true),"
    " pg_catalog.set_config('search_path', 'pg_catalog', true),"
    " pg_catalog.set_config('statement_timeout', '200', true)";

static const char  inquiry_names[] =
    "SELECT 1 / (pg_catalog.count(*) = 0)::pg_catalog.int4"
    " FROM pg_catalog.pg_proc p WHERE p.provolatile = 'v'"
    " AND p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace"
    " AND p.proname = ANY ($1::pg_catalog.text[])";


void
api_db_inquiry_init(api_db_t *db)
{
    ngx_queue_init(&db->inquiries);
}


ngx_int_t
api_db_inquire(api_db_t *db, api_db_inquiry_t *inquiry)
{
    if (db->ending || api_db_usable_count(db) == 0) {
        return NGX_DECLINED;
    }

    inquiry->oids = ngx_pcalloc(inquiry->pool,
                                (inquiry->sql->params.nelts + 1)
                                * sizeof(unsigned));
    if (inquiry->oids == NULL) {
        return NGX_ERROR;
    }

    inquiry->db = db;
    inquiry->since = ngx_current_msec;
    inquiry->waiting = 1;

    ngx_queue_insert_tail(&db->inquiries, &inquiry->queue);

    api_db_due(db);

    return NGX_AGAIN;
}


/* what is in flight for it comes back for nobody */

void
api_db_inquiry_forget(api_db_inquiry_t *inquiry)
{
    if (inquiry->waiting) {
        inquiry->waiting = 0;
        ngx_queue_remove(&inquiry->queue);

        if (inquiry->db->inquiry == inquiry) {
            inquiry->db->inquiry = NULL;
        }
    }
}


/* the head of the queue is the one that is asked about */

void
api_db_inquiry_run(api_db_t *db)
{
    ngx_queue_t       *q;
    api_db_inquiry_t  *inquiry;

    while (!db->inquires && !ngx_queue_empty(&db->inquiries)) {

        q = ngx_queue_head(&db->inquiries);
        inquiry = ngx_queue_data(q, api_db_inquiry_t, queue);

        if (inquiry->failed
            || (inquiry->asked && inquiry->next == inquiry->npieces)
            || ngx_current_msec - inquiry->since > API_DB_INQUIRY_WAIT)
        {
            inquiry_end(db);
            continue;
        }

        switch (inquiry_send(db, inquiry)) {

        case NGX_OK:
            return;

        case NGX_BUSY:
            api_db_due_in(db, API_DB_DUE_LATER);
            return;

        default:
            inquiry->failed = 1;
        }
    }
}


/* whoever is called may begin another one */

static void
inquiry_end(api_db_t *db)
{
    ngx_queue_t       *q;
    api_db_inquiry_t  *inquiry;

    q = ngx_queue_head(&db->inquiries);
    inquiry = ngx_queue_data(q, api_db_inquiry_t, queue);

    ngx_queue_remove(q);
    inquiry->waiting = 0;

    inquiry->handler(inquiry);
}


/* NGX_BUSY: all connections have something to themselves */

static ngx_int_t
inquiry_send(api_db_t *db, api_db_inquiry_t *inquiry)
{
    ngx_int_t          rc;
    ngx_uint_t         pooled;
    api_db_conn_t     *conn;
    api_db_segment_t  *segment;

    conn = api_db_pipeline_spare(db);

    if (conn == NULL || conn->inquires || !api_db_segment_free(conn)) {
        return api_db_usable_count(db) ? NGX_BUSY : NGX_ERROR;
    }

    pooled = db->pooler == API_DB_POOLER_TRANSACTION;

    segment = api_db_segment_begin(conn);

    if (segment != NULL) {
        segment->question = 1;
    }

    rc = NGX_ERROR;

    /*
     * What stands between two Syncs is one transaction.  A BEGIN would outlive
     * the error that is expected, and what is sent behind it would fail, too.
     */

    if (segment != NULL
        && (!pooled || api_db_clean_begin(conn, segment, NULL) == NGX_OK))
    {
        rc = inquiry->asked ? inquiry_piece(conn, segment, inquiry)
                            : inquiry_types(conn, segment, inquiry);
    }

    if (rc != NGX_OK
        || (pooled && api_db_segment_sql(conn, segment, API_DB_COMMAND_COMMIT,
                                         NULL, "COMMIT", 0, NULL)
                      != NGX_OK)
        || api_db_segment_sync(conn, segment) != NGX_OK)
    {
        conn->broken = 1;
        ngx_post_event((&conn->post), &ngx_posted_events);
        return NGX_ERROR;
    }

    conn->inquires = 1;
    db->inquires = 1;
    db->inquiry = inquiry;

    if (conn->state == API_DB_CONN_IDLE) {
        api_db_conn_state(conn, API_DB_CONN_BUSY);
    }

    return NGX_OK;
}


static ngx_int_t
inquiry_types(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_inquiry_t *inquiry)
{
    int              n;
    ngx_uint_t       last;
    const char      *values[1];
    const unsigned  *given;
    api_db_step_t    step;

    step.sql = inquiry->sql;
    step.id = inquiry->id;

    given = api_db_prepared_given(conn->db, &step);
    n = given ? (int) inquiry->sql->params.nelts : 0;
    last = (inquiry->names == NULL) ? API_DB_INQUIRY_LAST : 0;

    if (inquiry_command(conn, segment, API_DB_INQUIRY_PARSE,
                        PQsendPrepare(conn->pg, "",
                                      (const char *) inquiry->sql->sent.data,
                                      n, given))
        != NGX_OK
        || inquiry_command(conn, segment, API_DB_INQUIRY_TYPES|last,
                           PQsendDescribePrepared(conn->pg, ""))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (last) {
        return NGX_OK;
    }

    values[0] = inquiry->names;

    return inquiry_command(conn, segment,
                           API_DB_INQUIRY_NAMES|API_DB_INQUIRY_LAST,
                           PQsendQueryParams(conn->pg, inquiry_names, 1, NULL,
                                             values, NULL, NULL, 0));
}


static ngx_int_t
inquiry_piece(api_db_conn_t *conn, api_db_segment_t *segment,
    api_db_inquiry_t *inquiry)
{
    if (inquiry_command(conn, segment, API_DB_INQUIRY_LOCAL,
                        PQsendQueryParams(conn->pg, inquiry_local, 0, NULL,
                                          NULL, NULL, NULL, 0))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return inquiry_command(conn, segment,
                           API_DB_INQUIRY_PIECE|API_DB_INQUIRY_LAST,
                           PQsendQueryParams(conn->pg,
                                   inquiry->pieces[inquiry->next],
                                   (int) inquiry->sql->params.nelts,
                                   inquiry->oids, inquiry->values, NULL, NULL,
                                   0));
}


static ngx_int_t
inquiry_command(api_db_conn_t *conn, api_db_segment_t *segment,
    ngx_uint_t what, int sent)
{
    if (sent != 1) {
        return NGX_ERROR;
    }

    return api_db_segment_command(conn, segment, API_DB_COMMAND_INQUIRE, NULL,
                                  what);
}


void
api_db_inquiry_result(api_db_conn_t *conn, const api_db_command_t *command,
    ngx_uint_t ok)
{
    ngx_uint_t         what;
    api_db_inquiry_t  *inquiry;

    /* NULL: it was forgotten */

    inquiry = conn->db->inquiry;
    what = command->step & ~(ngx_uint_t) API_DB_INQUIRY_LAST;

    if (inquiry != NULL) {

        if (what == API_DB_INQUIRY_PIECE) {
            inquiry->verdicts[inquiry->next++]
                = inquiry_verdict(inquiry, command->res, ok);

        } else if (!ok) {
            inquiry->failed = 1;

        } else if (what == API_DB_INQUIRY_TYPES) {
            inquiry_learn(inquiry, command->res);
        }
    }

    if (command->step & API_DB_INQUIRY_LAST) {

        if (inquiry != NULL) {
            inquiry->asked = 1;
        }

        conn->inquires = 0;
        inquiry_landed(conn->db);
    }
}


static void
inquiry_learn(api_db_inquiry_t *inquiry, const PGresult *res)
{
    int  i;

    if (PQnparams(res) != (int) inquiry->sql->params.nelts) {
        inquiry->failed = 1;
        return;
    }

    /* what is the user's own is read by what is his, as a domain's rules are */

    for (i = 0; i < PQnparams(res); i++) {
        inquiry->oids[i] = PQparamtype(res, i) < API_DB_INQUIRY_OWN
                           ? PQparamtype(res, i) : API_DB_INQUIRY_TEXT;
    }
}


/* the same error, raised in the same place of the server */

static api_db_verdict_e
inquiry_verdict(const api_db_inquiry_t *inquiry, const PGresult *res,
    ngx_uint_t ok)
{
    const char  *state, *place;

    if (ok) {
        return API_DB_VERDICT_PASSES;
    }

    state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    place = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);

    if (state == NULL) {
        return API_DB_VERDICT_UNKNOWN;
    }

    if (ngx_strcmp(state, inquiry->state) == 0
        && ngx_strcmp(place ? place : "", inquiry->place) == 0)
    {
        return API_DB_VERDICT_FAILS;
    }

    /* 42846: there is no such cast */

    return inquiry->casts && (ngx_strncmp(state, "22", 2) == 0
                              || ngx_strcmp(state, "42846") == 0)
           ? API_DB_VERDICT_PASSES : API_DB_VERDICT_UNKNOWN;
}


/* it may have been what broke the connection */

void
api_db_inquiry_lost(api_db_t *db)
{
    if (db->inquiry != NULL) {
        db->inquiry->failed = 1;
    }

    inquiry_landed(db);
}


static void
inquiry_landed(api_db_t *db)
{
    db->inquires = 0;
    db->inquiry = NULL;

    api_db_due(db);
}
