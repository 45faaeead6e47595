
/*
 * Where a field's value stands in a body.
 */


#ifndef API_HTTP_FIELD_FIND_H
#define API_HTTP_FIELD_FIND_H


#include "http/route.h"


/*
 * The value sent, or a default on the way; NULL: neither.  *sent: was it?
 * members are those of the document, by the body's names.
 */
const api_json_t *api_http_field_find(const api_json_t *document,
    api_json_t **members, const api_http_field_t *field, ngx_uint_t *sent);


#endif /* API_HTTP_FIELD_FIND_H */
