
#include "body/field_form.h"
#include "sql/form.h"


static ngx_int_t check_items(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json);


ngx_int_t
api_body_field_form(api_body_field_check_t *c, const api_body_field_t *field,
    const api_json_t *json, api_value_t *out)
{
    ngx_int_t      rc;
    api_failure_t  failure;

    if (check_items(c, field, json) != NGX_OK) {
        return NGX_ERROR;
    }

    if (c->failures != NULL) {
        return NGX_OK;
    }

    rc = api_sql_form_json(c->pool, c->form, json, out, &failure);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    c->unsure = 1;

    return api_body_field_fail(c, NULL, &failure);
}


/* what its type demands of an array's items: each failure is told */

static ngx_int_t
check_items(api_body_field_check_t *c, const api_body_field_t *field,
    const api_json_t *json)
{
    ngx_int_t            rc;
    api_failure_t        failure;
    const api_json_t    *item;
    api_body_field_at_t  at;

    if (field->items == NULL || c->outdated
        || json->type != API_JSON_ARRAY)
    {
        return NGX_OK;
    }

    ngx_memzero(&at, sizeof(api_body_field_at_t));
    at.item = 1;

    for ( /* void */ ; at.index < json->count; at.index++) {

        item = &json->items[at.index];

        if (item->type != API_JSON_STRING) {
            continue;
        }

        ngx_memzero(&failure, sizeof(api_failure_t));

        rc = api_value_check(c->pool, field->items, &item->text, NULL,
                             &failure);

        if (rc == NGX_DECLINED) {
            c->unsure = 1;
            rc = api_body_field_fail(c, &at, &failure);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}
