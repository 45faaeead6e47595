
#include "schema_text.h"


typedef struct {
    const char   *schema;
    const char   *pointer;
    const char   *why;           /* a part of the sentence */
} fault_test_t;


typedef struct {
    const char   *uri;
    const char   *text;          /* NULL: memory is short */
} document_t;


static ngx_int_t load(void *data, const ngx_str_t *uri,
    api_json_t **document, ngx_str_t *file, ngx_str_t *why);
static ngx_int_t compile(ngx_pool_t *pool, const char *schema,
    api_schema_doc_t **doc, api_schema_fault_t *fault);
static ngx_uint_t contains(const ngx_str_t *s, const char *part);


static ngx_pool_t        *load_pool;
static ngx_uint_t         loads;

static const document_t   documents[] = {
    { "file:///s/b.json", "{\"$defs\":{\"c\":{\"minimum\":3}},"
                          "\"$ref\":\"sub/c.json\"}" },
    { "file:///s/sub/c.json", "{\"type\":\"integer\","
                              "\"properties\":{\"x\":{\"$ref\":\"../a.json\"}}"
                              "}" },
    { "file:///s/bad.json", "{\"properties\":{\"a\":{\"type\":\"text\"}}}" },
    { "file:///s/named.json", "{\"$id\":\"http://x/other\",\"$defs\":{"
                              "\"a\":{\"$anchor\":\"n\",\"const\":5}}}" },
    { "file:///s/twin.json", "{\"$id\":\"http://x/twin\",\"minimum\":1}" },
    { "http://x/twin", "{\"minimum\":1,\"$id\":\"http://x/twin\"}" },
    { "file:///s/rival.json", "{\"$id\":\"http://x/twin\",\"minimum\":2}" },
    { "http://x/dialect", "{\"$vocabulary\":{"
      "\"https://json-schema.org/draft/2020-12/vocab/core\":true,"
      "\"https://json-schema.org/draft/2020-12/vocab/applicator\":true}}" },
    { "http://x/unknown", "{\"$vocabulary\":{\"http://x/v\":true}}" },
    { "file:///s/oom.json", NULL },
    { NULL, NULL }
};


static ngx_int_t
load(void *data, const ngx_str_t *uri, api_json_t **document,
    ngx_str_t *file, ngx_str_t *why)
{
    const document_t  *d;

    loads++;
    check(data == api_unconst(documents));

    for (d = documents; d->uri != NULL; d++) {

        if (strlen(d->uri) != uri->len
            || memcmp(d->uri, uri->data, uri->len) != 0)
        {
            continue;
        }

        if (d->text == NULL) {
            return NGX_ERROR;
        }

        *document = schema_text_json(load_pool, d->text);
        *file = *uri;
        return NGX_OK;
    }

    ngx_str_set(why, "it is nowhere");

    return NGX_DECLINED;
}


static ngx_int_t
compile(ngx_pool_t *pool, const char *schema, api_schema_doc_t **doc,
    api_schema_fault_t *fault)
{
    api_schema_source_t  source;

    ngx_memzero(&source, sizeof(source));
    source.base_uri = test_str("file:///s/a.json");
    source.file = test_str("a.json");
    source.load = load;
    source.data = api_unconst(documents);
    load_pool = pool;

    return api_schema_compile(pool, schema_text_json(pool, schema), &source,
                              doc, fault);
}


static ngx_uint_t
contains(const ngx_str_t *s, const char *part)
{
    return strstr((char *) s->data, part) != NULL;
}


