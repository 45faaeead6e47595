
/*
 * The formats of JSON Schema 2020-12 (draft-bhutton-json-schema-validation-01,
 * section 7.3), as assertions.
 *
 * Stricter and wider than the types of api_param (core/value_format), which
 * promise what PostgreSQL reads; what passes here may still be refused there:
 *
 *   date         the year 0000 is one (RFC 3339)
 *   date-time    offsets to 23:59, a fraction of any length, and also of a
 *                leap second
 *   time         an offset must be there, seconds must; leap seconds are
 *                allowed at 23:59:60 UTC
 *   email        a mailbox of RFC 5321: quoted local parts, addresses in
 *                brackets, no dot at an end of the local part
 *   uuid, ipv4, ipv6, uri   the same functions
 *
 * The types themselves have the names "api-email", "api-date", "api-timestamp"
 * and "api-time": what api_body { } makes of them.
 *
 * Each takes time linear in len; none but those of internationalized hosts
 * allocates (libidn2 does, for a label at a time, at most 63 bytes of it in
 * Punycode), and a NUL byte is a byte like any other.
 */


#ifndef API_SCHEMA_FORMAT_H
#define API_SCHEMA_FORMAT_H


#include "core/core.h"


/* 1 or 0; s should be UTF-8: for other bytes it is 0 */
typedef ngx_uint_t (*api_schema_format_pt)(const ngx_str_t *s);

/* by its name in a schema, as "date-time"; NULL: not one of the standard's */
api_schema_format_pt api_schema_format_find(const ngx_str_t *name);

/*
 * Does it check host names?  Then each text also costs the steps (check.h) that
 * the second function returns, for the labels that libidn2 is asked about.
 */
ngx_uint_t api_schema_format_has_hosts(api_schema_format_pt format);
ngx_uint_t api_schema_format_hosts_cost(const ngx_str_t *s);

/* for the client, as "must be a date such as 2026-11-21"; NULL as above */
const char *api_schema_format_sentence(const ngx_str_t *name);


#endif /* API_SCHEMA_FORMAT_H */
