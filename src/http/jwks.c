
#include "http/jwks.h"
#include "auth/jwk.h"
#include "http/headers.h"
#include "http/jwt.h"


ngx_int_t
api_http_jwks_handler(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_str_t                  type;
    api_http_jwt_t            *jwt;
    api_http_jwt_loc_conf_t   *jlcf;
    ngx_http_complex_value_t   text;
    static const ngx_str_t     name = ngx_string("Cache-Control");
    static const ngx_str_t     value = ngx_string("public, max-age=300");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    jlcf = api_http_chapter_conf(r->loc_conf, &api_http_jwt_chapter);
    jwt = jlcf->jwt;

    if (api_http_keys_get(&jwt->keys, NULL) != NGX_OK) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    ngx_memzero(&text, sizeof(ngx_http_complex_value_t));

    if (api_auth_jwk_write(r->pool, jwt->keys.set, jwt->demands.algorithms,
                           &text.value)
        != NGX_OK
        || api_http_headers_add(r, &name, &value) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&type, "application/json");

    return ngx_http_send_response(r, NGX_HTTP_OK, &type, &text);
}
