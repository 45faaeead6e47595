
#include "schema_text.h"


/* what is wrong and where, by code and keyword */

static void
tells_each_keyword(ngx_pool_t *pool)
{
    static const schema_text_t  tests[] = {
        { "true", "1", "" },
        { "false", "1", " forbidden" },
        { "{}", "null", "" },
        { "{\"type\":\"string\"}", "1", " type type" },
        { "{\"type\":\"string\"}", "null", " null type" },
        { "{\"type\":[\"string\",\"null\"]}", "null", "" },
        { "{\"type\":\"integer\"}", "1.0", "" },
        { "{\"type\":\"integer\"}", "1.5", " type type" },
        { "{\"type\":\"number\"}", "1.5", "" },
        { "{\"enum\":[1,\"a\",[2]]}", "[2.0]", "" },
        { "{\"enum\":[1,\"a\",[2]]}", "[3]", " enum enum" },
        { "{\"enum\":[1,2,3,4,5,6,7,8,\"9\",10]}", "1e1", "" },
        { "{\"enum\":[1,2,3,4,5,6,7,8,\"9\",10]}", "9", " enum enum" },
        { "{\"const\":null}", "0", " const const" },
        { "{\"minimum\":1,\"maximum\":3}", "0.9", " min minimum" },
        { "{\"minimum\":1,\"maximum\":3}", "3.1", " max maximum" },
        { "{\"exclusiveMinimum\":1}", "1.0",
          " exclusive_min exclusiveMinimum" },
        { "{\"exclusiveMaximum\":1}", "1e0",
          " exclusive_max exclusiveMaximum" },
        { "{\"multipleOf\":0.01}", "0.015", " multiple_of multipleOf" },
        { "{\"minLength\":2}", "\"\xc3\xa4\"", " min_length minLength" },
        { "{\"maxLength\":2}", "\"\xc3\xa4\xc3\xa4\"", "" },
        { "{\"maxLength\":1}", "\"\xc3\xa4\xc3\xa4\"",
          " max_length maxLength" },
        { "{\"pattern\":\"^a\"}", "\"ba\"", " pattern pattern" },
        { "{\"format\":\"uuid\"}", "\"x\"", " format format" },
        { "{\"format\":\"no-such\"}", "\"x\"", "" },
        { "{\"minItems\":1}", "[]", " min_items minItems" },
        { "{\"maxItems\":1}", "[1,2]", " max_items maxItems" },
        { "{\"uniqueItems\":true}", "[1,2,1.0]",
          "/2 unique_items uniqueItems" },
        { "{\"uniqueItems\":true}", "[1,2,3,4,5,6,7,8,9,10,{},[],{}]",
          "/12 unique_items uniqueItems" },
        { "{\"then\":{\"$ref\":\"#\"},\"else\":{\"$ref\":\"#\"}}", "1", "" },
        { "{\"dependencies\":{\"a\":[\"c\"],\"b\":false},"
          "\"dependentRequired\":{\"b\":[\"d\"]},"
          "\"dependentSchemas\":{\"a\":{\"maxProperties\":1}}}",
          "{\"a\":1,\"b\":1}", " max_properties maxProperties;  forbidden; "
          "/c dependent_required dependentRequired; "
          "/d dependent_required dependentRequired" },
        { "{\"contains\":{\"const\":1}}", "[2]", " contains contains" },
        { "{\"contains\":{\"const\":1},\"minContains\":2}", "[1,2]",
          " min_contains minContains" },
        { "{\"contains\":{\"const\":1},\"maxContains\":1}", "[1,1]",
          " max_contains maxContains" },
        { "{\"prefixItems\":[true,{\"type\":\"null\"}]}", "[1,2]",
          "/1 type type" },
        { "{\"items\":{\"type\":\"null\"}}", "[null,1,2]",
          "/1 type type; /2 type type" },
        { "{\"prefixItems\":[true],\"items\":false}", "[1,2]",
          "/1 forbidden" },
        { "{\"unevaluatedItems\":false}", "[1]",
          "/0 unevaluated_items unevaluatedItems" },
        { "{\"required\":[\"a\",\"b\"]}", "{\"b\":1}",
          "/a required required" },
        { "{\"minProperties\":1}", "{}", " min_properties minProperties" },
        { "{\"maxProperties\":0}", "{\"a\":1}",
          " max_properties maxProperties" },
        { "{\"propertyNames\":{\"maxLength\":1}}", "{\"aa\":1}",
          "/aa property_names propertyNames" },
        { "{\"additionalProperties\":false}", "{\"a\":1}",
          "/a unknown additionalProperties" },
        { "{\"unevaluatedProperties\":false}", "{\"a\":1}",
          "/a unknown unevaluatedProperties" },
        { "{\"patternProperties\":{\"^x\":{\"type\":\"null\"}}}",
          "{\"x1\":1,\"y\":1}", "/x1 type type" },
        { "{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}",
          "/b dependent_required dependentRequired" },
        { "{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"b\":1}", "" },
        { "{\"dependentSchemas\":{\"a\":{\"required\":[\"b\"]}}}",
          "{\"a\":1}", "/b required required" },
        { "{\"not\":{\"type\":\"null\"}}", "null", " not not" },
        { "{\"if\":{\"type\":\"null\"},\"then\":false}", "null",
          " forbidden" },
        { "{\"if\":{\"type\":\"null\"},\"else\":{\"minimum\":1}}", "0",
          " min minimum" },
        { "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"minimum\":1}}}", "0",
          " min minimum" },
        { NULL, NULL, NULL }
    };

    schema_text_run(pool, tests, 0);
}


