
/*
 * A key set's text.  Each key that is taken can be used for something, and
 * only for what it fits; one that signs verifies what it has signed; of a set
 * that somebody publishes none signs.  Each that is not has its sentence.
 */


#include "auth/jwk.h"
#include "auth/jwt.h"
#include "auth/pem.h"
#include "auth/sign.h"
#include "fuzz.h"


static void check_key(api_auth_key_t *key, ngx_uint_t is_public);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t          rc;
    ngx_str_t          text;
    ngx_uint_t         i, is_public, n[2];
    ngx_pool_t        *pool;
    ngx_array_t       *faults;
    const char        *why;
    api_auth_key_t    *key;
    api_auth_keys_t    keys;
    api_auth_fault_t  *f;

    fuzz_check(api_auth_jwt_init() == NGX_OK);

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    for (is_public = 0; is_public < 2; is_public++) {
        ngx_memzero(&keys, sizeof(api_auth_keys_t));

        faults = ngx_array_create(pool, 1, sizeof(api_auth_fault_t));
        fuzz_check(faults != NULL);

        rc = api_auth_jwk_read(pool, &text, is_public, &keys, faults);

        fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);
        fuzz_check((rc == NGX_OK) == (keys.count != 0));
        fuzz_check(rc == NGX_OK || faults->nelts != 0);

        for (i = 0; i < keys.count; i++) {
            check_key(keys.key[i], is_public);
        }

        f = faults->elts;

        for (i = 0; i < faults->nelts; i++) {
            fuzz_check(f[i].why != NULL && f[i].index <= API_AUTH_KEYS);
        }

        n[is_public] = keys.count;
    }

    fuzz_check(n[1] <= n[0]);

    if (api_auth_pem_looks(&text)) {
        why = NULL;
        rc = api_auth_pem_read(pool, &text, NULL, &key, &why);

        if (rc == NGX_OK) {
            check_key(key, !key->signs);

        } else {
            fuzz_check(rc == NGX_DECLINED && why != NULL);
        }
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
check_key(api_auth_key_t *key, ngx_uint_t is_public)
{
    ngx_uint_t                   i;
    const api_auth_algorithm_t  *a;

    fuzz_check(key->may != 0 && key->usual != 0);
    fuzz_check((key->usual & ~key->may) == 0);
    fuzz_check(key->kid.len <= API_AUTH_KID);
    fuzz_check(key->verifies || key->signs);

    for (i = 0; i < API_AUTH_ALGORITHMS; i++) {
        a = api_auth_algorithm((api_auth_algorithm_e) i);
        fuzz_check(!(key->may & api_auth_algorithm_bit(i))
                   || a->kind == key->kind);
    }

    fuzz_check(!is_public || (!key->signs && key->kind != API_AUTH_OCT));

    if (key->signs) {
        fuzz_check(api_auth_sign_proves(key) == NGX_OK);
    }
}
