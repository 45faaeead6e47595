
#include "json/numbers.h"
#include "core/value_number.h"


/* calls itself as deep as JSON may nest */

ngx_uint_t
api_json_numbers_short(const api_json_t *json, size_t *left)
{
    ngx_uint_t          i;
    api_value_number_t  n;

    if (json->type == API_JSON_NUMBER) {
        return api_value_number_parse(&json->text, &n)
               && api_value_number_short(&n, &json->text)
               && api_value_number_spend(&json->text, left);
    }

    for (i = 0; i < json->count; i++) {
        if (!api_json_numbers_short(&json->items[i], left)) {
            return 0;
        }
    }

    return 1;
}
