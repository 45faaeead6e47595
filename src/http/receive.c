
#include "http/receive.h"


static void done(ngx_http_request_t *r);


ngx_int_t
api_http_receive_step(api_http_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    if (ctx->received) {
        return NGX_OK;
    }

    r = ctx->request;

    if (ctx->route->body == NULL) {
        rc = ngx_http_discard_request_body(r);
        ctx->received = (rc == NGX_OK);

        return rc;
    }

    rc = ngx_http_read_client_request_body(r, done);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    /* reading a body has raised the count for us; the driver holds one
       already */

    r->main->count--;

    if (ctx->received) {
        return NGX_OK;
    }

    ctx->receiving = 1;

    return NGX_AGAIN;
}


/* called when the body is there, perhaps before the step has returned: then
   the step itself goes on */

static void
done(ngx_http_request_t *r)
{
    api_http_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_api_module);

    ctx->received = 1;

    if (ctx->receiving) {
        ctx->receiving = 0;
        ctx->resume(ctx);
    }
}
