
#include "body/short.h"

#include "core/buf.h"
#include "json/write.h"


/* what a type is in JSON Schema */
typedef struct {
    const char  *type;
    const char  *format;
} short_kind_t;


static void write_schema(api_buf_t *b, const api_body_short_t *form);
static void write_array(api_buf_t *b, const api_body_short_t *form);
static void write_object(api_buf_t *b, const api_body_short_t *form,
    ngx_uint_t nullable);
static void write_required(api_buf_t *b, const api_body_short_t *form);
static void write_value(api_buf_t *b, const api_body_short_t *form,
    ngx_uint_t nullable);
static void write_type(api_buf_t *b, const char *type, ngx_uint_t nullable);
static void write_choices(api_buf_t *b, const ngx_array_t *choices,
    ngx_uint_t nullable);
static void write_bounds(api_buf_t *b, const api_body_short_t *form);
static void write_range(api_buf_t *b, api_type_kind_e kind, ngx_uint_t min,
    ngx_uint_t max);
static void write_default(api_buf_t *b, const api_body_short_t *form);
static void write_item(api_buf_t *b, api_type_kind_e kind,
    const ngx_str_t *text);
static void write_text(api_buf_t *b, const char *key, const ngx_str_t *text);
static void write_number(api_buf_t *b, const char *key,
    const ngx_str_t *number);
static void add(api_buf_t *b, const char *text);


/* by api_type_kind_e */
static const short_kind_t  kinds[API_TYPE_ENUM + 1] = {
    [API_TYPE_NONE] = { NULL, NULL },
    [API_TYPE_INT] = { "integer", NULL },
    [API_TYPE_BIGINT] = { "integer", NULL },
    [API_TYPE_NUMBER] = { "number", NULL },
    [API_TYPE_BOOL] = { "boolean", NULL },
    [API_TYPE_STRING] = { "string", NULL },
    [API_TYPE_UUID] = { "string", "uuid" },
    [API_TYPE_EMAIL] = { "string", "api-email" },
    [API_TYPE_DATE] = { "string", "api-date" },
    [API_TYPE_TIMESTAMP] = { "string", "api-timestamp" },
    [API_TYPE_TIME] = { "string", "api-time" },
    [API_TYPE_JSON] = { NULL, NULL },
    [API_TYPE_URI] = { "string", "uri" },
    [API_TYPE_IPV4] = { "string", "ipv4" },
    [API_TYPE_IPV6] = { "string", "ipv6" },
    [API_TYPE_ENUM] = { "string", NULL }
};


