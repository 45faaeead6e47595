
#include "core/buf.h"
#include "core/scan.h"
#include "json/schema.h"


/* bytes of one key in a pointer: the client may send any */
#define SCHEMA_KEY  128


/* where we are in the document, innermost first */
typedef struct schema_path_s  schema_path_t;

struct schema_path_s {
    const schema_path_t  *up;        /* NULL: the document itself */
    const ngx_str_t      *key;       /* NULL: an item of an array */
    ngx_uint_t            index;
};


typedef struct {
    const api_schema_t   *schema;
    ngx_pool_t           *pool;
    ngx_array_t          *failures;
    ngx_uint_t           *seen;      /* of each field: the last object it was */
    ngx_uint_t            object;    /* in; objects count from 1 */
} schema_check_t;


static ngx_int_t check_objects(schema_check_t *c, const api_json_t *array);
static ngx_int_t check_object(schema_check_t *c, const api_json_t *object,
    const schema_path_t *up);
static ngx_int_t check_required(schema_check_t *c, const schema_path_t *up);
static const api_schema_field_t *find_field(const schema_check_t *c,
    const ngx_str_t *name, ngx_uint_t *index);
static ngx_int_t check_field(schema_check_t *c, const api_rule_t *rule,
    const api_json_t *json, const schema_path_t *path);
static ngx_int_t check_items(schema_check_t *c, const api_rule_t *rule,
    const api_json_t *array, const schema_path_t *path);
static ngx_int_t check_value(schema_check_t *c, const api_rule_t *rule,
    const api_json_t *json, const schema_path_t *path);
static const char *check_type(const api_rule_t *rule, const api_json_t *json);
static ngx_int_t check_json(schema_check_t *c, const api_json_t *json,
    const schema_path_t *path);
static ngx_uint_t is_full(const schema_check_t *c);
static ngx_int_t fail(schema_check_t *c, const schema_path_t *path,
    const char *code, const char *message);
static ngx_int_t add(schema_check_t *c, const schema_path_t *path,
    api_failure_t *failure);
static void write_pointer(api_buf_t *b, const schema_path_t *path);
static void write_key(api_buf_t *b, const ngx_str_t *key);


static const char  nul_message[] = "must not contain the character U+0000";


ngx_int_t
api_schema_check(const api_schema_t *schema, const api_json_t *document,
    ngx_pool_t *pool, ngx_array_t **failures)
{
    size_t          size;
    ngx_int_t       rc;
    schema_check_t  c;

    ngx_memzero(&c, sizeof(schema_check_t));

    c.schema = schema;
    c.pool = pool;

    size = (schema->fields.nelts + 1) * sizeof(ngx_uint_t);

    c.seen = ngx_pcalloc(pool, size);
    if (c.seen == NULL) {
        return NGX_ERROR;
    }

    rc = schema->array ? check_objects(&c, document)
                       : check_object(&c, document, NULL);

    *failures = c.failures;

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    return c.failures != NULL ? NGX_DECLINED : NGX_OK;
}


static ngx_int_t
check_objects(schema_check_t *c, const api_json_t *array)
{
    ngx_int_t       rc;
    schema_path_t   path;
    api_failure_t   failure;

    if (array->type != API_JSON_ARRAY) {
        return fail(c, NULL, "type", "must be an array of objects");
    }

    rc = api_value_check_count(c->pool, &c->schema->items, array->count,
                               &failure);

    if (rc == NGX_DECLINED) {
        rc = add(c, NULL, &failure);
    }

    path.up = NULL;
    path.key = NULL;

    for (path.index = 0;
         rc == NGX_OK && path.index < array->count && !is_full(c);
         path.index++)
    {
        rc = check_object(c, &array->items[path.index], &path);
    }

    return rc;
}


/*
 * Members are looked up among the fields, not fields among the members: how
 * many members there are is the client's to say.
 */

