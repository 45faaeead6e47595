
#include "http/ctx.h"


static api_http_ctx_t *make(ngx_http_request_t *r);
static const api_http_ctx_t *lost(const ngx_http_request_t *r);
static void found(void *data);


api_http_ctx_t *
api_http_ctx_get(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = make(r);

    if (ctx != NULL) {
        ctx->aside = 0;
    }

    return ctx;
}


api_http_ctx_t *
api_http_ctx_aside(ngx_http_request_t *r)
{
    ngx_uint_t            fresh;
    api_http_ctx_t       *ctx;
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);
    fresh = (ngx_http_get_module_ctx(r, ngx_http_api_module) == NULL);

    ctx = make(r);

    if (ctx != NULL && fresh && alcf->api != 1) {
        ctx->aside = 1;
    }

    return ctx;
}


static api_http_ctx_t *
make(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    if (ctx == NULL) {
        ctx = ngx_pcalloc(r->pool, sizeof(api_http_ctx_t));
        if (ctx == NULL) {
            return NULL;
        }

        ctx->request = r;
        ctx->previous = lost(r);

        /* a cleanup inside ctx itself, by which it is found again: no memory
           is needed */

        ctx->found.handler = found;
        ctx->found.data = ctx;
        ctx->found.next = r->pool->cleanup;
        r->pool->cleanup = &ctx->found;

        ngx_http_set_ctx(r, ctx, ngx_http_api_module);
    }

    return ctx;
}


const api_http_ctx_t *
api_http_ctx_seen(ngx_http_request_t *r)
{
    const api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    return ctx != NULL ? ctx : lost(r);
}


ngx_uint_t
api_http_ctx_covers(ngx_http_request_t *r)
{
    api_http_loc_conf_t  *alcf;

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);

    return alcf->api == 1
           || (r->error_page && r == r->main && api_http_ctx_met(r));
}


ngx_uint_t
api_http_ctx_met(ngx_http_request_t *r)
{
    const api_http_ctx_t  *ctx;

    ctx = api_http_ctx_seen(r);

    while (ctx != NULL && ctx->aside) {
        ctx = ctx->previous;
    }

    return ctx != NULL;
}


/* nginx's internal redirects, to named locations, too, clear what modules keep
   of a request */

static const api_http_ctx_t *
lost(const ngx_http_request_t *r)
{
    ngx_pool_cleanup_t    *cln;
    const api_http_ctx_t  *ctx;

    if (!r->internal) {
        return NULL;
    }

    for (cln = r->pool->cleanup; cln != NULL; cln = cln->next) {

        if (cln->handler == found) {
            ctx = cln->data;

            if (ctx->request == r) {
                return ctx;
            }
        }
    }

    return NULL;
}


static void
found(void *data)
{
    (void) data;
}


const api_http_ctx_t *
api_http_ctx_begun(const api_http_ctx_t *ctx)
{
    const api_http_ctx_t  *begun;

    begun = NULL;

    for ( /* void */ ; ctx != NULL; ctx = ctx->previous) {
        if (ctx->begun != 0) {
            begun = ctx;
        }
    }

    return begun;
}
