
#include "sql/said.h"
#include "sql/columns.h"
#include "sql/lexer.h"

#include "core/scan.h"

#include <libpq-fe.h>


typedef struct {
    const char  *words;        /* of the message */
    const char  *right;
} said_object_t;


static const char *field(const struct pg_result *res, int code);
static ngx_str_t text(const struct pg_result *res, int code);


static const said_object_t  objects[] = {
    { "row-level security", "a policy of the table refuses the row" },
    { "for function", "GRANT EXECUTE is missing" },
    { "for procedure", "GRANT EXECUTE is missing" },
    { "for aggregate", "GRANT EXECUTE is missing" },
    { "for routine", "GRANT EXECUTE is missing" },
    { "for sequence", "GRANT USAGE (SELECT for currval, UPDATE for setval) "
                      "is missing" },
    { "for schema", "GRANT USAGE is missing" },
    { "for type", "GRANT USAGE is missing" },
    { "for language", "GRANT USAGE is missing" },
    { "for foreign server", "GRANT USAGE is missing" },
    { "for database", "GRANT CREATE or TEMPORARY is missing" },
    { "for tablespace", "GRANT CREATE is missing" },
    { "for parameter", "GRANT SET ON PARAMETER is missing" },
    { "for large object", "GRANT SELECT or UPDATE is missing" },
    { "must be owner", "the owner alone may do this" },
    { "must be superuser", "a superuser alone may do this" },
    { NULL, NULL }
};


ngx_str_t
api_sql_said_table(const struct pg_result *res)
{
    return text(res, PG_DIAG_TABLE_NAME);
}


ngx_str_t
api_sql_said_column(const struct pg_result *res)
{
    return text(res, PG_DIAG_COLUMN_NAME);
}


ngx_str_t
api_sql_said_constraint(const struct pg_result *res)
{
    return text(res, PG_DIAG_CONSTRAINT_NAME);
}


const char *
api_sql_said_detail(const struct pg_result *res)
{
    return field(res, PG_DIAG_MESSAGE_DETAIL);
}


const char *
api_sql_said_message(const struct pg_result *res)
{
    return field(res, PG_DIAG_MESSAGE_PRIMARY);
}


const char *
api_sql_said_state(const struct pg_result *res)
{
    return field(res, PG_DIAG_SQLSTATE);
}


const char *
api_sql_said_place(const struct pg_result *res)
{
    return field(res, PG_DIAG_SOURCE_FUNCTION);
}


const char *
api_sql_said_context(const struct pg_result *res)
{
    return field(res, PG_DIAG_CONTEXT);
}


ngx_uint_t
api_sql_said_placed(const struct pg_result *res)
{
    return *field(res, PG_DIAG_STATEMENT_POSITION) != '\0'
           || *field(res, PG_DIAG_INTERNAL_QUERY) != '\0';
}


ngx_uint_t
api_sql_said_names(const struct pg_result *res, const ngx_str_t *name)
{
    const char  *p, *message;

    message = field(res, PG_DIAG_MESSAGE_PRIMARY);

    for (p = message; name->len != 0; p++) {
        p = ngx_strstr(p, (const char *) name->data);

        if (p == NULL) {
            break;
        }

        if ((p == message || !api_scan_is_name((u_char) p[-1]))
            && !api_scan_is_name((u_char) p[name->len]))
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_sql_said_view(const struct pg_result *res, const ngx_str_t *rule)
{
    size_t     n;
    ngx_str_t  view;

    n = sizeof(API_SQL_COLUMNS_VIEW) - 1;

    if (ngx_strcmp(field(res, PG_DIAG_SQLSTATE), "44000") != 0
        || rule->len <= n
        || ngx_memcmp(rule->data, API_SQL_COLUMNS_VIEW, n) != 0)
    {
        return 0;
    }

    view.data = rule->data + n;
    view.len = rule->len - n;

    return api_sql_said_names(res, &view);
}


ngx_uint_t
api_sql_said_inner(const struct pg_result *res)
{
    return *api_sql_said_context(res) != '\0';
}


ngx_uint_t
api_sql_said_raised(const struct pg_result *res)
{
    const char  *place;

    place = api_sql_said_place(res);

    /* the latter: its ERRCODE is no condition */

    return ngx_strcmp(place, "exec_stmt_raise") == 0
           || ngx_strcmp(place, "plpgsql_recognize_err_condition") == 0;
}


/*
 * PostgreSQL names the object and not the privilege; for a table it follows
 * from what the statement does
 */

const char *
api_sql_said_right(const struct pg_result *res,
    const api_sql_statement_t *statement)
{
    const char           *message;
    const said_object_t  *object;

    message = field(res, PG_DIAG_MESSAGE_PRIMARY);

    for (object = objects; object->words != NULL; object++) {
        if (ngx_strstr(message, object->words) != NULL) {
            return object->right;
        }
    }

    if (api_sql_said_inner(res)) {
        return "a GRANT that a function needs is missing";
    }

    if (api_sql_lexer_begins(&statement->source, "INSERT")) {
        return "GRANT INSERT is missing (SELECT for what RETURNING or ON "
               "CONFLICT reads)";
    }

    if (api_sql_lexer_begins(&statement->source, "UPDATE")) {
        return "GRANT UPDATE is missing (SELECT for what WHERE or RETURNING "
               "reads)";
    }

    if (api_sql_lexer_begins(&statement->source, "DELETE")) {
        return "GRANT DELETE is missing (SELECT for what WHERE or RETURNING "
               "reads)";
    }

    if (api_sql_lexer_begins(&statement->source, "SELECT")) {
        return "GRANT SELECT is missing (UPDATE for FOR UPDATE and the like)";
    }

    return "a GRANT of what the statement does is missing";
}


static const char *
field(const struct pg_result *res, int code)
{
    const char  *p;

    p = PQresultErrorField(res, code);

    return p != NULL ? p : "";
}


static ngx_str_t
text(const struct pg_result *res, int code)
{
    ngx_str_t  s;

    s.data = (u_char *) (uintptr_t) field(res, code);
    s.len = ngx_strlen(s.data);

    return s;
}
