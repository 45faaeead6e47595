
#include "conf/bind.h"
#include "conf/fault.h"
#include "conf/field.h"


/* PostgreSQL's pg_type.dat */
#define API_OID_BOOL   16
#define API_OID_TEXT   25
#define API_OID_JSONB  3802

#define API_HTTP_ROW_PREFIX  "api_row_"


static ngx_int_t bind_query(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n);
static ngx_uint_t is_told(const api_http_query_t *query, ngx_uint_t n);
static const char *bind_name(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n, api_sql_param_t *param, api_http_bind_t *bind);
static const char *bind_value(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n, const ngx_str_t *name, api_sql_param_t *param,
    api_http_bind_t *bind);
static const char *bind_dotted(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n, const ngx_str_t *name, api_sql_param_t *param,
    api_http_bind_t *bind);
static ngx_uint_t is_optional(const api_http_route_t *route,
    const api_http_bind_t *bind);
static ngx_uint_t bind_input(api_http_route_t *route, const ngx_str_t *name,
    api_sql_param_t *param, api_http_bind_t *bind);
static const char *bind_body(api_http_route_t *route, api_sql_param_t *param,
    api_http_bind_t *bind);
static ngx_int_t bind_field(ngx_conf_t *cf, api_http_route_t *route,
    const ngx_str_t *name, api_sql_param_t *param, api_http_bind_t *bind);
static ngx_uint_t is_item(const api_http_route_t *route,
    const ngx_str_t *name);
static ngx_uint_t bind_hash(api_http_route_t *route, const ngx_str_t *name,
    api_sql_param_t *param, api_http_bind_t *bind);
static const char *bind_row(ngx_conf_t *cf, api_http_route_t *route,
    ngx_uint_t n, const ngx_str_t *full, api_http_bind_t *bind);
static api_http_query_t *find_as(const api_http_route_t *route,
    const ngx_str_t *name, ngx_uint_t *n);
static const char *bind_variable(ngx_conf_t *cf, const ngx_str_t *written,
    api_sql_param_t *param, api_http_bind_t *bind);
static ngx_uint_t is_variable(ngx_conf_t *cf, const ngx_str_t *name);


static const char  no_memory[] = "cannot be kept: no memory";


ngx_int_t
api_conf_bind(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    rc = NGX_OK;

    for (i = 0; i < route->queries.nelts; i++) {
        if (bind_query(cf, route, i) != NGX_OK) {
            rc = NGX_ERROR;
        }
    }

    return rc;
}


static ngx_int_t
bind_query(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    const char        *why;
    api_sql_param_t   *param;
    api_http_query_t  *query;

    rc = NGX_OK;
    query = route->queries.elts;
    query += n;

    param = query->sql.params.elts;

    query->binds = ngx_pcalloc(cf->pool, (query->sql.params.nelts + 1)
                                         * sizeof(api_http_bind_t));
    if (query->binds == NULL) {
        route->vague = 1;
        return NGX_ERROR;
    }

    for (i = 0; i < query->sql.params.nelts; i++) {

        why = bind_name(cf, route, n, &param[i], &query->binds[i]);

        if (why != NULL && !(param[i].null && is_told(query, i))) {
            api_conf_query_fault(cf, route, query, param[i].offset, why,
                                 &param[i].name);
        }

        rc = (why != NULL) ? NGX_ERROR : rc;
    }

    return rc;
}


/* is there another one of the name? */

static ngx_uint_t
is_told(const api_http_query_t *query, ngx_uint_t n)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = query->sql.params.elts;

    for (i = 0; i < n; i++) {
        if (api_str_equal(&param[i].name, &param[n].name)) {
            return 1;
        }
    }

    return 0;
}


/* NULL, or the end of a sentence that begins with the name */

static const char *
bind_name(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n,
    api_sql_param_t *param, api_http_bind_t *bind)
{
    ngx_str_t    name;
    const char  *why;

    name = param->name;

    if (name.data[name.len - 1] != '?') {
        return bind_value(cf, route, n, &name, param, bind);
    }

    name.len--;
    bind->sent = 1;

    why = bind_value(cf, route, n, &name, param, bind);

    if (why != NULL) {
        return why;
    }

    param->declared = API_OID_BOOL;

    if (bind->kind == API_BIND_FIELD || is_optional(route, bind)) {
        return NULL;
    }

    return "asks whether something was sent, which is told of fields of the "
           "body and of api_param only: drop the \"?\", or put a space before "
           "it if it is an operator";
}


