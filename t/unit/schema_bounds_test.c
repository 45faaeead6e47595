
#include "schema/check.h"
#include "schema_text.h"


/* a document of count times text, separated, between two others */
static char *repeat(ngx_pool_t *pool, const char *before, const char *text,
    ngx_uint_t count, const char *after);
static ngx_uint_t too_complex(const ngx_array_t *failures);


static char *
repeat(ngx_pool_t *pool, const char *before, const char *text,
    ngx_uint_t count, const char *after)
{
    char        *s;
    size_t       n;
    ngx_uint_t   i;

    s = ngx_palloc(pool, strlen(before) + strlen(after) + 1
                         + count * (strlen(text) + 16) + 32);
    check(s != NULL);

    n = (size_t) sprintf(s, "%s", before);

    for (i = 0; i < count; i++) {
        n += (size_t) sprintf(s + n, text, (int) i, (int) i);
        s[n++] = ',';
    }

    sprintf(s + n - 1, "%s", after);

    return s;
}


static ngx_uint_t
too_complex(const ngx_array_t *failures)
{
    const api_failure_t  *f;

    f = failures->elts;

    return failures->nelts == 1 && f->field.len == 0
           && api_str_is(&f->code, "too_complex");
}


/* every level asks twice for the next; and nothing may turn the no around */

static void
gives_up(ngx_pool_t *pool)
{
    char                 schema[1024];
    ngx_uint_t           i, n;
    ngx_array_t         *failures;
    const char          *document;
    api_schema_doc_t    *doc;
    static const char   *outer[] = {
        "{\"$ref\":\"#/$defs/n\",%s",
        "{\"not\":{\"$ref\":\"#/$defs/n\"},%s",
        "{\"anyOf\":[{\"$ref\":\"#/$defs/n\"},{\"not\":true}],%s",
        "{\"if\":{\"$ref\":\"#/$defs/n\"},\"else\":true,%s",
        "{\"oneOf\":[true,{\"$ref\":\"#/$defs/n\"}],%s"
    };
    static const char   *inner[] = {
        "\"$defs\":{\"n\":{\"oneOf\":[{\"type\":\"array\",\"items\":"
        "{\"$ref\":\"#/$defs/n\"}},{\"type\":\"array\",\"items\":"
        "{\"$ref\":\"#/$defs/n\"}},{\"type\":\"integer\"}]}}}",

        /* in a circle that only validation can see */
        "\"$id\":\"http://x/a\",\"$dynamicAnchor\":\"d\",\"$defs\":{\"n\":"
        "{\"$id\":\"b\",\"$defs\":{\"x\":{\"$dynamicAnchor\":\"d\"}},"
        "\"$dynamicRef\":\"#d\"}}}"
    };

    document = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";

    for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
        for (n = 0; n < sizeof(inner) / sizeof(inner[0]); n++) {

            if (n == 1 && i != 0) {
                continue;
            }

            sprintf(schema, outer[i], inner[n]);
            test_note("%s", schema);

            doc = schema_text_compile(pool, schema);
            check_int(api_schema_validate(doc,
                                          schema_text_json(pool, document),
                                          pool, &failures),
                      NGX_DECLINED);
            check(too_complex(failures));
        }
    }
}


/* who must not be held up learns what is quick, and nothing of the rest */

