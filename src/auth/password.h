
/*
 * argon2id (RFC 9106) by libsodium; a pure function for a thread to call.
 */


#ifndef API_AUTH_PASSWORD_H
#define API_AUTH_PASSWORD_H


#include "core/core.h"


#define API_PASSWORD_LEN     128    /* crypto_pwhash_STRBYTES */

/* OWASP's Password Storage Cheat Sheet and RustCrypto's default: m = 19 MiB,
   t = 2, p = 1 */
#define API_PASSWORD_MEMORY  (19456 * 1024)
#define API_PASSWORD_TIME    2


/* once a process, before threads.  NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_password_init(void);

/*
 * A PHC string ("$argon2id$v=19$…") with a NUL into out
 * (API_PASSWORD_LEN bytes).  Blocks for tens of milliseconds and takes
 * API_PASSWORD_MEMORY bytes.  NGX_OK or NGX_ERROR (memory).  Thread-safe.
 */
API_MUST_CHECK ngx_int_t api_password_hash(const u_char *password,
    size_t len, u_char *out);


#endif /* API_AUTH_PASSWORD_H */
