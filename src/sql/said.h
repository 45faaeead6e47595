
/* What the server says of an error, field by field. */


#ifndef API_SQL_SAID_H
#define API_SQL_SAID_H


#include "sql/statement.h"
#include "core/core.h"


struct pg_result;              /* PGresult */


/* "" for a field that is missing; NUL-terminated, in the result's memory */
ngx_str_t api_sql_said_table(const struct pg_result *res);
ngx_str_t api_sql_said_column(const struct pg_result *res);
ngx_str_t api_sql_said_constraint(const struct pg_result *res);
const char *api_sql_said_detail(const struct pg_result *res);
const char *api_sql_said_message(const struct pg_result *res);
const char *api_sql_said_state(const struct pg_result *res);
const char *api_sql_said_context(const struct pg_result *res);

/* does it point at a place in the statement, or in one within? */
ngx_uint_t api_sql_said_placed(const struct pg_result *res);

/* the server's function that raised it */
const char *api_sql_said_place(const struct pg_result *res);

/* does the message contain it, as a word? */
ngx_uint_t api_sql_said_names(const struct pg_result *res,
    const ngx_str_t *name);

/* is it the check option of the view that a rule of this name is of?  See
   api_sql_constraint_t */
ngx_uint_t api_sql_said_view(const struct pg_result *res,
    const ngx_str_t *rule);

/* was it raised while a function or a trigger ran? */
ngx_uint_t api_sql_said_inner(const struct pg_result *res);

/* by a RAISE in PL/pgSQL? */
ngx_uint_t api_sql_said_raised(const struct pg_result *res);

/*
 * For 42501, for the log: which privilege is missing, or which ones may be, as
 * far as the message and the statement tell; static memory.
 */
const char *api_sql_said_right(const struct pg_result *res,
    const api_sql_statement_t *statement);


#endif /* API_SQL_SAID_H */
