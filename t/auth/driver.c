
/*
 * What auth/ says of tokens, for t/auth/run: a line MODE KEYS TOKEN in
 * hexadecimal, "-" for nothing, is answered by one word.
 *
 * MODE is "signature" (the payload is not looked at), or a time for which
 * claims are looked at, too.  KEYS is a JWK, a set of them, PEM or a secret.
 * The answer is "ok", a reason's word, or "keys" where these are refused.
 *
 * A line ALGORITHM KEYS TEXT SIGNATURE asks about a signature of any text.
 */


#include <stdio.h>

#include "auth/jwk.h"
#include "auth/jwt.h"
#include "auth/pem.h"
#include "auth/verify.h"


static ngx_str_t from_hex(ngx_pool_t *pool, const char *text);
static int digit(char ch);
static const char *answer(ngx_pool_t *pool, char *mode,
    const ngx_str_t *text, const ngx_str_t *token,
    const ngx_str_t *signature);
static ngx_int_t verify_text(const api_auth_keys_t *keys,
    api_auth_algorithm_e algorithm, const ngx_str_t *text,
    const ngx_str_t *signature, api_auth_reason_e *reason);
static ngx_int_t read_keys(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_keys_t *keys);


int
main(void)
{
    char         *line, *mode, *keys, *token, *signature;
    size_t        size;
    ngx_str_t     text[3];
    ngx_pool_t   *pool;

    line = NULL;
    size = 0;

    if (api_auth_jwt_init() != NGX_OK) {
        return 2;
    }

    while (getline(&line, &size, stdin) > 0) {
        mode = strtok(line, " \n");
        keys = strtok(NULL, " \n");
        token = strtok(NULL, " \n");
        signature = strtok(NULL, " \n");

        if (mode == NULL || keys == NULL || token == NULL) {
            return 2;
        }

        pool = ngx_create_pool(0, NULL);
        if (pool == NULL) {
            return 2;
        }

        text[0] = from_hex(pool, keys);
        text[1] = from_hex(pool, token);
        text[2] = from_hex(pool, signature != NULL ? signature : "-");

        printf("%s\n", answer(pool, mode, &text[0], &text[1], &text[2]));
        fflush(stdout);

        ngx_destroy_pool(pool);
    }

    free(line);

    return 0;
}


static ngx_str_t
from_hex(ngx_pool_t *pool, const char *text)
{
    size_t     i;
    ngx_str_t  out;

    out.len = strlen(text) / 2;
    out.data = ngx_pnalloc(pool, out.len + 1);
    if (out.data == NULL) {
        exit(2);
    }

    for (i = 0; i < out.len; i++) {
        out.data[i] = (u_char) (digit(text[2 * i]) << 4
                                | digit(text[2 * i + 1]));
    }

    return out;
}


static int
digit(char ch)
{
    return ch <= '9' ? ch - '0' : ch - 'a' + 10;
}


static const char *
answer(ngx_pool_t *pool, char *mode, const ngx_str_t *text,
    const ngx_str_t *token, const ngx_str_t *signature)
{
    ngx_int_t             rc;
    ngx_str_t             name;
    api_auth_jws_t        jws;
    api_auth_keys_t       keys;
    api_auth_demands_t    demands;
    api_auth_reason_e     reason;
    api_auth_claims_t     claims;
    api_auth_algorithm_e  algorithm;

    name.data = (u_char *) mode;
    name.len = strlen(mode);

    ngx_memzero(&keys, sizeof(api_auth_keys_t));
    ngx_memzero(&demands, sizeof(api_auth_demands_t));

    if (read_keys(pool, text, &keys) != NGX_OK) {
        return "keys";
    }

    if (strcmp(mode, "signature") == 0) {
        rc = api_auth_jws_read(pool, token, &jws, &reason);

        if (rc == NGX_OK) {
            rc = api_auth_verify(&keys, 0, &jws, &reason);
        }

    } else if (api_auth_algorithm_find(&name, &algorithm) == NGX_OK) {
        rc = verify_text(&keys, algorithm, token, signature, &reason);

    } else {
        rc = api_auth_jwt(pool, token, &keys, &demands, (time_t) atoll(mode),
                          &claims, &reason);
    }

    if (rc == NGX_ERROR) {
        exit(2);
    }

    return rc == NGX_OK ? "ok" : (char *) api_auth_reason_word(reason)->data;
}


/* as a token's, which the same function is asked about */

static ngx_int_t
verify_text(const api_auth_keys_t *keys, api_auth_algorithm_e algorithm,
    const ngx_str_t *text, const ngx_str_t *signature,
    api_auth_reason_e *reason)
{
    api_auth_jws_t  jws;

    ngx_memzero(&jws, sizeof(api_auth_jws_t));

    jws.algorithm = algorithm;
    jws.signing = *text;
    jws.signature = *signature;

    return api_auth_verify(keys, api_auth_algorithm_bit(algorithm), &jws,
                           reason);
}


static ngx_int_t
read_keys(ngx_pool_t *pool, const ngx_str_t *text, api_auth_keys_t *keys)
{
    ngx_int_t        rc;
    ngx_array_t     *faults;
    const char      *why;
    api_auth_key_t  *key;

    if (api_auth_jwk_looks(text)) {
        faults = ngx_array_create(pool, 4, sizeof(api_auth_fault_t));
        if (faults == NULL) {
            exit(2);
        }

        return api_auth_jwk_read(pool, text, 0, keys, faults);
    }

    if (api_auth_pem_looks(text)) {
        rc = api_auth_pem_read(pool, text, NULL, &key, &why);

    } else {
        key = api_auth_key_new(pool);
        rc = key != NULL ? api_auth_key_secret(key, text, &why) : NGX_ERROR;
    }

    return rc == NGX_OK ? api_auth_key_add(keys, key) : rc;
}
