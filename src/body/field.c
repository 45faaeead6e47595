
#include "body/field.h"
#include "body/field_fail.h"
#include "body/field_find.h"
#include "body/field_form.h"
#include "body/numbers.h"

#include "core/buf.h"
#include "core/value_number.h"
#include "sql/bind.h"


/* a number of so few bytes without an exponent is one of numeric's */
#define FIELD_SHORT  1000

/* so many defaults are filled in quickly, of API_JSON_VALUES */
#define FIELD_QUICKLY  10000


static ngx_int_t fill_defaults(api_body_field_check_t *c,
    api_body_reader_t *reader, api_json_t *document);
static ngx_int_t bind_value(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json, api_value_t *out);
static ngx_int_t bind_list(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json,
    const api_body_field_at_t *up, api_value_t *out);
static ngx_int_t bind_item(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json,
    const api_body_field_at_t *at, api_value_t *out);
static ngx_int_t bind_scalar(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json,
    const api_body_field_at_t *at, api_value_t *out);
static ngx_uint_t suits(const api_type_t *type, const api_json_t *json);
static ngx_int_t bind_number(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json, api_value_t *out,
    api_failure_t *failure);
static ngx_int_t spend(api_body_field_check_t *c, const ngx_str_t *text,
    api_failure_t *failure);
static ngx_int_t check_numbers(api_body_field_check_t *c,
    const api_json_t *json, const api_body_field_at_t *at);
static ngx_int_t bind_inner(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json,
    const api_body_field_at_t *at, api_value_t *out);
static ngx_uint_t failures(const api_body_field_check_t *c);


