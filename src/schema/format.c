
#include "schema/format.h"
#include "schema/format_parts.h"
#include "core/value_format.h"
#include "core/value_net.h"
#include "core/value_time.h"
#include "regex/regex.h"


typedef struct {
    ngx_str_t              name;
    api_schema_format_pt   check;
    const char            *sentence;
} format_t;


static const format_t *find(const ngx_str_t *name);


static const format_t  formats[] = {

    { ngx_string("date-time"), api_schema_format_date_time,
      "must be a date and time with its offset, such as "
      "2026-11-21T09:30:00Z" },

    { ngx_string("date"), api_schema_format_date,
      "must be a date such as 2026-11-21" },

    { ngx_string("time"), api_schema_format_time,
      "must be a time with its offset, such as 09:30:00Z" },

    { ngx_string("duration"), api_schema_format_duration,
      "must be an ISO 8601 duration such as P1DT12H" },

    { ngx_string("email"), api_schema_format_email,
      "must be an e-mail address" },

    { ngx_string("idn-email"), api_schema_format_idn_email,
      "must be an e-mail address" },

    { ngx_string("hostname"), api_schema_format_hostname,
      "must be a host name such as www.example.com" },

    { ngx_string("idn-hostname"), api_schema_format_idn_hostname,
      "must be a host name" },

    { ngx_string("ipv4"), api_value_net_ipv4,
      "must be an IPv4 address such as 192.0.2.1" },

    { ngx_string("ipv6"), api_value_net_ipv6,
      "must be an IPv6 address such as 2001:db8::1" },

    { ngx_string("uri"), api_value_net_uri,
      "must be a URI with its scheme, such as https://example.com/" },

    { ngx_string("uri-reference"), api_schema_format_uri_reference,
      "must be a URI or a relative reference such as ../a?b=c" },

    { ngx_string("iri"), api_schema_format_iri,
      "must be an IRI with its scheme, such as https://example.com/" },

    { ngx_string("iri-reference"), api_schema_format_iri_reference,
      "must be an IRI or a relative reference such as ../a?b=c" },

    { ngx_string("uuid"), api_value_format_uuid,
      "must be a UUID such as 2f6b3e1c-8d0a-4c7e-9b52-6f1d3a5c7e90" },

    { ngx_string("uri-template"), api_schema_format_uri_template,
      "must be a URI template such as /users/{id}" },

    { ngx_string("json-pointer"), api_schema_format_json_pointer,
      "must be a JSON Pointer such as /items/0/name" },

    { ngx_string("relative-json-pointer"),
      api_schema_format_relative_json_pointer,
      "must be a relative JSON Pointer such as 1/name" },

    { ngx_string("regex"), api_regex_valid,
      "must be a regular expression of ECMA-262" },

    /* our own: types of api_param and api_body { }, which PostgreSQL reads */

    { ngx_string("api-email"), api_value_format_email,
      "must be an e-mail address" },

    { ngx_string("api-date"), api_value_time_date,
      "must be a date such as 2026-01-31" },

    { ngx_string("api-timestamp"), api_value_time_timestamp,
      "must be a timestamp such as 2026-01-31T10:00:00Z" },

    { ngx_string("api-time"), api_value_time_clock,
      "must be a time such as 10:00:00" }
};


api_schema_format_pt
api_schema_format_find(const ngx_str_t *name)
{
    const format_t  *format;

    format = find(name);

    return format ? format->check : NULL;
}


const char *
api_schema_format_sentence(const ngx_str_t *name)
{
    const format_t  *format;

    format = find(name);

    return format ? format->sentence : NULL;
}


static const format_t *
find(const ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (api_str_equal(&formats[i].name, name)) {
            return &formats[i];
        }
    }

    return NULL;
}


ngx_uint_t
api_schema_format_has_hosts(api_schema_format_pt format)
{
    return format == api_schema_format_hostname
           || format == api_schema_format_idn_hostname
           || format == api_schema_format_email
           || format == api_schema_format_idn_email;
}
