
/*
 * Addresses behind api_value_check(): 1 or 0, as core/value_format.h.
 */


#ifndef API_CORE_VALUE_NET_H
#define API_CORE_VALUE_NET_H


#include "core/core.h"


/* dotted decimal, four numbers without leading zeros */
ngx_uint_t api_value_net_ipv4(const ngx_str_t *s);

/* RFC 4291, section 2.2: all three forms; no zone, no prefix length */
ngx_uint_t api_value_net_ipv6(const ngx_str_t *s);

/* RFC 3986's URI: a scheme must be there, a fragment may */
ngx_uint_t api_value_net_uri(const ngx_str_t *s);

/*
 * The same with flags: a relative reference is allowed, too; characters
 * beyond ASCII are, as RFC 3987 has them for IRIs (valid UTF-8 only).
 */
#define API_VALUE_NET_RELATIVE  0x1
#define API_VALUE_NET_IRI       0x2

ngx_uint_t api_value_net_reference(const ngx_str_t *s, ngx_uint_t flags);

/*
 * Length of the character at p, if it is one that RFC 3987 has as ucschar (or
 * as iprivate, with private set), else 0.
 */
size_t api_value_net_ucschar(const u_char *p, const u_char *end,
    ngx_uint_t private);


#endif /* API_CORE_VALUE_NET_H */
