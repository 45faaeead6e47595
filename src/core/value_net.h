
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


#endif /* API_CORE_VALUE_NET_H */
