
/*
 * Passwords: argon2id (RFC 9106) by libsodium, and the older hashes of other
 * systems by libxcrypt.  Pure functions for a thread to call.
 */


#ifndef API_AUTH_PASSWORD_H
#define API_AUTH_PASSWORD_H


#include "core/core.h"


#define API_PASSWORD_LEN     128    /* crypto_pwhash_STRBYTES */

/* OWASP's Password Storage Cheat Sheet and RustCrypto's default: m = 19 MiB,
   t = 2, p = 1 */
#define API_PASSWORD_MEMORY  (19456 * 1024)
#define API_PASSWORD_TIME    2


/* what a new hash costs */
typedef struct {
    size_t       memory;         /* bytes, of full KiB; from 8 of them to
                                    API_PASSWORD_MOST */
    ngx_uint_t   time;           /* passes, 1 to API_PASSWORD_PASSES */
} api_password_cost_t;


/* once a process, before threads.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_password_init(void);

/*
 * A PHC string ("$argon2id$v=19$…") with a NUL into out
 * (API_PASSWORD_LEN bytes).  Blocks for tens of milliseconds and takes
 * cost->memory bytes.  NGX_OK or NGX_ERROR (memory).  Thread-safe.
 */
API_MUST_CHECK ngx_int_t api_password_hash(const api_password_cost_t *cost,
    const u_char *password, size_t len, u_char *out);

/*
 * A password against what a table has of it: $argon2id$, $argon2i$, $7$
 * (scrypt) by libsodium; $2a$, $2b$, $2y$ (bcrypt), $y$ (yescrypt), $6$
 * (SHA-512 crypt) by libxcrypt.  The latter read a password up to a NUL, so one
 * with a NUL in it is wrong for them; bcrypt reads 72 bytes of it, as ever.
 *
 * NGX_OK: it is right, *rehash says whether it should be hashed anew because
 * api_password_hash() would do it otherwise at that cost; NGX_DECLINED: it is
 * wrong; NGX_ABORT: stored is none of these, or asks for more than
 * API_PASSWORD_MOST bytes or very long: to be treated as wrong, and logged;
 * NGX_ERROR: memory.
 *
 * stored->data NULL: there is no such user, NGX_DECLINED; that and NGX_ABORT
 * take as long as a wrong password does whose hash is of that cost.  Blocks;
 * thread-safe.
 */
API_MUST_CHECK ngx_int_t api_password_verify(const api_password_cost_t *cost,
    const u_char *password, size_t len, const ngx_str_t *stored,
    ngx_uint_t *rehash);

#define API_PASSWORD_MOST    (256 * 1024 * 1024)
#define API_PASSWORD_PASSES  64


#endif /* API_AUTH_PASSWORD_H */
