
#include "db/prepared.h"
#include "db/due.h"
#include "db/segment.h"

#include "sql/form.h"
#include "sql/state.h"
#include "sql/given.h"


static ngx_int_t api_db_prepared_reshape(api_db_t *db,
    api_db_prepared_t *prepared, const PGresult *res);
static ngx_int_t api_db_prepared_merge(const api_db_t *db,
    api_db_prepared_t *prepared, const api_sql_statement_t *sql,
    const unsigned *oids);
static ngx_uint_t api_db_prepared_give(api_db_conn_t *conn,
    const api_db_step_t *step, api_db_job_t *job, const PGresult *res);
static ngx_int_t api_db_prepared_room(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql);
static ngx_uint_t api_db_prepared_anew(api_db_conn_t *conn,
    const api_db_command_t *command, const char *code);
static void api_db_prepared_lost(api_db_conn_t *conn, const char *code);
static ngx_uint_t api_db_prepared_outdated(const PGresult *res);


/* how often a job is sent again under a name */
#define API_DB_PREPARED_AGAIN  3


ngx_int_t
api_db_prepared_init(api_db_t *db)
{
    ngx_uint_t  i, n;

    n = db->conf->nstatements;

    db->prepared = ngx_pcalloc(db->pool, (n + 1) * sizeof(api_db_prepared_t));
    if (db->prepared == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        *ngx_sprintf((u_char *) db->prepared[i].name, "api_%ui", i) = '\0';
    }

    return NGX_OK;
}


void
api_db_prepared_done(api_db_t *db)
{
    ngx_uint_t  i;

    for (i = 0; i < db->conf->nstatements; i++) {
        if (db->prepared[i].pool) {
            ngx_destroy_pool(db->prepared[i].pool);
        }
    }
}


