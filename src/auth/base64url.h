
/*
 * base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
 */


#ifndef API_AUTH_BASE64URL_H
#define API_AUTH_BASE64URL_H


#include "core/core.h"


/* characters of so many bytes, and bytes there must be room for to decode */
#define api_auth_base64url_size(len)  (((len) * 4 + 2) / 3)
#define api_auth_base64url_room(len)  ((len) / 4 * 3 + 3)


/*
 * Strict, so that each value has one text only: no "=", no white space, no
 * other alphabet, and the bits that stand for nothing are zero.  out->data has
 * room for api_auth_base64url_room(text->len), out->len is set.  NGX_OK or
 * NGX_DECLINED.
 */
API_MUST_CHECK ngx_int_t api_auth_base64url_decode(const ngx_str_t *text,
    ngx_str_t *out);

/* out: room for api_auth_base64url_size(len); returns the end */
u_char *api_auth_base64url_encode(u_char *out, const u_char *data,
    size_t len);


#endif /* API_AUTH_BASE64URL_H */