static void
tells_all_in_order(ngx_pool_t *pool)
{
    static const schema_text_t  tests[] = {
        { "{\"required\":[\"z\",\"y\"],\"properties\":{"
          "\"b\":{\"type\":\"string\",\"minLength\":3},"
          "\"a\":{\"type\":\"integer\"}},"
          "\"allOf\":[{\"properties\":{\"c\":{\"type\":\"null\"}}},"
          "{\"properties\":{\"b\":{\"pattern\":\"^x\"}}}],"
          "\"additionalProperties\":{\"type\":\"array\","
          "\"items\":{\"type\":\"null\"}}}",
          "{\"a\":\"x\",\"c\":[1,2],\"b\":\"y\"}",
          "/a type type; /c type type; /c/0 type type; /c/1 type type; "
          "/b min_length minLength; /b pattern pattern; "
          "/z required required; /y required required" },

        /* what two schemas say is told once */
        { "{\"allOf\":[{\"required\":[\"a\"]},{\"required\":[\"a\"]}]}",
          "{}", "/a required required" },

        /* a type that is wrong ends the matter */
        { "{\"type\":\"object\",\"minimum\":5,\"required\":[\"a\"]}", "1",
          " type type" },

        { "{\"properties\":{\"a/b\":{\"properties\":{\"~\":false}}}}",
          "{\"a/b\":{\"~\":1}}", "/a~1b/~0 forbidden" },

        /* no echo of what failed in the one that was meant to take it */
        { "{\"properties\":{\"a\":{\"type\":\"null\"}},"
          "\"unevaluatedProperties\":false}", "{\"a\":1,\"b\":1}",
          "/a type type; /b unknown unevaluatedProperties" },
        { NULL, NULL, NULL }
    };

    schema_text_run(pool, tests, 0);
}


#define SHAPES                                                                \
    "{\"oneOf\":[{\"type\":\"object\",\"required\":[\"r\"],\"properties\":{"  \
    "\"kind\":{\"const\":\"circle\"},\"r\":{\"type\":\"number\"}}},"          \
    "{\"$ref\":\"#/$defs/square\"}],"                                         \
    "\"$defs\":{\"square\":{\"required\":[\"a\"],\"properties\":{"            \
    "\"kind\":{\"enum\":[\"square\",\"box\"]}}}}}"


