
#include "http/unknown.h"
#include "http/escape.h"
#include "http/faults.h"
#include "http/found.h"
#include "http/source.h"
#include "core/near.h"
#include "core/scan.h"


static ngx_uint_t api_http_unknown_known(const api_http_ctx_t *ctx,
    const ngx_str_t *name);
static ngx_int_t api_http_unknown_fail(api_http_ctx_t *ctx,
    const ngx_str_t *name, ngx_array_t **failures);
static ngx_uint_t api_http_unknown_told(const ngx_array_t *failures,
    const ngx_str_t *field);
static ngx_int_t api_http_unknown_field(ngx_pool_t *pool,
    const ngx_str_t *name, ngx_str_t *field);
static ngx_int_t api_http_unknown_message(const api_http_ctx_t *ctx,
    const ngx_str_t *name, ngx_str_t *message);


ngx_int_t
api_http_unknown(api_http_ctx_t *ctx, ngx_array_t **failures)
{
    u_char               *p, *end;
    ngx_str_t             name, value;
    ngx_http_request_t   *r;
    api_http_loc_conf_t  *alcf;

    r = ctx->request;

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_api_module);

    if (!alcf->unknown) {
        return NGX_OK;
    }

    p = r->args.data;
    end = p + r->args.len;

    while (api_http_escape_pair(&p, end, &name, &value)) {

        if (name.len == 0 && value.data == name.data) {
            /* "&&" */
            continue;
        }

        /* a name with a broken escape is taken as it stands */

        if (api_http_escape_name(r->pool, &name) == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (!api_http_unknown_known(ctx, &name)
            && api_http_unknown_fail(ctx, &name, failures) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
api_http_unknown_known(const api_http_ctx_t *ctx, const ngx_str_t *name)
{
    ngx_str_t               *arg;
    ngx_uint_t               i;
    const api_http_input_t  *input;
    api_http_main_conf_t    *amcf;

    input = ctx->route->inputs.elts;

    for (i = 0; i < ctx->route->inputs.nelts; i++) {

        if (input[i].in == API_IN_QUERY
            && (api_str_equal(name, &input[i].name)
                || api_http_found_brackets(name, &input[i].name)))
        {
            return 1;
        }
    }

    amcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_api_module);

    arg = amcf->arg_names.elts;

    for (i = 0; i < amcf->arg_names.nelts; i++) {

        if (arg[i].len == name->len
            && ngx_strncasecmp(arg[i].data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
api_http_unknown_fail(api_http_ctx_t *ctx, const ngx_str_t *name,
    ngx_array_t **failures)
{
    ngx_pool_t     *pool;
    api_failure_t   failure;

    if (*failures != NULL && (*failures)->nelts >= API_ERROR_FAILURES) {
        return NGX_OK;
    }

    pool = ctx->request->pool;

    ngx_memzero(&failure, sizeof(api_failure_t));

    if (api_http_unknown_field(pool, name, &failure.field) != NGX_OK) {
        return NGX_ERROR;
    }

    if (api_http_unknown_told(*failures, &failure.field)) {
        return NGX_OK;
    }

    if (api_http_unknown_message(ctx, name, &failure.message) != NGX_OK) {
        return NGX_ERROR;
    }

    failure.in = api_http_source_names[API_IN_QUERY];
    ngx_str_set(&failure.code, "unknown");

    return api_error_fail(pool, failures, API_ERROR_FAILURES, &failure);
}


static ngx_uint_t
api_http_unknown_told(const ngx_array_t *failures, const ngx_str_t *field)
{
    ngx_uint_t            i;
    const api_failure_t  *f;

    f = (failures != NULL) ? failures->elts : NULL;

    for (i = 0; failures != NULL && i < failures->nelts; i++) {
        if (api_str_is(&f[i].code, "unknown")
            && api_str_equal(&f[i].field, field))
        {
            return 1;
        }
    }

    return 0;
}


/* a client may send any name: it is quoted as far as a key of a body is */

static ngx_int_t
api_http_unknown_field(ngx_pool_t *pool, const ngx_str_t *name,
    ngx_str_t *field)
{
    size_t  n, len;
    u_char  *end;

    *field = *name;

    if (name->len <= API_ERROR_KEY) {
        return NGX_OK;
    }

    end = name->data + name->len;

    for (len = 0; /* void */ ; len += n) {
        n = ngx_max(api_scan_utf8(name->data + len, end), 1);

        if (len + n > API_ERROR_KEY) {
            break;
        }
    }

    field->len = len + sizeof("...") - 1;
    field->data = ngx_pnalloc(pool, field->len);
    if (field->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(field->data, name->data, len);
    ngx_memcpy(field->data + len, "...", sizeof("...") - 1);

    return NGX_OK;
}


static ngx_int_t
api_http_unknown_message(const api_http_ctx_t *ctx, const ngx_str_t *name,
    ngx_str_t *message)
{
    size_t                   len;
    ngx_str_t                base;
    ngx_uint_t               i;
    const api_http_input_t  *input;

    base = *name;
    len = api_scan_brackets(name);

    if (len != 0) {
        base.len = len;
    }

    input = ctx->route->inputs.elts;

    for (i = 0; i < ctx->route->inputs.nelts; i++) {
        if (input[i].in == API_IN_QUERY && api_near(&base, &input[i].name)) {
            break;
        }
    }

    if (i == ctx->route->inputs.nelts) {
        ngx_str_set(message, "is no parameter of this path");
        return NGX_OK;
    }

    len = sizeof("is no parameter of this path; perhaps  is what you want") - 1
          + input[i].name.len;

    message->data = ngx_pnalloc(ctx->request->pool, len);
    if (message->data == NULL) {
        return NGX_ERROR;
    }

    message->len = (size_t) (ngx_sprintf(message->data,
                                         "is no parameter of this path; "
                                         "perhaps %V is what you want",
                                         &input[i].name)
                             - message->data);

    return NGX_OK;
}
