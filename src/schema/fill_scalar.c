
#include "schema/compile.h"
#include "schema/equal.h"


/* up to so many values of an enum are compared one by one */
#define SCALAR_FEW       8


typedef struct {
    const char  *name;
    ngx_uint_t   bits;
} scalar_type_t;


static ngx_uint_t is_before(const api_json_t *name, ngx_uint_t n);
static ngx_uint_t type_bits(const api_json_t *name);
static ngx_int_t make_table(api_schema_compiler_t *c,
    api_schema_values_t *values);
static ngx_int_t fill_number(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_schema_number_t **out);


static const scalar_type_t  types[] = {
    { "null", API_SCHEMA_NULL },
    { "boolean", API_SCHEMA_BOOLEAN },
    { "integer", API_SCHEMA_INTEGER },
    { "number", API_SCHEMA_NUMBER },
    { "string", API_SCHEMA_STRING },
    { "array", API_SCHEMA_ARRAY },
    { "object", API_SCHEMA_OBJECT },
    { NULL, 0 }
};


ngx_int_t
api_schema_fill_type(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_uint_t          i, n, bits;
    const api_json_t   *name;
    api_schema_node_t  *node;

    node = place->node;
    name = value;
    n = 1;

    if (value->type == API_JSON_ARRAY) {
        name = value->items;
        n = value->count;
    }

    node->types = 0;

    for (i = 0; i < n; i++) {
        bits = type_bits(&name[i]);

        if (bits == 0) {
            break;
        }

        if (is_before(name, i)) {
            return api_schema_compile_fault(c, place, &value->key,
                                            "has a name twice: ",
                                            &name[i].text, "");
        }

        node->types |= (uint8_t) bits;
    }

    if (n != 0 && i == n) {
        return NGX_OK;
    }

    return api_schema_compile_fault(c, place, &value->key,
                                    "must be \"null\", \"boolean\", "
                                    "\"integer\", \"number\", \"string\", "
                                    "\"array\" or \"object\", or an array of "
                                    "such names", NULL, "");
}


/* names of types: with more than seven, one of them would be there twice */

static ngx_uint_t
is_before(const api_json_t *name, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (api_str_equal(&name[i].text, &name[n].text)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
type_bits(const api_json_t *name)
{
    const scalar_type_t  *t;

    if (name->type != API_JSON_STRING || name->has_nul) {
        return 0;
    }

    for (t = types; t->name != NULL; t++) {
        if (ngx_strcmp(name->text.data, t->name) == 0) {
            return t->bits;
        }
    }

    return 0;
}


ngx_int_t
api_schema_fill_enum(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t             rc;
    api_schema_values_t  *values;

    rc = api_schema_fill_expect(c, place, value, API_JSON_ARRAY,
                                "must be an array of the allowed values");
    if (rc != NGX_OK) {
        return rc;
    }

    values = ngx_pcalloc(c->pool, sizeof(api_schema_values_t));
    if (values == NULL) {
        return NGX_ERROR;
    }

    values->count = value->count;
    values->items = value->items;
    place->node->values = values;

    return values->count > SCALAR_FEW ? make_table(c, values) : NGX_OK;
}


ngx_int_t
api_schema_fill_const(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    api_schema_values_t  *values;

    values = ngx_pcalloc(c->pool, sizeof(api_schema_values_t));
    if (values == NULL) {
        return NGX_ERROR;
    }

    values->count = 1;
    values->items = value;
    place->node->constant = values;

    return NGX_OK;
}


static ngx_int_t
make_table(api_schema_compiler_t *c, api_schema_values_t *values)
{
    uint32_t    size, at;
    ngx_uint_t  i, steps;

    for (size = 16; size < values->count * 2; size *= 2) { /* void */ }

    values->mask = size - 1;
    values->table = ngx_pcalloc(c->pool, size * sizeof(uint32_t));
    values->hashes = ngx_pcalloc(c->pool, values->count * sizeof(uint64_t));

    if (values->table == NULL || values->hashes == NULL) {
        return NGX_ERROR;
    }

    steps = 0;

    for (i = 0; i < values->count; i++) {
        values->hashes[i] = api_schema_equal_hash(&values->items[i],
                                                  c->doc->seed, &steps);
        at = (uint32_t) values->hashes[i] & values->mask;

        while (values->table[at] != 0) {
            at = (at + 1) & values->mask;
        }

        values->table[at] = (uint32_t) i + 1;
    }

    return NGX_OK;
}


ngx_int_t
api_schema_fill_bound(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    api_schema_number_t  *number;

    return fill_number(c, place, value, &number);
}


ngx_int_t
api_schema_fill_multiple(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t             rc;
    api_schema_number_t  *number;

    rc = fill_number(c, place, value, &number);

    if (rc != NGX_OK || api_schema_number_divisor(number) == NGX_OK) {
        return rc;
    }

    return api_schema_compile_fault(c, place, &value->key,
                                    "must be a number above 0, of 18 digits "
                                    "at most", NULL, "");
}


static ngx_int_t
fill_number(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *value, api_schema_number_t **out)
{
    api_schema_number_t        *number;
    const api_schema_number_t **field;

    number = ngx_pcalloc(c->pool, sizeof(api_schema_number_t));
    field = api_schema_fill_field(c, place->node, &value->key);

    if (number == NULL || field == NULL) {
        return NGX_ERROR;
    }

    if (value->type != API_JSON_NUMBER
        || api_schema_number_read(&value->text, number) != NGX_OK)
    {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be a number, its exponent not "
                                        "beyond a million", NULL, "");
    }

    *field = number;
    *out = number;

    return NGX_OK;
}


ngx_int_t
api_schema_fill_pattern(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t            rc;
    const api_regex_t  **field;

    rc = api_schema_fill_expect(c, place, value, API_JSON_STRING,
                                "must be a string");
    if (rc != NGX_OK) {
        return rc;
    }

    field = api_schema_fill_field(c, place->node, &value->key);

    if (field != NULL && value->text.len <= API_ERROR_KEY) {
        place->node->text->shown = value->text;
    }

    return field != NULL
           ? api_schema_fill_regex(c, place, value, &value->text, field)
           : NGX_ERROR;
}


/* the standard wants unknown formats ignored; here with a warning */

ngx_int_t
api_schema_fill_format(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t              rc;
    api_schema_text_t     *text;
    api_schema_format_pt   format;

    rc = api_schema_fill_expect(c, place, value, API_JSON_STRING,
                                "must be a string");
    if (rc != NGX_OK) {
        return rc;
    }

    place->node->format = value->text;
    format = api_schema_format_find(&value->text);

    if (format == NULL) {
        return api_schema_compile_warn(c, place, &value->key,
                                       "is not checked, because the standard "
                                       "has no such "
                                       "format: ", &value->text, "");
    }

    if (c->source->annotate
        && !(place->resource->vocabularies & API_SCHEMA_ASSERTION))
    {
        return NGX_OK;
    }

    text = api_schema_fill_group(c, place->node, API_SCHEMA_GROUP_TEXT);
    if (text == NULL) {
        return NGX_ERROR;
    }

    text->format = format;
    text->form = api_schema_format_sentence(&value->text);
    text->regex = api_str_is(&value->text, "regex") ? 1 : 0;
    text->hosts = api_schema_format_has_hosts(format) ? 1 : 0;

    return NGX_OK;
}
