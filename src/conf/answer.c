
#include "conf/answer.h"
#include "conf/directives.h"
#include "conf/place.h"
#include "conf/rewrite.h"
#include "http/chapter.h"
#include "http/request.h"


static ngx_int_t check_handled(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_loc_conf_t *alcf);


ngx_int_t
api_conf_answer(ngx_conf_t *cf, api_http_route_t *route,
    ngx_http_conf_ctx_t *ctx)
{
    const char                *why;
    ngx_uint_t                 handler, returns, queries;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ctx->loc_conf[ngx_http_core_module.ctx_index];

    handler = (clcf->handler != NULL);
    returns = api_conf_returns(cf, ctx->loc_conf);

    /* those of its location are for what it asks itself, or composes */

    queries = (route->queries.nelts > route->shared
               || (route->composed && route->queries.nelts != 0));

    if (!queries) {
        route->queries.nelts = 0;
    }

    switch (handler + returns + queries) {

    case 0:
        why = "has no answer: add api_query RESULT \"SQL\", or one handler of "
              "nginx such as return or proxy_pass";
        break;

    case 1:
        why = NULL;
        break;

    default:
        why = queries ? "has two answers, api_query and a handler of nginx "
                        "(return, proxy_pass or the like): keep one"
                      : "has two answers, return and another handler of "
                        "nginx: keep one";
    }

    if (why != NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &route->place,
                     "api_route \"%V\" %s", &route->name, why);
        return NGX_ERROR;
    }

    if (queries) {
        clcf->handler = api_http_request_handler;
    }

    route->handler = clcf->handler;

    return queries ? NGX_OK
                   : check_handled(cf, route,
                               ctx->loc_conf[ngx_http_api_module.ctx_index]);
}


/* a module may have set its handler after the route's block was read */

ngx_int_t
api_conf_answer_kept(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = route->loc_conf[ngx_http_core_module.ctx_index];

    if (clcf->handler == route->handler) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &route->place,
                 "api_route \"%V\" has two answers: another module has "
                 "put its handler in the place of the route's; keep one",
                 &route->name);

    return NGX_ERROR;
}


/* a handler of nginx checks neither parameters nor body: such directives are
   refused, lest somebody believe that they hold */

static ngx_int_t
check_handled(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_loc_conf_t *alcf)
{
    const char  *name;

    name = (route->body != NULL) ? "api_body"
           : (alcf->params != NULL) ? "api_param"
           : api_http_chapter_idle(cf, route);

    if (name == NULL && route->status != NGX_CONF_UNSET_UINT) {
        name = "api_status";
    }

    if (name == NULL) {
        return NGX_OK;
    }

    api_conf_log(NGX_LOG_EMERG, cf, &route->place,
                 "api_route \"%V\" has %s, but a handler of nginx answers "
                 "it and would not look: drop %s, or answer with "
                 "api_query", &route->name, name, name);

    return NGX_ERROR;
}
