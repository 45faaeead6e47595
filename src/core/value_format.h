
/*
 * The grammars behind api_value_check(): each takes text without a NUL byte
 * and returns 1 or 0. PostgreSQL reads whatever passes as the matching type.
 */


#ifndef API_CORE_VALUE_FORMAT_H
#define API_CORE_VALUE_FORMAT_H


#include "core/core.h"


/* 8-4-4-4-12 hex digits (RFC 9562, section 4), either case */
ngx_uint_t api_value_format_uuid(const ngx_str_t *s);

/* WHATWG HTML, "valid e-mail address": what <input type=email> takes */
ngx_uint_t api_value_format_email(const ngx_str_t *s);


#endif /* API_CORE_VALUE_FORMAT_H */
