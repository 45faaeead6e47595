
#include "auth/jwt.h"
#include "auth/password.h"
#include "auth/verify.h"


ngx_int_t
api_auth_jwt_init(void)
{
    return api_password_init();
}


/* credentials = auth-scheme 1*SP token68 (RFC 9110, section 11.4) */

ngx_int_t
api_auth_jwt_bearer(const ngx_str_t *value, const ngx_str_t *scheme,
    ngx_str_t *token)
{
    size_t  n;

    n = scheme->len;

    if (value->len <= n
        || ngx_strncasecmp(value->data, scheme->data, n) != 0
        || value->data[n] != ' ')
    {
        return NGX_DECLINED;
    }

    while (n < value->len && value->data[n] == ' ') {
        n++;
    }

    token->data = value->data + n;
    token->len = value->len - n;

    return token->len != 0 ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
api_auth_jwt(ngx_pool_t *pool, const ngx_str_t *token,
    const api_auth_keys_t *keys, const api_auth_demands_t *demands, time_t now,
    api_auth_claims_t *claims, api_auth_reason_e *reason)
{
    ngx_int_t       rc;
    api_auth_jws_t  jws;

    rc = api_auth_jws_read(pool, token, &jws, reason);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = api_auth_verify(keys, demands->algorithms, &jws, reason);
    if (rc != NGX_OK) {
        return rc;
    }

    return api_auth_claims_read(pool, &jws, demands, now, claims, reason);
}
