
#include "check/shares.h"
#include "sql/bind.h"
#include "sql/reach.h"
#include "sql/reach_query.h"

#include <libpq-fe.h>


/*
 * how many functions may call each other in a chain; beyond that nothing is
 * sure
 */
#define SHARES_ROUNDS  32


static ngx_int_t shares_begin(api_check_t *check, api_sql_reach_t *reach);
static ngx_int_t shares_types(api_check_t *check,
    api_check_statement_t *statement);
static ngx_int_t shares_ask(api_check_t *check, api_check_session_t *s,
    api_sql_reach_t *reach);
static ngx_int_t shares_round(api_check_t *check, api_check_session_t *s,
    api_sql_reach_t *reach, const ngx_array_t *words);
static ngx_int_t shares_end(api_check_t *check, api_sql_reach_t *reach);
static ngx_uint_t shares_names(const api_sql_calls_t *calls,
    const char *name);


ngx_int_t
api_check_shares(api_check_t *check, api_check_session_t *s)
{
    ngx_int_t         rc;
    api_sql_reach_t  *reach;

    reach = api_sql_reach_create(check->pool);

    if (reach == NULL || shares_begin(check, reach) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = shares_ask(check, s, reach);

    /*
     * when the chain is too long nothing is known: all statements are opaque,
     * and none shares
     */

    if (rc == NGX_DONE) {
        return NGX_OK;
    }

    return rc == NGX_OK ? shares_end(check, reach) : rc;
}


static ngx_int_t
shares_begin(api_check_t *check, api_sql_reach_t *reach)
{
    ngx_uint_t              i;
    api_check_statement_t  *st;

    st = check->statements;

    for (i = 0; i < check->nstatements; i++) {

        st[i].shares = 0;
        st[i].trusted = 0;
        st[i].opaque = 1;
        st[i].dynamic = 1;
        st[i].recalls = 1;

        if (st[i].planned
            && (shares_types(check, &st[i]) != NGX_OK
                || api_sql_reach_add(reach, &st[i].calls) != NGX_OK))
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* a parameter of a domain runs the domain's checks, though no word says so */

static ngx_int_t
shares_types(api_check_t *check, api_check_statement_t *statement)
{
    ngx_uint_t                 i;
    const api_sql_inferred_t  *type;

    for (i = 0; i < statement->sql->params.nelts; i++) {

        type = api_check_type(check, statement->oids[i]);

        if (type != NULL
            && api_sql_calls_add(check->pool, &statement->calls, &type->name)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* NGX_DONE: the chain is too long */

static ngx_int_t
shares_ask(api_check_t *check, api_check_session_t *s, api_sql_reach_t *reach)
{
    PGresult     *res;
    ngx_int_t     rc;
    ngx_uint_t    round;
    ngx_array_t   words;

    res = api_check_session_query(s, api_sql_reach_query_hidden, 0, NULL,
                                  s->timeout);
    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = api_sql_reach_hidden(reach, res);

    PQclear(res);

    if (rc != NGX_OK) {
        return rc;
    }

    for (round = 0; round < SHARES_ROUNDS; round++) {

        rc = api_sql_reach_round(reach, &words);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? NGX_OK : rc;
        }

        rc = shares_round(check, s, reach, &words);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_DONE;
}


static ngx_int_t
shares_round(api_check_t *check, api_check_session_t *s,
    api_sql_reach_t *reach, const ngx_array_t *words)
{
    PGresult    *res;
    ngx_int_t    rc;
    ngx_str_t    list;
    const char  *params[1];

    if (api_sql_bind_texts(check->pool, words, &list) != NGX_OK) {
        return NGX_ERROR;
    }

    params[0] = (const char *) list.data;

    res = api_check_session_query(s, api_sql_reach_query_functions, 1, params,
                                  s->timeout);
    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = api_sql_reach_functions(reach, res);

    PQclear(res);

    if (rc != NGX_OK) {
        return rc;
    }

    res = api_check_session_query(s, api_sql_reach_query_relations, 1, params,
                                  s->timeout);
    if (res == NULL) {
        return NGX_DECLINED;
    }

    rc = api_sql_reach_relations(reach, res);

    PQclear(res);

    return rc;
}


static ngx_int_t
shares_end(api_check_t *check, api_sql_reach_t *reach)
{
    ngx_uint_t              i, bits;
    api_check_statement_t  *st;

    for (i = 0; i < check->nstatements; i++) {

        st = &check->statements[i];

        if (!st->planned) {
            continue;
        }

        if (api_sql_reach_sum(reach, &st->calls, st->writes, &bits) != NGX_OK)
        {
            return NGX_ERROR;
        }

        st->opaque = (bits & API_SQL_REACH_OPAQUE) != 0;
        st->dynamic = (bits & API_SQL_REACH_DYNAMIC) != 0;
        st->sticky = (bits & API_SQL_REACH_STICKY) != 0;
        st->recalls = (bits & API_SQL_REACH_RECALLS) != 0;

        /* its own words are in its plan, or are not calls */

        st->may_move = (bits & API_SQL_REACH_MOVES) != 0
                       && !shares_names(&st->calls, "nextval")
                       && !shares_names(&st->calls, "setval");

        st->trusted = !(bits & API_SQL_REACH_VOLATILE)
                      && !st->writes && !st->locks;
        st->shares = st->trusted && bits == 0;
    }

    return NGX_OK;
}


static ngx_uint_t
shares_names(const api_sql_calls_t *calls, const char *name)
{
    ngx_uint_t        i;
    const ngx_str_t  *word;

    word = calls->words.elts;

    for (i = 0; i < calls->words.nelts; i++) {
        if (api_str_is(&word[i], name)) {
            return 1;
        }
    }

    return 0;
}
