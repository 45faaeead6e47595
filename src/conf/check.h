
/*
 * One database while its statements are checked.
 */


#ifndef API_CONF_CHECK_H
#define API_CONF_CHECK_H


#include "check/addresses.h"
#include "check/check.h"
#include "http/route.h"
#include "thread/words.h"


/* data of a statement that is checked */
typedef struct {
    api_http_route_t           *route;
    api_http_query_t           *query;
} api_conf_asked_t;


typedef struct {
    api_http_database_t        *database;
    api_check_addresses_t      *names;       /* NULL: none are looked up */
    api_check_addresses_t      *front;       /* of the pooler's, as above */
    api_check_migrate_t         migrate;
    api_check_t                 check;
    ngx_log_t                  *log;
    api_thread_words_t          words;       /* of its thread, and on a cold
                                                start all that it is told */
    ngx_int_t                   rc;          /* of asking it */
    uint64_t                    took;        /* ms */
    ngx_uint_t                  faults;
    unsigned                    cold:1;      /* no fault of the database keeps
                                                nginx from starting */
    unsigned                    away:1;
    unsigned                    fronted:1;   /* the pooler was asked */
} api_conf_checked_t;


/*
 * conf/verdict: what the server has said of the statements: tells faults, and
 * hands the rest to the routes.  NGX_OK; NGX_ERROR: told.  On a cold start
 * routes without a fault get theirs in either case.
 */
API_MUST_CHECK ngx_int_t api_conf_verdict(ngx_conf_t *cf,
    api_conf_checked_t *c);

/* conf/migrate: applies what is pending, or leaves it to a worker.  NGX_OK;
   NGX_AGAIN: applied, and now the statements can be asked that could not be
   before; NGX_ERROR (told) */
API_MUST_CHECK ngx_int_t api_conf_migrate(ngx_conf_t *cf,
    api_conf_checked_t *c);

/* conf/start: on a cold start (and its test) faults of the database are told,
   and no more.  NGX_OK or NGX_ERROR (logged: API_START is neither word) */
API_MUST_CHECK ngx_int_t api_conf_cold(ngx_conf_t *cf, ngx_uint_t *cold);

/* the statements of all databases against them, and migrations. NGX_OK or
   NGX_ERROR (logged). */
API_MUST_CHECK ngx_int_t api_conf_check(ngx_conf_t *cf);


#endif /* API_CONF_CHECK_H */
