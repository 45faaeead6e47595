
#include "http/problem.h"
#include "http/shape.h"


/* a problem names at most API_ERROR_FAILURES fields of bounded length */
#define PROBLEM_MAX  (256 * 1024)


ngx_buf_t *
api_http_problem(api_http_ctx_t *ctx, ngx_uint_t status)
{
    ngx_buf_t    *b;
    api_buf_t     text;
    api_error_t  *e;

    e = &ctx->error;

    if (e->code == API_ERROR_NONE || api_error_status(e) != status) {
        api_error_refuse(e, status);

        if (e->code == API_ERROR_BODY_TOO_LARGE) {
            api_http_problem_large(ctx);
        }
    }

    if (e->detail.len == 0 && status >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        ngx_str_set(&e->detail, "the server could not answer; its log tells "
                                "why, under this request_id");
    }

    b = ngx_calloc_buf(ctx->request->pool);

    if (b == NULL
        || api_buf_init(&text, ctx->request->pool, 512, PROBLEM_MAX) != NGX_OK)
    {
        return NULL;
    }

    api_http_shape_write(ctx, &text);

    if (!api_buf_ok(&text)) {
        return NULL;
    }

    b->pos = text.start;
    b->last = text.last;
    b->memory = 1;

    return b;
}


void
api_http_problem_large(api_http_ctx_t *ctx)
{
    off_t                      most;
    u_char                    *p, *end;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    api_error_refuse(&ctx->error, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE);

    r = ctx->request;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    most = clcf->client_max_body_size;

    if (most == 0) {
        return;
    }

    p = ngx_pnalloc(r->pool, ctx->error.detail.len + 64);
    if (p == NULL) {
        return;
    }

    end = ngx_sprintf(p, "%V: at most %O bytes", &ctx->error.detail, most);

    if (most >= 1048576 && most % 1048576 == 0) {
        end = ngx_sprintf(end, " (%O MiB)", most / 1048576);

    } else if (most >= 1024 && most % 1024 == 0) {
        end = ngx_sprintf(end, " (%O KiB)", most / 1024);
    }

    ctx->error.detail.data = p;
    ctx->error.detail.len = (size_t) (end - p);
}
