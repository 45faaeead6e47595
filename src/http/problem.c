
#include "http/problem.h"
#include "http/request_id.h"
#include "json/write.h"


/* a problem names at most API_ERROR_FAILURES fields of bounded length */
#define PROBLEM_MAX  (256 * 1024)


typedef struct {
    ngx_uint_t         status;
    api_error_code_e   code;
    const char        *detail;
    ngx_uint_t         retry_after;
} problem_own_t;


static void set_own(api_error_t *e, ngx_uint_t status);


/* what nginx refuses by itself in an API location */
static const problem_own_t  owns[] = {
    { 401, API_ERROR_UNAUTHORIZED, "credentials are needed", 0 },
    { 403, API_ERROR_FORBIDDEN, "this is not allowed", 0 },
    { 404, API_ERROR_NO_ROUTE, "there is no such path", 0 },
    { 405, API_ERROR_METHOD, "this path does not allow the method", 0 },
    { 413, API_ERROR_BODY_TOO_LARGE,
      "the body is larger than this path accepts", 0 },

    /* a limit of nginx's says no time; one second is its unit */
    { 429, API_ERROR_RATE_LIMIT, "too many requests in a short time", 1 },
    { 503, API_ERROR_BUSY, "the server is busy; try again later", 1 },

    { 504, API_ERROR_TIMEOUT, "the answer was not ready in time", 0 },
    { 0, API_ERROR_NONE, NULL, 0 }
};


ngx_buf_t *
api_http_problem(api_http_ctx_t *ctx, ngx_uint_t status)
{
    ngx_buf_t    *b;
    api_buf_t     text;
    api_error_t  *e;

    e = &ctx->error;

    if (e->code == API_ERROR_NONE || api_error_status(e) != status) {
        set_own(e, status);

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

    api_json_write_problem(&text, e, api_http_request_id(ctx));

    if (!api_buf_ok(&text)) {
        return NULL;
    }

    b->pos = text.start;
    b->last = text.last;
    b->memory = 1;

    return b;
}


/* the words for a refusal of nginx's own */

static void
set_own(api_error_t *e, ngx_uint_t status)
{
    const problem_own_t  *own;

    for (own = owns; own->status != 0; own++) {
        if (own->status == status) {
            break;
        }
    }

    if (own->status == 0) {
        api_error_set(e, status < 500 ? API_ERROR_BAD_REQUEST
                                      : API_ERROR_INTERNAL, NULL);
        e->status = status;
        return;
    }

    api_error_set(e, own->code, own->detail);
    e->retry_after = own->retry_after;
}


api_error_code_e
api_http_problem_code(ngx_uint_t status)
{
    api_error_t  e;

    set_own(&e, status);

    return e.code;
}


void
api_http_problem_large(api_http_ctx_t *ctx)
{
    off_t                      most;
    u_char                    *p, *end;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    api_error_set(&ctx->error, API_ERROR_BODY_TOO_LARGE,
                  "the body is larger than this path accepts");

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
