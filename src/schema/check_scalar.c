
#include "schema/check.h"
#include "schema/equal.h"
#include "schema/format.h"
#include "core/scan.h"


/* values of an enum compared in a step */
#define SCALAR_VALUES  4

/* digits divided in a step */
#define SCALAR_DIGITS  3

/* steps of a format */
#define SCALAR_FORMAT  4


static ngx_uint_t check_length(api_schema_check_t *c,
    const api_schema_text_t *text, const ngx_str_t *value,
    const api_schema_path_t *path);
static ngx_uint_t format_cost(const api_schema_text_t *text,
    const ngx_str_t *value);
static ngx_uint_t find_value(api_schema_check_t *c,
    const api_schema_values_t *values, const api_json_t *json);


/* by api_json_type_e */

static const uint8_t  type_bits[] = {
    API_SCHEMA_NULL, API_SCHEMA_BOOLEAN, API_SCHEMA_BOOLEAN,
    API_SCHEMA_NUMBER, API_SCHEMA_STRING, API_SCHEMA_ARRAY, API_SCHEMA_OBJECT
};


ngx_uint_t
api_schema_check_type(ngx_uint_t types, const api_json_t *json)
{
    ngx_uint_t  bits;

    bits = types & type_bits[json->type];

    if (bits == type_bits[json->type] || bits == 0) {
        return bits != 0;
    }

    /* only one of a number's two kinds is allowed */

    return api_schema_number_whole(&json->text)
           == (bits == API_SCHEMA_INTEGER);
}


ngx_uint_t
api_schema_check_numeric(api_schema_check_t *c,
    const api_schema_numeric_t *numeric, const api_json_t *json,
    const api_schema_path_t *path)
{
    ngx_uint_t  ok;

    ok = 1;

    if (!api_schema_check_spend(c, 1 + json->text.len / API_SCHEMA_BYTES)) {
        return 0;
    }

    if (numeric->min != NULL
        && api_schema_number_compare(&json->text, numeric->min) < 0)
    {
        ok = api_schema_fail_limit(c, path, "min", "minimum",
                                   "must be at least ", &numeric->min->text);
    }

    if (numeric->above != NULL
        && api_schema_number_compare(&json->text, numeric->above) <= 0)
    {
        ok = api_schema_fail_limit(c, path, "exclusive_min",
                                   "exclusiveMinimum", "must be more than ",
                                   &numeric->above->text);
    }

    if (numeric->max != NULL
        && api_schema_number_compare(&json->text, numeric->max) > 0)
    {
        ok = api_schema_fail_limit(c, path, "max", "maximum",
                                   "must be at most ", &numeric->max->text);
    }

    if (numeric->below != NULL
        && api_schema_number_compare(&json->text, numeric->below) >= 0)
    {
        ok = api_schema_fail_limit(c, path, "exclusive_max",
                                   "exclusiveMaximum", "must be less than ",
                                   &numeric->below->text);
    }

    if (numeric->multiple != NULL
        && !api_schema_check_spend(c, json->text.len / SCALAR_DIGITS))
    {
        return 0;
    }

    if (numeric->multiple != NULL
        && !api_schema_number_multiple(&json->text, numeric->multiple))
    {
        ok = api_schema_fail_limit(c, path, "multiple_of", "multipleOf",
                                   "must be a multiple of ",
                                   &numeric->multiple->text);
    }

    return ok;
}


ngx_uint_t
api_schema_check_text(api_schema_check_t *c, const api_schema_text_t *text,
    const api_json_t *json, const api_schema_path_t *path)
{
    ngx_uint_t  ok;

    ok = check_length(c, text, &json->text, path);

    if (text->pattern != NULL && (ok || c->collect)
        && !api_schema_check_pattern(c, text->pattern, &json->text))
    {
        ok = text->shown.len != 0
             ? api_schema_fail(c, path, "pattern", "pattern",
                               "must match the pattern ", &text->shown, "")
             : api_schema_fail(c, path, "pattern", "pattern",
                               "must match the required pattern",
                               NULL, "");
    }

    if (text->format != NULL && (ok || c->collect)) {

        if (!api_schema_check_spend(c, format_cost(text, &json->text))) {
            return 0;
        }

        if (!text->format(&json->text)) {
            ok = api_schema_fail(c, path, "format", "format", text->form,
                                 NULL, "");
        }
    }

    return ok;
}


