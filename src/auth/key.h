
/*
 * A key, and the set of those that a token may be signed with.
 *
 * A key knows which algorithms it may be used with; a token's header only
 * chooses among these, so a public RSA key is never taken for a secret.
 */


#ifndef API_AUTH_KEY_H
#define API_AUTH_KEY_H


#include "auth/algorithm.h"
#include "core/core.h"


#define API_AUTH_KEYS      100       /* in a set */
#define API_AUTH_KID       256       /* bytes of a key's name */
#define API_AUTH_RSA_BITS  2048      /* at least; and at most: */
#define API_AUTH_RSA_MOST  8192
#define API_AUTH_SECRET    4096      /* bytes of a secret, at most */


/* of OpenSSL, made on first use of a key with an algorithm */
typedef struct {
    struct evp_md_st        *md;
    struct evp_pkey_ctx_st  *pkey;       /* RSA, EC */
    struct evp_mac_ctx_st   *mac;        /* a secret */
} api_auth_ready_t;


typedef struct {
    api_auth_kind_e          kind;
    ngx_str_t                kid;        /* empty: it has no name */

    ngx_uint_t               may;        /* algorithms it fits */
    ngx_uint_t               usual;      /* those of them it is used with when
                                            nobody says which */
    unsigned                 verifies:1;
    unsigned                 signs:1;    /* it is a secret, or has its private
                                            half, and may be used for that */

    ngx_str_t                secret;     /* OCT */
    struct evp_pkey_st      *pkey;       /* RSA, EC */
    u_char                   ed_public[32];
    u_char                   ed_secret[64];  /* libsodium's: seed, public */

    api_auth_ready_t        *ready[API_AUTH_ALGORITHMS];
    ngx_pool_t              *pool;
} api_auth_key_t;


typedef struct {
    ngx_uint_t               count;
    api_auth_key_t          *key[API_AUTH_KEYS];
} api_auth_keys_t;


/*
 * An empty key in the pool; what it will own of OpenSSL is freed, and secrets
 * are wiped, with the pool.  NULL: memory.
 */
api_auth_key_t *api_auth_key_new(ngx_pool_t *pool);

/*
 * The raw bytes of a secret, which are copied.  NGX_OK; NGX_DECLINED: *why is
 * the end of a sentence ("it is shorter than …", static memory); NGX_ERROR:
 * memory.  A caller may give it a kid, of API_AUTH_KID bytes of UTF-8 at most;
 * whether two sources of keys have the same one is the caller's to see.
 */
API_MUST_CHECK ngx_int_t api_auth_key_secret(api_auth_key_t *key,
    const ngx_str_t *secret, const char **why);

/*
 * OpenSSL's key, which becomes ours whatever is returned: RSA, EC or Ed25519,
 * strong enough, a point of its curve.  Returns as api_auth_key_secret().
 */
API_MUST_CHECK ngx_int_t api_auth_key_adopt(api_auth_key_t *key,
    struct evp_pkey_st *pkey, ngx_uint_t is_private, const char **why);

/* 32 bytes, and the seed's 32 or NULL.  Returns as api_auth_key_secret(). */
API_MUST_CHECK ngx_int_t api_auth_key_ed25519(api_auth_key_t *key,
    const u_char *public_key, const u_char *seed, const char **why);

/*
 * An RSA or EC key once more, for who may need it longer than its pool lives:
 * it has OpenSSL's key together with the first.  NULL: memory.
 */
api_auth_key_t *api_auth_key_again(ngx_pool_t *pool,
    const api_auth_key_t *key);

/* only this algorithm from now on.  NGX_OK, or NGX_DECLINED: it does not fit */
API_MUST_CHECK ngx_int_t api_auth_key_only(api_auth_key_t *key,
    api_auth_algorithm_e algorithm);

/* which algorithms it is used with, of those that are configured (a set, 0:
   nothing was said) */
ngx_uint_t api_auth_key_algorithms(const api_auth_key_t *key,
    ngx_uint_t configured);

/* NGX_OK, or NGX_DECLINED: there are API_AUTH_KEYS */
API_MUST_CHECK ngx_int_t api_auth_key_add(api_auth_keys_t *keys,
    api_auth_key_t *key);

/* the first that can sign, with the algorithm; or NULL.  kid: by its name
   only, or NULL */
api_auth_key_t *api_auth_key_signer(const api_auth_keys_t *keys,
    ngx_uint_t configured, const ngx_str_t *kid,
    api_auth_algorithm_e *algorithm);

/* what of OpenSSL it needs for an algorithm that fits it; NULL: memory */
api_auth_ready_t *api_auth_key_ready(api_auth_key_t *key,
    api_auth_algorithm_e algorithm);

/* a context to verify or sign with: hash and padding are set; NULL: memory */
struct evp_pkey_ctx_st *api_auth_key_context(const api_auth_key_t *key,
    api_auth_algorithm_e algorithm, const struct evp_md_st *md,
    ngx_uint_t to_sign);


#endif /* API_AUTH_KEY_H */
