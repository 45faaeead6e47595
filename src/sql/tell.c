
#include "check/told.h"
#include "sql/told.h"
#include "sql/trial.h"
#include "sql/words.h"

#include <libpq-fe.h>


/* types of one statement's parameters that are tried one by one */
#define TOLD_SINGLE  100


static ngx_int_t told_room(api_check_t *check,
    api_check_statement_t *statement);
static ngx_int_t told_begin(api_check_t *check,
    api_check_statement_t *statement);
static void told_next(api_check_statement_t *statement);
static ngx_uint_t told_other(api_check_statement_t *statement);


ngx_int_t
api_check_told(api_check_t *check, api_check_statement_t *statement)
{
    switch (statement->trial) {

    case API_CHECK_TRIAL_NONE:
        return told_begin(check, statement);

    case API_CHECK_TRIAL_EACH:

        /* the one that was tried stays */

        told_next(statement);
        return NGX_OK;

    default:

        statement->trial = API_CHECK_TRIAL_OVER;
        return NGX_OK;
    }
}


ngx_int_t
api_check_told_refused(api_check_t *check,
    api_check_statement_t *statement, const PGresult *res)
{
    ngx_uint_t  i;

    switch (statement->trial) {

    case API_CHECK_TRIAL_NONE:

        if (told_room(check, statement) != NGX_OK) {
            return NGX_ERROR;
        }

        if (api_sql_told(statement->sql,
                         PQresultErrorField(res, PG_DIAG_SQLSTATE),
                         PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY),
                         statement->told)
            != API_SQL_TOLD_MORE)
        {
            return NGX_DECLINED;
        }

        statement->again = 1;
        return NGX_OK;

    case API_CHECK_TRIAL_ALL:

        for (i = 0; i < statement->sql->params.nelts; i++) {
            if (statement->tries[i]) {
                statement->told[i] = 0;
            }
        }

        statement->trial = API_CHECK_TRIAL_EACH;
        told_next(statement);

        /* or as it was before */

        statement->again = 1;
        return NGX_OK;

    case API_CHECK_TRIAL_EACH:

        if (!told_other(statement)) {
            statement->told[statement->tried - 1] = 0;
            told_next(statement);
        }

        statement->again = 1;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


static ngx_int_t
told_room(api_check_t *check, api_check_statement_t *statement)
{
    if (statement->told == NULL) {
        statement->told = ngx_pcalloc(check->pool,
                                      (statement->sql->params.nelts + 1)
                                      * sizeof(unsigned));
    }

    return statement->told ? NGX_OK : NGX_ERROR;
}


/* all that are worth it at once: mostly that is well */

static ngx_int_t
told_begin(api_check_t *check, api_check_statement_t *statement)
{
    ngx_uint_t              i, n;
    api_sql_words_t         words;
    const api_sql_param_t  *param;

    statement->trial = API_CHECK_TRIAL_OVER;

    n = statement->sql->params.nelts;
    param = statement->sql->params.elts;

    if (n == 0) {
        return NGX_OK;
    }

    statement->tries = ngx_pcalloc(check->pool, n);

    if (statement->tries == NULL
        || told_room(check, statement) != NGX_OK
        || api_sql_words_read(check->pool, &statement->sql->source, &words)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (statement->told[i] != 0
            || !api_sql_trial_may(&words, statement->sql, statement->targets,
                                  i, statement->oids[i]))
        {
            continue;
        }

        statement->tries[i] = 1;
        statement->told[i] = (unsigned) param[i].declared;
        statement->trial = API_CHECK_TRIAL_ALL;
        statement->again = 1;
    }

    return NGX_OK;
}


static void
told_next(api_check_statement_t *statement)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = statement->sql->params.elts;

    for (i = statement->tried; i < statement->sql->params.nelts; i++) {

        if (statement->tries[i] && statement->ntried < TOLD_SINGLE) {
            statement->ntried++;
            statement->tried = i + 1;
            statement->nothers = 0;
            statement->told[i] = (unsigned) param[i].declared;
            statement->again = 1;
            return;
        }
    }

    statement->trial = API_CHECK_TRIAL_OVER;
}


/* the declared type was refused: as what else may its values be read? */

static ngx_uint_t
told_other(api_check_statement_t *statement)
{
    unsigned                oid;
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    i = statement->tried - 1;
    param = statement->sql->params.elts;

    if (statement->ntried++ >= TOLD_SINGLE) {
        return 0;
    }

    oid = api_sql_trial_other((unsigned) param[i].declared,
                              statement->oids[i], statement->nothers++);

    if (oid == 0) {
        return 0;
    }

    statement->told[i] = oid;

    return 1;
}
