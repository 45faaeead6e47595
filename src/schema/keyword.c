
#include "schema/compile.h"


#define KEYWORD_LONGEST  32

#define keyword(name, vocabularies, shape, fill)                              \
    { ngx_string(name), API_SCHEMA_##vocabularies,                            \
      API_SCHEMA_SHAPE_##shape, fill }


/* what other drafts and OpenAPI say */
typedef struct {
    const char  *name;
    const char  *now;
} keyword_old_t;


static ngx_uint_t distance(const ngx_str_t *a, const ngx_str_t *b);
static ngx_uint_t is_legacy(const ngx_str_t *name, const char *old);


static const api_schema_keyword_t  keywords[] = {
    keyword("$id", CORE, NONE, NULL),
    keyword("$schema", CORE, NONE, NULL),
    keyword("$anchor", CORE, NONE, NULL),
    keyword("$dynamicAnchor", CORE, NONE, NULL),
    keyword("$vocabulary", CORE, NONE, NULL),
    keyword("$comment", CORE, NONE, api_schema_fill_annotation),
    keyword("$defs", CORE, MAP, api_schema_fill_defs),
    keyword("definitions", CORE, MAP, api_schema_fill_defs),
    keyword("$ref", CORE, NONE, api_schema_fill_ref),
    keyword("$dynamicRef", CORE, NONE, api_schema_fill_dynamic_ref),

    keyword("allOf", APPLICATOR, LIST, api_schema_fill_logic),
    keyword("anyOf", APPLICATOR, LIST, api_schema_fill_logic),
    keyword("oneOf", APPLICATOR, LIST, api_schema_fill_logic),
    keyword("not", APPLICATOR, ONE, api_schema_fill_logic),
    keyword("if", APPLICATOR, ONE, api_schema_fill_logic),
    keyword("then", APPLICATOR, ONE, api_schema_fill_logic),
    keyword("else", APPLICATOR, ONE, api_schema_fill_logic),
    keyword("properties", APPLICATOR, MAP, api_schema_fill_properties),
    keyword("patternProperties", APPLICATOR, MAP, api_schema_fill_patterns),
    keyword("additionalProperties", APPLICATOR, ONE, api_schema_fill_object),
    keyword("propertyNames", APPLICATOR, ONE, api_schema_fill_object),
    keyword("dependentSchemas", APPLICATOR, MAP, api_schema_fill_dependent),
    keyword("dependencies", APPLICATOR, MIXED, api_schema_fill_dependent),
    keyword("prefixItems", APPLICATOR, LIST, api_schema_fill_array),
    keyword("items", APPLICATOR, ONE, api_schema_fill_array),
    keyword("contains", APPLICATOR, ONE, api_schema_fill_array),

    keyword("unevaluatedItems", UNEVALUATED, ONE,
            api_schema_fill_unevaluated),
    keyword("unevaluatedProperties", UNEVALUATED, ONE,
            api_schema_fill_unevaluated),

    keyword("type", VALIDATION, NONE, api_schema_fill_type),
    keyword("enum", VALIDATION, NONE, api_schema_fill_values),
    keyword("const", VALIDATION, NONE, api_schema_fill_values),
    keyword("minimum", VALIDATION, NONE, api_schema_fill_numeric),
    keyword("maximum", VALIDATION, NONE, api_schema_fill_numeric),
    keyword("exclusiveMinimum", VALIDATION, NONE, api_schema_fill_numeric),
    keyword("exclusiveMaximum", VALIDATION, NONE, api_schema_fill_numeric),
    keyword("multipleOf", VALIDATION, NONE, api_schema_fill_numeric),
    keyword("minLength", VALIDATION, NONE, api_schema_fill_text),
    keyword("maxLength", VALIDATION, NONE, api_schema_fill_text),
    keyword("pattern", VALIDATION, NONE, api_schema_fill_text),
    keyword("minItems", VALIDATION, NONE, api_schema_fill_array),
    keyword("maxItems", VALIDATION, NONE, api_schema_fill_array),
    keyword("uniqueItems", VALIDATION, NONE, api_schema_fill_array),
    keyword("minContains", VALIDATION, NONE, api_schema_fill_array),
    keyword("maxContains", VALIDATION, NONE, api_schema_fill_array),
    keyword("minProperties", VALIDATION, NONE, api_schema_fill_object),
    keyword("maxProperties", VALIDATION, NONE, api_schema_fill_object),
    keyword("required", VALIDATION, NONE, api_schema_fill_required),
    keyword("dependentRequired", VALIDATION, NONE,
            api_schema_fill_dependent),

    { ngx_string("format"), API_SCHEMA_FORMAT|API_SCHEMA_ASSERTION,
      API_SCHEMA_SHAPE_NONE, api_schema_fill_text },

    keyword("title", METADATA, NONE, api_schema_fill_annotation),
    keyword("description", METADATA, NONE, api_schema_fill_annotation),
    keyword("default", METADATA, NONE, api_schema_fill_annotation),
    keyword("deprecated", METADATA, NONE, api_schema_fill_annotation),
    keyword("readOnly", METADATA, NONE, api_schema_fill_annotation),
    keyword("writeOnly", METADATA, NONE, api_schema_fill_annotation),
    keyword("examples", METADATA, NONE, api_schema_fill_annotation),

    keyword("contentEncoding", CONTENT, NONE, api_schema_fill_annotation),
    keyword("contentMediaType", CONTENT, NONE, api_schema_fill_annotation),
    keyword("contentSchema", CONTENT, ONE, NULL),

    { ngx_null_string, 0, API_SCHEMA_SHAPE_NONE, NULL }
};


static const keyword_old_t  old[] = {
    { "additionalItems", "items" },
    { "$recursiveRef", "$dynamicRef" },
    { "$recursiveAnchor", "$dynamicAnchor" },
    { "id", "$id" },
    { "nullable", "type" },
    { "optional", "required" },
    { "min", "minimum" },
    { "max", "maximum" },
    { "regex", "pattern" },
    { NULL, NULL }
};


const api_schema_keyword_t *
api_schema_keyword_find(const ngx_str_t *name)
{
    const api_schema_keyword_t  *k;

    for (k = keywords; k->name.len != 0; k++) {
        if (api_str_equal(&k->name, name)) {
            return k;
        }
    }

    return NULL;
}


const char *
api_schema_keyword_near(const ngx_str_t *name)
{
    const keyword_old_t         *o;
    const api_schema_keyword_t  *k;

    for (o = old; o->name != NULL; o++) {
        if (is_legacy(name, o->name)) {
            return o->now;
        }
    }

    if (name->len < 3 || name->len > KEYWORD_LONGEST) {
        return NULL;
    }

    for (k = keywords; k->name.len != 0; k++) {
        if (distance(name, &k->name) <= (name->len > 5 ? 2u : 1u)) {
            return (const char *) k->name.data;
        }
    }

    return NULL;
}


static ngx_uint_t
is_legacy(const ngx_str_t *name, const char *word)
{
    return ngx_strlen(word) == name->len
           && ngx_memcmp(word, name->data, name->len) == 0;
}


/*
 * Letters to insert, delete, replace or swap with the next until one is the
 * other, the case of letters disregarded (optimal string alignment).
 */

static ngx_uint_t
distance(const ngx_str_t *a, const ngx_str_t *b)
{
    size_t      i, j;
    u_char      x, y, before;
    ngx_uint_t  best;
    ngx_uint_t  rows[3][KEYWORD_LONGEST + 1];

    for (j = 0; j <= b->len; j++) {
        rows[0][j] = j;
    }

    before = 0;

    for (i = 1; i <= a->len; i++) {
        x = (u_char) ngx_tolower(a->data[i - 1]);
        rows[i % 3][0] = i;

        for (j = 1; j <= b->len; j++) {
            y = (u_char) ngx_tolower(b->data[j - 1]);

            best = rows[(i - 1) % 3][j - 1] + (x != y);
            best = ngx_min(best, rows[(i - 1) % 3][j] + 1);
            best = ngx_min(best, rows[i % 3][j - 1] + 1);

            if (i > 1 && j > 1 && before == y
                && x == (u_char) ngx_tolower(b->data[j - 2]))
            {
                best = ngx_min(best, rows[(i - 2) % 3][j - 2] + 1);
            }

            rows[i % 3][j] = best;
        }

        before = x;
    }

    return rows[a->len % 3][b->len];
}
