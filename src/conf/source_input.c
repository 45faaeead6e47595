
#include "conf/source.h"


static ngx_int_t find(api_conf_sought_t *s);
static ngx_int_t declare(const api_http_route_t *route,
    api_conf_declared_t *declared);
static ngx_uint_t knows(const api_http_route_t *route, const ngx_str_t *name);
static ngx_int_t unused(ngx_conf_t *cf, const api_http_route_t *route);
static api_http_input_t *get(const api_http_route_t *route,
    const ngx_str_t *name);


const api_conf_source_t  api_conf_source_input = {
    .source = &api_http_source_input,
    .find = find,
    .declare = declare,
    .knows = knows,
    .unused = unused
};


static ngx_int_t
find(api_conf_sought_t *s)
{
    api_http_input_t  *input;

    input = get(s->route, &s->name);

    if (input == NULL) {
        return NGX_DECLINED;
    }

    input->used = 1;

    s->param->declared = api_type_oid(&input->rule.type);
    s->bind->index = (ngx_uint_t) (input
                                - (api_http_input_t *) s->route->inputs.elts);
    s->bind->optional = (input->in != API_IN_PATH);

    return NGX_OK;
}


static ngx_int_t
declare(const api_http_route_t *route, api_conf_declared_t *declared)
{
    ngx_uint_t               i;
    const char              *what;
    const api_http_input_t  *input;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {

        what = (input[i].in == API_IN_PATH) ? "a segment of the path"
                                            : "api_param";

        if (api_conf_declared_add(declared, &input[i].name, what,
                                  &input[i].place)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
knows(const api_http_route_t *route, const ngx_str_t *name)
{
    return get(route, name) != NULL;
}


static ngx_int_t
unused(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t               i;
    const api_http_input_t  *input;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {
        if (!input[i].used) {
            api_conf_declared_unused(cf, route,
                                     input[i].in == API_IN_PATH
                                     ? "the segment" : "api_param",
                                     &input[i].name, &input[i].place);
        }
    }

    return NGX_OK;
}


static api_http_input_t *
get(const api_http_route_t *route, const ngx_str_t *name)
{
    ngx_uint_t         i;
    api_http_input_t  *input;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {
        if (api_str_equal(&input[i].name, name)) {
            return &input[i];
        }
    }

    return NULL;
}
