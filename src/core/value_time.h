
/*
 * Dates and times as text: the forms that answers have (RFC 3339, and what
 * PostgreSQL writes where that knows none: "infinity", "0044-03-15 BC", years
 * beyond 9999, "10:00:00+02"), and the same in UTC.
 */


#ifndef API_CORE_VALUE_TIME_H
#define API_CORE_VALUE_TIME_H


#include "core/core.h"


#define API_VALUE_FRACTION  18        /* digits that PostgreSQL reads */

/* bytes of the longest text in UTC */
#define API_VALUE_TIME_LEN  64


/*
 * The forms of the declared types: 1 or 0, s has no NUL byte.  What passes
 * PostgreSQL reads as such.  A day exists, years are PostgreSQL's.
 *
 *   date       2026-01-31
 *   timestamp  2026-01-31T10:00:00[.frac][Z|+HH[:MM[:SS]]], T may be a space
 *   clock      10:00[:00[.frac]], the same zones
 *
 * A day ends at 24:00:00, which of a timestamp is the next one's beginning.
 *
 * " BC" may stand behind the first two, and "infinity" and "-infinity" for
 * them.  A leap second is one only at 23:59:60 UTC, without a fraction.
 */
ngx_uint_t api_value_time_date(const ngx_str_t *s);
ngx_uint_t api_value_time_timestamp(const ngx_str_t *s);
ngx_uint_t api_value_time_clock(const ngx_str_t *s);


/*
 * A timestamp's text in UTC: one without a zone is taken to be in UTC, and
 * gets a "Z". What is in UTC already stays as it is, and so does a word like
 * "now": *out is in, or in room, of API_VALUE_TIME_LEN bytes.  Besides the
 * forms above it knows a date alone, minutes alone, a space before the zone,
 * and +HHMM. Anything else is NGX_DECLINED, as PostgreSQL may find a zone in
 * it.
 */
ngx_int_t api_value_time_utc(const ngx_str_t *in, u_char *room,
    ngx_str_t *out);

/*
 * the same for a time of day of a type without a zone: none is left in the
 * text
 */
ngx_int_t api_value_time_clock_utc(const ngx_str_t *in, u_char *room,
    ngx_str_t *out);

/* and of a type with a zone: its zone is kept; without one it is in UTC */
ngx_int_t api_value_time_clock_zoned(const ngx_str_t *in, u_char *room,
    ngx_str_t *out);


#endif /* API_CORE_VALUE_TIME_H */
