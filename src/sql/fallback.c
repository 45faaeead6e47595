
#include "sql/fallback.h"
#include "sql/bind.h"


ngx_int_t
api_sql_fallback(ngx_pool_t *pool, const api_rule_t *rule, api_value_t *out)
{
    u_char           *p, *end, *comma;
    ngx_array_t       items;
    api_value_t      *value;
    const ngx_str_t  *text;

    ngx_memzero(out, sizeof(api_value_t));

    text = &rule->fallback;

    if (!rule->type.array) {
        out->text = *text;
        return NGX_OK;
    }

    if (ngx_array_init(&items, pool, 4, sizeof(api_value_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    p = text->data;
    end = p + text->len;

    for (comma = p; comma < end; p = comma + 1) {

        for (comma = p; comma < end && *comma != ','; comma++) { /* void */ }

        value = ngx_array_push(&items);
        if (value == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(value, sizeof(api_value_t));
        value->text.data = p;
        value->text.len = (size_t) (comma - p);
    }

    return api_sql_bind_list(pool, items.elts, items.nelts, out);
}
