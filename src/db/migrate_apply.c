
#include "db/migrate_apply.h"
#include "sql/script.h"
#include "sql/statement.h"

#include <libpq-fe.h>


#define APPLY_TEXT  1500       /* bytes of an error, as it is told */
#define APPLY_SQL   1024       /* of an INSERT with the table's name */


static ngx_int_t apply_begin(api_db_session_t *s,
    const api_db_migrate_file_t *file);
static ngx_int_t apply_settled(api_db_session_t *s,
    const api_db_migrate_file_t *file);
static ngx_int_t apply_record(api_db_session_t *s, const char *table,
    const api_db_migrate_file_t *file, uint64_t took);
static ngx_int_t apply_insert(api_db_session_t *s, const char *table,
    const api_db_migrate_file_t *file, uint64_t took);
static ngx_int_t apply_command(api_db_session_t *s, const char *sql);
static ngx_uint_t apply_place(api_db_session_t *s, const ngx_str_t *text,
    ngx_uint_t done, const PGresult *res, ngx_uint_t *line,
    ngx_uint_t *column);
static const char *apply_hint(const api_db_migrate_file_t *file,
    const PGresult *res);


ngx_int_t
api_db_migrate_apply(api_db_session_t *s, const char *table,
    const api_db_migrate_file_t *file)
{
    u_char     name[API_DB_SESSION_WHY], *p;
    uint64_t   start;
    ngx_int_t  rc;

    start = api_db_session_now();

    p = ngx_snprintf(name, sizeof(name), "migration \"%V\"", &file->path);

    s->subject.data = name;
    s->subject.len = (size_t) (p - name);

    rc = apply_begin(s, file);

    if (rc == NGX_OK) {
        rc = api_db_migrate_execute(s, file);
    }

    if (rc == NGX_OK) {
        rc = apply_settled(s, file);
    }

    if (rc == NGX_OK) {
        rc = apply_record(s, table, file, api_db_session_now() - start);
    }

    ngx_str_null(&s->subject);

    if (rc == NGX_OK) {
        start = (api_db_session_now() - start) / 1000;

        ngx_log_error(NGX_LOG_NOTICE, s->log, 0, "migration \"%V\" applied to"
                      " %V in %uL.%03uLms", &file->path, &s->place,
                      start / 1000, start % 1000);

    } else if (!s->lost) {
        (void) apply_command(s, "ROLLBACK");
    }

    return rc;
}


ngx_int_t
api_db_migrate_execute(api_db_session_t *s, const api_db_migrate_file_t *file)
{
    ngx_int_t   rc;
    ngx_uint_t  done;
    PGresult   *error;

    rc = api_db_session_script(s, (const char *) file->text.data, &done,
                               &error);

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    api_db_migrate_report(s, NGX_LOG_EMERG, file, done, error);
    PQclear(error);

    return NGX_ERROR;
}


static ngx_int_t
apply_begin(api_db_session_t *s, const api_db_migrate_file_t *file)
{
    /* sql/script has read the file so; an earlier one may have changed it */

    if (apply_command(s, "SET standard_conforming_strings = on") == NGX_OK
        && (file->no_transaction || apply_command(s, "BEGIN") == NGX_OK))
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, s->log, 0, "migration \"%V\" cannot"
                  " begin: %V", &file->path, &s->why);

    return NGX_ERROR;
}


/* our transaction is still open; without one, the file has left none open */

static ngx_int_t
apply_settled(api_db_session_t *s, const api_db_migrate_file_t *file)
{
    PGTransactionStatusType  want;

    want = file->no_transaction ? PQTRANS_IDLE : PQTRANS_INTRANS;

    if (PQtransactionStatus(s->conn) == want) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, s->log, 0, "migration \"%V\" %s",
                  &file->path,
                  file->no_transaction
                  ? "leaves a transaction open: COMMIT it in the file"
                  : "has ended its transaction: part of it may remain");

    return NGX_ERROR;
}


static ngx_int_t
apply_record(api_db_session_t *s, const char *table,
    const api_db_migrate_file_t *file, uint64_t took)
{
    if (apply_insert(s, table, file, took) == NGX_OK
        && (file->no_transaction || apply_command(s, "COMMIT") == NGX_OK))
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, s->log, 0, "migration \"%V\" %s: %V",
                  &file->path,
                  file->no_transaction
                  ? "was run, but could not be recorded"
                  : "failed at its end, when it was recorded and committed",
                  &s->why);

    return NGX_ERROR;
}


