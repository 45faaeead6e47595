
#include "sql/reading.h"
#include "sql/detail.h"
#include "sql/said.h"


static ngx_uint_t is_class(const char *state);


/*
 * What reading a text may end with: no such schema or table, a syntax error.  A
 * server that is at its end has others.
 */

static const char *const  classes[] = { "0A", "3D", "3F", "42", NULL };


/*
 * A tsquery's or a jsonpath's syntax error is 42601, as a statement's is, but
 * those point at their place in it.  So does what else a statement has wrong:
 * it is found when that is parsed.  $name::text::regconfig is read later.  An
 * XPath is XX000, and from 17 on 10608.
 */

api_sql_reading_e
api_sql_reading(const struct pg_result *res)
{
    const char  *state;

    state = api_sql_said_state(res);

    if (is_class(state)
        && api_sql_detail_param(api_sql_said_context(res)) != 0)
    {
        return API_SQL_READING_VALUE;
    }

    if (api_sql_said_placed(res)) {
        return API_SQL_READING_NONE;
    }

    if (ngx_strcmp(state, "42601") == 0) {
        return API_SQL_READING_VALUE;
    }

    /* a RAISE says what its author wants */

    return (is_class(state) || ngx_strcmp(state, "XX000") == 0
            || ngx_strcmp(state, "10608") == 0)
           && !api_sql_said_raised(res)
           ? API_SQL_READING_PERHAPS : API_SQL_READING_NONE;
}


static ngx_uint_t
is_class(const char *state)
{
    ngx_uint_t  i;

    for (i = 0; classes[i] != NULL; i++) {
        if (ngx_strncmp(state, classes[i], 2) == 0) {
            return 1;
        }
    }

    return 0;
}