static const char *
bind_value(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n,
    const ngx_str_t *name, api_sql_param_t *param, api_http_bind_t *bind)
{
    ngx_int_t    rc;
    ngx_uint_t   index;

    if (ngx_strlchr(name->data, name->data + name->len, '.')) {
        return bind_dotted(cf, route, n, name, param, bind);
    }

    if (bind_input(route, name, param, bind)) {
        return NULL;
    }

    if (api_str_is(name, "body")) {
        return bind_body(route, param, bind);
    }

    rc = bind_field(cf, route, name, param, bind);

    if (rc != NGX_DECLINED) {
        return rc == NGX_OK ? NULL : no_memory;
    }

    if (bind_hash(route, name, param, bind)) {
        return NULL;
    }

    if (find_as(route, name, &index) != NULL) {
        return "is a row: say which column, as $name.id";
    }

    if (is_item(route, name)) {
        return "is a field of each item of an array, and SQL sees the array as "
               "a whole: take it apart with jsonb_to_recordset($body)";
    }

    return bind_variable(cf, name, param, bind);
}


/* $user.id of a row, $address.city of the body */

static const char *
bind_dotted(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n,
    const ngx_str_t *name, api_sql_param_t *param, api_http_bind_t *bind)
{
    u_char      *dot;
    ngx_int_t    rc;
    ngx_str_t    first;
    ngx_uint_t   index;

    dot = ngx_strlchr(name->data, name->data + name->len, '.');

    first.data = name->data;
    first.len = (size_t) (dot - name->data);

    if (find_as(route, &first, &index) != NULL) {
        return bind_row(cf, route, n, name, bind);
    }

    rc = bind_field(cf, route, name, param, bind);

    if (rc != NGX_DECLINED) {
        return rc == NGX_OK ? NULL : no_memory;
    }

    if (api_str_is(&first, "jwt")) {
        return "is a claim of a token, which is not supported yet";
    }

    if (api_str_is(&first, "body")) {
        return "is no field: $body is the whole body, and a field of it is "
               "named without that, as $address.city";
    }

    rc = api_conf_field(cf, route, &first, &index);

    if (rc != NGX_DECLINED) {
        return rc == NGX_OK
               ? "is unknown: api_body declares what stands before the dot, "
                 "but no such field in it"
               : no_memory;
    }

    return "is unknown: $name.column is a column of an earlier statement's "
           "row, which says \"as=name\", or a field inside a field of "
           "api_body";
}


static ngx_uint_t
is_optional(const api_http_route_t *route, const api_http_bind_t *bind)
{
    const api_http_input_t  *input;

    if (bind->kind != API_BIND_INPUT) {
        return 0;
    }

    input = route->inputs.elts;

    return input[bind->index].in != API_IN_PATH;
}


static ngx_uint_t
bind_input(api_http_route_t *route, const ngx_str_t *name,
    api_sql_param_t *param, api_http_bind_t *bind)
{
    ngx_uint_t         i;
    api_http_input_t  *input;

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {

        if (api_str_equal(&input[i].name, name)) {
            input[i].used = 1;
            param->declared = api_type_oid(&input[i].rule.type);
            bind->kind = API_BIND_INPUT;
            bind->index = i;
            return 1;
        }
    }

    return 0;
}


static const char *
bind_body(api_http_route_t *route, api_sql_param_t *param,
    api_http_bind_t *bind)
{
    if (route->body == NULL) {
        return "is the whole body, but the route has no api_body: declare what "
               "the body may hold";
    }

    route->body->whole = 1;
    param->declared = API_OID_JSONB;
    bind->kind = API_BIND_BODY;

    return NULL;
}


