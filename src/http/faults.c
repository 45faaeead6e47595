
#include "http/faults.h"
#include "http/body.h"
#include "http/typed.h"


static ngx_int_t api_http_faults_add(api_http_ctx_t *ctx);


void
api_http_faults_refuse(api_http_ctx_t *ctx, ngx_array_t *failures)
{
    api_error_set(&ctx->error, API_ERROR_BAD_PARAMETER,
                  "a parameter is not valid");
    ctx->error.failures = failures;
}


ngx_int_t
api_http_faults_keep(api_http_ctx_t *ctx)
{
    ngx_int_t    rc;
    api_error_t  error;

    if (ctx->route->body == NULL && !ctx->unsure) {
        return NGX_DECLINED;
    }

    error = ctx->error;

    rc = ctx->route->body ? api_http_body_media_type(ctx) : NGX_OK;

    if (rc != NGX_OK) {
        /* a body of a type that the route does not take is not read: the
           faults of the parameters stand alone */
        ctx->error = error;
        return rc;
    }

    ctx->wrong = error.failures;
    ngx_memzero(&ctx->error, sizeof(api_error_t));

    return NGX_OK;
}


ngx_int_t
api_http_faults_body(api_http_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = api_http_body_step(ctx);

    if (rc == NGX_AGAIN || rc == NGX_ERROR
        || (rc == NGX_OK && ctx->wrong == NULL))
    {
        return rc;
    }

    /* PostgreSQL's types may refuse what the declared ones allow */

    if (ctx->fields != NULL
        && api_http_typed_fields(ctx, &ctx->error.failures) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ctx->wrong == NULL || api_error_status(&ctx->error) >= 500) {
        return NGX_DECLINED;
    }

    if ((rc == NGX_DECLINED || ctx->error.failures != NULL)
        && api_http_faults_add(ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_http_faults_refuse(ctx, ctx->wrong);

    return NGX_DECLINED;
}


/* the body's behind the parameters' */

static ngx_int_t
api_http_faults_add(api_http_ctx_t *ctx)
{
    ngx_uint_t      i, n;
    api_failure_t  *failure, whole;

    if (ctx->error.failures != NULL) {
        failure = ctx->error.failures->elts;
        n = ctx->error.failures->nelts;

    } else {
        /* no JSON, no form: the sentence says where */
        ngx_memzero(&whole, sizeof(api_failure_t));
        ngx_str_set(&whole.in, "body");
        ngx_str_set(&whole.code, "not_json");
        whole.message = ctx->error.detail;

        failure = &whole;
        n = 1;
    }

    for (i = 0; i < n; i++) {
        if (api_error_fail(ctx->request->pool, &ctx->wrong,
                           API_ERROR_FAILURES, &failure[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
