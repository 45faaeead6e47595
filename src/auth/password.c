
#include <crypt.h>
#include <sodium.h>

#include "auth/password.h"
#include "core/scan.h"


/* libsodium writes so many bytes, whatever the string's length */

#if (crypto_pwhash_STRBYTES != API_PASSWORD_LEN)
#error "API_PASSWORD_LEN is not libsodium's crypto_pwhash_STRBYTES"
#endif


/* bytes of a stored hash, at most */
#define PASSWORD_STORED  384

/* what they may cost at most: bcrypt's logarithm, SHA-512's rounds, passes of
   argon2, and yescrypt's and scrypt's logarithm of blocks of 4 KiB and 1 KiB */
#define PASSWORD_BCRYPT    16
#define PASSWORD_ROUNDS    5000000
#define PASSWORD_YESCRYPT  16
#define PASSWORD_SCRYPT    18


typedef enum {
    PASSWORD_FOREIGN = 0,
    PASSWORD_ARGON2,
    PASSWORD_SCRYPT7,
    PASSWORD_CRYPT
} kind_e;


static void spend(const api_password_cost_t *cost, const u_char *password,
    size_t len);
static char *add_number(char *p, ngx_uint_t n);
static kind_e kind_of(const ngx_str_t *stored);
static ngx_uint_t begins(const ngx_str_t *stored, const char *prefix);
static ngx_uint_t is_argon2(const ngx_str_t *stored);
static ngx_uint_t is_bcrypt(const ngx_str_t *stored);
static ngx_uint_t is_sha512(const ngx_str_t *stored);
static ngx_uint_t number(const ngx_str_t *stored, const char *before,
    ngx_uint_t most, ngx_uint_t *out);
static ngx_uint_t letter(u_char ch);
static ngx_int_t verify_crypt(const u_char *password, size_t len,
    const char *stored);


/* of nobody's password, but for its cost */

static const char  dummy_begin[] = "$argon2id$v=19$m=";
static const char  dummy_end[] = ",p=1$bm9ib2R5IGhhcyB0aGlzIQ"
                           "$wbA7YlD2kdbSMZ7qtPGDlJ6kBn5cN9xkCnYQ0vW8JmM";


ngx_int_t
api_password_init(void)
{
    /* 1: it was initialized before */
    return sodium_init() < 0 ? NGX_ERROR : NGX_OK;
}


ngx_int_t
api_password_hash(const api_password_cost_t *cost, const u_char *password,
    size_t len, u_char *out)
{
    int  rc;

    rc = crypto_pwhash_str_alg((char *) out, (const char *) password, len,
                               cost->time, cost->memory,
                               crypto_pwhash_ALG_ARGON2ID13);

    return rc == 0 ? NGX_OK : NGX_ERROR;
}


ngx_int_t
api_password_verify(const api_password_cost_t *cost, const u_char *password,
    size_t len, const ngx_str_t *stored, ngx_uint_t *rehash)
{
    char       text[PASSWORD_STORED + 1];
    kind_e     kind;
    ngx_int_t  rc;

    *rehash = 0;

    kind = stored->data != NULL ? kind_of(stored) : PASSWORD_FOREIGN;

    if (kind == PASSWORD_FOREIGN) {
        spend(cost, password, len);

        return stored->data != NULL ? NGX_ABORT : NGX_DECLINED;
    }

    ngx_memcpy(text, stored->data, stored->len);
    text[stored->len] = '\0';

    switch (kind) {

    case PASSWORD_CRYPT:
        rc = verify_crypt(password, len, text);
        break;

    case PASSWORD_SCRYPT7:
        rc = crypto_pwhash_scryptsalsa208sha256_str_verify(text,
                                          (const char *) password, len) == 0
             ? NGX_OK : NGX_DECLINED;
        break;

    default:
        rc = crypto_pwhash_str_verify(text, (const char *) password, len) == 0
             ? NGX_OK : NGX_DECLINED;
    }

    if (rc == NGX_OK) {
        *rehash = !begins(stored, "$argon2id$")
                  || stored->len >= API_PASSWORD_LEN
                  || crypto_pwhash_str_needs_rehash(text, cost->time,
                                                    cost->memory) != 0;
    }

    return rc;
}


/* the time that a wrong password takes */

static void
spend(const api_password_cost_t *cost, const u_char *password, size_t len)
{
    char  text[API_PASSWORD_LEN], *p;

    p = text;
    p = (char *) ngx_cpymem(p, dummy_begin, sizeof(dummy_begin) - 1);
    p = add_number(p, cost->memory / 1024);
    p = (char *) ngx_cpymem(p, ",t=", 3);
    p = add_number(p, cost->time);
    ngx_memcpy(p, dummy_end, sizeof(dummy_end));

    if (crypto_pwhash_str_verify(text, (const char *) password, len) == 0) {
        /* it is no password's */
    }
}


static char *
add_number(char *p, ngx_uint_t n)
{
    ngx_uint_t  ten;

    for (ten = 1; n / ten >= 10; ten *= 10) {
        /* as many digits as it has */
    }

    for ( /* void */ ; ten != 0; ten /= 10) {
        *p++ = (char) ('0' + n / ten % 10);
    }

    return p;
}


