
#include "http/vars.h"
#include "http/headers.h"


#define VARS_PARAM  "api_param_"


static ngx_int_t api_http_vars_get_route(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t api_http_vars_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t api_http_vars_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t api_http_vars_row(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t vars_param(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t vars_give(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, const api_http_ctx_t *ctx,
    const ngx_str_t *name, const api_value_t *value);
static void api_http_vars_withheld(ngx_http_request_t *r,
    const api_http_ctx_t *answered, const ngx_str_t *name);
static ngx_int_t api_http_vars_set(ngx_http_variable_value_t *v,
    const ngx_str_t *text);


static const ngx_http_variable_t  api_http_vars_list[] = {

    { ngx_string("api_route"), NULL, api_http_vars_get_route, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("api_error"), NULL, api_http_vars_error, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("api_db_time"), NULL, api_http_vars_time,
      offsetof(api_http_ctx_t, db_time), NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("api_wait_time"), NULL, api_http_vars_time,
      offsetof(api_http_ctx_t, wait_time), NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string(API_HTTP_VARS_ROW), NULL, api_http_vars_row, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

    { ngx_string(VARS_PARAM), NULL, vars_param, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};


ngx_int_t
api_http_vars_add(ngx_conf_t *cf)
{
    return api_http_vars_add_list(cf, api_http_vars_list);
}


ngx_int_t
api_http_vars_add_list(ngx_conf_t *cf, const ngx_http_variable_t *list)
{
    ngx_str_t                   name;
    ngx_http_variable_t        *var;
    const ngx_http_variable_t  *v;

    for (v = list; v->name.len; v++) {
        name = v->name;

        var = ngx_http_add_variable(cf, &name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
api_http_vars_get_route(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    const api_http_route_t  *route;

    route = api_http_vars_route(r);

    return api_http_vars_set(v, route != NULL ? &route->name : NULL);
}


const api_http_route_t *
api_http_vars_route(ngx_http_request_t *r)
{
    const api_http_ctx_t  *ctx;

    ctx = api_http_ctx_seen(r);

    while (ctx != NULL && ctx->route == NULL) {
        ctx = ctx->previous;
    }

    return ctx != NULL ? ctx->route : NULL;
}


static ngx_int_t
api_http_vars_error(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t         name;
    api_error_code_e  code;

    code = api_http_vars_code(r);

    if (code == API_ERROR_NONE) {
        return api_http_vars_set(v, NULL);
    }

    name.data = api_unconst(api_error_name(code));
    name.len = ngx_strlen(name.data);

    return api_http_vars_set(v, &name);
}


api_error_code_e
api_http_vars_code(ngx_http_request_t *r)
{
    api_error_code_e       code;
    const api_http_ctx_t  *ctx;

    ctx = api_http_ctx_seen(r);
    code = API_ERROR_NONE;

    /* a refusal of nginx's own has led to an error_page */

    if (r->error_page && r->err_status >= NGX_HTTP_BAD_REQUEST
        && api_http_ctx_met(r))
    {
        code = api_error_refused(r->err_status);
    }

    for ( /* void */ ; ctx != NULL; ctx = ctx->previous) {
        if (ctx->error.code != API_ERROR_NONE) {
            return ctx->error.code;
        }
    }

    return code;
}


/* seconds with milliseconds, as $request_time; data: which of ctx's */

static ngx_int_t
api_http_vars_time(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    uint64_t               ms;
    ngx_str_t              text;
    const api_http_ctx_t  *ctx;

    ctx = api_http_vars_asked(r);

    if (ctx == NULL) {
        return api_http_vars_set(v, NULL);
    }

    text.data = ngx_pnalloc(r->pool, NGX_INT64_LEN + 4);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    ms = (*(const uint64_t *) ((const u_char *) ctx + data) + 500) / 1000;

    text.len = (size_t) (ngx_sprintf(text.data, "%uL.%03uL", ms / 1000,
                                     ms % 1000)
                         - text.data);

    return api_http_vars_set(v, &text);
}


const api_http_ctx_t *
api_http_vars_asked(ngx_http_request_t *r)
{
    const api_http_ctx_t  *ctx;

    ctx = api_http_ctx_seen(r);

    while (ctx != NULL && !ctx->query_done && ctx->part == 0) {
        ctx = ctx->previous;
    }

    return ctx;
}


static ngx_int_t
api_http_vars_row(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t              *names, name;
    ngx_uint_t              i;
    api_http_main_conf_t   *amcf;
    const ngx_str_t        *full;
    const api_http_ctx_t   *ctx;

    full = (const ngx_str_t *) data;

    ctx = api_http_ctx_seen(r);

    while (ctx != NULL && ctx->row == NULL) {
        ctx = ctx->previous;
    }

    if (ctx == NULL) {
        return api_http_vars_set(v, NULL);
    }

    name.data = full->data + sizeof(API_HTTP_VARS_ROW) - 1;
    name.len = full->len - (sizeof(API_HTTP_VARS_ROW) - 1);

    amcf = ngx_http_get_module_main_conf(r, ngx_http_api_module);
    names = amcf->row_names.elts;

    for (i = 0; i < amcf->row_names.nelts; i++) {
        if (!api_str_equal(&names[i], &name)) {
            continue;
        }

        return vars_give(r, v, ctx, full, &ctx->row[i]);
    }

    return api_http_vars_set(v, NULL);
}


/* what was sent for a parameter of the route, once it is known to be of its
   type, or its default */

static ngx_int_t
vars_param(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                name;
    ngx_uint_t               i;
    const ngx_str_t         *full;
    const api_http_ctx_t    *ctx;
    const api_http_input_t  *input;

    full = (const ngx_str_t *) data;

    ctx = api_http_ctx_seen(r);

    while (ctx != NULL && ctx->inputs == NULL) {
        ctx = ctx->previous;
    }

    if (ctx == NULL) {
        return api_http_vars_set(v, NULL);
    }

    name.data = full->data + sizeof(VARS_PARAM) - 1;
    name.len = full->len - (sizeof(VARS_PARAM) - 1);

    input = ctx->route->inputs.elts;

    for (i = 0; i < ctx->route->inputs.nelts; i++) {

        /* nginx has names in lower case */

        if (input[i].name.len == name.len
            && ngx_strncasecmp(input[i].name.data, name.data, name.len) == 0)
        {
            return vars_give(r, v, ctx, full, &ctx->inputs[i]);
        }
    }

    return api_http_vars_set(v, NULL);
}


/*
 * A line break would begin another header where add_header sends it, and
 * written in another way it would be another value where SQL or an access rule
 * has it: such a text has no value here
 */

static ngx_int_t
vars_give(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    const api_http_ctx_t *ctx, const ngx_str_t *name, const api_value_t *value)
{
    if (value->null) {
        return api_http_vars_set(v, NULL);
    }

    if (api_http_headers_breaks(&value->text)) {
        api_http_vars_withheld(r, ctx, name);
        return api_http_vars_set(v, NULL);
    }

    return api_http_vars_set(v, &value->text);
}


/* once a request: a header asks for it more than once, as may the access log */

static void
api_http_vars_withheld(ngx_http_request_t *r, const api_http_ctx_t *answered,
    const ngx_str_t *name)
{
    api_http_ctx_t  *ctx;

    ctx = api_http_ctx_get(r);

    if (ctx == NULL || ctx->withheld) {
        return;
    }

    ctx->withheld = 1;

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "$%V has no value, for it holds a control character, which "
                  "no header may, route: \"%V\"", name, &answered->route->name);
}


static ngx_int_t
api_http_vars_set(ngx_http_variable_value_t *v, const ngx_str_t *text)
{
    if (text == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = text->data;
    v->len = (unsigned) (text->len & 0xfffffff);
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