ngx_int_t
api_body_field_read(api_body_reader_t *reader, ngx_pool_t *pool,
    api_json_t *document, ngx_array_t **failures)
{
    size_t                    more;
    ngx_int_t                 rc;
    ngx_uint_t                i, n, sent;
    api_json_t              **members;
    api_value_t              *values;
    const api_json_t         *json;
    api_body_field_check_t    c;
    const api_body_field_t  *field;

    ngx_memzero(&c, sizeof(api_body_field_check_t));
    c.pool = pool;
    more = API_VALUE_NUMBER_MORE(reader->text.len);
    c.left = more;
    c.outdated = reader->outdated;

    n = reader->rules->fields.nelts;
    field = reader->rules->fields.elts;

    values = ngx_pcalloc(pool, (n + 1) * sizeof(api_value_t));
    members = ngx_palloc(pool, (n + 1) * sizeof(api_json_t *));

    if (values == NULL || members == NULL) {
        return NGX_ERROR;
    }

    reader->fields = values;

    api_schema_names_match(&reader->rules->names, document, members);

    for (i = 0; i < n; i++) {
        (void) api_body_field_find(document, members, &field[i], &sent);
        values[i].absent = !sent;
    }

    if (reader->rules->form != NULL) {
        rc = fill_defaults(&c, reader, document);

        if (rc != NGX_OK) {
            return rc;
        }

        api_schema_names_match(&reader->rules->names, document, members);
    }

    for (i = 0; i < n; i++) {

        json = api_body_field_find(document, members, &field[i], &sent);
        c.pointer = field[i].pointer;
        c.form = reader->forms ? reader->forms[i] : field[i].form;

        if (json == NULL || json->type == API_JSON_NULL) {
            values[i].null = 1;

        } else if (bind_value(&c, &field[i], json, &values[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (reader->rules->whole) {
        ngx_str_null(&c.pointer);
        c.left = more;

        if (check_numbers(&c, document, NULL) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    *failures = c.failures;
    reader->unsure = c.unsure;

    return c.failures != NULL ? NGX_DECLINED : NGX_OK;
}


ngx_int_t
api_body_field_rest(api_body_reader_t *reader, ngx_pool_t *pool,
    const api_json_t *document, ngx_array_t **failures)
{
    ngx_uint_t               i, n, sent;
    api_json_t             **members;
    api_value_t             *value;
    api_body_field_check_t   c;
    const api_json_t        *json;
    const api_body_field_t  *field;

    n = reader->rules->fields.nelts;
    field = reader->rules->fields.elts;

    value = ngx_pcalloc(pool, (n + 1) * sizeof(api_value_t));
    members = ngx_palloc(pool, (n + 1) * sizeof(api_json_t *));

    if (value == NULL || members == NULL) {
        return NGX_ERROR;
    }

    reader->fields = value;

    api_schema_names_match(&reader->rules->names, document, members);

    for (i = 0; i < n; i++) {

        ngx_memzero(&c, sizeof(api_body_field_check_t));
        c.pool = pool;
        c.left = NGX_MAX_SIZE_T_VALUE;
        c.outdated = 1;
        c.pointer = field[i].pointer;
        c.form = reader->forms ? reader->forms[i] : field[i].form;

        json = api_body_field_find(document, members, &field[i], &sent);

        if (json != NULL && json->type != API_JSON_NULL
            && !api_error_concerns(*failures, &field[i].pointer)
            && bind_value(&c, &field[i], json, &value[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }

        value[i].absent = !sent;
        value[i].null |= (value[i].text.data == NULL || c.failures != NULL);
        reader->unsure |= c.unsure;

        if (api_error_fail_all(pool, failures, API_BODY_FIELD_FAILURES,
                               c.failures)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* what is bound as a whole has its defaults, too */

static ngx_int_t
fill_defaults(api_body_field_check_t *c, api_body_reader_t *reader,
    api_json_t *document)
{
    ngx_int_t    rc, moved;
    ngx_uint_t   most;
    api_type_t   type;
    api_value_t  value;

    moved = api_body_short_utc(c->pool, reader->rules->form, document);

    if (moved == NGX_ERROR) {
        return NGX_ERROR;
    }

    most = reader->quickly ? FIELD_QUICKLY : API_JSON_VALUES;

    rc = api_body_short_fill(c->pool, reader->rules->form, document, most);

    if (rc == NGX_ERROR || (rc == NGX_BUSY && reader->quickly)) {
        return rc;
    }

    if (rc == NGX_BUSY) {
        ngx_str_null(&c->pointer);
        return api_body_field_refuse(c, NULL, "max_items",
                      "has too many places to fill with defaults");
    }

    if ((rc == NGX_DECLINED && moved == NGX_DECLINED)
        || !reader->rules->whole)
    {
        return NGX_OK;
    }

    ngx_memzero(&type, sizeof(api_type_t));
    type.kind = API_TYPE_JSON;

    if (api_sql_bind_json(c->pool, &type, document, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    /* only null is no text, and that was not changed */

    reader->text = value.text;

    return NGX_OK;
}


static ngx_int_t
bind_value(api_body_field_check_t *c, const api_body_field_t *field,
    const api_json_t *json, api_value_t *out)
{
    ngx_int_t   rc;
    ngx_uint_t  sent;

    sent = !out->absent;

    if (field->limited && json->text.len > API_BODY_PASSWORD_MAX) {
        /* of a schema's file that sets no bound: threads have one */
        return api_body_field_refuse(c, NULL, "max_length",
                      "must be at most 4096 bytes long");
    }

    if (c->form != NULL) {
        rc = check_numbers(c, json, NULL);

        if (rc == NGX_OK) {
            rc = api_body_field_form(c, field, json, out);
        }

    } else if (field->type.array && json->type == API_JSON_ARRAY) {
        rc = bind_list(c, field, json, NULL, out);

    } else if (field->type.array) {
        /* a schema's file may allow anything where SQL takes an array */
        rc = api_body_field_refuse(c, NULL, "type", "must be an array");

    } else {
        rc = bind_scalar(c, field, json, NULL, out);
    }

    out->absent = !sent;

    return rc;
}


/* what is in the lists of a schema's file, and calls itself as deep as JSON may
   nest; how many dimensions there may be is PostgreSQL's */

static ngx_int_t
bind_list(api_body_field_check_t *c, const api_body_field_t *field,
    const api_json_t *json, const api_body_field_at_t *up, api_value_t *out)
{
    api_value_t         *items;
    api_body_field_at_t  at;

    items = ngx_pcalloc(c->pool, (json->count + 1) * sizeof(api_value_t));
    if (items == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&at, sizeof(api_body_field_at_t));
    at.up = up;
    at.item = 1;

    for ( /* void */ ; at.index < json->count; at.index++) {

        if (bind_item(c, field, &json->items[at.index], &at,
                      &items[at.index])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (c->failures != NULL) {
        return NGX_OK;
    }

    return api_sql_bind_list(c->pool, items, json->count, out);
}


static ngx_int_t
bind_item(api_body_field_check_t *c, const api_body_field_t *field,
    const api_json_t *json, const api_body_field_at_t *at, api_value_t *out)
{
    ngx_int_t      rc;
    ngx_uint_t     before;
    api_failure_t  failure;

    if (json->type == API_JSON_NULL) {
        out->null = 1;
        return NGX_OK;
    }

    if (json->type == API_JSON_ARRAY && field->type.kind != API_TYPE_JSON) {
        return bind_inner(c, field, json, at, out);
    }

    before = failures(c);

    if (before == API_BODY_FIELD_FAILURES) {
        return NGX_OK;
    }

    if (bind_scalar(c, field, json, at, out) != NGX_OK) {
        return NGX_ERROR;
    }

    if (field->items == NULL || c->outdated || failures(c) != before) {
        return NGX_OK;
    }

    ngx_memzero(&failure, sizeof(api_failure_t));

    rc = api_value_check(c->pool, field->items, &out->text, NULL, &failure);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    c->unsure = 1;

    return api_body_field_fail(c, at, &failure);
}


/* with more dimensions the statement itself would seem wrong (54000) */

static ngx_int_t
bind_inner(api_body_field_check_t *c, const api_body_field_t *field,
    const api_json_t *json, const api_body_field_at_t *at, api_value_t *out)
{
    ngx_uint_t         n;
    const api_body_field_at_t  *outer;

    n = 1;

    for (outer = at; outer != NULL; outer = outer->up) {
        n++;
    }

    if (n <= API_SQL_BIND_DIMENSIONS) {
        out->list = 1;
        return bind_list(c, field, json, at, out);
    }

    return api_body_field_refuse(c, at, "type", "must not be an array: there "
                                 "are too many nested in each other");
}


static ngx_uint_t
failures(const api_body_field_check_t *c)
{
    return c->failures != NULL ? c->failures->nelts : 0;
}


static ngx_int_t
bind_scalar(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json,
    const api_body_field_at_t *at, api_value_t *out)
{
    ngx_int_t      rc;
    api_rule_t     rule;
    api_type_t     type;
    api_failure_t  failure;

    type = field->type;
    type.array = 0;

    if (!suits(&type, json)) {

        if (check_numbers(c, json, at) != NGX_OK) {
            return NGX_ERROR;
        }

        return api_sql_bind_json(c->pool, &type, json, out);
    }

    ngx_memzero(&rule, sizeof(api_rule_t));
    ngx_memzero(&failure, sizeof(api_failure_t));
    rule.type = type;

    switch (type.kind) {

    case API_TYPE_BOOL:
    case API_TYPE_STRING:
    case API_TYPE_ENUM:
        return api_sql_bind_json(c->pool, &type, json, out);

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
    case API_TYPE_NUMBER:
        rc = bind_number(c, field, json, out, &failure);
        break;

    default:
        rc = api_value_check(c->pool, &rule, &json->text, out, &failure);
    }

    return rc == NGX_DECLINED ? api_body_field_fail(c, at, &failure) : rc;
}


/* is the value of the JSON type that SQL's type is for? */

static ngx_uint_t
suits(const api_type_t *type, const api_json_t *json)
{
    switch (type->kind) {

    case API_TYPE_NONE:
    case API_TYPE_JSON:
        return 0;

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
    case API_TYPE_NUMBER:
        return json->type == API_JSON_NUMBER;

    case API_TYPE_BOOL:
        return json->type == API_JSON_TRUE || json->type == API_JSON_FALSE;

    default:
        return json->type == API_JSON_STRING;
    }
}


static ngx_int_t
bind_number(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json, api_value_t *out,
    api_failure_t *failure)
{
    ngx_int_t           rc;
    ngx_str_t           text;
    api_rule_t          rule;
    api_value_number_t  n;

    static const ngx_str_t  above = ngx_string("100000000000000000000");
    static const ngx_str_t  below = ngx_string("-100000000000000000000");

    ngx_memzero(&rule, sizeof(api_rule_t));

    text = json->text;
    rule.type.kind = field->type.kind;

    if (rule.type.kind != API_TYPE_NUMBER) {

        rc = api_value_number_plain(c->pool, &json->text, &text);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        /* PostgreSQL has decided: the type is one of whole numbers, and what
           api_value_number_plain() left as it is lies beyond all of them */

        if (rc == NGX_OK && field->settled
            && !api_value_number_integer(&text, &n))
        {
            text = (json->text.data[0] == '-') ? below : above;
        }

        if (field->file) {
            rule.type.kind = API_TYPE_NUMBER;
        }
    }

    rc = api_value_check(c->pool, &rule, &text, out, failure);

    return rc == NGX_OK ? spend(c, &text, failure) : rc;
}


/* one place is told, all numbers being at fault */

static ngx_int_t
spend(api_body_field_check_t *c, const ngx_str_t *text,
    api_failure_t *failure)
{
    ngx_int_t  rc;

    rc = api_body_numbers_spend(text, &c->left, failure);

    if (rc != NGX_OK) {
        c->left = NGX_MAX_SIZE_T_VALUE;
    }

    return rc;
}


/* does PostgreSQL hold every number of what is bound as json? */

static ngx_int_t
check_numbers(api_body_field_check_t *c, const api_json_t *json,
    const api_body_field_at_t *at)
{
    ngx_int_t            rc;
    api_rule_t           rule;
    api_failure_t        failure;
    api_body_field_at_t  inner;

    if (json->type == API_JSON_NUMBER) {

        if (json->text.len < FIELD_SHORT
            && memchr(json->text.data, 'e', json->text.len) == NULL
            && memchr(json->text.data, 'E', json->text.len) == NULL)
        {
            return NGX_OK;
        }

        ngx_memzero(&rule, sizeof(api_rule_t));
        ngx_memzero(&failure, sizeof(api_failure_t));
        rule.type.kind = API_TYPE_NUMBER;

        rc = api_value_check(c->pool, &rule, &json->text, NULL, &failure);

        if (rc == NGX_OK) {
            rc = spend(c, &json->text, &failure);
        }

        return rc == NGX_DECLINED ? api_body_field_fail(c, at, &failure) : rc;
    }

    ngx_memzero(&inner, sizeof(api_body_field_at_t));

    inner.up = at;
    inner.item = (json->type == API_JSON_ARRAY);

    for ( /* void */ ; inner.index < json->count; inner.index++) {

        inner.json = &json->items[inner.index];

        if (check_numbers(c, inner.json, &inner) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
