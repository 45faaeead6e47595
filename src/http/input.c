
#include "http/input.h"
#include "http/faults.h"
#include "http/found.h"
#include "http/list.h"
#include "http/source.h"
#include "http/typed.h"
#include "http/unknown.h"
#include "body/numbers.h"
#include "sql/fallback.h"


static ngx_int_t api_http_input_scalar(ngx_pool_t *pool,
    const api_http_input_t *input, const ngx_str_t *raw, api_value_t *out,
    api_failure_t *failure);
static ngx_int_t api_http_input_list(api_http_ctx_t *ctx,
    const api_http_input_t *input, api_value_t *out, api_failure_t *failure);
static ngx_int_t api_http_input_absent(ngx_pool_t *pool,
    const api_http_input_t *input, api_value_t *out, api_failure_t *failure);


ngx_int_t
api_http_input_parameters(api_http_ctx_t *ctx)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    ngx_pool_t              *pool;
    ngx_array_t             *failures;
    api_failure_t            failure;
    const api_http_input_t  *input;

    n = ctx->route->inputs.nelts;
    pool = ctx->request->pool;
    failures = NULL;
    input = ctx->route->inputs.elts;

    if (n != 0) {
        ctx->inputs = ngx_pcalloc(pool, n * sizeof(api_value_t));
        if (ctx->inputs == NULL) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < n; i++) {
        ngx_memzero(&failure, sizeof(api_failure_t));

        rc = api_http_input_value(ctx, &input[i], &ctx->inputs[i], &failure);

        if (rc == NGX_OK) {
            rc = api_http_typed_input(ctx, i, &failure);
        }

        if (rc == NGX_OK) {
            continue;
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        failure.in = api_http_source_names[input[i].in];
        failure.field = input[i].name;

        if (api_error_fail(pool, &failures, API_ERROR_FAILURES,
                           &failure)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ctx->request->args.len != 0
        && api_http_unknown(ctx, &failures) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (failures == NULL) {
        return NGX_OK;
    }

    api_http_faults_refuse(ctx, failures);

    return NGX_DECLINED;
}


ngx_int_t
api_http_input_value(api_http_ctx_t *ctx, const api_http_input_t *input,
    api_value_t *out, api_failure_t *failure)
{
    ngx_pool_t        *pool;
    ngx_array_t        found;
    api_http_found_t  *f;

    pool = ctx->request->pool;

    if (input->in == API_IN_PATH) {
        return api_http_input_scalar(pool, input,
                                     &ctx->segments[input->segment], out,
                                     failure);
    }

    if (input->rule.type.array) {
        return api_http_input_list(ctx, input, out, failure);
    }

    if (ngx_array_init(&found, pool, 1, sizeof(api_http_found_t)) != NGX_OK
        || api_http_found_all(ctx->request, input, &found) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (found.nelts == 0) {
        return api_http_input_absent(pool, input, out, failure);
    }

    /*
     * Of cookies of one name browsers send the one with the longest path first
     * (RFC 6265, section 5.4): it is the one that is meant here
     */

    if (found.nelts > 1 && input->in != API_IN_COOKIE) {
        ngx_str_set(&failure->code, "duplicate");
        ngx_str_set(&failure->message, "must be given only once");
        return NGX_DECLINED;
    }

    f = found.elts;

    if (f->brackets) {
        /* the client means a list, and it must not be ignored silently */
        ngx_str_set(&failure->code, "type");
        ngx_str_set(&failure->message, "must be one value, without brackets "
                                       "after the name");
        return NGX_DECLINED;
    }

    return api_http_input_scalar(pool, input, &f->raw, out, failure);
}


/* read in a temporary pool: many short items take a hundred times as much
   memory as their text */

static ngx_int_t
api_http_input_list(api_http_ctx_t *ctx, const api_http_input_t *input,
    api_value_t *out, api_failure_t *failure)
{
    ngx_int_t     rc;
    ngx_pool_t   *pool, *temporary;
    ngx_array_t   found;

    pool = ctx->request->pool;

    temporary = ngx_create_pool(4096, pool->log);
    if (temporary == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_array_init(&found, temporary, 4, sizeof(api_http_found_t))
        == NGX_OK
        && api_http_found_all(ctx->request, input, &found) == NGX_OK)
    {
        rc = found.nelts ? api_http_list(temporary, pool, input, &found, out,
                                         failure)
                         : api_http_input_absent(pool, input, out, failure);
    }

    ngx_destroy_pool(temporary);

    return rc;
}


static ngx_int_t
api_http_input_absent(ngx_pool_t *pool, const api_http_input_t *input,
    api_value_t *out, api_failure_t *failure)
{
    ngx_int_t  rc;

    if (input->rule.required) {
        ngx_str_set(&failure->code, "required");
        ngx_str_set(&failure->message, "is required");
        return NGX_DECLINED;
    }

    if (!input->rule.has_default) {
        out->null = 1;
        out->absent = 1;
        return NGX_OK;
    }

    rc = api_sql_fallback(pool, &input->rule, out);
    out->absent = 1;

    return rc;
}


static ngx_int_t
api_http_input_scalar(ngx_pool_t *pool, const api_http_input_t *input,
    const ngx_str_t *raw, api_value_t *out, api_failure_t *failure)
{
    ngx_int_t   rc;
    ngx_str_t   text;
    api_rule_t  rule;

    rc = api_http_found_text(pool, input, raw, &text, failure);

    if (rc != NGX_OK) {
        return rc;
    }

    rule = input->rule;

    if (rule.type.kind == API_TYPE_NONE) {
        /* the statement settles the type: until then any text will do */
        rule.type.kind = API_TYPE_STRING;
    }

    if (rule.type.kind == API_TYPE_JSON) {
        rc = api_body_numbers_json(pool, &text, failure);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return api_value_check(pool, &rule, &text, out, failure);
}
