
#include "db/columns.h"
#include "db/question.h"
#include "sql/columns.h"
#include "sql/inferred.h"


/* pg_type.dat: no types of values */
#define COLUMNS_RECORD   2249
#define COLUMNS_CSTRING  2275


ngx_int_t
api_db_columns_ask(api_db_conn_t *conn)
{
    api_db_t                           *db;
    ngx_str_t                           tables;
    const api_sql_statement_t *const   *statements;

    db = conn->db;

    if (db->conf->nstatements == 0) {
        return NGX_OK;
    }

    if (db->tables == NULL) {

        statements = db->conf->statements->elts;

        if (api_sql_columns_tables(db->pool, statements,
                                   db->conf->nstatements, &tables)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        db->tables = tables.len ? (const char *) tables.data : "{}";
    }

    conn->learning += 2;

    if (api_db_question_tables(conn, api_sql_columns_sql, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    return api_db_question_tables(conn, api_sql_columns_rules, 1);
}


/* what was learned before stays: requests may be looking at it */

ngx_int_t
api_db_columns_take(api_db_conn_t *conn, const api_db_command_t *command,
    ngx_uint_t ok)
{
    ngx_int_t     rc;
    api_db_t     *db;
    ngx_array_t  *learned;

    db = conn->db;

    if (!ok) {
        ngx_log_error(NGX_LOG_ERR, &conn->log, 0, "what the columns hold "
                      "cannot be read: %s",
                      PQresultErrorMessage(command->res));
        return NGX_OK;
    }

    learned = ngx_palloc(db->pool, sizeof(ngx_array_t));
    if (learned == NULL) {
        return NGX_ERROR;
    }

    if (command->step == 0) {
        rc = api_sql_columns_load(db->pool, command->res, learned);
        db->columns = learned;

    } else {
        rc = api_sql_columns_rules_load(db->pool, command->res, learned);
        db->rules = learned;
    }

    return rc;
}


/*
 * What a column is in the answer it is for a later statement.  The statement is
 * this worker's, as all of the configuration.
 */

void
api_db_columns_rows(const api_db_t *db, ngx_uint_t id, const PGresult *res)
{
    int                         n;
    unsigned                    oid;
    ngx_uint_t                  i, k;
    api_sql_param_t            *param;
    api_sql_inferred_t          type[2];
    const api_sql_statement_t  *sql, *const *statements;

    statements = db->conf->statements->elts;

    for (i = id + 1; i < db->conf->nstatements; i++) {

        sql = statements[i];
        param = sql->params.elts;

        for (k = 0; k < sql->params.nelts; k++) {

            if (param[k].earlier != id + 1) {
                continue;
            }

            for (n = 0; n < PQnfields(res); n++) {

                oid = PQftype(res, n);

                if (ngx_strncmp(PQfname(res, n), param[k].member.data,
                                param[k].member.len)
                    == 0
                    && PQfname(res, n)[param[k].member.len] == '\0'
                    && oid != COLUMNS_RECORD && oid != COLUMNS_CSTRING
                    && api_sql_inferred_builtin(oid, type))
                {
                    param[k].declared = oid;
                    break;
                }
            }
        }
    }
}


const ngx_array_t *
api_db_columns(const api_db_t *db)
{
    return db->columns;
}


const ngx_array_t *
api_db_rules(const api_db_t *db)
{
    return db->rules;
}


const unsigned *
api_db_params(const api_db_t *db, ngx_uint_t id)
{
    return db->prepared[id].learned ? db->prepared[id].params : NULL;
}


const api_sql_type_t *
api_db_type(const api_db_t *db, unsigned oid)
{
    return api_sql_types_find(db->types, oid);
}
