
#include "sql/attempt.h"
#include "sql/columns.h"
#include "sql/given.h"
#include "sql/target.h"
#include "sql/trial.h"
#include "sql/words.h"


/* types of one statement's parameters that are tried one by one */
#define ATTEMPT_SINGLE  100


static ngx_int_t room(api_sql_attempt_t *attempt, ngx_pool_t *pool,
    const api_sql_statement_t *sql);
static ngx_uint_t is_otherwise(const api_sql_attempt_t *attempt,
    const api_sql_statement_t *sql);
static void next(api_sql_attempt_t *attempt, const api_sql_statement_t *sql);
static ngx_uint_t other(api_sql_attempt_t *attempt,
    const api_sql_statement_t *sql);


ngx_int_t
api_sql_attempt_described(api_sql_attempt_t *attempt, ngx_pool_t *pool,
    const api_sql_statement_t *sql, const unsigned *inferred)
{
    ngx_uint_t  i;

    (void) pool;

    attempt->inferred = inferred;

    for (i = 0; attempt->given != NULL && i < sql->params.nelts; i++) {
        if (attempt->given[i] == API_SQL_GIVEN_INFER) {
            attempt->given[i] = 0;
        }
    }

    switch (attempt->trial) {

    case API_SQL_ATTEMPT_NONE:
        return NGX_OK;

    case API_SQL_ATTEMPT_EACH:

        /* the one that was tried stays */

        next(attempt, sql);
        return NGX_OK;

    default:

        attempt->trial = API_SQL_ATTEMPT_OVER;
        return NGX_OK;
    }
}


ngx_int_t
api_sql_attempt_refused(api_sql_attempt_t *attempt, ngx_pool_t *pool,
    const api_sql_statement_t *sql, const char *sqlstate, const char *message,
    size_t offset)
{
    ngx_uint_t  i;

    switch (attempt->trial) {

    case API_SQL_ATTEMPT_NONE:

        if (room(attempt, pool, sql) != NGX_OK) {
            return NGX_ERROR;
        }

        if (api_sql_given(sql, sqlstate, message, offset, attempt->given)
            != API_SQL_GIVEN_MORE)
        {
            return NGX_DECLINED;
        }

        attempt->again = 1;
        return NGX_OK;

    case API_SQL_ATTEMPT_ALL:

        for (i = 0; i < sql->params.nelts; i++) {
            if (attempt->tries[i]) {
                attempt->given[i] = 0;
            }
        }

        attempt->trial = API_SQL_ATTEMPT_EACH;
        next(attempt, sql);

        /* or as it was before */

        attempt->again = 1;
        return NGX_OK;

    case API_SQL_ATTEMPT_EACH:

        if (!other(attempt, sql)) {
            attempt->given[attempt->tried - 1] = 0;
            next(attempt, sql);
        }

        attempt->again = 1;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


static ngx_int_t
room(api_sql_attempt_t *attempt, ngx_pool_t *pool,
    const api_sql_statement_t *sql)
{
    if (attempt->given == NULL) {
        attempt->given = ngx_pcalloc(pool, (sql->params.nelts + 1)
                                           * sizeof(unsigned));
    }

    return attempt->given ? NGX_OK : NGX_ERROR;
}


/* mostly all are as they were declared, and nobody has to read the text */

static ngx_uint_t
is_otherwise(const api_sql_attempt_t *attempt, const api_sql_statement_t *sql)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = sql->params.elts;

    for (i = 0; i < sql->params.nelts; i++) {
        if (param[i].declared != 0
            && param[i].declared != attempt->inferred[i])
        {
            return 1;
        }
    }

    return 0;
}


/* all that are worth it at once: mostly that is well */

ngx_int_t
api_sql_attempt_columns(api_sql_attempt_t *attempt, ngx_pool_t *pool,
    const api_sql_statement_t *sql, const ngx_array_t *columns)
{
    unsigned          oid;
    ngx_uint_t        i, n;
    ngx_array_t       targets;
    api_sql_words_t   words;

    if (attempt->trial != API_SQL_ATTEMPT_NONE) {
        return NGX_OK;
    }

    attempt->trial = API_SQL_ATTEMPT_OVER;

    if (!is_otherwise(attempt, sql)) {
        return NGX_OK;
    }

    n = sql->params.nelts;

    attempt->tries = ngx_pcalloc(pool, n * sizeof(unsigned));

    if (attempt->tries == NULL
        || room(attempt, pool, sql) != NGX_OK
        || api_sql_words_read(pool, &sql->source, &words) != NGX_OK
        || api_sql_attempt_targets(pool, sql, columns, &targets) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        oid = (attempt->given[i] != 0) ? 0
              : api_sql_trial_type(&words, sql, &targets, i,
                                   attempt->inferred[i]);

        if (oid != 0) {
            attempt->tries[i] = oid;
            attempt->given[i] = oid;
            attempt->trial = API_SQL_ATTEMPT_ALL;
            attempt->again = 1;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_sql_attempt_targets(ngx_pool_t *pool, const api_sql_statement_t *sql,
    const ngx_array_t *columns, ngx_array_t *targets)
{
    ngx_uint_t               i;
    api_sql_target_t        *target;
    const api_sql_column_t  *column;

    if (api_sql_target_find(pool, sql, 1, targets) != NGX_OK) {
        return NGX_ERROR;
    }

    target = targets->elts;

    for (i = 0; columns != NULL && i < targets->nelts; i++) {

        column = api_sql_columns_find(columns, &target[i].table,
                                      &target[i].column, target[i].position);
        if (column != NULL) {
            target[i].type = column->type;
        }
    }

    return NGX_OK;
}


static void
next(api_sql_attempt_t *attempt, const api_sql_statement_t *sql)
{
    ngx_uint_t  i;

    for (i = attempt->tried; i < sql->params.nelts; i++) {

        if (attempt->tries[i] && attempt->ntried < ATTEMPT_SINGLE) {
            attempt->ntried++;
            attempt->tried = i + 1;
            attempt->nothers = 0;
            attempt->given[i] = attempt->tries[i];
            attempt->again = 1;
            return;
        }
    }

    attempt->trial = API_SQL_ATTEMPT_OVER;
}


/* the declared type was refused: as what else may its values be read? */

static ngx_uint_t
other(api_sql_attempt_t *attempt, const api_sql_statement_t *sql)
{
    unsigned                oid;
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    i = attempt->tried - 1;
    param = sql->params.elts;

    if (attempt->ntried++ >= ATTEMPT_SINGLE) {
        return 0;
    }

    oid = api_sql_trial_other((unsigned) param[i].declared,
                              attempt->inferred[i], attempt->nothers++);

    if (oid == 0) {
        return 0;
    }

    attempt->given[i] = oid;

    return 1;
}
