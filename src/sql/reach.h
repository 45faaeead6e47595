
/*
 * What may run when a statement does: the functions that its words name, what
 * their definitions name in turn, and what stands behind the relations: views,
 * policies, and where rows are changed triggers, constraints and defaults.
 *
 * A word is a node; the catalog tells what functions and relations are called
 * so (api_sql_reach_functions, api_sql_reach_relations), a few rounds long,
 * until no new word has come up.
 */


#ifndef API_SQL_REACH_H
#define API_SQL_REACH_H


#include "sql/calls.h"
#include "core/core.h"


struct pg_result;              /* PGresult */


typedef struct api_sql_reach_s  api_sql_reach_t;


/* bits of what may happen */
#define API_SQL_REACH_VOLATILE  0x01    /* it leaves something in its
                                           transaction, or asks something of
                                           it: not to be shared */
#define API_SQL_REACH_OPAQUE    0x02    /* something runs that nobody can look
                                           into, or the session is changed */
#define API_SQL_REACH_DYNAMIC   0x04    /* and it may run SQL made by itself */
#define API_SQL_REACH_RECALLS   0x08    /* currval() or lastval() */
#define API_SQL_REACH_STICKY    0x10    /* what runs may keep something in the
                                           session that no command takes away:
                                           in C or another language */
#define API_SQL_REACH_MOVES     0x20    /* nextval() or setval() */


/* NULL: memory */
api_sql_reach_t *api_sql_reach_create(ngx_pool_t *pool);

/* what a statement may call: its words are asked for in the next round.
   NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_sql_reach_add(api_sql_reach_t *reach,
    const api_sql_calls_t *calls);

/*
 * The words that came up since the last call, in the pool (of ngx_str_t).
 * NGX_OK; NGX_DECLINED: there are none; NGX_ERROR: memory, or more than
 * API_SQL_REACH_WORDS.
 */
API_MUST_CHECK ngx_int_t api_sql_reach_round(api_sql_reach_t *reach,
    ngx_array_t *words);

#define API_SQL_REACH_WORDS  200000

/* a round's answers to the queries of sql/reach_query.h.  NGX_OK or NGX_ERROR
   (memory). */
API_MUST_CHECK ngx_int_t api_sql_reach_functions(api_sql_reach_t *reach,
    const struct pg_result *res);
API_MUST_CHECK ngx_int_t api_sql_reach_relations(api_sql_reach_t *reach,
    const struct pg_result *res);

/* functions that no statement names: of operators and casts.  Theirs is what
   every statement may reach.  NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_sql_reach_hidden(api_sql_reach_t *reach,
    const struct pg_result *res);

/* the sum, API_SQL_REACH_* bits; writes: the statement changes rows.
   NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_sql_reach_sum(api_sql_reach_t *reach,
    const api_sql_calls_t *calls, ngx_uint_t writes, ngx_uint_t *bits);


#endif /* API_SQL_REACH_H */
