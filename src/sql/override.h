
/* What api_error says of an error, which replaces the table of sql/state.c. */


#ifndef API_SQL_OVERRIDE_H
#define API_SQL_OVERRIDE_H


#include "sql/state.h"


/*
 * The override of the constraint's name, else of the state, else of its class
 * ("22*"); of several the first.  overrides: of api_sql_override_t, or NULL;
 * constraint and state: "" for none.  Without a detail of its own it leaves
 * that of *e.
 */
void api_sql_override_apply(const ngx_array_t *overrides,
    const char *constraint, const char *state, api_error_t *e);


/* is there one for the SQLSTATE or its class? */
ngx_uint_t api_sql_override_has(const ngx_array_t *overrides,
    const char *state);


#endif /* API_SQL_OVERRIDE_H */