static void
tells_the_form_that_was_meant(ngx_pool_t *pool)
{
    static const schema_text_t  tests[] = {
        { SHAPES, "{\"kind\":\"circle\"}", "/r required required" },
        { SHAPES, "{\"kind\":\"box\"}", "/a required required" },
        { SHAPES, "{\"kind\":\"box\",\"a\":1}", "" },
        { SHAPES, "{\"kind\":\"line\"}", " one_of oneOf" },
        { SHAPES, "{}", " one_of oneOf" },
        { SHAPES, "{\"r\":1,\"a\":1}", " one_of oneOf" },
        { "{\"anyOf\":[{\"type\":\"string\",\"minLength\":3},"
          "{\"type\":\"null\"}]}", "\"a\"", " min_length minLength" },
        { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1",
          " any_of anyOf" },
        { "{\"anyOf\":[{\"minimum\":3},{\"multipleOf\":2}]}", "1",
          " any_of anyOf" },
        { NULL, NULL, NULL }
    };

    schema_text_run(pool, tests, 0);
}


static void
speaks_to_people(ngx_pool_t *pool)
{
    static const schema_text_t  tests[] = {
        { "{\"minLength\":8}", "\"x\"",
          " must be at least 8 characters long" },
        { "{\"minLength\":1}", "\"\"", " must be at least 1 character long" },
        { "{\"maxItems\":1}", "[1,2]", " must have at most 1 item" },
        { "{\"minItems\":2}", "[]", " must have at least 2 items" },
        { "{\"minimum\":1.50}", "1", " must be at least 1.50" },
        { "{\"exclusiveMaximum\":3}", "3", " must be less than 3" },
        { "{\"multipleOf\":0.01}", "0.001", " must be a multiple of 0.01" },
        { "{\"type\":\"boolean\"}", "1", " must be true or false" },
        { "{\"type\":\"integer\"}", "\"1\"", " must be an integer" },
        { "{\"type\":[\"null\",\"integer\",\"array\",\"string\"]}", "{}",
          " must be a string, an integer, an array or null" },
        { "{\"type\":[\"number\",\"integer\"]}", "{}", " must be a number" },
        { "{\"type\":\"string\"}", "null", " must not be null" },
        { "{\"enum\":[\"a\",\"b\",null,1.5,true]}", "2",
          " must be one of: a, b, null, 1.5, true" },
        { "{\"enum\":[[1],2]}", "3",
          " must be one of the allowed values" },
        { "{\"const\":\"x\"}", "1", " must be x" },
        { "{\"format\":\"ipv4\"}", "\"1\"",
          " must be an IPv4 address such as 192.0.2.1" },
        { "{\"required\":[\"a\"]}", "{}", "/a is required" },
        { "{\"additionalProperties\":false}", "{\"a\":1}",
          "/a is not a known field" },
        { "{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}",
          "/b is required together with a" },
        { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1",
          " must be a string or null" },
        { "{\"contains\":{\"const\":1},\"minContains\":2}", "[1]",
          " must have at least 2 items of the form asked for" },
        { "{\"uniqueItems\":true}", "[1,1]",
          "/1 is the same as an item before it" },
        { NULL, NULL, NULL }
    };

    schema_text_run(pool, tests, 1);
}


static void
refuses_nul_anywhere(ngx_pool_t *pool)
{
    ngx_array_t                *failures;
    api_failure_t              *f;
    api_schema_doc_t           *doc;
    static const schema_text_t  tests[] = {
        { "true", "\"\\u0000\"", " nul" },
        { "true", "{\"a\":[1,{\"b/\":\"x\\u0000\"}]}", "/a/1/b~1 nul" },
        { "{\"const\":\"\\u0000\"}", "\"\\u0000\"", " nul" },

        /* the rest is told as well, of this value no more */
        { "{\"properties\":{\"a\":{\"maxLength\":1},\"b\":{\"type\":\"null\"}}"
          ",\"additionalProperties\":false}",
          "{\"c\":\"\\u0000\",\"a\":\"xx\\u0000\",\"b\":1}",
          "/c nul; /a nul; /b type type" },
        { NULL, NULL, NULL }
    };

    schema_text_run(pool, tests, 0);

    doc = schema_text_compile(pool, "{\"additionalProperties\":false}");
    check_int(api_schema_validate(doc, schema_text_json(pool,
                                                        "{\"a\\u0000\":1}"),
                                  pool, &failures),
              NGX_DECLINED);

    f = failures->elts;
    check_int(failures->nelts, 1);
    check_str(&f->code, "nul");
    check_str(&f->field, "/a\0");
}


