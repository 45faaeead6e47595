
#include "conf/source.h"
#include "conf/field.h"
#include "conf/rows.h"
#include "http/vars.h"
#include "sql/oid.h"


static ngx_int_t find(api_conf_sought_t *s);
static const char *why_not(const api_conf_sought_t *s);
static const char *why_not_dotted(const api_conf_sought_t *s,
    const u_char *dot);
static ngx_uint_t is_item(const api_http_route_t *route,
    const ngx_str_t *name);
static ngx_uint_t is_variable(ngx_conf_t *cf, const ngx_str_t *name);


const api_conf_source_t  api_conf_source_variable = {
    .source = &api_http_source_variable,
    .find = find
};


/* what the route declares nowhere is a variable of nginx, or a mistake */

static ngx_int_t
find(api_conf_sought_t *s)
{
    size_t      len;
    ngx_int_t   index;
    ngx_str_t   name;

    s->why = why_not(s);

    if (s->why != NULL) {
        return NGX_ERROR;
    }

    name.len = s->name.len;
    name.data = ngx_pnalloc(s->cf->pool, name.len);
    if (name.data == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow(name.data, s->name.data, name.len);

    len = sizeof(API_HTTP_VARS_ROW) - 1;

    if (name.len >= len && ngx_memcmp(name.data, API_HTTP_VARS_ROW, len) == 0)
    {
        s->why = "is known only after the statements: give the earlier one "
                 "\"as=name\" and say $name.column";
        return NGX_ERROR;
    }

    if (!is_variable(s->cf, &name)) {
        s->why = "is unknown: declare it as a segment \":name\" of the path, "
                 "with api_param, or in api_body";
        return NGX_ERROR;
    }

    index = ngx_http_get_variable_index(s->cf, &name);

    if (index == NGX_ERROR) {
        return NGX_ERROR;
    }

    s->param->declared = API_SQL_OID_text;
    s->bind->index = (ngx_uint_t) index;

    return NGX_OK;
}


/* NULL, or what was meant, by what the route does declare */

static const char *
why_not(const api_conf_sought_t *s)
{
    u_char  *dot;

    dot = ngx_strlchr(s->name.data, s->name.data + s->name.len, '.');

    if (dot != NULL) {
        return why_not_dotted(s, dot);
    }

    if (api_conf_rows_as(s->route, &s->name) != NULL) {
        return "is a row: say which column, as $name.id";
    }

    if (is_item(s->route, &s->name)) {
        return "is a field of each item of an array, and SQL sees the array as "
               "a whole: take it apart with jsonb_to_recordset($body)";
    }

    return NULL;
}


/* no variable has a dot */

static const char *
why_not_dotted(const api_conf_sought_t *s, const u_char *dot)
{
    ngx_int_t   rc;
    ngx_str_t   first;
    ngx_uint_t  index;

    first.data = s->name.data;
    first.len = (size_t) (dot - first.data);

    if (api_str_is(&first, "body")) {
        return "is no field: $body is the whole body, and a field of it is "
               "named without that, as $address.city";
    }

    rc = api_conf_field(s->cf, s->route, &first, &index);

    if (rc == NGX_OK) {
        return "is unknown: api_body declares what stands before the dot, "
               "but no such field in it";
    }

    return "is unknown: $name.column is a column of an earlier statement's "
           "row, which says \"as=name\", or a field inside a field of "
           "api_body";
}


/* a name that only the items of api_body array { } have */

static ngx_uint_t
is_item(const api_http_route_t *route, const ngx_str_t *name)
{
    const api_body_short_t  *form;

    form = (route->body != NULL) ? route->body->form : NULL;

    return form != NULL && form->rule.type.array
           && api_body_short_member(form, name) != NULL;
}


/* as ngx_http_variables_init_vars() will decide, which knows no places */

static ngx_uint_t
is_variable(ngx_conf_t *cf, const ngx_str_t *name)
{
    ngx_uint_t                  i;
    ngx_hash_key_t             *key;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    key = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {

        v = key[i].value;

        if (v->get_handler != NULL && api_str_equal(&key[i].key, name)) {
            return 1;
        }
    }

    v = cmcf->prefix_variables.elts;

    for (i = 0; i < cmcf->prefix_variables.nelts; i++) {

        if (name->len >= v[i].name.len
            && ngx_memcmp(name->data, v[i].name.data, v[i].name.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
