
#include "http/conf_parts.h"
#include "sql/form.h"


static ngx_int_t form_of_field(const api_http_route_t *route,
    api_http_bind_t *bind, const api_sql_type_t *form);


ngx_int_t
api_http_conf_form(api_http_route_t *route, api_http_bind_t *bind,
    const api_sql_type_t *type)
{
    bind->form = NULL;

    if (bind->sent) {
        return NGX_OK;
    }

    switch (bind->kind) {

    case API_BIND_FIELD:
        return form_of_field(route, bind,
                             api_sql_form_differs(type)
                             || api_sql_form_takes_objects(type)
                             ? type : NULL);

    case API_BIND_INPUT:

        if (api_sql_form_differs(type) || api_sql_form_takes_objects(type)
            || (type != NULL && type->kind == API_SQL_ARRAY))
        {
            bind->form = type;
            route->typed = 1;
        }

        return NGX_OK;

    case API_BIND_ROW:
    case API_BIND_VARIABLE:

        /* nobody outside has written it, but it may be of another zone */

        if (type != NULL && api_sql_form_is_time(type)) {
            bind->form = type;
        }

        return NGX_OK;

    default:
        return NGX_OK;
    }
}


/* one that goes into types of two forms is two fields */

static ngx_int_t
form_of_field(const api_http_route_t *route, api_http_bind_t *bind,
    const api_sql_type_t *form)
{
    ngx_uint_t         i;
    api_http_field_t  *field, *pushed, copy;

    field = route->body->fields.elts;
    copy = field[bind->index];

    for (i = 0; i < route->body->fields.nelts; i++) {

        if (api_str_equal(&field[i].name, &copy.name)
            && field[i].type.kind == copy.type.kind
            && field[i].type.array == copy.type.array
            && (!field[i].formed || field[i].form == form))
        {
            field[i].form = form;
            field[i].formed = 1;
            bind->index = i;
            return NGX_OK;
        }
    }

    pushed = ngx_array_push(&route->body->fields);
    if (pushed == NULL) {
        return NGX_ERROR;
    }

    *pushed = copy;
    pushed->form = form;
    pushed->items = NULL;
    bind->index = route->body->fields.nelts - 1;

    return NGX_OK;
}
