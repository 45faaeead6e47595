
#include "conf/pass.h"


/* a walk along the list */
typedef struct {
    ngx_conf_t        *cf;
    api_http_route_t  *route;
    ngx_int_t          last;       /* of the pass before */
    ngx_uint_t         failed;
    ngx_uint_t         ended;
} pass_walk_t;


static void walk(pass_walk_t *w, const api_conf_pass_t *pass);
static void walk_added(pass_walk_t *w, const api_conf_pass_t *pass);


ngx_int_t
api_conf_pass_add(ngx_conf_t *cf, const api_conf_pass_t *pass)
{
    api_http_main_conf_t    *amcf;
    const api_conf_pass_t  **slot;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    slot = ngx_array_push(&amcf->passes);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = pass;

    return NGX_OK;
}


ngx_int_t
api_conf_pass_run(ngx_conf_t *cf, const api_conf_pass_t *list,
    api_http_route_t *route)
{
    pass_walk_t             w;
    const api_conf_pass_t  *pass;

    w.cf = cf;
    w.route = route;
    w.last = NGX_OK;
    w.failed = 0;
    w.ended = 0;

    for (pass = list; pass->name != NULL && !w.ended; pass++) {
        walk(&w, pass);
        walk_added(&w, pass);
    }

    return w.failed ? NGX_ERROR : NGX_OK;
}


static void
walk(pass_walk_t *w, const api_conf_pass_t *pass)
{
    if (w->ended
        || (pass->statements && w->route->queries.nelts == 0)
        || (pass->when == API_PASS_BEHIND && w->last != NGX_OK)
        || (pass->when == API_PASS_SOUND && (w->failed || w->route->refused)))
    {
        return;
    }

    w->last = pass->run(w->cf, w->route);

    if (w->last != NGX_OK) {
        w->route->refused = 1;
        w->failed = 1;
    }

    w->ended = (w->route->vague || (pass->needed && w->last != NGX_OK));
}


/* what chapters do behind that one */

static void
walk_added(pass_walk_t *w, const api_conf_pass_t *pass)
{
    ngx_uint_t                     i;
    api_http_main_conf_t          *amcf;
    const api_conf_pass_t *const  *added;

    amcf = ngx_http_conf_get_module_main_conf(w->cf, ngx_http_api_module);

    added = amcf->passes.elts;

    for (i = 0; i < amcf->passes.nelts; i++) {
        if (ngx_strcmp(added[i]->after, pass->name) == 0) {
            walk(w, added[i]);
        }
    }
}
