
#include "db/prepared.h"

#include "sql/told.h"


static ngx_int_t api_db_prepared_reshape(api_db_t *db,
    api_db_prepared_t *prepared, const PGresult *res);
static api_db_prepared_t *api_db_prepared_oids(api_db_conn_t *conn,
    const api_db_step_t *step);
static ngx_uint_t api_db_prepared_tell(api_db_conn_t *conn,
    const api_db_step_t *step, api_db_job_t *job, const PGresult *res);
static ngx_uint_t api_db_prepared_outdated(const PGresult *res);


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

    /* unless another Parse was sent since */

    if (conn->parsed[id] == command->serial) {
        conn->parsed[id] = 0;
    }
}


const unsigned *
api_db_prepared_told(const api_db_t *db, const api_db_step_t *step)
{
    const unsigned  *oids;

    oids = db->prepared[step->id].oids;

    return oids != NULL ? oids : step->sql->told;
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

    if (code[0] == '4' && code[1] == '2' && job != NULL
        && api_db_prepared_tell(conn, step, job, res))
    {
        return 1;
    }

    if (!conn->db->prepare) {
        return 0;
    }

    /* invalid_sql_statement_name: it is not prepared, whatever we believed */

    if (ngx_strcmp(code, "26000") == 0) {

        if (conn->parsed[step->id] < command->serial) {
            conn->parsed[step->id] = 0;
        }

        return api_db_prepared_once(job);
    }

    /*
     * It is, but for tables that are no more (0A000), or for someone before
     * us on a pooled connection (42P05)
     */

    if (ngx_strcmp(code, "42P05") == 0
        || (ngx_strcmp(code, "0A000") == 0 && api_db_prepared_outdated(res)))
    {
        if (conn->parsed[step->id] <= command->serial) {
            conn->parsed[step->id] = 0;
            conn->stale[step->id] = 1;
        }

        return api_db_prepared_once(job);
    }

    return 0;
}


/* a parameter's type PostgreSQL cannot infer: tell the declared one */

static ngx_uint_t
api_db_prepared_tell(api_db_conn_t *conn, const api_db_step_t *step,
    api_db_job_t *job, const PGresult *res)
{
    api_db_prepared_t  *prepared;

    prepared = api_db_prepared_oids(conn, step);

    if (prepared == NULL) {
        return 0;
    }

    switch (api_sql_told(step->sql,
                         PQresultErrorField(res, PG_DIAG_SQLSTATE),
                         PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY),
                         prepared->oids))
    {

    case API_SQL_TOLD_MORE:
        return 1;

    case API_SQL_TOLD_BEFORE:

        /* since this one was sent */

        return api_db_prepared_once(job);

    default:
        return 0;
    }
}


/* with room for a type of each parameter, or NULL: memory */

static api_db_prepared_t *
api_db_prepared_oids(api_db_conn_t *conn, const api_db_step_t *step)
{
    api_db_prepared_t  *prepared;

    prepared = &conn->db->prepared[step->id];

    if (prepared->oids == NULL) {
        prepared->oids = ngx_pcalloc(conn->db->pool,
                                     (step->sql->params.nelts + 1)
                                     * sizeof(unsigned));
        if (prepared->oids == NULL) {
            return NULL;
        }

        if (step->sql->told != NULL) {
            ngx_memcpy(prepared->oids, step->sql->told,
                       step->sql->params.nelts * sizeof(unsigned));
        }
    }

    return prepared;
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
 * function that raises it is not
 */

static ngx_uint_t
api_db_prepared_outdated(const PGresult *res)
{
    const char  *function;

    function = PQresultErrorField(res, PG_DIAG_SOURCE_FUNCTION);

    return function && ngx_strcmp(function, "RevalidateCachedQuery") == 0;
}