static ngx_int_t
bind_field(ngx_conf_t *cf, api_http_route_t *route, const ngx_str_t *name,
    api_sql_param_t *param, api_http_bind_t *bind)
{
    ngx_int_t          rc;
    api_body_field_t  *field;

    rc = api_conf_field(cf, route, name, &bind->index);

    if (rc != NGX_OK) {
        return rc;
    }

    field = route->body->fields.elts;

    param->declared = api_type_oid(&field[bind->index].type);
    param->nearest = field[bind->index].file;
    bind->kind = API_BIND_FIELD;

    return NGX_OK;
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


static ngx_uint_t
bind_hash(api_http_route_t *route, const ngx_str_t *name,
    api_sql_param_t *param, api_http_bind_t *bind)
{
    ngx_uint_t        i;
    api_http_hash_t  *hash;

    hash = route->hashes.elts;

    for (i = 0; i < route->hashes.nelts; i++) {

        if (api_str_equal(&hash[i].target, name)) {
            hash[i].used = 1;
            param->declared = API_OID_TEXT;
            bind->kind = API_BIND_HASH;
            bind->index = i;
            return 1;
        }
    }

    return 0;
}


/* $name.column: of the row of an earlier statement, "as=name" */

static const char *
bind_row(ngx_conf_t *cf, api_http_route_t *route, ngx_uint_t n,
    const ngx_str_t *full, api_http_bind_t *bind)
{
    u_char            *dot, *p;
    ngx_str_t          name;
    ngx_uint_t         index;
    api_http_query_t  *query;

    dot = ngx_strlchr(full->data, full->data + full->len, '.');

    name.data = full->data;
    name.len = (size_t) (dot - name.data);

    query = find_as(route, &name, &index);

    if (ngx_strlchr(dot + 1, full->data + full->len, '.') != NULL) {
        return "goes into a column: take $name.column as a whole, and its "
               "parts in the statement that reads the row";
    }

    if (index >= n) {
        return "is known only after its own statement: move the one with "
               "that \"as=\" up";
    }

    if (query->result == API_SQL_MANY || query->result == API_SQL_EXEC) {
        return "needs the row of a statement that has just one: make it one, "
               "optional or value instead of many or exec";
    }

    bind->kind = API_BIND_ROW;
    bind->index = index;
    bind->column.len = full->len - name.len - 1;

    bind->column.data = ngx_pnalloc(cf->pool, bind->column.len + 1);
    if (bind->column.data == NULL) {
        return no_memory;
    }

    p = ngx_cpymem(bind->column.data, dot + 1, bind->column.len);
    *p = '\0';

    route->rows = 1;

    return NULL;
}


static api_http_query_t *
find_as(const api_http_route_t *route, const ngx_str_t *name, ngx_uint_t *n)
{
    api_http_query_t  *query;

    query = route->queries.elts;

    for (*n = 0; *n < route->queries.nelts; (*n)++) {
        if (query[*n].as.len != 0 && api_str_equal(&query[*n].as, name)) {
            return &query[*n];
        }
    }

    return NULL;
}


/* what the route declares nowhere is a variable of nginx, or a mistake */

static const char *
bind_variable(ngx_conf_t *cf, const ngx_str_t *written,
    api_sql_param_t *param, api_http_bind_t *bind)
{
    size_t      len;
    ngx_int_t   index;
    ngx_str_t   name;

    name.len = written->len;
    name.data = ngx_pnalloc(cf->pool, name.len);
    if (name.data == NULL) {
        return no_memory;
    }

    ngx_strlow(name.data, written->data, name.len);

    len = sizeof(API_HTTP_ROW_PREFIX) - 1;

    if (name.len >= len
        && ngx_memcmp(name.data, API_HTTP_ROW_PREFIX, len) == 0)
    {
        return "is known only after the statements: give the earlier one "
               "\"as=name\" and say $name.column";
    }

    if (!is_variable(cf, &name)) {
        return "is unknown: declare it as a segment \":name\" of the path, "
               "with api_param, or in api_body";
    }

    index = ngx_http_get_variable_index(cf, &name);

    if (index == NGX_ERROR) {
        return no_memory;
    }

    param->declared = API_OID_TEXT;
    bind->kind = API_BIND_VARIABLE;
    bind->index = (ngx_uint_t) index;

    return NULL;
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