ngx_int_t
api_body_short_text(ngx_pool_t *pool, const api_body_short_t *form,
    ngx_str_t *text)
{
    api_buf_t  b;

    if (api_buf_init(&b, pool, 256, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    write_schema(&b, form);

    return api_buf_string(&b, text);
}


/* as deep as the configuration nests its blocks */

static void
write_schema(api_buf_t *b, const api_body_short_t *form)
{
    api_buf_add_char(b, '{');

    if (form->rule.type.array) {
        write_array(b, form);

    } else if (form->object) {
        write_object(b, form, form->rule.nullable);

    } else {
        write_value(b, form, form->rule.nullable);
        write_bounds(b, form);
    }

    if (form->rule.has_default) {
        write_default(b, form);
    }

    api_buf_add_char(b, '}');
}


static void
write_array(api_buf_t *b, const api_body_short_t *form)
{
    write_type(b, "array", form->rule.nullable);
    add(b, ",\"items\":{");

    if (form->object) {
        write_object(b, form, 0);

    } else {
        write_value(b, form, 0);
        write_range(b, form->rule.type.kind, 1, 1);
    }

    api_buf_add_char(b, '}');

    if (form->rule.has_min) {
        write_number(b, "minItems", &form->rule.min);
    }

    if (form->rule.has_max) {
        write_number(b, "maxItems", &form->rule.max);
    }
}


static void
write_object(api_buf_t *b, const api_body_short_t *form,
    ngx_uint_t nullable)
{
    ngx_uint_t          i;
    api_body_short_t  **member;

    write_type(b, "object", nullable);

    member = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {
        add(b, i == 0 ? ",\"properties\":{" : ",");
        api_json_write_string(b, member[i]->name.data, member[i]->name.len);
        api_buf_add_char(b, ':');
        write_schema(b, member[i]);
    }

    if (i != 0) {
        api_buf_add_char(b, '}');
    }

    write_required(b, form);

    if (form->changes) {
        add(b, ",\"minProperties\":1");
    }

    if (!form->additional) {
        add(b, ",\"additionalProperties\":false");
    }
}


static void
write_required(api_buf_t *b, const api_body_short_t *form)
{
    ngx_uint_t          i, n;
    api_body_short_t  **member;

    member = form->members.elts;
    n = 0;

    for (i = 0; i < form->members.nelts; i++) {

        if (!member[i]->rule.required) {
            continue;
        }

        add(b, n++ == 0 ? ",\"required\":[" : ",");
        api_json_write_string(b, member[i]->name.data, member[i]->name.len);
    }

    if (n != 0) {
        api_buf_add_char(b, ']');
    }
}


/* one value of the type, or one item of its array, when it has no bounds */

static void
write_value(api_buf_t *b, const api_body_short_t *form, ngx_uint_t nullable)
{
    ngx_str_t            format;
    const short_kind_t  *kind;

    kind = &kinds[form->rule.type.kind];

    if (kind->type == NULL) {
        return;
    }

    write_type(b, kind->type, nullable);

    if (form->rule.type.kind == API_TYPE_ENUM) {
        write_choices(b, form->rule.type.choices, nullable);
    }

    if (form->pattern.data != NULL) {
        write_text(b, "pattern", &form->pattern);
    }

    format = form->format;

    if (kind->format != NULL) {
        format.data = (u_char *) (uintptr_t) kind->format;
        format.len = ngx_strlen(kind->format);
    }

    if (format.len != 0) {
        write_text(b, "format", &format);
    }
}


static void
write_type(api_buf_t *b, const char *type, ngx_uint_t nullable)
{
    add(b, nullable ? "\"type\":[\"" : "\"type\":\"");
    add(b, type);
    add(b, nullable ? "\",\"null\"]" : "\"");
}


static void
write_choices(api_buf_t *b, const ngx_array_t *choices, ngx_uint_t nullable)
{
    ngx_str_t   *choice;
    ngx_uint_t   i;

    choice = choices->elts;

    for (i = 0; i < choices->nelts; i++) {
        add(b, i == 0 ? ",\"enum\":[" : ",");
        api_json_write_string(b, choice[i].data, choice[i].len);
    }

    add(b, nullable ? ",null]" : "]");
}


static void
write_bounds(api_buf_t *b, const api_body_short_t *form)
{
    ngx_uint_t         length;
    const api_rule_t  *rule;

    rule = &form->rule;
    length = (api_type_bounds(&rule->type) == API_BOUNDS_LENGTH);

    if (rule->has_min) {
        write_number(b, length ? "minLength" : "minimum", &rule->min);
    }

    if (rule->has_max) {
        write_number(b, length ? "maxLength" : "maximum", &rule->max);
    }

    write_range(b, rule->type.kind, !rule->has_min, !rule->has_max);
}


/* the bounds of the type itself */

static void
write_range(api_buf_t *b, api_type_kind_e kind, ngx_uint_t min,
    ngx_uint_t max)
{
    if (kind != API_TYPE_INT && kind != API_TYPE_BIGINT) {
        return;
    }

    if (min) {
        add(b, kind == API_TYPE_INT ? ",\"minimum\":-2147483648"
                                    : ",\"minimum\":-9223372036854775808");
    }

    if (max) {
        add(b, kind == API_TYPE_INT ? ",\"maximum\":2147483647"
                                    : ",\"maximum\":9223372036854775807");
    }
}


/* "a,b,c" for an array; an empty text is an empty array */

static void
write_default(api_buf_t *b, const api_body_short_t *form)
{
    u_char           *p, *end, *comma;
    ngx_str_t         item;
    const api_rule_t  *rule;

    rule = &form->rule;

    if (kinds[rule->type.kind].type != NULL || rule->type.array) {
        api_buf_add_char(b, ',');
    }

    add(b, "\"default\":");

    if (!rule->type.array) {
        write_item(b, rule->type.kind, &rule->fallback);
        return;
    }

    api_buf_add_char(b, '[');

    p = rule->fallback.data;
    end = p + rule->fallback.len;

    /* the last comma is followed by an item, too: an empty one, of strings */

    while (p != NULL && rule->fallback.len != 0) {
        comma = memchr(p, ',', (size_t) (end - p));

        item.data = p;
        item.len = (size_t) ((comma != NULL ? comma : end) - p);
        write_item(b, rule->type.kind, &item);

        p = (comma != NULL) ? comma + 1 : NULL;

        if (p != NULL) {
            api_buf_add_char(b, ',');
        }
    }

    api_buf_add_char(b, ']');
}


static void
write_item(api_buf_t *b, api_type_kind_e kind, const ngx_str_t *text)
{
    switch (kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
    case API_TYPE_NUMBER:
    case API_TYPE_BOOL:
    case API_TYPE_JSON:
    case API_TYPE_NONE:
        api_buf_add_str(b, text);
        return;

    default:
        api_json_write_string(b, text->data, text->len);
    }
}


static void
write_text(api_buf_t *b, const char *key, const ngx_str_t *text)
{
    add(b, ",\"");
    add(b, key);
    add(b, "\":");
    api_json_write_string(b, text->data, text->len);
}


/* a bound may be written as JSON does not allow: "007" */

static void
write_number(api_buf_t *b, const char *key, const ngx_str_t *number)
{
    u_char  *p, *end;

    add(b, ",\"");
    add(b, key);
    add(b, "\":");

    p = number->data;
    end = p + number->len;

    if (p < end && *p == '-') {
        api_buf_add_char(b, *p++);
    }

    while (end - p > 1 && *p == '0' && p[1] >= '0' && p[1] <= '9') {
        p++;
    }

    api_buf_add(b, p, (size_t) (end - p));
}


static void
add(api_buf_t *b, const char *text)
{
    api_buf_add(b, text, ngx_strlen(text));
}