static void
is_quick_or_busy(ngx_pool_t *pool)
{
    char              *text;
    ngx_uint_t         i;
    ngx_array_t       *failures;
    const api_json_t  *json;
    api_schema_doc_t  *doc;

    static const struct {
        const char  *schema;
        const char  *item;
        const char  *last;
        ngx_uint_t   count;
        ngx_int_t    whole;
    } t[] = {
        { "{\"uniqueItems\":true}", "%d", "7]", 60000, NGX_DECLINED },
        { "{\"uniqueItems\":true}", "%d", "-7]", 60000, NGX_OK },
        { "{\"items\":{\"pattern\":\"^(?:[a-z]{1,3}){1,9}$\"}}",
          "\"abcdefgh\"", "\"a\"]", 3000, NGX_OK },
        { "{\"not\":{\"uniqueItems\":true}}", "%d", "-7]", 60000, NGX_DECLINED }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {

        doc = schema_text_compile(pool, t[i].schema);

        text = repeat(pool, "[", t[i].item, t[i].count, "");
        strcat(text, ",");
        strcat(text, t[i].last);
        json = schema_text_json(pool, text);

        test_note("%s", t[i].schema);

        check_int(api_schema_validate_quickly(doc, json, pool, &failures),
                  NGX_BUSY);
        check_int(api_schema_validate(doc, json, pool, &failures),
                  t[i].whole);
    }

    doc = schema_text_compile(pool, t[0].schema);

    check_int(api_schema_validate_quickly(doc, schema_text_json(pool, "[1]"),
                                          pool, &failures),
              NGX_OK);
    check_int(api_schema_validate_quickly(doc,
                                          schema_text_json(pool, "[1,1]"),
                                          pool, &failures),
              NGX_DECLINED);
    check_int(failures->nelts, 1);
}


/* in the middle of two values, which are the same: nobody knows that then */

static void
gives_up_between_two(ngx_pool_t *pool)
{
    char                *list, *schema, *document;
    size_t               room;
    ngx_uint_t           i;
    ngx_array_t         *failures;
    api_schema_doc_t    *doc;
    static const char   *last[] = {
        "{\"not\":{\"const\":[%s,%s]}}",
        "{\"not\":{\"enum\":[[%s,%s],1,2,3,4,5,6,7,8,9]}}",
        "{\"allOf\":[{\"not\":{\"const\":[%s,0]}},{\"uniqueItems\":true}]}"
    };

    list = repeat(pool, "[", "%d", 2500, "]");

    room = 8 * strlen(list);
    schema = ngx_palloc(pool, room);
    document = ngx_palloc(pool, room);

    snprintf(document, room, "[%s,%s]", list, list);

    for (i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
        test_note("%s", last[i]);

        /* 99 comparisons in vain leave a little less than another takes */

        snprintf(schema, room, "{\"allOf\":[%s", repeat(pool, "",
                 "{\"$ref\":\"#/$defs/other\"}", 99, ","));
        snprintf(schema + strlen(schema), room - strlen(schema), last[i],
                 list, list);
        snprintf(schema + strlen(schema), room - strlen(schema),
                 "],\"$defs\":{\"other\":{\"not\":{\"const\":[%s,[%.*s,0]]}}}}",
                 list, (int) (strrchr(list, ',') - list) - 1, list + 1);

        doc = schema_text_compile(pool, schema);
        check_int(api_schema_validate(doc, schema_text_json(pool, document),
                                      pool, &failures),
                  NGX_DECLINED);
        check(too_complex(failures));
    }
}


/* what libidn2 is asked costs by its labels and their bytes, a regular
   expression by its bytes: not by texts */

static void
bounds_formats(ngx_pool_t *pool)
{
    char              *text;
    ngx_uint_t         i;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    static const struct {
        const char  *format;
        const char  *text;
        ngx_uint_t   count;
        ngx_uint_t   complex;
    } t[] = {
        { "hostname", "\"xn--bcher-kva.xn--bcher-kva\"", 30000, 1 },
        { "email", "\"a@xn--bcher-kva.xn--bcher-kva\"", 30000, 1 },
        { "idn-hostname", "\"\xc3\xbc.\xc3\xbc.\xc3\xbc.\xc3\xbc.\xc3\xbc."
          "\xc3\xbc.\xc3\xbc.\xc3\xbc.\xc3\xbc.\xc3\xbc.\xc3\xbc.\xc3\xbc\"",
          10000, 1 },
        { "idn-email", "\"a@b\xc3\xbc" "cher.example\"", 50000, 1 },
        { "regex", "\"(a|(a|(a|(a|(a|(a|b))))))[a-z]\"", 20000, 1 },
        { "regex", "\"(a|(a|(a|(a|(a|(a|b))))))[a-z]\"", 10000, 0 },
        { "hostname", "\"a%d-xn--b.example.com\"", 30000, 0 },
        { "idn-hostname", "\"a%d.b\xc3\xbc" "cher.example\"", 5000, 0 },
        { "email", "\"a%d@example.com\"", 30000, 0 }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {

        test_note("%s %s", t[i].format, t[i].text);

        text = ngx_palloc(pool, 100);
        sprintf(text, "{\"items\":{\"format\":\"%s\"}}", t[i].format);
        doc = schema_text_compile(pool, text);

        text = repeat(pool, "[", t[i].text, t[i].count, "]");

        check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                      &failures),
                  t[i].complex ? NGX_DECLINED : NGX_OK);

        check(!t[i].complex || too_complex(failures));
    }
}