static ngx_uint_t
format_cost(const api_schema_text_t *text, const ngx_str_t *value)
{
    ngx_uint_t  steps;

    steps = SCALAR_FORMAT + value->len / API_SCHEMA_BYTES;
    steps += text->regex ? value->len : 0;

    return text->hosts
           ? steps + api_schema_format_hosts_cost(value)
           : steps;
}


/*
 * in characters: at most as many as bytes, so they are counted only when it
 * matters
 */

static ngx_uint_t
check_length(api_schema_check_t *c, const api_schema_text_t *text,
    const ngx_str_t *value, const api_schema_path_t *path)
{
    size_t  n;

    if (value->len <= text->max && value->len / 4 >= text->min) {
        return 1;
    }

    if (!api_schema_check_spend(c, value->len / API_SCHEMA_BYTES)) {
        return 0;
    }

    n = api_scan_utf8_length(value->data, value->data + value->len);

    if (n < text->min) {
        return api_schema_fail_count(c, path, "min_length", "minLength",
                                     "must be at least ", text->min,
                                     "character", " long");
    }

    if (n > text->max) {
        return api_schema_fail_count(c, path, "max_length", "maxLength",
                                     "must be at most ", text->max,
                                     "character", " long");
    }

    return 1;
}


ngx_uint_t
api_schema_check_pattern(api_schema_check_t *c,
    const api_regex_t *regex, const ngx_str_t *text)
{
    if (c->matching == NULL) {
        c->matching = api_regex_room_create(c->pool);

        if (c->matching == NULL) {
            c->broken = 1;
            return 0;
        }
    }

    switch (api_regex_match(regex, text, c->matching, &c->work)) {

    case NGX_OK:
        return api_schema_check_spend(c, 1);

    case NGX_DECLINED:
        (void) api_schema_check_spend(c, 1);
        return 0;

    case NGX_ERROR:
        c->broken = 1;
        return 0;

    default:
        c->stopped = 1;
        return 0;
    }
}


ngx_uint_t
api_schema_check_values(api_schema_check_t *c,
    const api_schema_values_t *values, const api_json_t *json)
{
    ngx_uint_t  i;

    if (values->table != NULL) {
        return find_value(c, values, json);
    }

    if (!api_schema_check_spend(c, values->count / SCALAR_VALUES)) {
        return 0;
    }

    for (i = 0; i < values->count; i++) {

        if (json->type == API_JSON_STRING) {
            if (values->items[i].type == API_JSON_STRING
                && api_str_equal(&values->items[i].text, &json->text))
            {
                return 1;
            }

            continue;
        }

        if (values->items[i].type == json->type
            && api_schema_check_equal(c, &values->items[i], json))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
find_value(api_schema_check_t *c, const api_schema_values_t *values,
    const api_json_t *json)
{
    uint32_t    at;
    uint64_t    hash;
    ngx_uint_t  i;

    hash = api_schema_equal_hash(json, c->doc->seed, &c->steps);
    at = (uint32_t) hash & values->mask;

    for ( /* void */ ; values->table[at] != 0; at = (at + 1) & values->mask) {

        i = values->table[at] - 1;

        if (values->hashes[i] == hash
            && api_schema_check_equal(c, &values->items[i], json))
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_schema_check_equal(api_schema_check_t *c, const api_json_t *a,
    const api_json_t *b)
{
    ngx_uint_t  equal;

    equal = api_schema_equal(a, b, &c->steps, c->most);

    /* beyond the limit "not equal" means nothing: the validation stops */

    return api_schema_check_spend(c, 0) && equal;
}
