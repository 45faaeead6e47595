
#include "http/source_jwt.h"
#include "http/jwt.h"
#include "http/learned.h"
#include "auth/path.h"
#include "sql/bind.h"
#include "sql/inferred.h"


static ngx_int_t value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n,
    api_value_t *out);


const api_http_source_t  api_http_source_jwt = {
    .name = "a claim of the access token",
    .value = value,
    .form = API_SOURCE_JSON,
    .checked = API_SOURCE_APART
};


static ngx_int_t
value(api_http_ctx_t *ctx, ngx_uint_t step, ngx_uint_t n, api_value_t *out)
{
    api_type_t                type;
    const unsigned           *oids;
    const api_json_t         *json;
    const api_auth_path_t    *path;
    const api_http_bind_t    *bind;
    const api_auth_claims_t  *claims;
    api_sql_inferred_t        builtin[2];
    api_http_jwt_loc_conf_t  *jlcf;

    bind = api_http_source_bind(ctx->route, step, n);
    jlcf = api_http_chapter_conf(ctx->route->loc_conf, &api_http_jwt_chapter);

    claims = api_http_jwt_claims(ctx->request);

    if (claims == NULL) {
        out->null = 1;
        return NGX_OK;
    }

    path = jlcf->paths.elts;
    json = api_auth_path_find(claims->tree, &path[bind->index]);

    if (json == NULL) {
        out->null = 1;
        return NGX_OK;
    }

    type = bind->as;
    oids = api_http_learned_params(ctx, step);

    /* nobody could be asked when the configuration was read */

    if (type.kind == API_TYPE_NONE) {

        if (oids != NULL && api_sql_inferred_builtin(oids[n], builtin)) {
            type = api_sql_inferred_nearest(builtin);

        } else {
            type.kind = API_TYPE_STRING;
        }
    }

    return api_sql_bind_json(ctx->request->pool, &type, json, out);
}
