
#include "conf/others.h"


static ngx_uint_t tries_files(ngx_conf_t *cf, void **loc_conf);


ngx_module_t *
api_conf_other_module(ngx_conf_t *cf, const char *name)
{
    ngx_uint_t  i;

    for (i = 0; cf->cycle->modules[i]; i++) {
        if (ngx_strcmp(cf->cycle->modules[i]->name, name) == 0) {
            return cf->cycle->modules[i];
        }
    }

    return NULL;
}


void *
api_conf_other(ngx_conf_t *cf, void **loc_conf, const char *name)
{
    ngx_module_t  *module;

    module = api_conf_other_module(cf, name);

    return module == NULL ? NULL : loc_conf[module->ctx_index];
}


/*
 * proxy_pass and its like, or try_files.  Files are what nginx answers with
 * where nobody says anything: "root" and "alias" count where they are said in
 * the very location the routes stand in.
 */

void
api_conf_others(ngx_conf_t *cf, const api_http_loc_conf_t *prev,
    api_http_loc_conf_t *conf, ngx_uint_t server)
{
    ngx_uint_t                 files;
    ngx_http_conf_ctx_t       *ctx;
    ngx_http_core_loc_conf_t  *clcf;

    ctx = cf->ctx;
    clcf = ctx->loc_conf[ngx_http_core_module.ctx_index];

    conf->root = clcf->root.data;

    if (clcf->noname) {
        return;
    }

    files = (!server && conf->has_routes && conf->root != prev->root);

    conf->others = (files || clcf->handler != NULL
                    || tries_files(cf, ctx->loc_conf));

    conf->guest = (!server && conf->has_routes && conf->others);
}


/* the module's configuration begins with them */

static ngx_uint_t
tries_files(ngx_conf_t *cf, void **loc_conf)
{
    void  **files;

    files = api_conf_other(cf, loc_conf, "ngx_http_try_files_module");

    return files != NULL && *files != NULL;
}