/* what is not in proportion to the document has to be counted, too */

static void
bounds_dependencies(ngx_pool_t *pool)
{
    size_t             n;
    char              *schema, *members, *document;
    ngx_uint_t         i, k;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    schema = ngx_palloc(pool, 1000000);
    members = ngx_palloc(pool, 4000);

    n = (size_t) sprintf(schema, "{\"items\":{\"dependentRequired\":{");

    for (i = 0; i < 300; i++) {
        n += (size_t) sprintf(schema + n, "%s\"k%d\":[", i ? "," : "", (int) i);

        for (k = 0; k < 300; k++) {
            n += (size_t) sprintf(schema + n, "%s\"k%d\"", k ? "," : "",
                                  (int) k);
        }

        schema[n++] = ']';
    }

    sprintf(schema + n, "}}}");
    doc = schema_text_compile(pool, schema);

    document = repeat(pool, "[", "{\"a%d\":1}", 30000, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, document), pool,
                                  &failures), NGX_OK);

    for (i = 0, n = 0; i < 300; i++) {
        n += (size_t) sprintf(members + n, "%c\"k%d\":1", i ? ',' : '{',
                              (int) i);
    }

    sprintf(members + n, "}");

    document = repeat(pool, "[", members, 10, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, document), pool,
                                  &failures), NGX_OK);

    document = repeat(pool, "[", members, 300, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, document), pool,
                                  &failures), NGX_DECLINED);
    check(too_complex(failures));
}


static void
bounds_division(ngx_pool_t *pool)
{
    char              *text;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    text = ngx_palloc(pool, 1000001);
    memset(text, '9', 1000000);
    text[1000000] = '\0';

    doc = schema_text_compile(pool, "{\"multipleOf\":9}");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures), NGX_OK);

    doc = schema_text_compile(pool, "{\"allOf\":[{\"multipleOf\":9},"
                                    "{\"multipleOf\":3}]}");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures), NGX_DECLINED);
    check(too_complex(failures));
}


static void
bounds_patterns(ngx_pool_t *pool)
{
    char              *text;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    doc = schema_text_compile(pool, "{\"items\":{\"pattern\":\"^(a+)+$\"}}");

    text = repeat(pool, "[", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!%d\"",
                  1000, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_DECLINED);
    check(too_complex(failures));

    text = repeat(pool, "[", "\"aaaaaa\"", 10000, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_OK);
}


/* what is large and honest passes within the budget */

static void
takes_large_documents(ngx_pool_t *pool)
{
    char              *text;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    doc = schema_text_compile(pool,
        "{\"uniqueItems\":true,\"items\":{\"type\":\"object\",\"required\":"
        "[\"id\",\"name\"],\"additionalProperties\":false,\"properties\":{"
        "\"id\":{\"type\":\"integer\",\"minimum\":0},\"name\":{\"type\":"
        "\"string\",\"minLength\":1,\"maxLength\":20}}}}");

    text = repeat(pool, "[", "{\"id\":%d,\"name\":\"n%d\"}", 20000, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_OK);

    /* the last is one of those before */
    text = repeat(pool, "[", "{\"id\":%d,\"name\":\"n\"}", 20000,
                  ",{\"name\":\"n\",\"id\":19999.0}]");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_DECLINED);
    check_str(&((api_failure_t *) failures->elts)->field, "/20000");

    doc = schema_text_compile(pool,
        repeat(pool, "{\"items\":{\"enum\":[", "\"v%d\"", 20000, "]}}"));
    text = repeat(pool, "[", "\"v%d\"", 20000, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_OK);

    doc = schema_text_compile(pool,
        repeat(pool, "{\"required\":[", "\"k%d\"", 20000, "],"
                     "\"dependentRequired\":{\"k1\":[\"k19999\"]}}"));
    text = repeat(pool, "{", "\"k%d\":%d", 20000, "}");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_OK);
}


