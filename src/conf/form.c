
#include "conf/form.h"
#include "http/source.h"
#include "sql/form.h"


static ngx_int_t keep_object(api_sql_statement_t *sql, ngx_uint_t n,
    unsigned oid);
static void learns(api_http_route_t *route);
static ngx_int_t form_of_field(api_http_route_t *route,
    api_http_bind_t *bind, const api_sql_type_t *form);


ngx_int_t
api_conf_form(api_http_route_t *route, api_http_query_t *query,
    ngx_uint_t n, unsigned oid, const api_sql_type_t *type)
{
    api_http_bind_t          *bind;
    const api_sql_type_t     *form;
    const api_http_source_t  *source;

    bind = &query->binds[n];
    bind->form = NULL;

    if (bind->sent) {
        return NGX_OK;
    }

    source = bind->source;

    if ((source->form == API_SOURCE_TEXT || source->form == API_SOURCE_READ
         || source->form == API_SOURCE_JSON)
        && api_sql_form_takes_objects(type)
        && keep_object(&query->sql, n, oid) != NGX_OK)
    {
        return NGX_ERROR;
    }

    form = api_http_source_form(source, type);

    if (source->form == API_SOURCE_READ) {
        return form_of_field(route, bind, form);
    }

    if (form != NULL) {
        bind->form = form;
        route->typed |= (source->checked != API_SOURCE_UNCHECKED);
        learns(route);
    }

    return NGX_OK;
}


/* a value that was written for one type must not be read as another one */

static ngx_int_t
keep_object(api_sql_statement_t *sql, ngx_uint_t n, unsigned oid)
{
    if (sql->objects == NULL) {
        sql->objects = ngx_pcalloc(sql->params.pool,
                                   sql->params.nelts * sizeof(unsigned));
        if (sql->objects == NULL) {
            return NGX_ERROR;
        }
    }

    sql->objects[n] = oid;

    return NGX_OK;
}


/* once the schema has changed, workers ask for the form that fits then */

static void
learns(api_http_route_t *route)
{
    route->formed = 1;
    route->database->db.learns = 1;
}


/*
 * A field that goes into types of two forms becomes two fields.  So does one
 * that goes into two columns of a composite type, which may become two types
 * some day.
 */

static ngx_int_t
form_of_field(api_http_route_t *route, api_http_bind_t *bind,
    const api_sql_type_t *form)
{
    ngx_uint_t         i;
    api_body_field_t  *field, *pushed, copy;

    if (form != NULL) {
        learns(route);
    }

    field = route->body->fields.elts;
    copy = field[bind->index];

    for (i = 0; i < route->body->fields.nelts; i++) {

        if (api_str_equal(&field[i].name, &copy.name)
            && field[i].type.kind == copy.type.kind
            && field[i].type.array == copy.type.array
            && (!field[i].formed
                || (field[i].form == form
                    && !api_sql_form_takes_objects(form))))
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
