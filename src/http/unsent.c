
#include "http/unsent.h"


/* an answer of which nginx itself keeps as much for any request */
#define API_HTTP_UNSENT_TINY   (4 * 1024)

/* one for which there is room when there is none for large ones */
#define API_HTTP_UNSENT_SMALL  (64 * 1024)

#define API_HTTP_UNSENT_LOG    10000     /* ms between two lines in the log */


typedef struct {
    size_t                      max;
    size_t                      kept;
    size_t                      promised;    /* to writes */
    size_t                     *recent;      /* by route: of its answers */
    ngx_msec_t                  logged;
    unsigned                    ever:1;
} api_http_unsent_t;


static size_t api_http_unsent_limit(size_t size);
static ngx_int_t api_http_unsent_full(api_http_ctx_t *ctx, size_t size);


static api_http_unsent_t  api_http_unsent;


ngx_int_t
api_http_unsent_init(ngx_cycle_t *cycle)
{
    api_http_main_conf_t  *amcf;

    ngx_memzero(&api_http_unsent, sizeof(api_http_unsent_t));

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    api_http_unsent.max = amcf->max_unsent;
    api_http_unsent.recent = ngx_pcalloc(cycle->pool,
                                    (amcf->nroutes + 1) * sizeof(size_t));

    return api_http_unsent.recent != NULL ? NGX_OK : NGX_ERROR;
}


/* the sum up to which an answer of this size may bring it */

static size_t
api_http_unsent_limit(size_t size)
{
    if (size <= API_HTTP_UNSENT_TINY) {
        return NGX_MAX_SIZE_T_VALUE;
    }

    return size <= API_HTTP_UNSENT_SMALL ? 2 * api_http_unsent.max
                                         : api_http_unsent.max;
}


ngx_int_t
api_http_unsent_admit(api_http_ctx_t *ctx)
{
    size_t  size;

    size = api_http_unsent.recent[ctx->route->index];

    if (ctx->route->plan.read_only) {

        /* the size of a read is known in time: it is refused here only where
           nothing would fit */

        return api_http_unsent.kept < api_http_unsent_limit(size)
               ? NGX_OK : api_http_unsent_full(ctx, size);
    }

    if (api_http_unsent.kept + api_http_unsent.promised + size
        > api_http_unsent_limit(size))
    {
        return api_http_unsent_full(ctx, size);
    }

    ctx->promised = size;
    api_http_unsent.promised += size;

    return NGX_OK;
}


ngx_int_t
api_http_unsent_room(api_http_ctx_t *ctx, size_t size)
{
    if (!ctx->route->plan.read_only
        || api_http_unsent.kept + size <= api_http_unsent_limit(size))
    {
        return NGX_OK;
    }

    return api_http_unsent_full(ctx, size);
}


static ngx_int_t
api_http_unsent_full(api_http_ctx_t *ctx, size_t size)
{
    if (!api_http_unsent.ever
        || ngx_current_msec - api_http_unsent.logged >= API_HTTP_UNSENT_LOG)
    {
        api_http_unsent.ever = 1;
        api_http_unsent.logged = ngx_current_msec;

        ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                      "%V: 503, for api_max_unsent: %uz bytes of answers wait "
                      "for clients to read them, and this one would be %uz; "
                      "limit_conn, send_timeout and "
                      "http2_max_concurrent_streams bound what one client "
                      "leaves unread", &ctx->route->name,
                      api_http_unsent.kept, size);
    }

    return NGX_BUSY;
}


void
api_http_unsent_keep(api_http_ctx_t *ctx, size_t size)
{
    size_t  *recent;

    api_http_unsent_settle(ctx);

    ctx->kept += size;
    api_http_unsent.kept += size;

    /* the largest answer of the route, forgotten slowly */

    recent = &api_http_unsent.recent[ctx->route->index];

    if (ctx->kept > *recent) {
        *recent = ctx->kept;

    } else {
        *recent -= (*recent - ctx->kept + 7) / 8;
    }
}


void
api_http_unsent_settle(api_http_ctx_t *ctx)
{
    api_http_unsent.promised -= ctx->promised;
    ctx->promised = 0;
}


void
api_http_unsent_free(api_http_ctx_t *ctx)
{
    api_http_unsent_settle(ctx);

    api_http_unsent.kept -= ctx->kept;
    ctx->kept = 0;
}