static void
tells_no_more_than_its_maximum(ngx_pool_t *pool)
{
    char                 *text;
    ngx_uint_t            i;
    const char          **s;
    ngx_array_t          *failures;
    api_schema_doc_t     *doc;
    static const char    *schemas[] = {
        "{\"items\":false}",
        "{\"items\":{\"properties\":{\"a\":{\"type\":\"null\"}}}}",
        "{\"items\":{\"required\":[\"x\",\"y\"]}}",
        "{\"items\":{\"additionalProperties\":false}}",
        "{\"items\":{\"unevaluatedProperties\":false}}",
        "{\"unevaluatedItems\":{\"type\":\"string\"}}",
        NULL
    };

    text = repeat(pool, "[", "{\"a\":%d}", 1000, "]");

    for (s = schemas; *s != NULL; s++) {
        test_note("%s", *s);
        doc = schema_text_compile(pool, *s);

        check_int(api_schema_validate(doc, schema_text_json(pool, text),
                                      pool, &failures),
                  NGX_DECLINED);
        check_int(failures->nelts, API_ERROR_FAILURES);
    }

    doc = schema_text_compile(pool, "true");
    text = repeat(pool, "[", "\"\\u0000%d\"", 1000, "]");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_DECLINED);
    check_int(failures->nelts, API_ERROR_FAILURES);

    for (i = 0; i < API_ERROR_FAILURES; i++) {
        check_str(&((api_failure_t *) failures->elts)[i].code, "nul");
    }
}


static void
shortens_keys(ngx_pool_t *pool)
{
    char              *text;
    ngx_str_t          field;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    doc = schema_text_compile(pool, "{\"additionalProperties\":false}");

    text = ngx_palloc(pool, 1000);
    check(text != NULL);

    /* 127 bytes, and a character of two that would be cut */

    memset(text, '/', 500);
    memcpy(text, "{\"", 2);
    strcpy(text + 2 + 127, "\xc3\xa4\":1}");

    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_DECLINED);

    field = ((api_failure_t *) failures->elts)->field;
    check_int(field.len, 1 + 2 * 127 + 3);
    check(memcmp(field.data + 1 + 2 * 127, "...", 3) == 0);
}


/* more than the few bits, in rooms that are too small at first */

static void
keeps_track_of_many(ngx_pool_t *pool)
{
    char              *text;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    doc = schema_text_compile(pool,
        "{\"anyOf\":[{\"anyOf\":[{\"patternProperties\":{\"1$\":true}},"
        "{\"patternProperties\":{\"2$\":true}}]},"
        "{\"patternProperties\":{\"3$\":true}},"
        "{\"patternProperties\":{\"4$\":true},\"required\":[\"no\"]}],"
        "\"unevaluatedProperties\":{\"const\":0},"
        "\"properties\":{\"in\":{\"anyOf\":[{\"contains\":{\"const\":1}},"
        "{\"contains\":{\"const\":2}}],\"unevaluatedItems\":{\"const\":3}}}}"
    );

    text = repeat(pool, "{", "\"%d1\":1,\"%d2\":2", 3000, ",\"3\":3}");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_OK);

    text = repeat(pool, "{", "\"%d1\":1,\"%d2\":2", 3000, ",\"4\":4}");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_DECLINED);
    check_int(failures->nelts, 1);
    check_str(&((api_failure_t *) failures->elts)->field, "/4");

    text = repeat(pool, "{\"in\":[", "1,2,3", 3000, ",4]}");
    check_int(api_schema_validate(doc, schema_text_json(pool, text), pool,
                                  &failures),
              NGX_DECLINED);
    check_int(failures->nelts, 1);
    check_str(&((api_failure_t *) failures->elts)->field, "/in/9000");
}


static const test_case_t  cases[] = {
    { "gives up, and that is no yes", gives_up },
    { "gives up between two values", gives_up_between_two },
    { "is quick or busy", is_quick_or_busy },
    { "bounds slow formats", bounds_formats },
    { "bounds dependencies", bounds_dependencies },
    { "bounds division", bounds_division },
    { "bounds patterns", bounds_patterns },
    { "takes large documents", takes_large_documents },
    { "tells no more than its maximum", tells_no_more_than_its_maximum },
    { "shortens keys", shortens_keys },
    { "keeps track of many", keeps_track_of_many },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
