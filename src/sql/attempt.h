
/*
 * Which types a statement's parameters are given, one Parse after another:
 * those that PostgreSQL asks for (sql/given), then those it has inferred
 * otherwise (sql/trial), if the statement is as good with them.
 */


#ifndef API_SQL_ATTEMPT_H
#define API_SQL_ATTEMPT_H


#include "sql/statement.h"
#include "core/core.h"


typedef enum {
    API_SQL_ATTEMPT_NONE = 0,
    API_SQL_ATTEMPT_ALL,
    API_SQL_ATTEMPT_EACH,
    API_SQL_ATTEMPT_OVER
} api_sql_attempt_e;


/* zeroed by the caller, who may set what is given from the first Parse on */
typedef struct {
    unsigned          *given;      /* OIDs by parameter, else 0; NULL: none */
    unsigned           again:1;    /* to be prepared once more; the caller
                                      clears it when it is */

    /* its own */
    const unsigned    *inferred;
    api_sql_attempt_e  trial;      /* of declared types, */
    unsigned          *tries;      /* by parameter: an OID, else 0 */
    ngx_uint_t         tried;      /* behind the last one */
    ngx_uint_t         ntried;
    ngx_uint_t         nothers;    /* of that one */
} api_sql_attempt_t;


/*
 * It is prepared and described: inferred, one a parameter, which stay there.
 * again is set when it should be prepared once more.  NGX_OK; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_sql_attempt_described(api_sql_attempt_t *attempt,
    ngx_pool_t *pool, const api_sql_statement_t *sql,
    const unsigned *inferred);

/*
 * Behind that, what the columns are that it writes to: of api_sql_column_t;
 * NULL: that is not known.  again is set when it should be prepared once more,
 * with what is to be tried.  NGX_OK; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_sql_attempt_columns(api_sql_attempt_t *attempt,
    ngx_pool_t *pool, const api_sql_statement_t *sql,
    const ngx_array_t *columns);

/*
 * Where its parameters are written to, the columns' types included: targets is
 * made, of api_sql_target_t.  columns as above.  NGX_OK; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_sql_attempt_targets(ngx_pool_t *pool,
    const api_sql_statement_t *sql, const ngx_array_t *columns,
    ngx_array_t *targets);

/*
 * It could not be prepared.  sqlstate, message: may be NULL; offset: the place
 * in the source, or NGX_ERROR.  NGX_OK: again is set; NGX_DECLINED: that is no
 * way out; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_sql_attempt_refused(api_sql_attempt_t *attempt,
    ngx_pool_t *pool, const api_sql_statement_t *sql, const char *sqlstate,
    const char *message, size_t offset);


#endif /* API_SQL_ATTEMPT_H */
