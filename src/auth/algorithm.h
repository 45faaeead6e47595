
/*
 * The algorithms of JSON Web Signatures (RFC 7518, section 3; RFC 8037) that
 * we know.  "none" is not among them.
 */


#ifndef API_AUTH_ALGORITHM_H
#define API_AUTH_ALGORITHM_H


#include "core/core.h"


typedef enum {
    API_AUTH_HS256 = 0,
    API_AUTH_HS384,
    API_AUTH_HS512,
    API_AUTH_RS256,
    API_AUTH_RS384,
    API_AUTH_RS512,
    API_AUTH_PS256,
    API_AUTH_PS384,
    API_AUTH_PS512,
    API_AUTH_ES256,
    API_AUTH_ES384,
    API_AUTH_ES512,
    API_AUTH_EDDSA,
    API_AUTH_ALGORITHMS          /* how many */
} api_auth_algorithm_e;


/* a set of them is an ngx_uint_t */
#define api_auth_algorithm_bit(algorithm)  ((ngx_uint_t) 1 << (algorithm))


typedef enum {
    API_AUTH_OCT = 0,
    API_AUTH_RSA,
    API_AUTH_EC,
    API_AUTH_OKP
} api_auth_kind_e;


typedef struct {
    ngx_str_t         name;
    api_auth_kind_e   kind;         /* of its keys */
    const char       *hash;         /* OpenSSL's name of it; NULL: EdDSA */
    size_t            hash_size;    /* bytes; a secret has as many at least */
    const char       *curve;        /* as a JWK names it, or NULL */
    size_t            number;       /* bytes of a coordinate, or of r or s */
    unsigned          pss:1;
} api_auth_algorithm_t;


/* static memory */
const api_auth_algorithm_t *api_auth_algorithm(api_auth_algorithm_e algorithm);

/*
 * NGX_OK and *algorithm, or NGX_DECLINED.  Names are compared as they are;
 * "Ed25519" (RFC 9864) is a name of EdDSA's, too.
 */
API_MUST_CHECK ngx_int_t api_auth_algorithm_find(const ngx_str_t *name,
    api_auth_algorithm_e *algorithm);


#endif /* API_AUTH_ALGORITHM_H */
