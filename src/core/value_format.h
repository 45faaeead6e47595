
/*
 * The grammars behind api_value_check(): each takes text without a NUL byte
 * and returns 1 or 0.  What passes PostgreSQL reads as the matching type.
 */


#ifndef API_CORE_VALUE_FORMAT_H
#define API_CORE_VALUE_FORMAT_H


#include "core/core.h"


/* 8-4-4-4-12 hex digits (RFC 9562, section 4), either case */
ngx_uint_t api_value_format_uuid(const ngx_str_t *s);

/* WHATWG HTML, "valid e-mail address": what <input type=email> takes */
ngx_uint_t api_value_format_email(const ngx_str_t *s);

/* RFC 3339 full-date, a day that exists, years 0001 to 9999 */
ngx_uint_t api_value_format_date(const ngx_str_t *s);

/*
 * RFC 3339 date-time.  Narrower where PostgreSQL is: offsets to 15:59, a
 * fraction of at most API_VALUE_FRACTION digits.  A leap second is one only at
 * 23:59:60 UTC.
 */
ngx_uint_t api_value_format_timestamp(const ngx_str_t *s);

/* HH:MM[:SS[.frac]][Z|+HH:MM], to 23:59:59.9; no leap second */
ngx_uint_t api_value_format_time(const ngx_str_t *s);

#define API_VALUE_FRACTION  18


#endif /* API_CORE_VALUE_FORMAT_H */
