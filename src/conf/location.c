
#include "conf/location.h"
#include "conf/answer.h"
#include "conf/auth_request.h"
#include "conf/directives.h"
#include "conf/place.h"
#include "conf/rank.h"
#include "conf/rewrite.h"
#include "conf/shadow.h"
#include "http/request.h"


static ngx_int_t add_level(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf,
    ngx_uint_t parent, const ngx_http_location_queue_t *lq);
static void refuse_limit_except(ngx_conf_t *cf, const ngx_str_t *name,
    const u_char *file, ngx_uint_t line);
static ngx_int_t settle_home(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    api_http_route_t *route);
static ngx_int_t finish_server(ngx_conf_t *cf, api_http_srv_conf_t *ascf);
static ngx_int_t answers_kept(ngx_conf_t *cf,
    const api_http_srv_conf_t *ascf);
static void find_others(const api_http_srv_conf_t *ascf);
static ngx_int_t make_tables(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    ngx_uint_t n);
static ngx_int_t add_to(ngx_conf_t *cf, api_route_table_t **table,
    api_http_route_t *route);
static void refuse_equal(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_route_t *first);


/* the queue of its locations is as it was declared: nginx sorts it later */

ngx_int_t
api_conf_level(ngx_conf_t *cf, api_http_loc_conf_t *conf,
    ngx_uint_t server)
{
    ngx_queue_t                *q;
    api_http_srv_conf_t        *ascf;
    ngx_http_core_loc_conf_t   *clcf, *inner;
    ngx_http_location_queue_t  *lq;

    ascf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_api_module);
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (server) {
        ascf->levels = ngx_array_create(cf->temp_pool, 8,
                                        sizeof(api_conf_level_t));

        if (ascf->levels == NULL || add_level(cf, clcf, 0, NULL) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (clcf->noname || clcf->named || clcf->locations == NULL) {
        return NGX_OK;
    }

    for (q = ngx_queue_head(clcf->locations);
         q != ngx_queue_sentinel(clcf->locations);
         q = ngx_queue_next(q))
    {
        lq = ngx_queue_data(q, ngx_http_location_queue_t, queue);
        inner = lq->exact ? lq->exact : lq->inclusive;

        if (inner->lmt_excpt && conf->has_routes) {
            refuse_limit_except(cf, lq->name, lq->file_name, lq->line);
            return NGX_ERROR;
        }

        if (inner->noname || inner->named) {
            continue;
        }

        if (add_level(cf, inner, conf->level, lq) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
add_level(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf, ngx_uint_t parent,
    const ngx_http_location_queue_t *lq)
{
    api_conf_level_t     *level, *levels;
    api_http_loc_conf_t  *alcf;
    api_http_srv_conf_t  *ascf;

    ascf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_api_module);

    level = ngx_array_push(ascf->levels);
    if (level == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(level, sizeof(api_conf_level_t));

    level->clcf = clcf;
    level->parent = parent;

    if (lq == NULL) {
        /* the server itself, whose core configuration does not know its own */
        level->loc_conf = ((ngx_http_conf_ctx_t *) cf->ctx)->loc_conf;
        return NGX_OK;
    }

    level->loc_conf = clcf->loc_conf;
    level->file = lq->file_name;
    level->line = lq->line;

    levels = ascf->levels->elts;
    level->in_regex = levels[parent].in_regex;

#if (NGX_PCRE)
    if (clcf->regex) {
        level->in_regex = 1;
    }
#endif

    alcf = level->loc_conf[ngx_http_api_module.ctx_index];
    alcf->level = ascf->levels->nelts - 1;

    return NGX_OK;
}


static void
refuse_limit_except(ngx_conf_t *cf, const ngx_str_t *name, const u_char *file,
    ngx_uint_t line)
{
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "limit_except stands beside api_route in the location "
                  "\"%V\", where no route would ask it: put its rules into "
                  "the routes of those methods, or into the location for all "
                  "of them in %s:%ui", name, file, line);
}


/* adds a route to the server's list, once its segments have their types */

ngx_int_t
api_conf_route_add(ngx_conf_t *cf, api_http_route_t *route)
{
    void                 *other;
    ngx_int_t             rc;
    api_conf_level_t     *levels;
    api_http_route_t    **place;
    api_http_srv_conf_t  *ascf;

    ascf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_api_module);

    if (ascf->routes == NULL) {
        ascf->equals = api_route_table_create(cf->pool);
        ascf->routes = ngx_array_create(cf->pool, 16,
                                        sizeof(api_http_route_t *));

        if (ascf->routes == NULL || ascf->equals == NULL) {
            return NGX_ERROR;
        }
    }

    place = ngx_array_push(ascf->routes);
    if (place == NULL) {
        return NGX_ERROR;
    }

    *place = route;

    if (settle_home(cf, ascf, route) != NGX_OK) {
        return NGX_ERROR;
    }

    /* of two locations that can take one path nginx always chooses that with
       the longer name; but a location with a regular expression takes only
       some paths */

    levels = ascf->levels->elts;

    if (levels[route->home].in_regex) {
        return NGX_OK;
    }

    rc = api_route_table_add(ascf->equals, route->method, &route->pattern,
                             route, &other);

    if (rc == NGX_BUSY) {
        refuse_equal(cf, route, other);
        return NGX_ERROR;
    }

    return rc;
}


/*
 * "GET /" of the location "/users/" is the path "/users", for which nginx would
 * choose what stands around that location.
 */

static ngx_int_t
settle_home(ngx_conf_t *cf, const api_http_srv_conf_t *ascf,
    api_http_route_t *route)
{
    api_conf_level_t     *levels, *home;
    api_http_loc_conf_t  *alcf;

    levels = ascf->levels->elts;
    alcf = route->parent_loc_conf[ngx_http_api_module.ctx_index];

    route->home = alcf->level;

    if (route->pattern.text.len < levels[route->home].clcf->name.len) {
        route->home = levels[route->home].parent;
    }

    route->of_server = (route->home == 0);

    home = &levels[route->home];

    if (home->clcf->limit_except) {
        refuse_limit_except(cf, &home->clcf->name, home->file, home->line);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
api_conf_locations(ngx_conf_t *cf)
{
    ngx_uint_t                   i;
    api_http_srv_conf_t         *ascf;
    ngx_http_core_srv_conf_t   **cscf;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    cscf = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {

        ascf = cscf[i]->ctx->srv_conf[ngx_http_api_module.ctx_index];

        if (ascf->routes != NULL && finish_server(cf, ascf) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
finish_server(ngx_conf_t *cf, api_http_srv_conf_t *ascf)
{
    ngx_uint_t          i;
    api_http_route_t  **route;

    /* as far as can be known now, before a database is asked */

    if (answers_kept(cf, ascf) != NGX_OK) {
        return NGX_ERROR;
    }

    route = ascf->routes->elts;

    for (i = 0; i < ascf->routes->nelts; i++) {

        if (api_conf_unwritten(cf, route[i]->parent_loc_conf,
                               route[i]->loc_conf,
                               &route[i]->refusing_loc_conf)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < ascf->levels->nelts; i++) {
        if (make_tables(cf, ascf, i) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_OK;
    }

    api_conf_auth_request(cf, ascf);

    return api_conf_shadows(cf, ascf);
}


/* the levels live as long as the configuration is read */

char *
api_conf_settle(ngx_cycle_t *cycle, void *conf)
{
    ngx_uint_t                   i;
    ngx_conf_t                   cf;
    api_http_srv_conf_t         *ascf;
    ngx_http_core_srv_conf_t   **cscf;
    ngx_http_core_main_conf_t   *cmcf;

    (void) conf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);

    if (cmcf == NULL) {
        return NGX_CONF_OK;
    }

    ngx_memzero(&cf, sizeof(ngx_conf_t));

    cf.cycle = cycle;
    cf.log = cycle->log;

    cscf = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {

        ascf = cscf[i]->ctx->srv_conf[ngx_http_api_module.ctx_index];

        if (ascf->routes != NULL) {

            if (answers_kept(&cf, ascf) != NGX_OK) {
                return NGX_CONF_ERROR;
            }

            find_others(ascf);
        }

        ascf->levels = NULL;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
answers_kept(ngx_conf_t *cf, const api_http_srv_conf_t *ascf)
{
    ngx_int_t           rc;
    ngx_uint_t          i;
    api_http_route_t  **route;

    rc = NGX_OK;
    route = ascf->routes->elts;

    for (i = 0; i < ascf->routes->nelts; i++) {
        if (api_conf_answer_kept(cf, route[i]) != NGX_OK) {
            rc = NGX_ERROR;
        }
    }

    return rc;
}


/* a module may have set its handler when ours was merged, or later still */

static void
find_others(const api_http_srv_conf_t *ascf)
{
    ngx_uint_t            i;
    api_conf_level_t     *level;
    api_http_loc_conf_t  *alcf;

    level = ascf->levels->elts;

    for (i = 0; i < ascf->levels->nelts; i++) {

        if (level[i].clcf->handler != NULL
            && level[i].clcf->handler != api_http_request_no_route)
        {
            alcf = level[i].loc_conf[ngx_http_api_module.ctx_index];
            alcf->others = 1;
        }
    }
}


/* its own routes, and those of the server that rank with them */

static ngx_int_t
make_tables(ngx_conf_t *cf, const api_http_srv_conf_t *ascf, ngx_uint_t n)
{
    ngx_uint_t            i, others;
    api_conf_level_t     *level;
    api_http_route_t    **route;
    api_http_loc_conf_t  *alcf;

    level = ascf->levels->elts;
    level += n;

    alcf = level->loc_conf[ngx_http_api_module.ctx_index];
    route = ascf->routes->elts;
    others = 0;

    for (i = 0; i < ascf->routes->nelts; i++) {

        if (route[i]->home == n) {
            if (add_to(cf, &alcf->own, route[i]) != NGX_OK
                || add_to(cf, &alcf->table, route[i]) != NGX_OK)
            {
                return NGX_ERROR;
            }

        } else if (route[i]->of_server
                   && api_conf_ranks(level, route[i]))
        {
            if (add_to(cf, &alcf->table, route[i]) != NGX_OK) {
                return NGX_ERROR;
            }

            others = 1;
        }
    }

    if (!others) {
        alcf->table = alcf->own;

    } else if (level->clcf->name.len > 1
               && api_conf_returns(cf, level->loc_conf))
    {
        /* a location whose only work is to answer what those routes leave
           belongs to the API */
        alcf->api = 1;
    }

    alcf->staged = (n != 0 && alcf->own != NULL
                    && api_conf_rewrites(cf, level->loc_conf));

    return NGX_OK;
}


static ngx_int_t
add_to(ngx_conf_t *cf, api_route_table_t **table, api_http_route_t *route)
{
    void       *other;
    ngx_int_t   rc;

    if (*table == NULL) {
        *table = api_route_table_create(cf->pool);
        if (*table == NULL) {
            return NGX_ERROR;
        }
    }

    rc = api_route_table_add(*table, route->method, &route->pattern, route,
                             &other);

    if (rc == NGX_BUSY) {
        refuse_equal(cf, route, other);
        return NGX_ERROR;
    }

    return rc;
}


static void
refuse_equal(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_route_t *first)
{
    api_conf_log(NGX_LOG_EMERG, cf, &route->place,
                 "api_route \"%V\" is equal to \"%V\" in %V:%ui, so no "
                 "request could reach both: drop one, or tell them apart "
                 "by a segment",
                 &route->name, &first->name, &first->place.file,
                 first->place.line);
}