static ngx_int_t
check_object(schema_check_t *c, const api_json_t *object,
    const schema_path_t *up)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i, index;
    schema_path_t              path;
    const api_json_t          *member;
    const api_schema_field_t  *field;

    if (object->type != API_JSON_OBJECT) {
        return fail(c, up, "type", "must be an object");
    }

    c->object++;

    path.up = up;
    path.index = 0;

    for (i = 0; i < object->count && !is_full(c); i++) {

        member = &object->items[i];
        path.key = &member->key;

        field = find_field(c, &member->key, &index);

        if (field != NULL) {
            c->seen[index] = c->object;
            rc = check_field(c, &field->rule, member, &path);

        } else if (ngx_strlen(member->key.data) != member->key.len) {
            rc = fail(c, &path, "nul", nul_message);

        } else {
            rc = fail(c, &path, "unknown", "is not a known field");
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return check_required(c, up);
}


static ngx_int_t
check_required(schema_check_t *c, const schema_path_t *up)
{
    ngx_uint_t                 i;
    schema_path_t              path;
    const api_schema_field_t  *fields;

    fields = c->schema->fields.elts;

    path.up = up;
    path.index = 0;

    for (i = 0; i < c->schema->fields.nelts && !is_full(c); i++) {

        if (!fields[i].rule.required || c->seen[i] == c->object) {
            continue;
        }

        path.key = &fields[i].name;

        if (fail(c, &path, "required", "is required") != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static const api_schema_field_t *
find_field(const schema_check_t *c, const ngx_str_t *name, ngx_uint_t *index)
{
    ngx_uint_t                 i;
    const api_schema_field_t  *fields;

    fields = c->schema->fields.elts;

    for (i = 0; i < c->schema->fields.nelts; i++) {
        if (api_str_equal(&fields[i].name, name)) {
            *index = i;
            return &fields[i];
        }
    }

    return NULL;
}


static ngx_int_t
check_field(schema_check_t *c, const api_rule_t *rule,
    const api_json_t *json, const schema_path_t *path)
{
    if (json->type == API_JSON_NULL && rule->nullable) {
        return NGX_OK;
    }

    if (!rule->type.array) {
        return check_value(c, rule, json, path);
    }

    if (json->type == API_JSON_NULL) {
        return fail(c, path, "null", "must not be null");
    }

    if (json->type != API_JSON_ARRAY) {
        return fail(c, path, "type", "must be an array");
    }

    return check_items(c, rule, json, path);
}


static ngx_int_t
check_items(schema_check_t *c, const api_rule_t *rule,
    const api_json_t *array, const schema_path_t *path)
{
    ngx_int_t       rc;
    schema_path_t   item;
    api_failure_t   failure;

    rc = api_value_check_count(c->pool, rule, array->count, &failure);

    if (rc == NGX_DECLINED) {
        rc = add(c, path, &failure);
    }

    item.up = path;
    item.key = NULL;

    for (item.index = 0;
         rc == NGX_OK && item.index < array->count && !is_full(c);
         item.index++)
    {
        rc = check_value(c, rule, &array->items[item.index], &item);
    }

    return rc;
}


/* one value of the rule's type, or one item of its array */

static ngx_int_t
check_value(schema_check_t *c, const api_rule_t *rule,
    const api_json_t *json, const schema_path_t *path)
{
    ngx_int_t       rc;
    const char     *message;
    api_failure_t   failure;

    if (rule->type.kind == API_TYPE_JSON || rule->type.kind == API_TYPE_NONE) {
        return check_json(c, json, path);
    }

    if (json->type == API_JSON_NULL) {
        return fail(c, path, "null", "must not be null");
    }

    message = check_type(rule, json);
    if (message != NULL) {
        return fail(c, path, "type", message);
    }

    if (rule->type.kind == API_TYPE_BOOL) {
        return NGX_OK;
    }

    rc = api_value_check(c->pool, rule, &json->text, NULL, &failure);

    return rc == NGX_DECLINED ? add(c, path, &failure) : rc;
}


/* JSON's type where there is a choice of one: NULL, or the sentence */

static const char *
check_type(const api_rule_t *rule, const api_json_t *json)
{
    switch (rule->type.kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
        return json->type == API_JSON_NUMBER ? NULL : "must be an integer";

    case API_TYPE_NUMBER:
        return json->type == API_JSON_NUMBER ? NULL : "must be a number";

    case API_TYPE_BOOL:
        return json->type == API_JSON_TRUE || json->type == API_JSON_FALSE
               ? NULL : "must be true or false";

    default:
        return json->type == API_JSON_STRING ? NULL : "must be a string";
    }
}


/* anything, but no NUL: jsonb cannot hold it.  As deep as the reader allows. */

static ngx_int_t
check_json(schema_check_t *c, const api_json_t *json,
    const schema_path_t *path)
{
    ngx_int_t      rc;
    schema_path_t  inner;

    if (json->has_nul) {
        return fail(c, path, "nul", nul_message);
    }

    rc = NGX_OK;
    inner.up = path;

    for (inner.index = 0;
         rc == NGX_OK && inner.index < json->count && !is_full(c);
         inner.index++)
    {
        inner.key = (json->type == API_JSON_OBJECT)
                    ? &json->items[inner.index].key : NULL;

        rc = check_json(c, &json->items[inner.index], &inner);
    }

    return rc;
}


/* what more there is will not be told: no need to look */

static ngx_uint_t
is_full(const schema_check_t *c)
{
    return c->failures != NULL && c->failures->nelts >= API_SCHEMA_FAILURES;
}


static ngx_int_t
fail(schema_check_t *c, const schema_path_t *path, const char *code,
    const char *message)
{
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    failure.code.data = (u_char *) (uintptr_t) code;
    failure.code.len = ngx_strlen(code);
    failure.message.data = (u_char *) (uintptr_t) message;
    failure.message.len = ngx_strlen(message);

    return add(c, path, &failure);
}


static ngx_int_t
add(schema_check_t *c, const schema_path_t *path, api_failure_t *failure)
{
    api_buf_t  b;

    if (is_full(c)) {
        return NGX_OK;
    }

    if (api_buf_init(&b, c->pool, 64, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    write_pointer(&b, path);

    if (api_buf_string(&b, &failure->field) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&failure->in, "body");

    return api_error_fail(c->pool, &c->failures, API_SCHEMA_FAILURES,
                          failure);
}


static void
write_pointer(api_buf_t *b, const schema_path_t *path)
{
    if (path == NULL) {
        return;
    }

    write_pointer(b, path->up);

    api_buf_add_char(b, '/');

    if (path->key != NULL) {
        write_key(b, path->key);

    } else {
        api_buf_add_uint(b, path->index);
    }
}


/* RFC 6901, section 4; cut short with "..." where it is very long */

static void
write_key(api_buf_t *b, const ngx_str_t *key)
{
    size_t         n;
    const u_char  *p, *end;

    end = key->data + key->len;

    for (p = key->data; p < end; p += n) {

        n = ngx_max(api_scan_utf8(p, end), 1);

        if ((size_t) (p - key->data) + n > SCHEMA_KEY) {
            api_buf_add_literal(b, "...");
            return;
        }

        if (*p == '~') {
            api_buf_add_literal(b, "~0");

        } else if (*p == '/') {
            api_buf_add_literal(b, "~1");

        } else {
            api_buf_add(b, p, n);
        }
    }
}
