
#include "check/answer.h"
#include "check/conflicts.h"
#include "core/scan.h"
#include "json/read.h"
#include "sql/sequences.h"
#include "sql/state.h"
#include "sql/attempt.h"

#include <libpq-fe.h>


/* bytes of a server's text that are kept */
#define ANSWER_TEXT    1000

/* of a plan's JSON, see api_json_limits_t: what has more is not looked at */
#define ANSWER_DEPTH   1000
#define ANSWER_VALUES  1000000


static ngx_int_t answer_refused(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t command,
    const PGresult *res);
static ngx_uint_t answer_is_planned(const PGresult *res);
static size_t answer_offset(const api_check_statement_t *statement,
    const PGresult *res);
static ngx_uint_t answer_param(const char *message);
static ngx_int_t answer_text(api_check_t *check,
    const api_check_statement_t *statement, const PGresult *res, int field,
    ngx_str_t *out);
static ngx_int_t answer_described(api_check_t *check,
    api_check_statement_t *statement, const PGresult *res);
static ngx_int_t answer_planned(api_check_t *check,
    api_check_statement_t *statement, const PGresult *res);
static ngx_int_t answer_calls(api_check_t *check,
    api_check_statement_t *statement, const api_json_t *plan);
static ngx_int_t answer_walk(api_check_t *check,
    api_check_statement_t *statement, const api_json_t *node);
static ngx_int_t answer_node(api_check_t *check,
    api_check_statement_t *statement, const api_json_t *plan);
static ngx_int_t answer_scan(api_check_t *check,
    api_check_statement_t *statement, const api_json_t *plan);
static const ngx_str_t *answer_member(const api_json_t *node,
    const char *key);


ngx_int_t
api_check_answer(api_check_t *check,
    api_check_statement_t *statement, ngx_uint_t command,
    const PGresult *res)
{
    switch (PQresultStatus(res)) {

    case PGRES_COMMAND_OK:

        if (command == API_CHECK_PREPARE) {
            statement->nprepared++;
        }

        if (command == API_CHECK_DESCRIBE) {
            return answer_described(check, statement, res);
        }

        return NGX_OK;

    case PGRES_TUPLES_OK:

        if (command == API_CHECK_EXPLAIN) {
            return answer_planned(check, statement, res);
        }

        return NGX_OK;

    case PGRES_PIPELINE_ABORTED:
        return NGX_OK;

    default:
        return answer_refused(check, statement, command, res);
    }
}


