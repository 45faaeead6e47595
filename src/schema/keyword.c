
#include "schema/compile.h"

#include "core/near.h"


#define keyword(name, vocabulary, shape, fill)                                \
    { ngx_string(name), API_SCHEMA_##vocabulary, API_SCHEMA_SHAPE_##shape,    \
      api_schema_fill_##fill, API_SCHEMA_GROUP_NODE, 0 }

/* with a field of its own, in the node or in one of its groups */

#define keyword_of(name, vocabulary, shape, fill, group, type, field)         \
    { ngx_string(name), API_SCHEMA_##vocabulary, API_SCHEMA_SHAPE_##shape,    \
      api_schema_fill_##fill, API_SCHEMA_GROUP_##group,                       \
      offsetof(api_schema_##type, field) }

/* keywords that are read elsewhere, or have no effect */

#define keyword_only(name, vocabulary, shape)                                 \
    { ngx_string(name), API_SCHEMA_##vocabulary, API_SCHEMA_SHAPE_##shape,    \
      NULL, API_SCHEMA_GROUP_NODE, 0 }


/* what other drafts and OpenAPI say */
typedef struct {
    const char  *name;
    const char  *now;
} keyword_old_t;


static ngx_uint_t is_legacy(const ngx_str_t *name, const char *old);


static const api_schema_keyword_t  keywords[] = {
    keyword_only("$id", CORE, NONE),
    keyword_only("$schema", CORE, NONE),
    keyword_only("$anchor", CORE, NONE),
    keyword_only("$dynamicAnchor", CORE, NONE),
    keyword_only("$vocabulary", CORE, NONE),
    keyword("$comment", CORE, NONE, words),
    keyword("$defs", CORE, MAP, definitions),
    keyword("definitions", CORE, MAP, definitions),
    keyword("$ref", CORE, NONE, ref),
    keyword("$dynamicRef", CORE, NONE, dynamic_ref),

    keyword_of("allOf", APPLICATOR, LIST, schemas, LOGIC, logic_t, all),
    keyword_of("anyOf", APPLICATOR, LIST, schemas, LOGIC, logic_t, any),
    keyword_of("oneOf", APPLICATOR, LIST, schemas, LOGIC, logic_t, one),
    keyword_of("not", APPLICATOR, ONE, schema, LOGIC, logic_t, not),
    keyword_of("if", APPLICATOR, ONE, schema, LOGIC, logic_t, condition),
    keyword_of("then", APPLICATOR, ONE, schema, LOGIC, logic_t, then),
    keyword_of("else", APPLICATOR, ONE, schema, LOGIC, logic_t, otherwise),
    keyword("properties", APPLICATOR, MAP, properties),
    keyword("patternProperties", APPLICATOR, MAP, patterns),
    keyword_of("additionalProperties", APPLICATOR, ONE, schema, OBJECT,
               object_t, additional),
    keyword_of("propertyNames", APPLICATOR, ONE, schema, OBJECT, object_t,
               property_names),
    keyword("dependentSchemas", APPLICATOR, MAP, dependent),
    keyword("dependencies", APPLICATOR, MIXED, dependent),
    keyword_of("prefixItems", APPLICATOR, LIST, schemas, ARRAY, array_t,
               prefix),
    keyword_of("items", APPLICATOR, ONE, items, ARRAY, array_t, items),
    keyword_of("contains", APPLICATOR, ONE, schema, ARRAY, array_t, contains),

    keyword_of("unevaluatedItems", UNEVALUATED, ONE, schema, NODE, node_t,
               unevaluated_items),
    keyword_of("unevaluatedProperties", UNEVALUATED, ONE, schema, NODE, node_t,
               unevaluated_properties),

    keyword("type", VALIDATION, NONE, type),
    keyword("enum", VALIDATION, NONE, enum),
    keyword("const", VALIDATION, NONE, const),
    keyword_of("minimum", VALIDATION, NONE, bound, NUMERIC, numeric_t, min),
    keyword_of("maximum", VALIDATION, NONE, bound, NUMERIC, numeric_t, max),
    keyword_of("exclusiveMinimum", VALIDATION, NONE, bound, NUMERIC, numeric_t,
               above),
    keyword_of("exclusiveMaximum", VALIDATION, NONE, bound, NUMERIC, numeric_t,
               below),
    keyword_of("multipleOf", VALIDATION, NONE, multiple, NUMERIC, numeric_t,
               multiple),
    keyword_of("minLength", VALIDATION, NONE, size, TEXT, text_t, min),
    keyword_of("maxLength", VALIDATION, NONE, size, TEXT, text_t, max),
    keyword_of("pattern", VALIDATION, NONE, pattern, TEXT, text_t, pattern),
    keyword_of("minItems", VALIDATION, NONE, size, ARRAY, array_t, min),
    keyword_of("maxItems", VALIDATION, NONE, size, ARRAY, array_t, max),
    keyword_of("minContains", VALIDATION, NONE, size, ARRAY, array_t,
               min_contains),
    keyword_of("maxContains", VALIDATION, NONE, size, ARRAY, array_t,
               max_contains),
    keyword("uniqueItems", VALIDATION, NONE, unique),
    keyword_of("minProperties", VALIDATION, NONE, size, OBJECT, object_t, min),
    keyword_of("maxProperties", VALIDATION, NONE, size, OBJECT, object_t, max),
    keyword("required", VALIDATION, NONE, required),
    keyword("dependentRequired", VALIDATION, NONE, dependent),

    /* one of the two vocabularies is enough */
    { ngx_string("format"), API_SCHEMA_FORMAT|API_SCHEMA_ASSERTION,
      API_SCHEMA_SHAPE_NONE, api_schema_fill_format, API_SCHEMA_GROUP_NODE,
      0 },

    keyword("title", METADATA, NONE, words),
    keyword("description", METADATA, NONE, words),
    keyword("default", METADATA, NONE, default),
    keyword("deprecated", METADATA, NONE, flag),
    keyword("readOnly", METADATA, NONE, flag),
    keyword("writeOnly", METADATA, NONE, flag),
    keyword("examples", METADATA, NONE, examples),

    keyword("contentEncoding", CONTENT, NONE, words),
    keyword("contentMediaType", CONTENT, NONE, words),
    keyword_only("contentSchema", CONTENT, ONE),

    { ngx_null_string, 0, API_SCHEMA_SHAPE_NONE, NULL, API_SCHEMA_GROUP_NODE,
      0 }
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

    for (k = keywords; k->name.len != 0; k++) {
        if (api_near(name, &k->name)) {
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