/* execution_time is without the commit; SQLx updates it afterwards */

static ngx_int_t
apply_insert(api_db_session_t *s, const char *table,
    const api_db_migrate_file_t *file, uint64_t took)
{
    u_char      *p, sql[APPLY_SQL];
    u_char       version[NGX_INT64_LEN + 1], time[NGX_INT64_LEN + 1];
    u_char       checksum[API_DB_MIGRATE_CHECKSUM * 2 + 3];
    PGresult    *res;
    const char  *params[4];

    (void) ngx_snprintf(sql, sizeof(sql), "INSERT INTO %s (version,"
                        " description, success, checksum, execution_time)"
                        " VALUES ($1, $2, TRUE, $3, $4)%Z", table);
    (void) ngx_sprintf(version, "%L%Z", file->version);
    (void) ngx_sprintf(time, "%uL%Z", took);

    p = ngx_cpymem(checksum, "\\x", 2);
    p = ngx_hex_dump(p, (u_char *) (uintptr_t) file->checksum,
                     API_DB_MIGRATE_CHECKSUM);
    *p = '\0';

    params[0] = (const char *) version;
    params[1] = (const char *) file->description.data;
    params[2] = (const char *) checksum;
    params[3] = (const char *) time;

    res = api_db_session_query(s, (const char *) sql, 4, params, 0);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    return NGX_OK;
}


/* as long as it takes: a commit may wait for standbys */

static ngx_int_t
apply_command(api_db_session_t *s, const char *sql)
{
    PGresult  *res;

    res = api_db_session_query(s, sql, 0, NULL, 0);

    if (res == NULL) {
        return NGX_ERROR;
    }

    PQclear(res);

    return NGX_OK;
}


void
api_db_migrate_report(api_db_session_t *s, ngx_uint_t level,
    const api_db_migrate_file_t *file, ngx_uint_t done, const PGresult *res)
{
    u_char      *p, *last, text[APPLY_TEXT], place[2 * NGX_INT_T_LEN + 4];
    ngx_uint_t   line, column;

    p = place;

    if (apply_place(s, &file->text, done, res, &line, &column)) {
        p = ngx_sprintf(p, ":%ui", line);

        if (column) {
            p = ngx_sprintf(p, ":%ui", column);
        }
    }

    last = text + sizeof(text);

    if (res != NULL) {
        last = api_db_session_error(text, last, res);

    } else {
        last = ngx_slprintf(text, last, "%V", &s->why);
    }

    ngx_log_error(level, s->log, 0, "migration \"%V\"%*s: %*s%s%s",
                  &file->path, (size_t) (p - place), place,
                  (size_t) (last - text), text,
                  res ? apply_hint(file, res) : "",
                  file->no_transaction
                  ? "; it has no transaction: what it did before may remain"
                  : "");
}


/*
 * Where the error is: 1 and the line, and the column (or 0) if the server
 * gives a position.  Without one the number of results tells the statement.
 */

static ngx_uint_t
apply_place(api_db_session_t *s, const ngx_str_t *text, ngx_uint_t done,
    const PGresult *res, ngx_uint_t *line, ngx_uint_t *column)
{
    size_t       offset;
    ngx_int_t    position;
    const char  *value;

    value = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);

    position = value ? ngx_atoi((u_char *) (uintptr_t) value,
                                ngx_strlen(value))
                     : NGX_ERROR;

    if (position > 0) {
        value = PQparameterStatus(s->conn, "server_encoding");

        /* a database without encoding counts bytes */

        offset = (value && ngx_strcmp(value, "SQL_ASCII") == 0)
                 ? (size_t) position - 1
                 : api_sql_script_offset(text, (ngx_uint_t) position);

        api_sql_statement_place(text, offset, line, column);

        return 1;
    }

    if (api_sql_script_find(text, done, &offset) != NGX_OK) {
        return 0;
    }

    api_sql_statement_place(text, offset, line, column);

    *column = 0;

    return 1;
}


static const char *
apply_hint(const api_db_migrate_file_t *file, const PGresult *res)
{
    size_t       second;
    const char  *sqlstate;

    sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (sqlstate == NULL || ngx_strcmp(sqlstate, "25001") != 0) {
        return "";
    }

    if (!file->no_transaction) {
        return "; HINT: begin the file with \"-- no-transaction\"";
    }

    if (api_sql_script_find(&file->text, 1, &second) == NGX_OK) {
        return "; HINT: the statements of one file run as one transaction:"
               " give this one a file of its own";
    }

    return "";
}
