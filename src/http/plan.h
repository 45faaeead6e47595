
/*
 * Which step of which plan is which of a route's queries.
 *
 * The queries of a route are one transaction, unless something stands between
 * them that no connection may be held for (see conf/part): then they are
 * several parts, each a transaction with a plan of its own, one after the
 * other.  What a part has committed stays, whatever becomes of those behind.
 *
 * A plan may begin with statements that no api_query says (route->lead of
 * them): they run first in each transaction, and what they answer is
 * dropped.  Here alone this is known.  All of http/ and conf/ counts queries;
 * the plan's own steps are what db/ counts.
 */


#ifndef API_HTTP_PLAN_H
#define API_HTTP_PLAN_H


#include "http/route.h"


/* as a query, the statement right before the first one */
#define API_HTTP_PLAN_LEAD  ((ngx_uint_t) -1)


/* the part and the plan of the n-th query, and its step there; the statement
   before them is the first part's */
const api_http_part_t *api_http_plan_part(const api_http_route_t *route,
    ngx_uint_t n);
ngx_uint_t api_http_plan_step(const api_http_route_t *route, ngx_uint_t n);

/* the query of a part's step; NGX_DECLINED: it is one of the statements before
   them */
ngx_int_t api_http_plan_query(const api_http_route_t *route, ngx_uint_t part,
    ngx_uint_t step);

/* the last query of the n-th query's part, with which it is committed */
ngx_uint_t api_http_plan_last(const api_http_route_t *route, ngx_uint_t n);


#endif /* API_HTTP_PLAN_H */
