
#include "db/rehearse.h"
#include "db/migrate_apply.h"

#include <libpq-fe.h>


static ngx_int_t rehearse_file(api_db_session_t *s,
    const api_db_migrate_file_t *file, ngx_uint_t *unsure);
static ngx_int_t rehearse_failed(api_db_session_t *s,
    const api_db_migrate_file_t *file, ngx_uint_t done, const PGresult *res,
    ngx_uint_t *unsure);
static ngx_int_t rehearse_end(api_db_session_t *s,
    const api_db_migrate_file_t *file, ngx_uint_t *unsure);
static ngx_int_t rehearse_command(api_db_session_t *s, const char *sql);
static ngx_uint_t rehearse_is(const PGresult *res, const char *sqlstate);


ngx_int_t
api_db_rehearse(api_db_session_t *s, const ngx_array_t *pending,
    ngx_uint_t *unsure)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    api_db_migrate_file_t  **file;

    file = pending->elts;

    for (i = 0; i < pending->nelts; i++) {

        if (file[i]->no_transaction) {
            *unsure = 1;
            ngx_log_error(NGX_LOG_WARN, s->log, 0, "migration \"%V\" was not"
                          " rehearsed: it has no transaction that could be"
                          " rolled back", &file[i]->path);
            continue;
        }

        rc = rehearse_file(s, file[i], unsure);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
rehearse_file(api_db_session_t *s, const api_db_migrate_file_t *file,
    ngx_uint_t *unsure)
{
    ngx_int_t    rc;
    ngx_uint_t   done;
    PGresult    *res;

    /* of each anew: an earlier one may have set them for itself; with other
       strings sql/script would have read another text */

    if (rehearse_command(s, "SET LOCAL lock_timeout = '" API_DB_REHEARSE_LOCK
                            "'")
        != NGX_OK
        || rehearse_command(s, "SET LOCAL standard_conforming_strings = on")
           != NGX_OK
        || rehearse_command(s, "SAVEPOINT api_migration") != NGX_OK)
    {
        return NGX_DECLINED;
    }

    rc = api_db_session_script(s, (const char *) file->text.data, &done, &res);

    if (rc == NGX_OK) {
        return rehearse_end(s, file, unsure);
    }

    rc = rehearse_failed(s, file, done, res, unsure);

    PQclear(res);

    return rc;
}


static ngx_int_t
rehearse_failed(api_db_session_t *s, const api_db_migrate_file_t *file,
    ngx_uint_t done, const PGresult *res, ngx_uint_t *unsure)
{
    /* unsafe_new_enum_value_usage */

    if (rehearse_is(res, "55P04")) {
        *unsure = 1;
        ngx_log_error(NGX_LOG_WARN, s->log, 0, "migration \"%V\" was not"
                      " rehearsed: it uses a label that an earlier one gives"
                      " to an enum, which has to be committed first",
                      &file->path);

        return rehearse_command(s, "ROLLBACK TO SAVEPOINT api_migration");
    }

    if (*unsure && !s->lost) {
        api_db_migrate_report(s, NGX_LOG_WARN, file, done, res);
        ngx_log_error(NGX_LOG_WARN, s->log, 0, "this may be for want of a"
                      " migration that was not rehearsed: the rest, and the"
                      " statements, are checked once that is applied");
        return NGX_DONE;
    }

    api_db_migrate_report(s, NGX_LOG_EMERG, file, done, res);

    if (rehearse_is(res, "55P03")) {
        ngx_log_error(NGX_LOG_EMERG, s->log, 0, "migration \"%V\" was"
                      " rehearsed, and waits " API_DB_REHEARSE_LOCK " at most"
                      " for a table that is in use, as requests would wait"
                      " behind it: try again later, or say SET LOCAL"
                      " lock_timeout in the file", &file->path);
    }

    return NGX_ERROR;
}


/* what a COMMIT would find, it finds here */

static ngx_int_t
rehearse_end(api_db_session_t *s, const api_db_migrate_file_t *file,
    ngx_uint_t *unsure)
{
    ngx_uint_t  level;

    if (PQtransactionStatus(s->conn) == PQTRANS_INTRANS
        && rehearse_command(s, "SET CONSTRAINTS ALL IMMEDIATE") == NGX_OK)
    {
        return rehearse_command(s, "SET CONSTRAINTS ALL DEFERRED");
    }

    if (s->lost) {
        return NGX_DECLINED;
    }

    level = *unsure ? NGX_LOG_WARN : NGX_LOG_EMERG;

    ngx_log_error(level, s->log, 0,
                  "migration \"%V\" fails at its end, when it is committed:"
                  " %V", &file->path, &s->why);

    return *unsure ? NGX_DONE : NGX_ERROR;
}


/* NGX_OK or NGX_DECLINED: failed or lost, why is set */

static ngx_int_t
rehearse_command(api_db_session_t *s, const char *sql)
{
    PGresult  *res;

    res = api_db_session_query(s, sql, 0, NULL, 0);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    PQclear(res);

    return NGX_OK;
}


static ngx_uint_t
rehearse_is(const PGresult *res, const char *sqlstate)
{
    const char  *code;

    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    return code != NULL && ngx_strcmp(code, sqlstate) == 0;
}