ngx_int_t
api_db_prepared_shape(api_db_t *db, ngx_uint_t id, const PGresult *res,
    ngx_uint_t typed, const api_sql_shape_t **shape)
{
    ngx_uint_t          i;
    api_db_prepared_t  *prepared;

    prepared = &db->prepared[id];

    if (prepared->pool == NULL
        || prepared->shape.unknown
        || !api_sql_shape_fits(&prepared->shape, res))
    {
        if (api_db_prepared_reshape(db, prepared, res) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (prepared->shape.unknown) {

        if (!typed) {
            return NGX_AGAIN;
        }

        for (i = 0; i < prepared->shape.ncolumns; i++) {
            if (prepared->shape.columns[i].type == NULL) {
                prepared->shape.columns[i].type = &api_sql_type_text;
            }
        }

        prepared->shape.unknown = 0;
    }

    *shape = &prepared->shape;

    return NGX_OK;
}


static ngx_int_t
api_db_prepared_reshape(api_db_t *db, api_db_prepared_t *prepared,
    const PGresult *res)
{
    ngx_pool_t  *pool;

    if (prepared->pool) {
        ngx_destroy_pool(prepared->pool);
        prepared->pool = NULL;
    }

    pool = ngx_create_pool(1024, db->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&prepared->shape, sizeof(api_sql_shape_t));

    if (api_sql_shape_make(pool, db->types, res, &prepared->shape) != NGX_OK) {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    prepared->shape.utc = (unsigned) (db->conf->utc & 1);
    prepared->pool = pool;

    return NGX_OK;
}


void
api_db_prepared_undo(api_db_conn_t *conn, const api_db_command_t *command)
{
    ngx_uint_t  id;

    id = command->flight->plan->steps[command->step].id;

    /* unless it was parsed again since */

    if (conn->parsed[id] == command->serial) {
        conn->parsed[id] = 0;
    }
}


const unsigned *
api_db_prepared_given(const api_db_t *db, const api_db_step_t *step)
{
    const unsigned     *oids;
    api_db_prepared_t  *prepared;

    prepared = &db->prepared[step->id];
    oids = prepared->oids != NULL ? prepared->oids : step->sql->given;

    if (db->known == 0
        || (step->sql->objects == NULL && !prepared->learned))
    {
        return oids;
    }

    if (prepared->known != db->known
        && api_db_prepared_merge(db, prepared, step->sql, oids) != NGX_OK)
    {
        return oids;
    }

    return prepared->sent;
}


/*
 * A composite value is written for the type it was made for: if PostgreSQL
 * infers another one by now, the statement has to fail.
 */

static ngx_int_t
api_db_prepared_merge(const api_db_t *db, api_db_prepared_t *prepared,
    const api_sql_statement_t *sql, const unsigned *oids)
{
    ngx_uint_t  i, n;

    n = sql->params.nelts;

    if (prepared->sent == NULL) {
        prepared->sent = ngx_palloc(db->pool, (n + 1) * sizeof(unsigned));
        if (prepared->sent == NULL) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < n; i++) {
        prepared->sent[i] = oids ? oids[i] : 0;

        if (prepared->sent[i] != 0
            && prepared->sent[i] != API_SQL_GIVEN_INFER)
        {
            continue;
        }

        if (!prepared->learned) {
            prepared->sent[i] = sql->objects[i];

        } else if (api_sql_form_takes_objects(
                       api_sql_types_find(db->types, prepared->params[i])))
        {
            prepared->sent[i] = prepared->params[i];
        }
    }

    prepared->known = db->known;

    return NGX_OK;
}


void
api_db_prepared_reset(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql)
{
    size_t  size;

    size = sql->params.nelts * sizeof(unsigned);
    db->prepared[id].known = 0;

    if (db->prepared[id].oids == NULL) {
        return;
    }

    if (sql->given != NULL) {
        ngx_memcpy(db->prepared[id].oids, sql->given, size);

    } else {
        ngx_memzero(db->prepared[id].oids, size);
    }
}


ngx_uint_t
api_db_prepared_retry(api_db_conn_t *conn, const api_db_command_t *command,
    const PGresult *res)
{
    const char           *code;
    api_db_job_t         *job;
    const api_db_step_t  *step;

    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    step = &command->flight->plan->steps[command->step];
    job = command->flight->job;

    if (code == NULL) {
        return 0;
    }

    /*
     * what was prepared was right then, and the schema may be another one by
     * now
     */

    if (code[0] == '4' && code[1] == '2' && job != NULL
        && (command->kind == API_DB_COMMAND_PREPARE
            || !api_db_prepared_named(conn->db, step->id))
        && step->sql->objects == NULL
        && api_db_prepared_give(conn, step, job, res))
    {
        return 1;
    }

    if (!conn->db->prepare) {
        return 0;
    }

    /*
     * Either it is not prepared, whatever we believed (26000:
     * invalid_sql_statement_name); or it is, but for tables that are gone
     * (0A000), or by another client of a pooled connection (42P05).
     */

    if (ngx_strcmp(code, "26000") == 0
        || ngx_strcmp(code, "42P05") == 0
        || (ngx_strcmp(code, "0A000") == 0 && api_db_prepared_outdated(res)))
    {
        return api_db_prepared_anew(conn, command, code);
    }

    return 0;
}


/*
 * What went wrong with one statement may go wrong with any other, and on all
 * connections.  Where preparing anew does not help, names do not mean what
 * they should (behind a pooler, or with a function that deallocates them):
 * then without names.
 */

static ngx_uint_t
api_db_prepared_anew(api_db_conn_t *conn, const api_db_command_t *command,
    const char *code)
{
    api_db_t         *db;
    ngx_uint_t        id;
    api_db_job_t     *job;
    api_db_flight_t  *flight;

    db = conn->db;
    flight = command->flight;
    job = flight->job;
    id = flight->plan->steps[command->step].id;

    if (flight->epoch == db->epoch) {
        db->epoch++;
        db->outdated = 1;
        api_db_due(db);
    }

    if (job == NULL) {
        return 0;
    }

    if (db->pooler == API_DB_POOLER_TRANSACTION
        || job->renewed == API_DB_PREPARED_AGAIN)
    {
        if (db->prepared[id].unnamed) {
            return api_db_prepared_once(job);
        }

        if (ngx_strcmp(code, "0A000") != 0) {
            api_db_prepared_lost(conn, code);
        }

        db->prepared[id].unnamed = 1;
        return 1;
    }

    job->renewed++;

    return 1;
}


/* the first time: PostgreSQL's own log has a line for each that was lost */

static void
api_db_prepared_lost(api_db_conn_t *conn, const char *code)
{
    ngx_uint_t  i;

    for (i = 0; i < conn->db->conf->nstatements; i++) {
        if (conn->db->prepared[i].unnamed) {
            return;
        }
    }

    ngx_log_error(NGX_LOG_WARN, &conn->log, 0,
                  "prepared statements are not there, or are another client's "
                  "(%s), because of the pooler or of a function that "
                  "deallocates them: those that it happens to are sent without "
                  "a name from now on, and requests go on; let PgBouncer keep "
                  "them (max_prepared_statements, 1.21 and newer), or say "
                  "\"prepare off\"", code);
}


ngx_uint_t
api_db_prepared_doubtful(const api_db_command_t *command, const PGresult *res)
{
    const char  *code;

    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (code == NULL
        || (command->kind != API_DB_COMMAND_EXECUTE
            && command->kind != API_DB_COMMAND_PREPARE)
        || command->flight->job == NULL
        || command->flight->job->doubted == API_DB_PREPARED_AGAIN
        || command->flight->plan->calls)
    {
        return 0;
    }

    /*
     * Values, names and types, and the server's own faults; privileges are
     * checked at each run.
     */

    return ngx_strncmp(code, "22", 2) == 0
           || (ngx_strncmp(code, "42", 2) == 0
               && ngx_strcmp(code, "42501") != 0)
           || ngx_strncmp(code, "0A", 2) == 0
           || ngx_strncmp(code, "XX", 2) == 0;
}


ngx_uint_t
api_db_prepared_named(const api_db_t *db, ngx_uint_t id)
{
    return db->prepare && !db->prepared[id].unnamed;
}


ngx_int_t
api_db_prepared_renew(api_db_conn_t *conn)
{
    api_db_t          *db;
    ngx_uint_t         i, any;
    api_db_segment_t  *segment;

    db = conn->db;

    if (conn->epoch == db->epoch) {
        return NGX_OK;
    }

    conn->epoch = db->epoch;
    any = 0;

    for (i = 0; i < db->conf->nstatements; i++) {

        if (conn->parsed[i] == 0) {
            continue;
        }

        conn->parsed[i] = 0;
        any = 1;

        /* a pooler knows a statement by its name, and servers by its text */

        if (db->pooler == API_DB_POOLER_TRANSACTION) {
            db->prepared[i].unnamed = 1;
        }
    }

    if (!any || db->pooler == API_DB_POOLER_TRANSACTION) {
        return NGX_OK;
    }

    segment = api_db_segment_begin(conn);

    if (segment == NULL
        || api_db_segment_sql(conn, segment, API_DB_COMMAND_CLOSE, NULL,
                              "DEALLOCATE ALL", 0, NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_db_segment_sync(conn, segment);
}


/* PostgreSQL cannot infer a parameter's type: it is told the declared one */

static ngx_uint_t
api_db_prepared_give(api_db_conn_t *conn, const api_db_step_t *step,
    api_db_job_t *job, const PGresult *res)
{
    if (api_db_prepared_room(conn->db, step->id, step->sql) != NGX_OK) {
        return 0;
    }

    conn->db->prepared[step->id].known = 0;

    switch (api_sql_given(step->sql,
                         PQresultErrorField(res, PG_DIAG_SQLSTATE),
                         PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY),
                         api_sql_state_offset(res, step->sql),
                         conn->db->prepared[step->id].oids))
    {

    case API_SQL_GIVEN_MORE:
        return 1;

    case API_SQL_GIVEN_BEFORE:

        /* since this one was sent */

        return api_db_prepared_once(job);

    default:
        return 0;
    }
}


ngx_int_t
api_db_prepared_oids(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql, const unsigned *oids)
{
    if (api_db_prepared_room(db, id, sql) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memcpy(db->prepared[id].oids, oids,
               sql->params.nelts * sizeof(unsigned));

    db->prepared[id].known = 0;

    return NGX_OK;
}


/* makes prepared[id].oids, with what is told so far */

static ngx_int_t
api_db_prepared_room(api_db_t *db, ngx_uint_t id,
    const api_sql_statement_t *sql)
{
    api_db_prepared_t  *prepared;

    prepared = &db->prepared[id];

    if (prepared->oids != NULL) {
        return NGX_OK;
    }

    prepared->oids = ngx_pcalloc(db->pool,
                                 (sql->params.nelts + 1) * sizeof(unsigned));
    if (prepared->oids == NULL) {
        return NGX_ERROR;
    }

    if (sql->given != NULL) {
        ngx_memcpy(prepared->oids, sql->given,
                   sql->params.nelts * sizeof(unsigned));
    }

    return NGX_OK;
}


ngx_uint_t
api_db_prepared_once(api_db_job_t *job)
{
    if (job == NULL || job->again) {
        return 0;
    }

    job->again = 1;

    return 1;
}


/*
 * "cached plan must not change result type": the message is translated, the
 * name of the function that raises it is not
 */

static ngx_uint_t
api_db_prepared_outdated(const PGresult *res)
{
    const char  *function;

    function = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);

    return function && ngx_strcmp(function, "RevalidateCachedQuery") == 0;
}
