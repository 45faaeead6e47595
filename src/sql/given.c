
#include "sql/given.h"

#include "core/scan.h"


static api_sql_given_e give_one(const api_sql_statement_t *statement,
    const char *message, unsigned *oids);
static api_sql_given_e give_all(const api_sql_statement_t *statement,
    unsigned *oids);
static ngx_uint_t param_at(const api_sql_statement_t *statement,
    size_t offset);
static ngx_uint_t number(const char *message);


api_sql_given_e
api_sql_given(const api_sql_statement_t *statement,
    const char *sqlstate, const char *message, size_t offset, unsigned *oids)
{
    ngx_uint_t  n;

    if (sqlstate == NULL || message == NULL) {
        return API_SQL_GIVEN_NOTHING;
    }

    if (ngx_strcmp(sqlstate, "42P18") == 0
        || ngx_strcmp(sqlstate, "42P08") == 0)
    {
        return give_one(statement, message, oids);
    }

    if (ngx_strcmp(sqlstate, "42804") == 0) {
        n = param_at(statement, offset);

        if (n < statement->params.nelts && oids[n] != 0
            && oids[n] != API_SQL_GIVEN_INFER)
        {
            oids[n] = API_SQL_GIVEN_INFER;
            return API_SQL_GIVEN_MORE;
        }
    }

    if (ngx_strcmp(sqlstate, "42725") == 0
        || ngx_strcmp(sqlstate, "42883") == 0
        || ngx_strcmp(sqlstate, "42804") == 0)
    {
        return give_all(statement, oids);
    }

    return API_SQL_GIVEN_NOTHING;
}


static api_sql_given_e
give_one(const api_sql_statement_t *statement, const char *message,
    unsigned *oids)
{
    ngx_uint_t              n;
    const api_sql_param_t  *params;

    n = number(message);
    params = statement->params.elts;

    if (n == 0 || n > statement->params.nelts || params[n - 1].declared == 0) {
        return API_SQL_GIVEN_NOTHING;
    }

    if (oids[n - 1]) {
        return API_SQL_GIVEN_BEFORE;
    }

    oids[n - 1] = (unsigned) params[n - 1].declared;

    return API_SQL_GIVEN_MORE;
}


static api_sql_given_e
give_all(const api_sql_statement_t *statement, unsigned *oids)
{
    ngx_uint_t              i;
    api_sql_given_e         given;
    const api_sql_param_t  *params;

    given = API_SQL_GIVEN_NOTHING;
    params = statement->params.elts;

    for (i = 0; i < statement->params.nelts; i++) {

        if (params[i].declared == 0) {
            continue;
        }

        if (oids[i] == 0) {
            oids[i] = (unsigned) params[i].declared;
            given = API_SQL_GIVEN_MORE;

        } else if (given == API_SQL_GIVEN_NOTHING) {
            given = API_SQL_GIVEN_BEFORE;
        }
    }

    return given;
}


/* the one that stands there, or params.nelts */

static ngx_uint_t
param_at(const api_sql_statement_t *statement, size_t offset)
{
    u_char                 *p, *end;
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = statement->params.elts;

    for (i = 0; i < statement->params.nelts; i++) {

        if (offset >= statement->source.len || param[i].null) {
            continue;
        }

        p = statement->source.data + offset;
        end = statement->source.data + statement->source.len;

        if (*p == '$' && (size_t) (end - p) > param[i].name.len
            && ngx_memcmp(p + 1, param[i].name.data, param[i].name.len) == 0
            && (p + 1 + param[i].name.len == end
                || !api_scan_is_name(p[1 + param[i].name.len])))
        {
            break;
        }
    }

    return i;
}


/* n of the "$n" in a message, in whatever language it is */

static ngx_uint_t
number(const char *message)
{
    ngx_uint_t   n;
    const char  *p;

    p = strchr(message, '$');

    if (p == NULL) {
        return 0;
    }

    n = 0;

    while (*++p >= '0' && *p <= '9' && n <= API_SQL_PARAMS) {
        n = n * 10 + (ngx_uint_t) (*p - '0');
    }

    return n;
}
