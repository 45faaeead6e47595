
/*
 * Which step of a route's plan is which of its queries.
 *
 * A plan may begin with statements that no api_query says (route->lead of
 * them): they run first in the request's transaction, and what they answer is
 * dropped.  Here alone this is known.  All of http/ and conf/ counts queries;
 * the plan's own steps are what db/ counts.
 */


#ifndef API_HTTP_PLAN_H
#define API_HTTP_PLAN_H


#include "http/route.h"


/* the step of the n-th query */
ngx_uint_t api_http_plan_step(const api_http_route_t *route, ngx_uint_t n);

/* the query of a step; NGX_DECLINED: it is one of the statements before them */
ngx_int_t api_http_plan_query(const api_http_route_t *route, ngx_uint_t step);


#endif /* API_HTTP_PLAN_H */
