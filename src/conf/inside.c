
#include "conf/inside.h"


char *
api_conf_inside(ngx_conf_t *cf, const api_http_loc_conf_t *alcf)
{
    if ((cf->cmd_type & API_CONF_INSIDE) && alcf->route != NULL) {
        return NULL;
    }

    return "belongs in an api_route METHOD PATH { } block, directly";
}
