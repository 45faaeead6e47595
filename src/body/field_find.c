
#include "body/field_find.h"


const api_json_t *
api_body_field_find(const api_json_t *document, api_json_t **members,
    const api_body_field_t *field, ngx_uint_t *sent)
{
    ngx_uint_t             i;
    const api_json_t      *json, *member;
    const api_body_key_t  *key;

    *sent = 1;
    json = document;
    key = field->keys.elts;

    for (i = 0; i < field->keys.nelts; i++) {

        member = (i == 0) ? members[field->first]
                          : api_json_member(json, &key[i].name);

        if (member == NULL) {
            *sent = 0;

            /* what is not in an object has no default there */

            member = (json->type == API_JSON_OBJECT) ? key[i].fallback : NULL;
        }

        if (member == NULL) {
            return NULL;
        }

        json = member;
    }

    return json;
}
