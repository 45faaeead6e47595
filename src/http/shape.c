
#include "http/shape.h"
#include "http/request_id.h"
#include "json/write.h"


static const api_http_shape_loc_conf_t *conf_of(const ngx_http_request_t *r);
static void find_around(const api_http_ctx_t *ctx, ngx_str_t *around);


api_http_chapter_t  api_http_shape_chapter = {
    .name = "errors"
};


void
api_http_shape_write(api_http_ctx_t *ctx, api_buf_t *out)
{
    ngx_str_t                         around;
    const api_http_shape_loc_conf_t  *slcf;

    slcf = conf_of(ctx->request);

    if (slcf->fields == NULL) {
        api_json_write_problem(out, &ctx->error, &slcf->type,
                               api_http_request_id(ctx));
        return;
    }

    find_around(ctx, &around);
    api_json_write_fields(out, &ctx->error, slcf->fields, &around);
}


const ngx_str_t *
api_http_shape_type(const ngx_http_request_t *r)
{
    static const ngx_str_t  json = ngx_string("application/json");
    static const ngx_str_t  problem = ngx_string("application/problem+json");

    return conf_of(r)->fields != NULL ? &json : &problem;
}


static const api_http_shape_loc_conf_t *
conf_of(const ngx_http_request_t *r)
{
    return api_http_chapter_conf(r->loc_conf, &api_http_shape_chapter);
}


/* {"user":{…}}: whose fields they are is said by the route */

static void
find_around(const api_http_ctx_t *ctx, ngx_str_t *around)
{
    const api_body_short_t  *form, **member;

    ngx_str_null(around);

    form = (ctx->route != NULL && ctx->route->body != NULL)
           ? ctx->route->body->form : NULL;

    if (form == NULL || !form->object || form->rule.type.array
        || form->members.nelts != 1)
    {
        return;
    }

    member = form->members.elts;

    if ((*member)->object && !(*member)->rule.type.array) {
        *around = (*member)->name;
    }
}
