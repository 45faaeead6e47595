
#include "conf/defaults.h"
#include "conf/fault.h"
#include "http/source.h"
#include "sql/bind.h"
#include "sql/fallback.h"


static ngx_int_t read_default(ngx_pool_t *pool, const api_http_route_t *route,
    const api_http_bind_t *bind, api_check_default_t *out);
static ngx_int_t read_field(ngx_pool_t *pool, const api_body_t *body,
    const api_body_field_t *field, api_check_default_t *out);
static ngx_int_t read_inside(ngx_pool_t *pool, const api_body_t *body,
    const api_body_field_t *field, api_check_default_t *out);
static ngx_int_t build(ngx_pool_t *pool, const api_body_short_t *object,
    api_json_t **out);
static ngx_int_t tell_bounds(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_default_t *fallback,
    ngx_uint_t n);
static ngx_int_t check_bound(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure);


ngx_int_t
api_conf_defaults(ngx_pool_t *pool, const api_http_route_t *route,
    const api_http_query_t *query, api_check_statement_t *statement)
{
    ngx_uint_t              i, n, any;
    api_check_default_t    *defaults;
    const api_sql_param_t  *param;

    any = 0;
    n = query->sql.params.nelts;
    param = query->sql.params.elts;

    defaults = ngx_pcalloc(pool, (n + 1) * sizeof(api_check_default_t));
    if (defaults == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (!param[i].null && !query->binds[i].sent
            && read_default(pool, route, &query->binds[i], &defaults[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        any |= defaults[i].given;
    }

    statement->defaults = any ? defaults : NULL;

    return NGX_OK;
}


static ngx_int_t
read_default(ngx_pool_t *pool, const api_http_route_t *route,
    const api_http_bind_t *bind, api_check_default_t *out)
{
    api_value_t              value;
    const api_http_input_t  *input;
    const api_body_field_t  *field;

    if (bind->source->form == API_SOURCE_READ) {
        field = route->body->fields.elts;
        return read_field(pool, route->body, &field[bind->index], out);
    }

    if (bind->source->checked != API_SOURCE_WITH_INPUTS) {
        return NGX_OK;
    }

    input = route->inputs.elts;
    input += bind->index;

    if (!input->rule.has_default) {
        return NGX_OK;
    }

    if (api_sql_fallback(pool, &input->rule, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    out->text = value.text;
    out->given = 1;
    out->list = (unsigned) (input->rule.type.array & 1);

    return NGX_OK;
}


static ngx_int_t
read_field(ngx_pool_t *pool, const api_body_t *body,
    const api_body_field_t *field, api_check_default_t *out)
{
    api_value_t            value;
    const api_body_key_t  *key;

    key = field->keys.elts;
    key += field->keys.nelts - 1;

    if (key->fallback == NULL) {
        return read_inside(pool, body, field, out);
    }

    /* PostgreSQL's type decides what it is bound as */

    if (field->file || field->type.kind == API_TYPE_JSON) {
        out->json = key->fallback;
        out->given = (key->fallback->type != API_JSON_NULL);
        return NGX_OK;
    }

    if (api_sql_bind_json(pool, &field->type, key->fallback, &value)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!value.null) {
        out->text = value.text;
        out->given = 1;
        out->list = 1;
    }

    return NGX_OK;
}


/* what stands for the fields of an object that is sent without them */

static ngx_int_t
read_inside(ngx_pool_t *pool, const api_body_t *body,
    const api_body_field_t *field, api_check_default_t *out)
{
    ngx_uint_t               i;
    api_json_t              *json;
    const api_body_key_t    *key;
    const api_body_short_t  *object;

    key = field->keys.elts;
    object = body->form;

    for (i = 0; i < field->keys.nelts && object != NULL; i++) {
        object = api_body_short_member(object, &key[i].name);
    }

    if (object == NULL || !object->object || !object->defaults) {
        return NGX_OK;
    }

    if (build(pool, object, &json) != NGX_OK) {
        return NGX_ERROR;
    }

    out->json = json;
    out->given = 1;
    out->inside = 1;

    return NGX_OK;
}


static ngx_int_t
build(ngx_pool_t *pool, const api_body_short_t *object, api_json_t **out)
{
    ngx_uint_t                      i;
    api_json_t                     *json, *list, *inner;
    const api_body_short_t *const  *member;

    json = ngx_pcalloc(pool, sizeof(api_json_t));
    list = ngx_pcalloc(pool, sizeof(api_json_t));

    if (json == NULL || list == NULL) {
        return NGX_ERROR;
    }

    json->type = API_JSON_OBJECT;
    json->items = ngx_palloc(pool, (object->members.nelts + 1)
                                   * sizeof(api_json_t));
    if (json->items == NULL) {
        return NGX_ERROR;
    }

    member = object->members.elts;

    for (i = 0; i < object->members.nelts; i++) {

        if (!member[i]->defaults) {
            continue;
        }

        if (member[i]->object) {
            if (build(pool, member[i], &inner) != NGX_OK) {
                return NGX_ERROR;
            }

            json->items[json->count] = *inner;

        } else {
            json->items[json->count] = *member[i]->fallback;
        }

        json->items[json->count++].key = member[i]->name;
    }

    *out = json;

    if (object->rule.type.array) {
        list->type = API_JSON_ARRAY;
        list->count = 1;
        list->items = json;
        *out = list;
    }

    return NGX_OK;
}


ngx_int_t
api_conf_defaults_tell(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_t *check,
    const api_check_statement_t *statement)
{
    ngx_int_t                    rc, told;
    ngx_uint_t                   i;
    const api_sql_param_t       *param;
    const api_check_unfit_t     *unfit;
    const api_sql_inferred_t    *type;

    if (statement->defaults == NULL) {
        return NGX_OK;
    }

    told = NGX_OK;
    param = query->sql.params.elts;
    unfit = statement->unfit ? statement->unfit->elts : NULL;

    for (i = 0; unfit != NULL && i < statement->unfit->nelts; i++) {

        told = NGX_DECLINED;
        type = api_check_type(check, statement->oids[unfit[i].param]);

        if (unfit[i].constraint.len != 0) {
            api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                           param[unfit[i].param].offset,
                           "the default of \"$%V\" cannot be stored in the "
                           "column \"%V\": its constraint \"%V\" says %V",
                           &param[unfit[i].param].name, &unfit[i].column,
                           &unfit[i].constraint, &unfit[i].why);
            continue;
        }

        api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                       param[unfit[i].param].offset,
                       "%s \"$%V\" is no value of the type %V that "
                       "the statement takes there: %V",
                       statement->defaults[unfit[i].param].inside
                       ? "what stands for absent fields of" : "the default of",
                       &param[unfit[i].param].name, &type->name,
                       &unfit[i].why);
    }

    for (i = 0; told == NGX_OK && i < query->sql.params.nelts; i++) {

        if (!statement->defaults[i].given
            || statement->defaults[i].text.data == NULL)
        {
            continue;
        }

        rc = tell_bounds(cf, route, query, &statement->defaults[i], i);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        told = rc;
    }

    return told;
}


/* a default beyond the column's bound: a value that was sent would be refused
   as well */

static ngx_int_t
tell_bounds(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, const api_check_default_t *fallback,
    ngx_uint_t n)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    api_failure_t            failure;
    const api_sql_param_t   *param;
    const api_sql_target_t  *target;

    param = query->sql.params.elts;
    target = query->targets.elts;

    for (i = 0; i < query->targets.nelts; i++) {

        if (target[i].param != n || !target[i].sure
            || target[i].how != API_SQL_ITEM_PLAIN)
        {
            continue;
        }

        ngx_memzero(&failure, sizeof(api_failure_t));

        rc = check_bound(cf->temp_pool, &target[i].bound, &fallback->text,
                         &failure);

        if (rc == NGX_DECLINED) {
            api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                           param[n].offset, "the default of \"$%V\" cannot be "
                           "stored in the column \"%V\": it %V", &param[n].name,
                           &target[i].column, &failure.message);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
check_bound(ngx_pool_t *pool, const api_sql_bound_t *bound,
    const ngx_str_t *text, api_failure_t *failure)
{
    ngx_int_t              rc;
    ngx_str_t              item;
    api_sql_bind_items_t   items;

    if (!bound->array) {
        return api_sql_bound_check(pool, bound, text, failure);
    }

    if (api_sql_bind_items(pool, text, &items) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    while (rc == NGX_OK && api_sql_bind_next(&items, &item)) {
        rc = api_sql_bound_check(pool, bound, &item, failure);
    }

    return rc;
}