/* a schema that refers to itself by $dynamicRef, two documents deep */

static void
follows_the_dynamic_scope(ngx_pool_t *pool)
{
    static const char           tree[] =
        "{\"$id\":\"http://x/strict\",\"$dynamicAnchor\":\"node\","
        "\"$ref\":\"tree\",\"unevaluatedProperties\":false,\"$defs\":{"
        "\"tree\":{\"$id\":\"tree\",\"$dynamicAnchor\":\"node\","
        "\"type\":\"object\",\"properties\":{\"data\":true,\"children\":{"
        "\"type\":\"array\",\"items\":{\"$dynamicRef\":\"#node\"}}}}}}";
    static const char           named[] =
        "{\"$id\":\"http://x/strict\",\"$dynamicAnchor\":\"node\","
        "\"$anchor\":\"node\",\"$ref\":\"list\",\"maxItems\":1,\"$defs\":{"
        "\"list\":{\"$id\":\"list\",\"$anchor\":\"node\","
        "\"$dynamicAnchor\":\"node\",\"items\":{\"$dynamicRef\":\"#node\"}}}}";
    static const schema_text_t  tests[] = {
        { named, "[[[1]]]", "" },
        { named, "[[1,2]]", "/0 max_items maxItems" },
        { tree, "{\"children\":[{\"data\":1},{\"children\":[{}]}]}", "" },
        { tree, "{\"children\":[{\"children\":[{\"daat\":1}]}]}",
          "/children/0/children/0/daat unknown unevaluatedProperties" },
        { NULL, NULL, NULL }
    };

    schema_text_run(pool, tests, 0);
}


static void
knows_the_metaschema(ngx_pool_t *pool)
{
    static const char           meta[] =
        "{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}";
    static const schema_text_t  tests[] = {
        { meta, "{\"properties\":{\"a\":{\"minLength\":1}}}", "" },
        { meta, "true", "" },
        { meta, "{\"properties\":{\"a\":{\"minLength\":-1}}}",
          "/properties/a/minLength min minimum" },
        { meta, "{\"allOf\":[]}", "/allOf min_items minItems" },
        { meta, "{\"items\":{\"items\":3}}",
          "/items/items type type" },
        { NULL, NULL, NULL }
    };

    schema_text_run(pool, tests, 0);
}


typedef struct {
    const api_schema_doc_t  *doc;
    const api_json_t        *json;
    ngx_int_t                want;
} oom_test_t;


static ngx_int_t
validate_one(ngx_pool_t *pool, void *data)
{
    ngx_int_t     rc;
    oom_test_t   *t;
    ngx_array_t  *failures;

    t = data;
    rc = api_schema_validate(t->doc, t->json, pool, &failures);

    if (rc != NGX_ERROR) {
        check_int(rc, t->want);
        return NGX_OK;
    }

    return rc;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    oom_test_t  t;

    t.doc = schema_text_compile(pool,
        "{\"uniqueItems\":true,\"anyOf\":[{\"items\":{\"required\":[\"a\"],"
        "\"properties\":{\"b\":{\"minLength\":2}}}},{\"type\":\"null\"}],"
        "\"unevaluatedItems\":false}");

    t.json = schema_text_json(pool, "[{\"b\":\"x\"},{},1,2,3,4,5,6,7,8,1]");
    t.want = NGX_DECLINED;
    check_oom(validate_one, &t);

    t.json = schema_text_json(pool, "[{\"a\":\"x\"},1,2,3,4,5,6,7,8,9]");
    t.want = NGX_OK;
    check_oom(validate_one, &t);
}


static const test_case_t  cases[] = {
    { "tells each keyword", tells_each_keyword },
    { "tells all in order", tells_all_in_order },
    { "tells the form that was meant", tells_the_form_that_was_meant },
    { "speaks to people", speaks_to_people },
    { "refuses NUL anywhere", refuses_nul_anywhere },
    { "follows the dynamic scope", follows_the_dynamic_scope },
    { "knows the metaschema", knows_the_metaschema },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
