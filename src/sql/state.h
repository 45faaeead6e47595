
/*
 * A failed PGresult to the client's error: docs/errors.md has it for users.
 */


#ifndef API_SQL_STATE_H
#define API_SQL_STATE_H


#include "sql/bound.h"
#include "sql/statement.h"
#include "core/core.h"
#include "core/error.h"


struct pg_result;              /* PGresult */


/* api_error SQLSTATE|CONSTRAINT STATUS [detail] */
typedef struct {
    ngx_str_t      name;       /* five characters of [0-9A-Z], a class "22*",
                                  or a constraint's name */
    ngx_uint_t     status;     /* 400 to 599 */
    ngx_str_t      detail;
} api_sql_override_t;


/*
 * overrides: of api_sql_override_t, the first that fits wins (constraints
 * before states), or NULL.  statement: for the names of parameters and
 * columns, may be NULL.  *e lives in the pool.  What the client reads holds
 * no SQL, host or path; a server's message only where the table says so
 * (P0001, PTxyz).  Of a unique violation the client learns the constraint's
 * columns when the server names them, never the values.
 *
 * A failure is in "param", its field the parameter's name, in "column" or in
 * "constraint", its field the name of such: which input that came from is the
 * caller's to find out.
 *
 * Returns 1 when an operator must see it in the log (status 500 and above, and
 * a privilege that is missing), else 0.
 */
ngx_uint_t api_sql_state_error(ngx_pool_t *pool, const struct pg_result *res,
    const ngx_array_t *overrides, const api_sql_statement_t *statement,
    api_error_t *e);

/* how it is found out whether what was sent is at fault (http/blame) */
typedef enum {
    API_SQL_FAULT_NONE = 0,    /* the table says whose fault it is */
    API_SQL_FAULT_VALUE,       /* a value that is malformed, or too large */
    API_SQL_FAULT_READING,     /* a text that was read while the statement ran,
                                  as a regconfig's, or else the statement */
    API_SQL_FAULT_ZERO,        /* a division by zero */
    API_SQL_FAULT_KEY,         /* a key that exists already */
    API_SQL_FAULT_REFERENCE,   /* a key that does not exist, or is still
                                  referred to */
    API_SQL_FAULT_NULL,        /* a value that is missing */
    API_SQL_FAULT_RULE         /* another constraint */
} api_sql_fault_e;

api_sql_fault_e api_sql_state_fault(const struct pg_result *res);

/* which of the statement's parameters the server was reading, from 0;
   params.nelts: none, or it has not said */
ngx_uint_t api_sql_state_param(const struct pg_result *res,
    const api_sql_statement_t *statement);

/* code and message of a failure that it is, where it is a value's; else both
   are empty */
void api_sql_state_failure(const struct pg_result *res,
    api_failure_t *failure);

/* does it concern a value beyond a bound … */
ngx_uint_t api_sql_state_is_bounds(const struct pg_result *res);

/* … and beyond this one? */
ngx_uint_t api_sql_state_is_bound(const struct pg_result *res,
    const api_sql_bound_t *bound);

/*
 * what a client is told when nobody knows whether the statement was committed
 */
#define API_SQL_STATE_IN_DOUBT                                                \
    "it is not known whether this was done; look before you send it again"

/*
 * For the log: "ERROR 42703: column "x" does not exist; HINT …" with $name
 * for $n; pool memory.
 */
ngx_str_t api_sql_state_message(ngx_pool_t *pool,
    const struct pg_result *res, const api_sql_statement_t *statement);

/*
 * The place in the source that the server names, in bytes; NGX_ERROR (as
 * size_t) when it names none.
 */
size_t api_sql_state_offset(const struct pg_result *res,
    const api_sql_statement_t *statement);


#endif /* API_SQL_STATE_H */
