
#include "body/numbers.h"

#include "core/value_number.h"
#include "json/numbers.h"


static ngx_int_t api_body_numbers_read(ngx_pool_t *pool,
    const ngx_str_t *text, size_t *left, api_failure_t *failure);


ngx_int_t
api_body_numbers_spend(const ngx_str_t *text, size_t *left,
    api_failure_t *failure)
{
    if (api_value_number_spend(text, left)) {
        return NGX_OK;
    }

    ngx_str_set(&failure->code, "format");
    ngx_str_set(&failure->message, "has, together with others, too many digits "
                "when it is written without an exponent");

    return NGX_DECLINED;
}


ngx_int_t
api_body_numbers_json(ngx_pool_t *pool, const ngx_str_t *text,
    api_failure_t *failure)
{
    size_t  left;

    left = API_VALUE_NUMBER_MORE(text->len);

    return api_body_numbers_read(pool, text, &left, failure);
}


ngx_int_t
api_body_numbers_list(ngx_pool_t *pool, const api_type_t *type,
    const ngx_array_t *items, api_failure_t *failure)
{
    size_t              left;
    ngx_int_t           rc;
    ngx_uint_t          i;
    const api_value_t  *item;

    rc = NGX_OK;
    left = 0;
    item = items->elts;

    for (i = 0; i < items->nelts; i++) {
        left += item[i].text.len;
    }

    left = API_VALUE_NUMBER_MORE(left);

    for (i = 0; rc == NGX_OK && i < items->nelts; i++) {

        if (type->kind == API_TYPE_NUMBER) {
            rc = api_body_numbers_spend(&item[i].text, &left, failure);

        } else if (type->kind == API_TYPE_JSON) {
            rc = api_body_numbers_read(pool, &item[i].text, &left, failure);
        }
    }

    return rc;
}


static ngx_int_t
api_body_numbers_read(ngx_pool_t *pool, const ngx_str_t *text, size_t *left,
    api_failure_t *failure)
{
    ngx_int_t          rc;
    api_json_t        *json;
    ngx_pool_t        *temporary;
    api_error_t        error;

    ngx_memzero(&error, sizeof(api_error_t));

    /* a tree may be fifty times as large as its text */

    temporary = ngx_create_pool(4096, pool->log);
    if (temporary == NULL) {
        return NGX_ERROR;
    }

    rc = api_json_read(temporary, text, NULL, &json, &error);

    if (rc == NGX_DECLINED) {
        ngx_str_set(&failure->code, "format");
        ngx_str_set(&failure->message, "must be JSON");
    }

    if (rc == NGX_OK && !api_json_numbers_short(json, left)) {
        ngx_str_set(&failure->code, "format");
        ngx_str_set(&failure->message, "has numbers with too many digits when "
                    "they are written without exponents");
        rc = NGX_DECLINED;
    }

    ngx_destroy_pool(temporary);

    return rc;
}
