
#include <crypt.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#include "auth/password.h"
#include "test.h"


#define THREADS  4


static const api_password_cost_t  cost = {
    API_PASSWORD_MEMORY, API_PASSWORD_TIME
};


static ngx_int_t
hash_of(const u_char *password, size_t len, u_char *out)
{
    return api_password_hash(&cost, password, len, out);
}


static ngx_int_t
verify_bytes(const u_char *password, size_t len, const ngx_str_t *stored,
    ngx_uint_t *rehash)
{
    return api_password_verify(&cost, password, len, stored, rehash);
}


static void
makes_a_phc_string(ngx_pool_t *pool)
{
    u_char       hash[API_PASSWORD_LEN + 1], again[API_PASSWORD_LEN];
    static const char  start[] = "$argon2id$v=19$m=19456,t=2,p=1$";

    (void) pool;

    check_int(api_password_init(), NGX_OK);
    check_int(api_password_init(), NGX_OK);

    hash[API_PASSWORD_LEN] = 0x5a;

    check_int(hash_of((const u_char *) "correct horse", 13, hash),
              NGX_OK);
    check_bytes(hash, sizeof(start) - 1, start, sizeof(start) - 1);
    check(memchr(hash, '\0', API_PASSWORD_LEN) != NULL);
    check_int(hash[API_PASSWORD_LEN], 0x5a);

    check_int(crypto_pwhash_str_verify((char *) hash, "correct horse", 13),
              0);
    check_int(crypto_pwhash_str_verify((char *) hash, "correct horsf", 13),
              -1);

    /* a salt of its own each time */
    check_int(hash_of((const u_char *) "correct horse", 13, again),
              NGX_OK);
    check(strcmp((char *) hash, (char *) again) != 0);
}


static void
costs_what_it_is_told(ngx_pool_t *pool)
{
    u_char               hash[API_PASSWORD_LEN];
    ngx_str_t            stored;
    ngx_uint_t           rehash;
    api_password_cost_t  cheap = { 8 * 1024, 1 };

    static const char  start[] = "$argon2id$v=19$m=8,t=1,p=1$";

    (void) pool;

    check_int(api_password_hash(&cheap, (const u_char *) "secret", 6, hash),
              NGX_OK);
    check_bytes(hash, sizeof(start) - 1, start, sizeof(start) - 1);

    stored = test_str((char *) hash);

    check_int(api_password_verify(&cheap, (const u_char *) "secret", 6,
                                  &stored, &rehash), NGX_OK);
    check_int(rehash, 0);

    check_int(verify_bytes((const u_char *) "secret", 6, &stored, &rehash),
              NGX_OK);
    check_int(rehash, 1);
}


static void
takes_any_bytes(ngx_pool_t *pool)
{
    u_char     hash[API_PASSWORD_LEN];
    ngx_str_t  s;

    s = test_copy(pool, "a\0b\xff", 4);
    check_int(hash_of(s.data, s.len, hash), NGX_OK);
    check_int(crypto_pwhash_str_verify((char *) hash, (char *) s.data, 4), 0);
    check_int(crypto_pwhash_str_verify((char *) hash, "a", 1), -1);

    check_int(hash_of(s.data, 0, hash), NGX_OK);
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
    check_int(hash_of((const u_char *) "x", (size_t) 1 << 32, hash),
              NGX_ERROR);
}


/* the examples of their own authors */

static const struct {
    const char  *stored;
    const char  *password;
} known[] = {
    { "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
      "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password" },
    { "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ"
      "$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password" },
    { "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
      "$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA", "password" },
    { "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
      "U*U" },
    { "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJues"
      "I68u4OTLiBFdcbYEdFCoEOfaS35inz1", "Hello world!" },
    { "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHb"
      "bMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.", "Hello world!" }
};


static ngx_int_t
verify(const char *password, const char *stored, ngx_uint_t *rehash)
{
    ngx_str_t  text;

    text = test_str(stored);

    return verify_bytes((const u_char *) password, strlen(password), &text,
                        rehash);
}


