
#include "conf/keep.h"
#include "conf/place.h"


/* directives and routes with faults that are told in one reading */
#define KEEP_FAULTS  100


char *
api_conf_keep(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t vague)
{
    api_http_main_conf_t  *amcf;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_api_module);

    if (route != NULL) {
        route->refused = 1;
        route->vague |= (vague != 0);
    }

    if (++amcf->faults < KEEP_FAULTS) {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "these are %ui faults: there may "
                  "be more", amcf->faults);

    return NGX_CONF_ERROR;
}


char *
api_conf_keep_why(ngx_conf_t *cf, ngx_command_t *cmd,
    api_http_route_t *route, const char *why)
{
    api_conf_wrong(cf, 1, "\"%V\" directive %s", &cmd->name, why);

    return api_conf_keep(cf, route, 0);
}


char *
api_conf_keep_whole(ngx_conf_t *cf, ngx_command_t *cmd,
    api_http_route_t *route, const char *why)
{
    api_conf_wrong(cf, 0, "\"%V\" directive %s", &cmd->name, why);

    return (cmd->type & NGX_CONF_BLOCK) ? NGX_CONF_ERROR
                                        : api_conf_keep(cf, route, 1);
}


void
api_conf_refuse(ngx_conf_t *cf, const char *what, const ngx_str_t *name,
    const ngx_str_t *word, const char *why)
{
    if (word == NULL) {
        api_conf_wrong(cf, 0, "%s \"%V\": %s", what, name, why);
        return;
    }

    api_conf_wrong(cf, (ngx_uint_t) (word - (ngx_str_t *) cf->args->elts),
                   "%s \"%V\", \"%V\": %s", what, name, word, why);
}
