
#include "sql/tell.h"
#include "sql/columns.h"
#include "sql/target.h"
#include "sql/told.h"
#include "sql/trial.h"
#include "sql/words.h"


/* types of one statement's parameters that are tried one by one */
#define TELL_SINGLE  100


static ngx_int_t room(api_sql_tell_t *tell, ngx_pool_t *pool,
    const api_sql_statement_t *sql);
static ngx_uint_t is_otherwise(const api_sql_tell_t *tell,
    const api_sql_statement_t *sql);
static void next(api_sql_tell_t *tell, const api_sql_statement_t *sql);
static ngx_uint_t other(api_sql_tell_t *tell, const api_sql_statement_t *sql);


ngx_int_t
api_sql_tell_described(api_sql_tell_t *tell, ngx_pool_t *pool,
    const api_sql_statement_t *sql, const unsigned *inferred)
{
    ngx_uint_t  i;

    (void) pool;

    tell->inferred = inferred;

    for (i = 0; tell->told != NULL && i < sql->params.nelts; i++) {
        if (tell->told[i] == API_SQL_TOLD_INFER) {
            tell->told[i] = 0;
        }
    }

    switch (tell->trial) {

    case API_SQL_TELL_NONE:
        return NGX_OK;

    case API_SQL_TELL_EACH:

        /* the one that was tried stays */

        next(tell, sql);
        return NGX_OK;

    default:

        tell->trial = API_SQL_TELL_OVER;
        return NGX_OK;
    }
}


ngx_int_t
api_sql_tell_refused(api_sql_tell_t *tell, ngx_pool_t *pool,
    const api_sql_statement_t *sql, const char *sqlstate, const char *message,
    size_t offset)
{
    ngx_uint_t  i;

    switch (tell->trial) {

    case API_SQL_TELL_NONE:

        if (room(tell, pool, sql) != NGX_OK) {
            return NGX_ERROR;
        }

        if (api_sql_told(sql, sqlstate, message, offset, tell->told)
            != API_SQL_TOLD_MORE)
        {
            return NGX_DECLINED;
        }

        tell->again = 1;
        return NGX_OK;

    case API_SQL_TELL_ALL:

        for (i = 0; i < sql->params.nelts; i++) {
            if (tell->tries[i]) {
                tell->told[i] = 0;
            }
        }

        tell->trial = API_SQL_TELL_EACH;
        next(tell, sql);

        /* or as it was before */

        tell->again = 1;
        return NGX_OK;

    case API_SQL_TELL_EACH:

        if (!other(tell, sql)) {
            tell->told[tell->tried - 1] = 0;
            next(tell, sql);
        }

        tell->again = 1;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


static ngx_int_t
room(api_sql_tell_t *tell, ngx_pool_t *pool, const api_sql_statement_t *sql)
{
    if (tell->told == NULL) {
        tell->told = ngx_pcalloc(pool,
                                 (sql->params.nelts + 1) * sizeof(unsigned));
    }

    return tell->told ? NGX_OK : NGX_ERROR;
}


/* mostly all are as they were declared, and nobody has to read the text */

static ngx_uint_t
is_otherwise(const api_sql_tell_t *tell, const api_sql_statement_t *sql)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = sql->params.elts;

    for (i = 0; i < sql->params.nelts; i++) {
        if (param[i].declared != 0 && param[i].declared != tell->inferred[i]) {
            return 1;
        }
    }

    return 0;
}


/* all that are worth it at once: mostly that is well */

ngx_int_t
api_sql_tell_columns(api_sql_tell_t *tell, ngx_pool_t *pool,
    const api_sql_statement_t *sql, const ngx_array_t *columns)
{
    unsigned          oid;
    ngx_uint_t        i, n;
    ngx_array_t       targets;
    api_sql_words_t   words;

    if (tell->trial != API_SQL_TELL_NONE) {
        return NGX_OK;
    }

    tell->trial = API_SQL_TELL_OVER;

    if (!is_otherwise(tell, sql)) {
        return NGX_OK;
    }

    n = sql->params.nelts;

    tell->tries = ngx_pcalloc(pool, n * sizeof(unsigned));

    if (tell->tries == NULL
        || room(tell, pool, sql) != NGX_OK
        || api_sql_words_read(pool, &sql->source, &words) != NGX_OK
        || api_sql_tell_targets(pool, sql, columns, &targets) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        oid = (tell->told[i] != 0) ? 0
              : api_sql_trial_type(&words, sql, &targets, i,
                                   tell->inferred[i]);

        if (oid != 0) {
            tell->tries[i] = oid;
            tell->told[i] = oid;
            tell->trial = API_SQL_TELL_ALL;
            tell->again = 1;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_sql_tell_targets(ngx_pool_t *pool, const api_sql_statement_t *sql,
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
next(api_sql_tell_t *tell, const api_sql_statement_t *sql)
{
    ngx_uint_t  i;

    for (i = tell->tried; i < sql->params.nelts; i++) {

        if (tell->tries[i] && tell->ntried < TELL_SINGLE) {
            tell->ntried++;
            tell->tried = i + 1;
            tell->nothers = 0;
            tell->told[i] = tell->tries[i];
            tell->again = 1;
            return;
        }
    }

    tell->trial = API_SQL_TELL_OVER;
}


/* the declared type was refused: as what else may its values be read? */

static ngx_uint_t
other(api_sql_tell_t *tell, const api_sql_statement_t *sql)
{
    unsigned                oid;
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    i = tell->tried - 1;
    param = sql->params.elts;

    if (tell->ntried++ >= TELL_SINGLE) {
        return 0;
    }

    oid = api_sql_trial_other((unsigned) param[i].declared, tell->inferred[i],
                              tell->nothers++);

    if (oid == 0) {
        return 0;
    }

    tell->told[i] = oid;

    return 1;
}
