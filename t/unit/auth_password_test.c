
#include <pthread.h>
#include <sodium.h>

#include "auth/password.h"
#include "test.h"


#define THREADS  4


static void
makes_a_phc_string(ngx_pool_t *pool)
{
    u_char       hash[API_PASSWORD_LEN + 1], again[API_PASSWORD_LEN];
    static const char  start[] = "$argon2id$v=19$m=19456,t=2,p=1$";

    (void) pool;

    check_int(api_password_init(), NGX_OK);
    check_int(api_password_init(), NGX_OK);

    hash[API_PASSWORD_LEN] = 0x5a;

    check_int(api_password_hash((const u_char *) "correct horse", 13, hash),
              NGX_OK);
    check_bytes(hash, sizeof(start) - 1, start, sizeof(start) - 1);
    check(memchr(hash, '\0', API_PASSWORD_LEN) != NULL);
    check_int(hash[API_PASSWORD_LEN], 0x5a);

    check_int(crypto_pwhash_str_verify((char *) hash, "correct horse", 13),
              0);
    check_int(crypto_pwhash_str_verify((char *) hash, "correct horsf", 13),
              -1);

    /* a salt of its own each time */
    check_int(api_password_hash((const u_char *) "correct horse", 13, again),
              NGX_OK);
    check(strcmp((char *) hash, (char *) again) != 0);
}


static void
takes_any_bytes(ngx_pool_t *pool)
{
    u_char     hash[API_PASSWORD_LEN];
    ngx_str_t  s;

    s = test_copy(pool, "a\0b\xff", 4);
    check_int(api_password_hash(s.data, s.len, hash), NGX_OK);
    check_int(crypto_pwhash_str_verify((char *) hash, (char *) s.data, 4), 0);
    check_int(crypto_pwhash_str_verify((char *) hash, "a", 1), -1);

    check_int(api_password_hash(s.data, 0, hash), NGX_OK);
    check_int(crypto_pwhash_str_verify((char *) hash, "", 0), 0);
}


static void
is_within_limits(ngx_pool_t *pool)
{
    (void) pool;

    check(API_PASSWORD_MEMORY >= crypto_pwhash_argon2id_MEMLIMIT_MIN);
    check(API_PASSWORD_TIME >= crypto_pwhash_argon2id_OPSLIMIT_MIN);
}


static void
tells_failure(ngx_pool_t *pool)
{
    u_char  hash[API_PASSWORD_LEN];

    (void) pool;

    /* longer than argon2 takes: refused before it is read */
    check_int(api_password_hash((const u_char *) "x", (size_t) 1 << 32, hash),
              NGX_ERROR);
}


static void *
hash_some(void *data)
{
    u_char      hash[API_PASSWORD_LEN];
    ngx_uint_t  i;

    for (i = 0; i < 3; i++) {
        if (api_password_hash((const u_char *) "secret", 6, hash) != NGX_OK
            || crypto_pwhash_str_verify((char *) hash, "secret", 6) != 0)
        {
            *(ngx_int_t *) data = NGX_ERROR;
        }
    }

    return NULL;
}


static void
works_in_threads(ngx_pool_t *pool)
{
    ngx_int_t    rc[THREADS];
    pthread_t    thread[THREADS];
    ngx_uint_t   i;

    (void) pool;

    for (i = 0; i < THREADS; i++) {
        rc[i] = NGX_OK;
        check_int(pthread_create(&thread[i], NULL, hash_some, &rc[i]), 0);
    }

    for (i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        check_int(rc[i], NGX_OK);
    }
}


static const test_case_t  cases[] = {
    { "makes a PHC string", makes_a_phc_string },
    { "takes any bytes", takes_any_bytes },
    { "is within limits", is_within_limits },
    { "tells failure", tells_failure },
    { "works in threads", works_in_threads },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
