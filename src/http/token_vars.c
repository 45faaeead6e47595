
#include "http/token.h"
#include "http/vars.h"


static ngx_int_t show(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data);


static const ngx_http_variable_t  variables[] = {
    { ngx_string(API_HTTP_TOKEN_VAR), NULL, show, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },
    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};


ngx_int_t
api_http_token_vars_add(ngx_conf_t *cf)
{
    return api_http_vars_add_list(cf, variables);
}


static ngx_int_t
show(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                 name;
    ngx_uint_t                i;
    const ngx_array_t        *list;
    const ngx_str_t          *made;
    const api_http_ctx_t     *ctx;
    api_http_token_t *const  *token;

    name.data = ((ngx_str_t *) data)->data + sizeof(API_HTTP_TOKEN_VAR) - 1;
    name.len = ((ngx_str_t *) data)->len - (sizeof(API_HTTP_TOKEN_VAR) - 1);

    v->not_found = 1;

    ctx = api_http_ctx_seen(r);
    made = ctx ? api_http_token_made(ctx) : NULL;

    if (made == NULL || ctx->route == NULL) {
        return NGX_OK;
    }

    list = api_http_token_list(ctx->route);
    token = list->elts;

    for (i = 0; i < list->nelts; i++) {

        if (made[i].data == NULL || token[i]->made.name.len != name.len
            || ngx_strncasecmp(token[i]->made.name.data, name.data, name.len)
               != 0)
        {
            continue;
        }

        v->not_found = 0;
        v->valid = 1;
        v->no_cacheable = 0;
        v->data = made[i].data;
        v->len = (unsigned) (made[i].len & 0xfffffff);
    }

    return NGX_OK;
}
