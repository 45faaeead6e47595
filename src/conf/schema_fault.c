
#include "conf/schema_fault.h"
#include "conf/place.h"


static const ngx_str_t *place_of(const ngx_str_t *pointer);
static const api_body_short_t *faulty(const api_body_short_t *form,
    const ngx_str_t *pointer);


void
api_conf_schema_refuse(ngx_conf_t *cf, const api_http_route_t *route,
    const api_schema_fault_t *fault)
{
    api_place_t              place;
    const api_body_t        *body;
    const api_body_short_t  *field;

    body = route->body;

    if (body->form == NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &body->place,
                     "api_body of \"%V\": \"%V\", at %V: %V",
                     &route->name, &fault->file,
                     place_of(&fault->pointer), &fault->why);
        return;
    }

    field = faulty(body->form, &fault->pointer);

    if (field == body->form) {
        api_conf_log(NGX_LOG_EMERG, cf, &body->place,
                     "api_body of \"%V\": %V", &route->name, &fault->why);
        return;
    }

    api_conf_schema_place(body, field, &place);

    api_conf_log(NGX_LOG_EMERG, cf, &place,
                 "api_body, field \"%V\": %V", &field->name, &fault->why);
}


/* the pointer to the whole is the empty text, which nobody would see */

static const ngx_str_t *
place_of(const ngx_str_t *pointer)
{
    static const ngx_str_t  top = ngx_string("its top");

    return pointer->len != 0 ? pointer : &top;
}


/* the field of the short form that a place in its schema stands for */

static const api_body_short_t *
faulty(const api_body_short_t *form, const ngx_str_t *pointer)
{
    u_char            *p, *end;
    ngx_str_t          part;
    ngx_uint_t         name;
    api_body_short_t  *member;

    end = pointer->data + pointer->len;
    name = 0;

    for (p = pointer->data; p < end; p = part.data + part.len) {

        part.data = p + 1;

        for (p++; p < end && *p != '/'; p++) { /* void */ }

        part.len = (size_t) (p - part.data);

        if (!name) {
            name = api_str_is(&part, "properties");

            if (!name && !api_str_is(&part, "items")) {
                break;
            }

            continue;
        }

        member = api_body_short_member(form, &part);

        if (member == NULL) {
            break;
        }

        form = member;
        name = 0;
    }

    return form;
}


void
api_conf_schema_warn(ngx_conf_t *cf, const api_http_route_t *route)
{
    ngx_uint_t                 i;
    const ngx_array_t         *warnings;
    const api_schema_fault_t  *w;

    warnings = api_schema_warnings(route->body->schema);

    if (warnings == NULL) {
        return;
    }

    w = warnings->elts;

    for (i = 0; i < warnings->nelts; i++) {
        api_conf_log(NGX_LOG_WARN, cf, &route->body->place,
                     "api_body of \"%V\": \"%V\", at %V: %V",
                     &route->name, &w[i].file, place_of(&w[i].pointer),
                     &w[i].why);
    }
}


void
api_conf_schema_place(const api_body_t *body, const api_body_short_t *field,
    api_place_t *place)
{
    *place = body->place;

    if (field != body->form) {
        place->line = field->line;
        place->end = field->end;
        place->word = 0;
    }
}