static const fault_test_t  fault_tests[] = {
    { "1", "", "a schema is an object, true or false" },
    { "{\"properties\":{\"a\":[]}}", "/properties/a", "a schema is" },
    { "{\"$defs\":{\"a\":{\"type\":\"text\"}}}", "/$defs/a/type",
      "\"type\" must be \"null\"" },
    { "{\"type\":[]}", "/type", "must be" },
    { "{\"type\":3}", "/type", "must be" },
    { "{\"minLength\":-1}", "/minLength", "whole number, 0 or more" },
    { "{\"maxItems\":1.5}", "/maxItems", "whole number" },
    { "{\"maxItems\":\"1\"}", "/maxItems", "whole number" },
    { "{\"minimum\":\"1\"}", "/minimum", "must be a number" },
    { "{\"minimum\":1e1000001}", "/minimum", "exponent" },
    { "{\"multipleOf\":0}", "/multipleOf", "above 0" },
    { "{\"multipleOf\":1234567890123456789}", "/multipleOf", "18 digits" },
    { "{\"pattern\":\"(\"}", "/pattern", "cannot be used, \"(\": " },
    { "{\"pattern\":1}", "/pattern", "must be a string" },
    { "{\"patternProperties\":{\"[\":true}}", "/patternProperties",
      "cannot be used" },
    { "{\"format\":1}", "/format", "must be a string" },
    { "{\"enum\":1}", "/enum", "must be an array" },
    { "{\"required\":\"a\"}", "/required", "must be an array of names" },
    { "{\"required\":[1]}", "/required", "names only" },
    { "{\"required\":[\"a\",\"a\"]}", "/required", "twice: \"a\"" },
    { "{\"dependentRequired\":{\"a\":1}}", "/dependentRequired",
      "arrays of names: look at \"a\"" },
    { "{\"dependentSchemas\":[]}", "/dependentSchemas", "must be an object" },
    { "{\"allOf\":[]}", "/allOf", "one at least" },
    { "{\"allOf\":{}}", "/allOf", "must be an array of schemas" },
    { "{\"anyOf\":[true,1]}", "/anyOf/1", "a schema is" },
    { "{\"items\":[true]}", "/items", "\"prefixItems\" since 2020-12" },
    { "{\"uniqueItems\":1}", "/uniqueItems", "true or false" },
    { "{\"properties\":[]}", "/properties", "must be an object" },
    { "{\"$defs\":1}", "/$defs", "must be an object" },
    { "{\"title\":1}", "/title", "must be a string" },
    { "{\"readOnly\":1}", "/readOnly", "true or false" },
    { "{\"$id\":1}", "/$id", "must be a string" },
    { "{\"$id\":\"x#y\"}", "/$id", "must have no fragment" },
    { "{\"$defs\":{\"a\":{\"$id\":\"x\"},\"b\":{\"$id\":\"x\"}}}",
      "/$defs/b/$id", "of another schema, too" },
    { "{\"$anchor\":\"\"}", "/$anchor", "must be a name" },
    { "{\"$anchor\":\"1a\"}", "/$anchor", "must be a name" },
    { "{\"$dynamicAnchor\":\"a b\"}", "/$dynamicAnchor", "must be a name" },
    { "{\"$anchor\":\"-a\"}", "/$anchor", "must be a name" },
    { "{\"type\":[\"string\",\"null\",\"string\"]}", "/type",
      "a name twice: \"string\"" },
    { "{\"$defs\":{\"a\":{\"$anchor\":\"x\"},\"b\":{\"$anchor\":\"x\"}}}",
      "/$defs/b/$anchor", "twice in one schema" },
    { "{\"$ref\":1}", "/$ref", "must be a string" },
    { "{\"$ref\":\"#%\"}", "/$ref", "two hex digits" },
    { "{\"$ref\":\"#x\"}", "/$ref", "an anchor that is not there" },
    { "{\"a\":[1],\"$ref\":\"#/a/1\"}", "/$ref", "there is no \"1\"" },
    { "{\"a\":[true],\"$ref\":\"#/a/00\"}", "/$ref", "there is no \"00\"" },
    { "{\"$ref\":\"none.json\"}", "/$ref",
      "\"file:///s/none.json\": it is nowhere" },
    { "{\"properties\":{\"a/b\":{\"$ref\":\"#/c\"}}}",
      "/properties/a~1b/$ref", "there is no \"c\"" },
    { "{\"$ref\":\"#/$defs/a~b\",\"$defs\":{\"a~b\":{},\"a~\":{}}}", "/$ref",
      "there is no \"a~b\"" },
    { "{\"$ref\":\"#/$defs/a~\",\"$defs\":{\"a~\":{}}}", "/$ref",
      "there is no \"a~\"" },
    { "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
      "/$schema", "another draft" },
    { "{\"$schema\":\"https://json-schema.org/draft/2019-09/schema\"}",
      "/$schema", "another draft" },
    { "{\"$schema\":\"http://x/none\"}", "/$schema", "not known" },
    { "{\"$schema\":\"http://x/unknown\"}", "/$schema", "\"http://x/v\"" },
    { "{\"$ref\":\"#\"}", "", "refers to itself" },
    { "{\"$defs\":{\"a\":{\"allOf\":[{\"$ref\":\"#/$defs/b\"}]},"
      "\"b\":{\"not\":{\"$ref\":\"#/$defs/a\"}}}}", "/$defs/a", "no end" },
    { "{\"$defs\":{\"a\":{\"dependentSchemas\":{\"x\":"
      "{\"$ref\":\"#/$defs/a\"}}}}}", "/$defs/a", "no end" },
    { "{\"$dynamicAnchor\":\"a\",\"$dynamicRef\":\"#a\"}", "", "no end" },
    { "{\"if\":true,\"then\":{\"$ref\":\"#\"}}", "", "no end" },
    { "{\"dependentRequired\":{\"a\":[\"b\"]},\"dependencies\":"
      "{\"a\":[\"c\"]}}", "/dependencies", "again what goes with \"a\"" },
    { "{\"dependencies\":{\"a\":false},\"dependentSchemas\":"
      "{\"a\":true}}", "/dependentSchemas", "again what goes with \"a\"" },
    { NULL, NULL, NULL }
};


