
/*
 * Where a field's value stands in a body.
 */


#ifndef API_BODY_FIELD_FIND_H
#define API_BODY_FIELD_FIND_H


#include "body/body.h"


/*
 * The value that was sent, or a default for it or for what it is in; NULL:
 * neither.  *sent: was it sent?  members are those of the document, by the
 * body's names.
 */
const api_json_t *api_body_field_find(const api_json_t *document,
    api_json_t **members, const api_body_field_t *field, ngx_uint_t *sent);


#endif /* API_BODY_FIELD_FIND_H */
