
/*
 * The formats one by one, for schema/format and its tests: see there for what
 * they promise.
 */


#ifndef API_SCHEMA_FORMAT_PARTS_H
#define API_SCHEMA_FORMAT_PARTS_H


#include "core/core.h"


/* format_date: RFC 3339, section 5.6, and appendix A for durations */
ngx_uint_t api_schema_format_date_time(const ngx_str_t *s);
ngx_uint_t api_schema_format_date(const ngx_str_t *s);
ngx_uint_t api_schema_format_time(const ngx_str_t *s);
ngx_uint_t api_schema_format_duration(const ngx_str_t *s);

/*
 * format_host: RFC 1123, section 2.1, with the A-labels of RFC 5891, and RFC
 * 5890 with its rules of context and of directions (5892, 5893)
 */
ngx_uint_t api_schema_format_hostname(const ngx_str_t *s);
ngx_uint_t api_schema_format_idn_hostname(const ngx_str_t *s);

/* the same as the domain of a mailbox: "." alone separates, NFC is made */
ngx_uint_t api_schema_format_idn_domain(const ngx_str_t *s);

/* format_mail: RFC 5321, section 4.1.2, "Mailbox", and RFC 6531 for idn */
ngx_uint_t api_schema_format_email(const ngx_str_t *s);
ngx_uint_t api_schema_format_idn_email(const ngx_str_t *s);

/* format_uri: RFC 3986, RFC 3987, RFC 6570; "uri" itself is core/value_net */
ngx_uint_t api_schema_format_uri_reference(const ngx_str_t *s);
ngx_uint_t api_schema_format_iri(const ngx_str_t *s);
ngx_uint_t api_schema_format_iri_reference(const ngx_str_t *s);
ngx_uint_t api_schema_format_uri_template(const ngx_str_t *s);

/* format_pointer: RFC 6901, draft-bhutton-relative-json-pointer-00 */
ngx_uint_t api_schema_format_json_pointer(const ngx_str_t *s);
ngx_uint_t api_schema_format_relative_json_pointer(const ngx_str_t *s);


#endif /* API_SCHEMA_FORMAT_PARTS_H */