static void
tells_faults(ngx_pool_t *pool)
{
    api_schema_doc_t    *doc;
    const fault_test_t  *t;
    api_schema_fault_t   fault;

    for (t = fault_tests; t->schema != NULL; t++) {
        test_note("%s", t->schema);

        check_int(compile(pool, t->schema, &doc, &fault), NGX_DECLINED);
        check_str(&fault.file, "a.json");

        check_cstr(fault.pointer.data, t->pointer);

        test_note("%s: %s", t->schema, fault.why.data);
        check(contains(&fault.why, t->why));
    }
}


static void
tells_faults_of_other_files(ngx_pool_t *pool)
{
    api_schema_doc_t    *doc;
    api_schema_fault_t   fault;

    check_int(compile(pool, "{\"$ref\":\"bad.json#/properties/a\"}", &doc,
                      &fault),
              NGX_DECLINED);
    check_str(&fault.file, "file:///s/bad.json");
    check_str(&fault.pointer, "/properties/a/type");

    check_int(compile(pool, "{\"$ref\":\"oom.json\"}", &doc, &fault),
              NGX_ERROR);
}


static void
reads_other_documents(ngx_pool_t *pool)
{
    ngx_array_t         *failures;
    api_schema_doc_t    *doc;
    api_schema_fault_t   fault;

    loads = 0;

    check_int(compile(pool, "{\"items\":{\"$ref\":\"b.json\"},\"contains\":"
                            "{\"$ref\":\"b.json#/$defs/c\"}}", &doc, &fault),
              NGX_OK);

    /* each once; what refers back is the document that began */
    check_int(loads, 2);

    check_int(api_schema_validate(doc, schema_text_json(pool, "[1,3]"), pool,
                                  &failures),
              NGX_OK);
    check_int(api_schema_validate(doc, schema_text_json(pool, "[1,2]"), pool,
                                  &failures),
              NGX_DECLINED);
    check_int(api_schema_validate(doc, schema_text_json(pool, "[3,\"\"]"),
                                  pool, &failures),
              NGX_DECLINED);

    check_int(compile(pool, "{\"$ref\":\"named.json#n\"}", &doc, &fault),
              NGX_OK);
    check_int(api_schema_validate(doc, schema_text_json(pool, "5.0"), pool,
                                  &failures),
              NGX_OK);

    check_int(compile(pool, "{\"$schema\":\"http://x/dialect\","
                            "\"minimum\":3,\"not\":{\"const\":1},"
                            "\"allOf\":[false]}", &doc, &fault),
              NGX_OK);
    check_int(api_schema_validate(doc, schema_text_json(pool, "1"), pool,
                                  &failures),
              NGX_DECLINED);
    check_int(failures->nelts, 2);
}


/* one document by two names is no conflict, two by one name are */

static void
knows_documents_again(ngx_pool_t *pool)
{
    api_schema_doc_t    *doc;
    api_schema_fault_t   fault;

    check_int(compile(pool, "{\"allOf\":[{\"$ref\":\"http://x/twin\"},"
                            "{\"$ref\":\"twin.json\"}]}", &doc, &fault),
              NGX_OK);

    check_int(compile(pool, "{\"allOf\":[{\"$ref\":\"http://x/twin\"},"
                            "{\"$ref\":\"rival.json\"}]}", &doc, &fault),
              NGX_DECLINED);
    check_str(&fault.file, "file:///s/rival.json");
    check_str(&fault.pointer, "/$id");
}


