
#include "auth/algorithm.h"


static const api_auth_algorithm_t  algorithms[] = {
    { ngx_string("HS256"), API_AUTH_OCT, "SHA256", 32, NULL, 0, 0 },
    { ngx_string("HS384"), API_AUTH_OCT, "SHA384", 48, NULL, 0, 0 },
    { ngx_string("HS512"), API_AUTH_OCT, "SHA512", 64, NULL, 0, 0 },
    { ngx_string("RS256"), API_AUTH_RSA, "SHA256", 32, NULL, 0, 0 },
    { ngx_string("RS384"), API_AUTH_RSA, "SHA384", 48, NULL, 0, 0 },
    { ngx_string("RS512"), API_AUTH_RSA, "SHA512", 64, NULL, 0, 0 },
    { ngx_string("PS256"), API_AUTH_RSA, "SHA256", 32, NULL, 0, 1 },
    { ngx_string("PS384"), API_AUTH_RSA, "SHA384", 48, NULL, 0, 1 },
    { ngx_string("PS512"), API_AUTH_RSA, "SHA512", 64, NULL, 0, 1 },
    { ngx_string("ES256"), API_AUTH_EC, "SHA256", 32, "P-256", 32, 0 },
    { ngx_string("ES384"), API_AUTH_EC, "SHA384", 48, "P-384", 48, 0 },
    { ngx_string("ES512"), API_AUTH_EC, "SHA512", 64, "P-521", 66, 0 },
    { ngx_string("EdDSA"), API_AUTH_OKP, NULL, 0, "Ed25519", 32, 0 }
};


const api_auth_algorithm_t *
api_auth_algorithm(api_auth_algorithm_e algorithm)
{
    return &algorithms[algorithm];
}


ngx_int_t
api_auth_algorithm_find(const ngx_str_t *name,
    api_auth_algorithm_e *algorithm)
{
    ngx_uint_t  i;

    for (i = 0; i < API_AUTH_ALGORITHMS; i++) {
        if (api_str_equal(name, &algorithms[i].name)) {
            *algorithm = (api_auth_algorithm_e) i;
            return NGX_OK;
        }
    }

    if (api_str_is(name, "Ed25519")) {
        *algorithm = API_AUTH_EDDSA;
        return NGX_OK;
    }

    return NGX_DECLINED;
}