static kind_e
kind_of(const ngx_str_t *stored)
{
    if (stored->len > PASSWORD_STORED
        || memchr(stored->data, '\0', stored->len) != NULL)
    {
        return PASSWORD_FOREIGN;
    }

    if (begins(stored, "$argon2id$") || begins(stored, "$argon2i$")) {
        return is_argon2(stored) ? PASSWORD_ARGON2 : PASSWORD_FOREIGN;
    }

    /* N, then r = 8 and p = 1, as libsodium writes them */

    if (begins(stored, "$7$")) {
        return stored->len == crypto_pwhash_scryptsalsa208sha256_STRBYTES - 1
               && letter(stored->data[3]) <= PASSWORD_SCRYPT
               && ngx_memcmp(stored->data + 4, "6..../....", 10) == 0
               ? PASSWORD_SCRYPT7 : PASSWORD_FOREIGN;
    }

    /* its flags as libxcrypt writes them, N / 2, r - 1, at most 32 */

    if (begins(stored, "$y$j")) {
        return stored->len > 6
               && letter(stored->data[4]) < PASSWORD_YESCRYPT
               && letter(stored->data[5]) < 32 && stored->data[6] == '$'
               ? PASSWORD_CRYPT : PASSWORD_FOREIGN;
    }

    return is_bcrypt(stored) || is_sha512(stored) ? PASSWORD_CRYPT
                                                  : PASSWORD_FOREIGN;
}


static ngx_uint_t
begins(const ngx_str_t *stored, const char *prefix)
{
    size_t  len;

    len = ngx_strlen(prefix);

    return stored->len >= len && ngx_memcmp(stored->data, prefix, len) == 0;
}


static ngx_uint_t
is_argon2(const ngx_str_t *stored)
{
    ngx_uint_t  memory, passes;

    return number(stored, "$m=", API_PASSWORD_MOST / 1024, &memory)
           && number(stored, ",t=", API_PASSWORD_PASSES, &passes);
}


/* $2b$NN$ and 53 characters */

static ngx_uint_t
is_bcrypt(const ngx_str_t *stored)
{
    ngx_uint_t  cost;

    return (begins(stored, "$2a$") || begins(stored, "$2b$")
            || begins(stored, "$2y$"))
           && stored->len == 60
           && number(stored, stored->data[2] == 'a' ? "2a$"
                             : stored->data[2] == 'b' ? "2b$" : "2y$",
                     PASSWORD_BCRYPT, &cost);
}


/* $6$SALT$ or $6$rounds=N$SALT$ */

static ngx_uint_t
is_sha512(const ngx_str_t *stored)
{
    ngx_uint_t  rounds;

    return begins(stored, "$6$")
           && (!begins(stored, "$6$rounds=")
               || number(stored, "$rounds=", PASSWORD_ROUNDS, &rounds));
}


/* the number behind a text that stands in it: 1 and it, else 0 */

static ngx_uint_t
number(const ngx_str_t *stored, const char *before, ngx_uint_t most,
    ngx_uint_t *out)
{
    size_t      i, len;
    ngx_uint_t  digits;

    len = ngx_strlen(before);

    for (i = 0; i + len <= stored->len; i++) {
        if (ngx_memcmp(stored->data + i, before, len) == 0) {
            break;
        }
    }

    i += len;
    *out = 0;

    for (digits = 0; i < stored->len && digits < 9
                     && api_scan_is_digit(stored->data[i]); digits++)
    {
        *out = *out * 10 + stored->data[i++] - '0';
    }

    return digits != 0 && *out <= most
           && i < stored->len && !api_scan_is_digit(stored->data[i]);
}


/* crypt's own order of 64 characters; beyond it 64 */

static ngx_uint_t
letter(u_char ch)
{
    static const char  letters[] =
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char  *p;

    p = ch != '\0' ? strchr(letters, ch) : NULL;

    return p != NULL ? (ngx_uint_t) (p - letters) : 64;
}


static ngx_int_t
verify_crypt(const u_char *password, size_t len, const char *stored)
{
    char                phrase[CRYPT_MAX_PASSPHRASE_SIZE + 1];
    char               *made;
    size_t              n;
    ngx_int_t           rc;
    struct crypt_data  *data;

    if (len > CRYPT_MAX_PASSPHRASE_SIZE
        || (len != 0 && memchr(password, '\0', len) != NULL))
    {
        return NGX_DECLINED;
    }

    /* 32 KiB: too much for a thread's stack */

    data = calloc(1, sizeof(struct crypt_data));
    if (data == NULL) {
        return NGX_ERROR;
    }

    if (len != 0) {
        ngx_memcpy(phrase, password, len);
    }

    phrase[len] = '\0';

    made = crypt_rn(phrase, stored, data, sizeof(struct crypt_data));
    n = ngx_strlen(stored);

    rc = made != NULL && ngx_strlen(made) == n
         && sodium_memcmp(made, stored, n) == 0
         ? NGX_OK : NGX_DECLINED;

    sodium_memzero(phrase, sizeof(phrase));
    sodium_memzero(data, sizeof(struct crypt_data));
    free(data);

    return rc;
}