static void *
hash_some(void *data)
{
    u_char      hash[API_PASSWORD_LEN];
    ngx_uint_t  i, rehash;

    for (i = 0; i < 3; i++) {
        if (hash_of((const u_char *) "secret", 6, hash) != NGX_OK
            || verify("secret", (char *) hash, &rehash) != NGX_OK
            || verify("Hello world!", known[4].stored, &rehash) != NGX_OK
            || verify("U*U", known[3].stored, &rehash) != NGX_OK)
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


static void
knows_older_hashes(ngx_pool_t *pool)
{
    char         made[CRYPT_OUTPUT_SIZE], scrypt[102];
    ngx_uint_t   i, rehash;
    const char  *prefixes[] = { "$y$", "$2b$", "$6$", "$2y$" };
    char         setting[CRYPT_GENSALT_OUTPUT_SIZE];
    static struct crypt_data  data;

    (void) pool;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        test_note("%s", known[i].stored);

        check_int(verify(known[i].password, known[i].stored, &rehash), NGX_OK);
        check_int(rehash, 1);
        check_int(verify("passwore", known[i].stored, &rehash), NGX_DECLINED);
        check_int(rehash, 0);
        check_int(verify("", known[i].stored, &rehash), NGX_DECLINED);
    }

    for (i = 0; i < 4; i++) {
        test_note("%s", prefixes[i]);

        check(crypt_gensalt_rn(prefixes[i], i == 1 || i == 3 ? 4 : 0,
                               "0123456789abcdef0123456789abcdef", 32, setting,
                               sizeof(setting)) != NULL);
        check(crypt_rn("secret", setting, &data, sizeof(data)) != NULL);
        strcpy(made, data.output);

        check_int(verify("secret", made, &rehash), NGX_OK);
        check_int(rehash, 1);
        check_int(verify("Secret", made, &rehash), NGX_DECLINED);
    }

    check_int(crypto_pwhash_scryptsalsa208sha256_str(scrypt, "secret", 6,
                  crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_INTERACTIVE,
                  crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_INTERACTIVE), 0);
    check_int(verify("secret", scrypt, &rehash), NGX_OK);
    check_int(rehash, 1);
    check_int(verify("Secret", scrypt, &rehash), NGX_DECLINED);
}


static void
knows_its_own(ngx_pool_t *pool)
{
    u_char      hash[API_PASSWORD_LEN];
    ngx_str_t   stored, password;
    ngx_uint_t  rehash;

    check_int(hash_of((const u_char *) "a\0b", 3, hash), NGX_OK);

    stored = test_copy(pool, hash, strlen((char *) hash));
    password = test_copy(pool, "a\0b", 3);

    check_int(verify_bytes(password.data, 3, &stored, &rehash), NGX_OK);
    check_int(rehash, 0);
    check_int(verify_bytes(password.data, 2, &stored, &rehash),
              NGX_DECLINED);

    /* crypt() would see "a" only */

    stored = test_str(known[3].stored);
    check_int(verify_bytes((const u_char *) "U*U\0", 4, &stored,
                                  &rehash), NGX_DECLINED);
}


static void
refuses_what_is_foreign_or_dear(ngx_pool_t *pool)
{
    ngx_uint_t          i, rehash;
    ngx_str_t           stored;
    static const char  *foreign[] = {
        "", "x", "secret", "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "ab01FAX.bQRSU",
        "$5$rounds=1000$a$b", "*", "*0", "*1", "$", "$2", "$2b$",
        "$2b$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$6$rounds=999999999$a$b", "$6$rounds=$a$b",
        "$6$rounds=99999999999999999999$a$b",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF"
        "5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=4000000,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4r"
        "EsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$", "$argon2i$", "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$a",
        "$7$", "$7$zz", "$y$", "$y$jzT$abc$def", "$y$j9z$abc$def",
        "$y$z9T$abc$def", "$gy$j9T$abc$def", "{SHA}abc", "0123456789abcdef"
    };

    for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        test_note("%s", foreign[i]);

        stored = test_copy(pool, foreign[i], strlen(foreign[i]));
        check_int(verify_bytes((const u_char *) "secret", 6, &stored,
                                      &rehash), NGX_ABORT);
        check_int(rehash, 0);
    }

    stored = test_copy(pool, "$6$a\0b$c", 8);
    check_int(verify_bytes((const u_char *) "secret", 6, &stored,
                                  &rehash), NGX_ABORT);

    ngx_str_null(&stored);
    check_int(verify_bytes((const u_char *) "secret", 6, &stored,
                                  &rehash), NGX_DECLINED);

    /* no memory, and broken: both are wrong */

    check_int(verify("secret", "$6$", &rehash), NGX_DECLINED);
    check_int(verify("secret", "$argon2id$v=19$m=256,t=2,p=1$c$d", &rehash),
              NGX_DECLINED);
}


static double
now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}


/* in turns, so that what else the machine does meets all alike; the tight
   bound is of a machine without sanitizers */

static void
takes_as_long_for_nobody(ngx_pool_t *pool)
{
    double      began, took[3];
    u_char      hash[API_PASSWORD_LEN];
    ngx_str_t   stored[3];
    ngx_uint_t  i, rehash;

    check_int(hash_of((const u_char *) "secret", 6, hash), NGX_OK);

    stored[0] = test_copy(pool, hash, strlen((char *) hash));
    ngx_str_null(&stored[1]);
    stored[2] = test_str("plain");

    ngx_memzero(took, sizeof(took));

    for (i = 0; i < 30; i++) {
        began = now();
        check(verify_bytes((const u_char *) "wrong", 5, &stored[i % 3],
                                  &rehash) != NGX_OK);
        took[i % 3] += now() - began;
    }

    for (i = 1; i < 3; i++) {
        check(took[i] > 0.7 * took[0] && took[i] < 1.4 * took[0]);
    }
}


static const test_case_t  cases[] = {
    { "makes a PHC string", makes_a_phc_string },
    { "costs what it is told", costs_what_it_is_told },
    { "takes any bytes", takes_any_bytes },
    { "is within limits", is_within_limits },
    { "tells failure", tells_failure },
    { "works in threads", works_in_threads },
    { "knows older hashes", knows_older_hashes },
    { "knows its own", knows_its_own },
    { "refuses what is foreign or dear", refuses_what_is_foreign_or_dear },
    { "takes as long for nobody", takes_as_long_for_nobody },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
