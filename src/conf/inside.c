
#include "conf/inside.h"


char *
api_conf_inside(ngx_conf_t *cf, const api_http_loc_conf_t *alcf)
{
    if ((cf->cmd_type & API_CONF_INSIDE) && alcf->route != NULL) {
        return NULL;
    }

    return "belongs in an api_route METHOD PATH { } block, directly";
}


ngx_uint_t
api_conf_is_server(ngx_conf_t *cf)
{
    ngx_http_conf_ctx_t       *ctx;
    ngx_http_core_srv_conf_t  *cscf;

    ctx = cf->ctx;
    cscf = ctx->srv_conf[ngx_http_core_module.ctx_index];

    return cscf->ctx->loc_conf == ctx->loc_conf;
}
