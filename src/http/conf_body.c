
#include "http/conf_parts.h"


static const char *check_method(const api_http_route_t *route);
static ngx_int_t read_shape(ngx_conf_t *cf, api_schema_t *schema,
    const ngx_str_t **word, const char **why);
static char *read_field(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t parse_field(ngx_conf_t *cf, const api_schema_t *schema,
    api_schema_field_t *field, const ngx_str_t **word, const char **why);
static const char *check_variable(const ngx_str_t *word, ngx_str_t *name);


/* api_body { field type rules; } or api_body array [min=] [max=] { … } */

char *
api_http_conf_body(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    char             *rv;
    ngx_int_t         rc;
    ngx_conf_t        save;
    const char       *why;
    api_schema_t     *schema;
    const ngx_str_t  *word;

    rv = api_http_conf_in_route(cf, alcf);
    if (rv != NULL) {
        return rv;
    }

    schema = ngx_pcalloc(cf->pool, sizeof(api_schema_t));

    if (schema == NULL
        || ngx_array_init(&schema->fields, cf->pool, 4,
                          sizeof(api_schema_field_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    word = NULL;
    why = check_method(alcf->route);
    rc = (why == NULL) ? read_shape(cf, schema, &word, &why) : NGX_DECLINED;

    if (rc == NGX_DECLINED) {
        api_http_conf_refuse(cf, "api_body of", &alcf->route->name, word, why);
    }

    if (rc != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    alcf->route->body = schema;

    save = *cf;
    cf->handler = read_field;
    cf->handler_conf = (void *) schema;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv == NGX_CONF_OK && schema->fields.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "api_body of \"%V\" declares no field: write "
                           "\"name type;\" lines, or drop it",
                           &alcf->route->name);
        return NGX_CONF_ERROR;
    }

    return rv;
}


static const char *
check_method(const api_http_route_t *route)
{
    if (route->body != NULL) {
        return "it is declared twice: a route has one body";
    }

    if (route->method == API_METHOD_GET) {
        return "a GET request has no body: take the values with api_param, or "
               "make it POST";
    }

    if (route->method == API_METHOD_OPTIONS) {
        return "an OPTIONS request has no body here: drop it";
    }

    return NULL;
}


static ngx_int_t
read_shape(ngx_conf_t *cf, api_schema_t *schema, const ngx_str_t **word,
    const char **why)
{
    ngx_int_t   rc;
    ngx_str_t  *value;
    ngx_uint_t  i, n;

    value = cf->args->elts;
    n = cf->args->nelts;

    if (n == 1) {
        return NGX_OK;
    }

    if (!api_str_is(&value[1], "array")) {

        *why = (value[1].len > 5
                && ngx_strcmp(value[1].data + value[1].len - 5, ".json") == 0)
               ? "JSON Schema files are not supported yet: declare the fields "
                 "in the block"
               : "it is written: api_body { name type; … } or api_body array "
                 "[min=] [max=] { name type; … }";

        return NGX_DECLINED;
    }

    schema->array = 1;
    schema->items.type.kind = API_TYPE_JSON;
    schema->items.type.array = 1;

    rc = NGX_OK;

    for (i = 2; rc == NGX_OK && i < n; i++) {

        *word = &value[i];

        if (ngx_strncmp(value[i].data, "min=", 4) != 0
            && ngx_strncmp(value[i].data, "max=", 4) != 0)
        {
            *why = "behind \"array\" come only min= and max=, numbers of "
                   "items";
            return NGX_DECLINED;
        }

        rc = api_rule_word(cf->pool, &schema->items, &value[i], why);
    }

    if (rc == NGX_OK) {
        *word = NULL;
        rc = api_rule_finish(cf->pool, &schema->items, why);
    }

    return rc;
}


static char *
read_field(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_schema_t *schema = conf;

    ngx_int_t            rc;
    const char          *why;
    const ngx_str_t     *word;
    api_schema_field_t   field, *pushed;

    ngx_memzero(&field, sizeof(api_schema_field_t));

    word = NULL;
    rc = parse_field(cf, schema, &field, &word, &why);

    if (rc == NGX_DECLINED) {
        api_http_conf_refuse(cf, "api_body, field", &field.name, word, why);
    }

    if (rc != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    pushed = ngx_array_push(&schema->fields);
    if (pushed == NULL) {
        return NGX_CONF_ERROR;
    }

    *pushed = field;

    return NGX_CONF_OK;
}


static ngx_int_t
parse_field(ngx_conf_t *cf, const api_schema_t *schema,
    api_schema_field_t *field, const ngx_str_t **word, const char **why)
{
    ngx_int_t                  rc;
    ngx_str_t                 *value;
    ngx_uint_t                 i;
    const api_schema_field_t  *other;

    value = cf->args->elts;

    field->name = value[0];
    field->line = cf->conf_file->line;

    *why = api_http_conf_name(&field->name);
    if (*why != NULL) {
        return NGX_DECLINED;
    }

    if (cf->args->nelts < 2) {
        *why = "it has no type: write \"name type [required] [nullable] "
               "[default=] [min=] [max=];\"";
        return NGX_DECLINED;
    }

    other = schema->fields.elts;

    for (i = 0; i < schema->fields.nelts; i++) {
        if (api_str_equal(&other[i].name, &field->name)) {
            *why = "it is declared twice: keep one";
            return NGX_DECLINED;
        }
    }

    *word = &value[1];
    rc = api_type_parse(cf->pool, &value[1], &field->rule.type, why);

    for (i = 2; rc == NGX_OK && i < cf->args->nelts; i++) {
        *word = &value[i];
        rc = api_rule_word(cf->pool, &field->rule, &value[i], why);
    }

    if (rc == NGX_OK) {
        *word = NULL;
        rc = api_rule_finish(cf->pool, &field->rule, why);
    }

    return rc;
}


/* api_hash_password $target $source */

char *
api_http_conf_hash_password(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    api_http_loc_conf_t *alcf = conf;

    char             *rv;
    ngx_str_t        *value;
    const char       *why;
    api_http_hash_t  *hash, read;

    rv = api_http_conf_in_route(cf, alcf);
    if (rv != NULL) {
        return rv;
    }

    if (cf->args->nelts != 3) {
        return "is written: api_hash_password $target $source, where $source "
               "is a field of api_body and $target a new name for SQL";
    }

    value = cf->args->elts;

    ngx_memzero(&read, sizeof(api_http_hash_t));
    api_http_conf_place(cf, &read.place);

    why = check_variable(&value[1], &read.target);

    if (why == NULL) {
        why = check_variable(&value[2], &read.source);
    }

    if (why == NULL && api_str_equal(&read.target, &read.source)) {
        why = "the hash needs another name than the password";
    }

    if (why != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "api_hash_password %V %V: %s", &value[1], &value[2],
                           why);
        return NGX_CONF_ERROR;
    }

    hash = ngx_array_push(&alcf->route->hashes);
    if (hash == NULL) {
        return NGX_CONF_ERROR;
    }

    *hash = read;

    return NGX_CONF_OK;
}


static const char *
check_variable(const ngx_str_t *word, ngx_str_t *name)
{
    if (word->len == 0 || word->data[0] != '$') {
        return "both names begin with \"$\"";
    }

    name->data = word->data + 1;
    name->len = word->len - 1;

    return api_http_conf_name(name);
}