static void
warns(ngx_pool_t *pool)
{
    api_schema_doc_t          *doc;
    api_schema_fault_t         fault;
    const ngx_array_t         *warnings;
    const api_schema_fault_t  *w;

    check_int(compile(pool,
                      "{\"properties\":{\"a\":{\"requird\":[]}},"
                      "\"additionalItems\":false,\"x-custom\":1,"
                      "\"format\":\"dat-time\",\"MinLength\":3,"
                      "\"version\":1,\"patern\":\"\",\"itmes\":1}",
                      &doc, &fault),
              NGX_OK);

    warnings = api_schema_warnings(doc);
    check(warnings != NULL);
    check_int(warnings->nelts, 6);

    w = warnings->elts;

    check_str(&w[0].file, "a.json");
    check_str(&w[0].pointer, "/additionalItems");
    check(contains(&w[0].why, "\"items\""));
    check_str(&w[1].pointer, "/format");
    check(contains(&w[1].why, "\"dat-time\""));
    check_str(&w[2].pointer, "/MinLength");
    check(contains(&w[2].why, "\"minLength\""));
    check_str(&w[3].pointer, "/patern");
    check(contains(&w[3].why, "\"pattern\""));
    check_str(&w[4].pointer, "/itmes");
    check(contains(&w[4].why, "\"items\""));
    check_str(&w[5].pointer, "/properties/a/requird");
    check(contains(&w[5].why, "\"required\""));

    check_int(compile(pool, "{\"type\":\"object\"}", &doc, &fault), NGX_OK);
    check(api_schema_warnings(doc) == NULL);
}


/* references that go a long way are not refused, those without end are */

static void
bounds_chains(ngx_pool_t *pool)
{
    char                *text;
    size_t               n;
    ngx_int_t            rc;
    ngx_uint_t           i, length;
    ngx_array_t         *failures;
    api_schema_doc_t    *doc;
    api_schema_fault_t   fault;

    text = ngx_palloc(pool, 100000);
    check(text != NULL);

    for (length = 100; length <= 300; length += 200) {
        n = (size_t) sprintf(text, "{\"$ref\":\"#/$defs/a1\",\"$defs\":{");

        for (i = 1; i < length; i++) {
            n += (size_t) sprintf(text + n,
                                  "\"a%d\":{\"$ref\":\"#/$defs/a%d\"},",
                                  (int) i, (int) i + 1);
        }

        sprintf(text + n, "\"a%d\":{\"type\":\"null\"}}}", (int) length);

        rc = compile(pool, text, &doc, &fault);
        check_int(rc, length == 100 ? NGX_OK : NGX_DECLINED);

        if (rc == NGX_OK) {
            check_int(api_schema_validate(doc, schema_text_json(pool, "1"),
                                          pool, &failures),
                      NGX_DECLINED);
        }
    }

    check(contains(&fault.why, "more than 200 schemas"));
}


static ngx_int_t
compile_one(ngx_pool_t *pool, void *data)
{
    ngx_int_t             rc;
    api_schema_doc_t     *doc;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    ngx_memzero(&source, sizeof(source));

    rc = api_schema_compile(pool, data, &source, &doc, &fault);

    return rc == NGX_DECLINED ? NGX_OK : rc;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    check_oom(compile_one, schema_text_json(pool,
        "{\"$id\":\"http://x/y\",\"$defs\":{\"a\":{\"$dynamicAnchor\":\"n\"},"
        "\"b\":{\"$id\":\"z\",\"$dynamicAnchor\":\"n\",\"$dynamicRef\":\"y#n\""
        "}},\"properties\":{\"a\":{\"$ref\":\"#/$defs/a\"},\"b\":{\"enum\":"
        "[1,2,3,4,5,6,7,8,9]}},\"required\":[\"c\",\"a\"],\"anyOf\":"
        "[{\"minimum\":1.5},{\"minLength\":3}],\"requird\":1}"));

    check_oom(compile_one, schema_text_json(pool,
        "{\"properties\":{\"a\":{\"$ref\":\"#/nowhere\"}}}"));
}


static const test_case_t  cases[] = {
    { "tells faults", tells_faults },
    { "tells faults of other files", tells_faults_of_other_files },
    { "reads other documents", reads_other_documents },
    { "knows documents again", knows_documents_again },
    { "warns", warns },
    { "bounds chains", bounds_chains },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
