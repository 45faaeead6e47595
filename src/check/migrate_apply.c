
#include "check/migrate_apply.h"
#include "check/migrate_fault.h"
#include "check/migrate_fresh.h"
#include "check/migrate_table.h"
#include "sql/script.h"

#include <libpq-fe.h>


#define APPLY_TEXT  900        /* bytes of an error that are shown */


static ngx_int_t apply_begin(api_check_session_t *s,
    const api_check_migrate_file_t *file);
static ngx_int_t apply_settled(api_check_session_t *s,
    const api_check_migrate_file_t *file);
static ngx_int_t apply_record(api_check_session_t *s, const char *table,
    const api_check_migrate_file_t *file, uint64_t took);
static ngx_int_t apply_execute(api_check_session_t *s,
    const api_check_migrate_file_t *file);
static size_t apply_place(api_check_session_t *s, const ngx_str_t *text,
    ngx_uint_t done, const PGresult *res);
static ngx_uint_t apply_named(const ngx_str_t *text, size_t from,
    const PGresult *res, size_t *offset);
static const char *apply_hint(const api_check_migrate_file_t *file,
    const PGresult *res);


ngx_int_t
api_check_migrate_apply(api_check_session_t *s, const char *table,
    const api_check_migrate_file_t *file)
{
    u_char     name[API_CHECK_SESSION_WHY], *p;
    uint64_t   start;
    ngx_int_t  rc;

    start = api_check_session_now();

    p = ngx_snprintf(name, sizeof(name), "migration \"%V\"", &file->path);

    s->subject.data = name;
    s->subject.len = (size_t) (p - name);

    rc = apply_begin(s, file);

    if (rc == NGX_OK) {
        rc = apply_execute(s, file);
    }

    if (rc == NGX_OK) {
        rc = apply_settled(s, file);
    }

    if (rc == NGX_OK) {
        rc = apply_record(s, table, file, api_check_session_now() - start);
    }

    ngx_str_null(&s->subject);

    if (rc == NGX_OK) {
        start = (api_check_session_now() - start) / 1000;

        ngx_log_error(NGX_LOG_NOTICE, s->log, 0, "migration \"%V\" applied to"
                      " %V in %uL.%03uLms", &file->path, &s->place,
                      start / 1000, start % 1000);

    } else if (!s->lost && api_check_session_command(s, "ROLLBACK") != NGX_OK) {

        /* the end of the session rolls it back */

        s->lost = 1;
    }

    return rc;
}


static ngx_int_t
apply_execute(api_check_session_t *s, const api_check_migrate_file_t *file)
{
    ngx_int_t   rc;
    ngx_uint_t  done;
    PGresult   *error;

    rc = api_check_session_script(s, (const char *) file->text.data, &done,
                                  &error);

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    api_check_migrate_report(s, NGX_LOG_EMERG, file, done, error);
    PQclear(error);

    return NGX_ERROR;
}


static ngx_int_t
apply_begin(api_check_session_t *s, const api_check_migrate_file_t *file)
{
    if (file->no_transaction || api_check_session_command(s,
                                                          "BEGIN") == NGX_OK) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, s->log, 0, "migration \"%V\" cannot"
                  " begin: %V", &file->path, &s->why);

    return NGX_ERROR;
}


/* our transaction is still open; a file without one has left none open */

static ngx_int_t
apply_settled(api_check_session_t *s, const api_check_migrate_file_t *file)
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
apply_record(api_check_session_t *s, const char *table,
    const api_check_migrate_file_t *file, uint64_t took)
{
    if (!file->no_transaction) {

        if (api_check_migrate_table_record(s, table, file, took) == NGX_OK
            && api_check_session_command(s, "COMMIT") == NGX_OK)
        {
            return NGX_OK;
        }

        api_check_migrate_report_end(s, NGX_LOG_EMERG, file);

        return NGX_ERROR;
    }

    /*
     * the file has been run: a role that it set should not keep us from
     * recording it
     */

    if (api_check_migrate_fresh(s) == NGX_OK
        && api_check_migrate_table_record(s, table, file, took) == NGX_OK)
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, s->log, 0, "migration \"%V\" was run, but"
                  " could not be recorded: %V", &file->path, &s->why);

    return NGX_ERROR;
}


void
api_check_migrate_report_end(api_check_session_t *s, ngx_uint_t level,
    const api_check_migrate_file_t *file)
{
    size_t  end;

    for (end = file->text.len; end > 0; end--) {
        if (file->text.data[end - 1] > ' ') {
            break;
        }
    }

    api_check_migrate_fault(level, s->log, file, end, " fails at its end, when"
                            " it is recorded and committed: %V%s", &s->why,
                            ngx_strnstr(s->why.data, "42501", s->why.len)
                            ? "; HINT: if it says SET ROLE, let it end with"
                              " RESET ROLE" : "");
}


void
api_check_migrate_report(api_check_session_t *s, ngx_uint_t level,
    const api_check_migrate_file_t *file, ngx_uint_t done, const PGresult *res)
{
    api_check_migrate_report_as(s, level, file, done, res,
                                file->no_transaction
                                ? ", which has no transaction, so that what it"
                                  " did before may remain"
                                : "");
}


void
api_check_migrate_report_as(api_check_session_t *s, ngx_uint_t level,
    const api_check_migrate_file_t *file, ngx_uint_t done, const PGresult *res,
    const char *sentence)
{
    u_char  *last, text[APPLY_TEXT];

    last = text + sizeof(text);

    if (res != NULL) {
        last = api_check_session_error(text, last, res);

    } else {
        last = ngx_slprintf(text, last, "%V", &s->why);
    }

    api_check_migrate_fault(level, s->log, file,
                            apply_place(s, &file->text, done, res), "%s: %*s%s",
                            sentence, (size_t) (last - text), text,
                            (res && level == NGX_LOG_EMERG)
                            ? apply_hint(file, res) : "");
}


/*
 * The place that the server names; or the statement that failed, which follows
 * from the number of results: in it what the message speaks of, or its
 * beginning.
 */

static size_t
apply_place(api_check_session_t *s, const ngx_str_t *text, ngx_uint_t done,
    const PGresult *res)
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

        return (value && ngx_strcmp(value, "SQL_ASCII") == 0)
               ? (size_t) position - 1
               : api_sql_script_offset(text, (ngx_uint_t) position);
    }

    if (api_sql_script_find(text, done, &offset) != NGX_OK) {
        return 0;
    }

    (void) apply_named(text, offset, res, &offset);

    return offset;
}


/*
 * Names are in quotes in every language.  Only what the statement itself names
 * counts: a constraint's error names tables that the statement may not.
 */

static ngx_uint_t
apply_named(const ngx_str_t *text, size_t from, const PGresult *res,
    size_t *offset)
{
    ngx_str_t    name;
    const char  *sqlstate, *message, *end;

    sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

    if (sqlstate == NULL || message == NULL
        || ngx_strncmp(sqlstate, "42", 2) != 0
        || PQresultErrorField(res, PG_DIAG_INTERNAL_QUERY) != NULL
        || PQresultErrorField(res, PG_DIAG_CONTEXT) != NULL)
    {
        return 0;
    }

    message = ngx_strchr(message, '"');
    end = message ? ngx_strchr(message + 1, '"') : NULL;

    if (end == NULL) {
        return 0;
    }

    name.data = (u_char *) (uintptr_t) message + 1;
    name.len = (size_t) (end - message) - 1;

    return api_sql_script_word(text, from, &name, offset) == NGX_OK;
}


static const char *
apply_hint(const api_check_migrate_file_t *file, const PGresult *res)
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