static ngx_int_t
answer_refused(api_check_t *check, api_check_statement_t *statement,
    ngx_uint_t command, const PGresult *res)
{
    ngx_int_t           rc;
    const char         *code;
    api_check_fault_t  *fault;

    if (command == API_CHECK_PREPARE) {
        rc = api_sql_attempt_refused(&statement->attempt, check->pool,
                                  statement->sql,
                                  PQresultErrorField(res, PG_DIAG_SQLSTATE),
                                  PQresultErrorField(res,
                                                     PG_DIAG_MESSAGE_PRIMARY),
                                  answer_offset(statement, res));

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (command == API_CHECK_EXPLAIN && answer_is_planned(res)) {
        return NGX_OK;
    }

    fault = ngx_pcalloc(check->pool, sizeof(api_check_fault_t));
    if (fault == NULL) {
        return NGX_ERROR;
    }

    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    (void) ngx_cpystrn((u_char *) fault->sqlstate,
                       (u_char *) (uintptr_t) (code ? code : "XX000"),
                       sizeof(fault->sqlstate));

    statement->roleless = (command == API_CHECK_PATIENCE
                           && statement->role != NULL);
    fault->planning = (command == API_CHECK_EXPLAIN);
    fault->offset = answer_offset(statement, res);

    /* a position in EXPLAIN's text is not one in the statement */

    if (fault->planning) {
        fault->offset = (size_t) NGX_ERROR;
    }

    statement->fault = fault;

    if (answer_text(check, statement, res, PG_DIAG_MESSAGE_PRIMARY,
                    &fault->message)
        != NGX_OK
        || answer_text(check, statement, res, PG_DIAG_MESSAGE_DETAIL,
                       &fault->detail)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return answer_text(check, statement, res, PG_DIAG_MESSAGE_HINT,
                       &fault->hint);
}


/*
 * Failures of what was not asked: the NULLs of EXECUTE (class 23: a domain
 * that is NOT NULL); something that cannot be planned (XX000 and 0A000 of
 * EXPLAIN itself); and a pooler that names statements itself (26000).
 */

static ngx_uint_t
answer_is_planned(const PGresult *res)
{
    const char  *code;

    code = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    return code == NULL
           || ngx_strncmp(code, "23", 2) == 0
           || ngx_strcmp(code, "XX000") == 0
           || ngx_strcmp(code, "26000") == 0
           || ngx_strcmp(code, "0A000") == 0;
}


static size_t
answer_offset(const api_check_statement_t *statement, const PGresult *res)
{
    size_t                  offset;
    ngx_uint_t              n;
    const api_sql_param_t  *params;

    offset = api_sql_state_offset(res, statement->sql);

    if (offset != (size_t) NGX_ERROR) {
        return offset;
    }

    n = answer_param(PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
    params = statement->sql->params.elts;

    if (n == 0 || n > statement->sql->params.nelts) {
        return (size_t) NGX_ERROR;
    }

    return params[n - 1].offset;
}


/* n of "$n" if a message has only one, or 0 */

static ngx_uint_t
answer_param(const char *message)
{
    ngx_uint_t   n;
    const char  *p;

    p = (message == NULL) ? NULL : strchr(message, '$');

    if (p == NULL) {
        return 0;
    }

    for (n = 0; api_scan_is_digit(*++p) && n <= API_SQL_PARAMS; /* void */ ) {
        n = n * 10 + (ngx_uint_t) (*p - '0');
    }

    return n;
}


static ngx_int_t
answer_text(api_check_t *check, const api_check_statement_t *statement,
    const PGresult *res, int field, ngx_str_t *out)
{
    size_t       i;
    ngx_str_t    text;
    const char  *value;

    value = PQresultErrorField(res, field);

    ngx_str_null(out);

    if (value == NULL) {
        return NGX_OK;
    }

    text.data = (u_char *) (uintptr_t) value;
    text.len = strnlen(value, ANSWER_TEXT);

    while (text.len > 0 && text.len == ANSWER_TEXT
           && (value[text.len] & 0xc0) == 0x80)
    {
        text.len--;
    }

    text.data = ngx_pstrdup(check->pool, &text);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    /* a place follows, so no full stop may stand before it */

    if (text.len > 0 && text.data[text.len - 1] == '.') {
        text.len--;
    }

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < ' ') {
            text.data[i] = ' ';
        }
    }

    *out = api_sql_statement_message(check->pool, statement->sql, &text);

    return NGX_OK;
}


static ngx_int_t
answer_described(api_check_t *check, api_check_statement_t *statement,
    const PGresult *res)
{
    int                  i, n;
    api_check_column_t  *column;

    n = PQnparams(res);

    if (n != (int) statement->sql->params.nelts) {
        return NGX_OK;
    }

    statement->oids = ngx_pcalloc(check->pool,
                                  (size_t) (n + 1) * sizeof(unsigned));

    if (statement->oids == NULL
        || ngx_array_init(&statement->columns, check->pool,
                          (ngx_uint_t) PQnfields(res) + 1,
                          sizeof(api_check_column_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        statement->oids[i] = PQparamtype(res, i);
    }

    for (i = 0; i < PQnfields(res); i++) {
        column = ngx_array_push(&statement->columns);
        if (column == NULL) {
            return NGX_ERROR;
        }

        column->oid = PQftype(res, i);
        column->name.data = (u_char *) PQfname(res, i);
        column->name.len = ngx_strlen(column->name.data);
        column->name.data = ngx_pstrdup(check->pool, &column->name);

        if (column->name.data == NULL) {
            return NGX_ERROR;
        }
    }

    statement->prepared = 1;
    statement->scans = NULL;

    check->described(statement);

    return api_sql_attempt_described(&statement->attempt, check->pool,
                                  statement->sql, statement->oids);
}


static ngx_int_t
answer_planned(api_check_t *check, api_check_statement_t *statement,
    const PGresult *res)
{
    ngx_int_t           rc;
    ngx_str_t           text;
    api_json_t         *json;
    ngx_pool_t         *pool;
    api_error_t         error;
    api_json_limits_t   limits;

    if (PQntuples(res) != 1 || PQnfields(res) != 1) {
        return NGX_OK;
    }

    text.data = (u_char *) PQgetvalue(res, 0, 0);
    text.len = (size_t) PQgetlength(res, 0, 0);

    limits.depth = ANSWER_DEPTH;
    limits.values = ANSWER_VALUES;

    ngx_memzero(&error, sizeof(api_error_t));

    pool = ngx_create_pool(4096, check->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    rc = api_json_read(pool, &text, &limits, &json, &error);

    if (rc == NGX_OK) {
        rc = answer_calls(check, statement, json);
    }

    ngx_destroy_pool(pool);

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/* EXPLAIN does not show a LIMIT: the statement itself is read */

static ngx_int_t
answer_calls(api_check_t *check, api_check_statement_t *statement,
    const api_json_t *plan)
{
    if (ngx_array_init(&statement->sequences, check->pool, 1,
                       sizeof(ngx_str_t))
        != NGX_OK
        || api_sql_calls_init(check->pool, &statement->calls) != NGX_OK
        || api_sql_calls_add(check->pool, &statement->calls,
                             &statement->sql->text)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    statement->planned = 1;
    statement->conflicts = NULL;

    return answer_walk(check, statement, plan);
}


static ngx_int_t
answer_walk(api_check_t *check, api_check_statement_t *statement,
    const api_json_t *node)
{
    ngx_uint_t  i;

    if (node->type == API_JSON_OBJECT
        && answer_node(check, statement, node) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (node->type == API_JSON_STRING) {

        statement->moves |= (api_sql_sequences_moved(&node->text) != 0);

        if (api_sql_sequences_add(check->pool, &statement->sequences,
                                  &node->text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        return api_sql_calls_add(check->pool, &statement->calls, &node->text);
    }

    if (node->type != API_JSON_OBJECT && node->type != API_JSON_ARRAY) {
        return NGX_OK;
    }

    for (i = 0; i < node->count; i++) {
        if (answer_walk(check, statement, &node->items[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
answer_node(api_check_t *check, api_check_statement_t *statement,
    const api_json_t *plan)
{
    const ngx_str_t  *type;

    type = answer_member(plan, "Node Type");

    if (type == NULL) {
        return NGX_OK;
    }

    if (api_str_is(type, "ModifyTable")) {
        statement->writes = 1;
        return api_check_conflicts_add(check, statement, plan);

    } else if (api_str_is(type, "LockRows")) {
        statement->locks = 1;

    } else if (api_str_is(type, "Seq Scan") && check->rows) {
        return answer_scan(check, statement, plan);
    }

    return NGX_OK;
}


static ngx_int_t
answer_scan(api_check_t *check, api_check_statement_t *statement,
    const api_json_t *plan)
{
    u_char           *p;
    ngx_str_t        *scan;
    const ngx_str_t  *schema, *table;

    schema = answer_member(plan, "Schema");
    table = answer_member(plan, "Relation Name");

    if (schema == NULL || table == NULL) {
        return NGX_OK;
    }

    if (statement->scans == NULL) {
        statement->scans = ngx_array_create(check->pool, 2, sizeof(ngx_str_t));
        if (statement->scans == NULL) {
            return NGX_ERROR;
        }
    }

    scan = ngx_array_push(statement->scans);
    if (scan == NULL) {
        return NGX_ERROR;
    }

    scan->len = schema->len + 1 + table->len;
    scan->data = ngx_pnalloc(check->pool, scan->len);
    if (scan->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(scan->data, schema->data, schema->len);
    *p++ = '.';
    ngx_memcpy(p, table->data, table->len);

    return NGX_OK;
}


static const ngx_str_t *
answer_member(const api_json_t *node, const char *key)
{
    ngx_str_t          name;
    const api_json_t  *member;

    name.data = (u_char *) (uintptr_t) key;
    name.len = ngx_strlen(key);

    member = api_json_member(node, &name);

    return (member != NULL && member->type == API_JSON_STRING)
           ? &member->text : NULL;
}
