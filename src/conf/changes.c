
#include "conf/changes.h"
#include "conf/fault.h"
#include "core/buf.h"
#include "sql/target.h"


#define CHANGES_NAME  "changes"


static ngx_int_t expand(ngx_conf_t *cf, api_http_route_t *route,
    api_http_query_t *query, const api_sql_param_t *changes);
static const api_sql_param_t *find(const api_http_query_t *query);
static ngx_uint_t is_declared(const api_http_route_t *route);
static api_body_short_t *fields_of(const api_http_route_t *route);
static ngx_uint_t is_named(const api_http_query_t *query,
    const ngx_str_t *field);
static void write_field(api_buf_t *b, const ngx_str_t *name);
static ngx_int_t parse(ngx_conf_t *cf, const api_http_route_t *route,
    api_http_query_t *query, const ngx_str_t *source);


ngx_int_t
api_conf_changes(ngx_conf_t *cf, api_http_route_t *route)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    api_http_query_t       *query;
    const api_sql_param_t  *changes;

    rc = NGX_OK;
    query = route->queries.elts;

    for (i = 0; i < route->queries.nelts; i++) {

        changes = find(&query[i]);

        if (changes != NULL && !is_declared(route)
            && expand(cf, route, &query[i], changes) != NGX_OK)
        {
            rc = NGX_ERROR;
        }
    }

    return rc;
}


static const api_sql_param_t *
find(const api_http_query_t *query)
{
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = query->sql.params.elts;

    for (i = 0; i < query->sql.params.nelts; i++) {
        if (api_str_is(&param[i].name, CHANGES_NAME)) {
            return &param[i];
        }
    }

    return NULL;
}


/* a parameter or a field that is called so is what is meant */

static ngx_uint_t
is_declared(const api_http_route_t *route)
{
    ngx_uint_t               i;
    const api_body_short_t  *form;
    const api_http_input_t  *input;

    static const ngx_str_t  name = ngx_string(CHANGES_NAME);

    input = route->inputs.elts;

    for (i = 0; i < route->inputs.nelts; i++) {
        if (api_str_equal(&input[i].name, &name)) {
            return 1;
        }
    }

    form = fields_of(route);

    return form != NULL && api_body_short_member(form, &name) != NULL;
}


/* NULL: there is no body of fields */

static api_body_short_t *
fields_of(const api_http_route_t *route)
{
    api_body_short_t  *form;

    form = (route->body != NULL) ? route->body->form : NULL;

    return form != NULL && form->object && !form->rule.type.array ? form : NULL;
}


static ngx_int_t
expand(ngx_conf_t *cf, api_http_route_t *route, api_http_query_t *query,
    const api_sql_param_t *changes)
{
    size_t              behind;
    api_buf_t           b;
    ngx_str_t           source;
    ngx_uint_t          i, n;
    api_body_short_t   *form, **member;

    form = fields_of(route);

    if (form == NULL) {
        api_conf_query_fault(cf, route, query, changes->offset,
                             "is what the body changes, and there is no "
                             "api_body { } whose fields are columns: declare "
                             "it", &changes->name);
        return NGX_ERROR;
    }

    source = query->sql.source;
    behind = changes->offset + sizeof("$" CHANGES_NAME) - 1;

    if (api_buf_init(&b, cf->pool, 2 * source.len, NGX_MAX_SIZE_T_VALUE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_buf_add(&b, source.data, changes->offset);

    member = form->members.elts;

    for (i = 0, n = 0; i < form->members.nelts; i++) {

        if (is_named(query, &member[i]->name)) {
            continue;
        }

        if (n++ != 0) {
            api_buf_add_literal(&b, ", ");
        }

        write_field(&b, &member[i]->name);
    }

    if (n == 0) {
        api_conf_query_fault(cf, route, query, changes->offset,
                             "is the fields of api_body that the statement "
                             "does not name besides, and there are none: drop "
                             "it, or the others", &changes->name);
        return NGX_ERROR;
    }

    api_buf_add(&b, source.data + behind, source.len - behind);

    if (api_buf_string(&b, &source) != NGX_OK) {
        return NGX_ERROR;
    }

    form->changes = 1;

    return parse(cf, route, query, &source);
}


/* $title, $title? or $title.x: it has a use of its own there */

static ngx_uint_t
is_named(const api_http_query_t *query, const ngx_str_t *field)
{
    u_char                  ch;
    ngx_uint_t              i;
    const api_sql_param_t  *param;

    param = query->sql.params.elts;

    for (i = 0; i < query->sql.params.nelts; i++) {

        if (param[i].name.len < field->len
            || ngx_memcmp(param[i].name.data, field->data, field->len) != 0)
        {
            continue;
        }

        ch = param[i].name.len > field->len ? param[i].name.data[field->len]
                                            : '\0';

        if (ch == '\0' || ch == '?' || ch == '.') {
            return 1;
        }
    }

    return 0;
}


/* fields are letters, digits and "_" */

static void
write_field(api_buf_t *b, const ngx_str_t *name)
{
    api_buf_add_char(b, '"');
    api_buf_add_str(b, name);
    api_buf_add_literal(b, "\" = CASE WHEN $");
    api_buf_add_str(b, name);
    api_buf_add_literal(b, "? THEN $");
    api_buf_add_str(b, name);
    api_buf_add_literal(b, " ELSE \"");
    api_buf_add_str(b, name);
    api_buf_add_literal(b, "\" END");
}


/* lines stay as they are in the file, columns do not */

static ngx_int_t
parse(ngx_conf_t *cf, const api_http_route_t *route, api_http_query_t *query,
    const ngx_str_t *source)
{
    ngx_int_t            rc;
    api_sql_fault_t      fault;
    api_sql_statement_t  before;

    before = query->sql;

    ngx_memzero(&query->sql, sizeof(api_sql_statement_t));
    ngx_memzero(&query->targets, sizeof(ngx_array_t));

    rc = api_sql_statement_parse(cf->pool, source, &query->sql, &fault);

    query->sql.source = *source;
    query->sql.file = before.file;
    query->sql.line = before.line;

    if (rc == NGX_DECLINED) {
        api_conf_query_fault(cf, route, query, fault.offset, fault.why, NULL);
    }

    return rc == NGX_OK
           ? api_sql_target_find(cf->pool, &query->sql, 0, &query->targets)
           : NGX_ERROR;
}
