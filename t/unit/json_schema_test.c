
#include <time.h>

#include "json/schema.h"
#include "test.h"


typedef struct {
    const char   *document;
    const char   *failures;      /* "field code; field code", "" for none */
} schema_test_t;


static void make(ngx_pool_t *pool, const char *text, api_schema_t *schema);
static api_json_t *read_json(ngx_pool_t *pool, const ngx_str_t *text);
static ngx_str_t told(ngx_pool_t *pool, const api_schema_t *schema,
    const ngx_str_t *document);
static void run(ngx_pool_t *pool, const api_schema_t *schema,
    const schema_test_t *tests);


static const schema_test_t  type_tests[] = {
    { "{\"i\":0}", "" },
    { "{\"i\":-0}", "" },
    { "{\"i\":10}", "" },
    { "{\"i\":11}", "/i max" },
    { "{\"i\":-1}", "/i min" },
    { "{\"i\":1.0}", "/i type" },
    { "{\"i\":1e1}", "/i type" },
    { "{\"i\":\"1\"}", "/i type" },
    { "{\"i\":true}", "/i type" },
    { "{\"i\":[1]}", "/i type" },
    { "{\"i\":99999999999999999999999999}", "/i max" },
    { "{\"i\":null}", "/i null" },

    { "{\"l\":9223372036854775807}", "" },
    { "{\"l\":9223372036854775808}", "/l max" },

    { "{\"n\":0.30}", "" },
    { "{\"n\":0.300000000000000000000001}", "/n max" },
    { "{\"n\":3e-1}", "" },
    { "{\"n\":1e-99999}", "/n format" },
    { "{\"n\":\"0.1\"}", "/n type" },

    { "{\"b\":true}", "" },
    { "{\"b\":false}", "" },
    { "{\"b\":null}", "/b null" },
    { "{\"b\":0}", "/b type" },
    { "{\"b\":\"true\"}", "/b type" },

    { "{\"s\":\"\"}", "" },
    { "{\"s\":\"\xc3\xa4\\ud83d\\ude00x\"}", "" },
    { "{\"s\":\"abcd\"}", "/s max_length" },
    { "{\"s\":\"a\\u0000\"}", "/s nul" },
    { "{\"s\":1}", "/s type" },
    { "{\"s\":{}}", "/s type" },
    { "{\"s\":null}", "/s null" },

    { "{\"u\":\"ABCDEF00-0000-0000-0000-000000000000\"}", "" },
    { "{\"u\":\"ABCDEF00\"}", "/u format" },
    { "{\"u\":\"ABCDEF00-0000-0000-0000-00000000000\\u0000\"}",
      "/u nul" },
    { "{\"d\":\"2024-02-29\"}", "" },
    { "{\"d\":\"2023-02-29\"}", "/d format" },
    { "{\"e\":\"a\"}", "" },
    { "{\"e\":\"c\"}", "/e enum" },
    { "{\"e\":0}", "/e type" },

    /* null where it may be */
    { "{\"z\":null}", "" },
    { "{\"z\":\"\"}", "" },
    { "{\"z\":1}", "/z type" },
    { NULL, NULL }
};


/* "name type words;name type words" */

static void
make(ngx_pool_t *pool, const char *text, api_schema_t *schema)
{
    size_t               n;
    ngx_str_t            word;
    const char          *why;
    api_schema_field_t  *field;

    ngx_memzero(schema, sizeof(api_schema_t));
    check_int(ngx_array_init(&schema->fields, pool, 4,
                             sizeof(api_schema_field_t)),
              NGX_OK);

    while (*text != '\0') {
        field = ngx_array_push(&schema->fields);
        check(field != NULL);
        ngx_memzero(field, sizeof(api_schema_field_t));

        n = strcspn(text, " ");
        field->name = test_copy(pool, text, n);
        text += n + 1;

        n = strcspn(text, " ;");
        word = test_copy(pool, text, n);
        check_int(api_type_parse(pool, &word, &field->rule.type, &why),
                  NGX_OK);
        text += n;

        while (*text == ' ') {
            n = strcspn(++text, " ;");
            word = test_copy(pool, text, n);
            check_int(api_rule_word(pool, &field->rule, &word, &why),
                      NGX_OK);
            text += n;
        }

        check_int(api_rule_finish(pool, &field->rule, &why), NGX_OK);
        text += (*text == ';');
    }
}


static api_json_t *
read_json(ngx_pool_t *pool, const ngx_str_t *text)
{
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    check_int(api_json_read(pool, text, &limits, &json, &err), NGX_OK);

    return json;
}


static ngx_str_t
told(ngx_pool_t *pool, const api_schema_t *schema, const ngx_str_t *document)
{
    char           *p;
    ngx_int_t       rc;
    ngx_str_t       out;
    ngx_uint_t      i;
    ngx_array_t    *failures;
    api_failure_t  *f;

    rc = api_schema_check(schema, read_json(pool, document), pool,
                          &failures);

    check_int(rc, failures != NULL ? NGX_DECLINED : NGX_OK);

    out.len = 0;
    out.data = ngx_pnalloc(pool, 100000);
    check(out.data != NULL);

    for (i = 0; failures != NULL && i < failures->nelts; i++) {
        f = (api_failure_t *) failures->elts + i;
        p = (char *) out.data + out.len;

        check_str(&f->in, "body");
        check(f->message.len > 5);

        out.len += (size_t) sprintf(p, "%s%.*s %.*s", i ? "; " : "",
                                    (int) f->field.len, f->field.data,
                                    (int) f->code.len, f->code.data);
    }

    return out;
}


static void
run(ngx_pool_t *pool, const api_schema_t *schema, const schema_test_t *tests)
{
    ngx_str_t  text, out;

    for ( /* void */ ; tests->document != NULL; tests++) {
        test_note("%s", tests->document);

        text = test_str(tests->document);
        out = told(pool, schema, &text);
        check_bytes(out.data, out.len, tests->failures,
                    strlen(tests->failures));
    }
}


static void
checks_an_object(ngx_pool_t *pool)
{
    api_schema_t                schema;
    static const schema_test_t  tests[] = {
        { "{\"email\":\"a@b\",\"name\":\"x\",\"password\":\"12345678\"}",
          "" },
        { "{\"password\":\"1234567\xc3\xa4\",\"age\":0,\"email\":\"a@b\","
          "\"name\":\"x\"}", "" },

        /* the order of the document, then that of the declaration */
        { "{}", "/email required; /name required; /password required" },
        { "{\"password\":\"1\",\"x\":1,\"name\":\"\"}",
          "/password min_length; /x unknown; /name min_length; "
          "/email required" },
        { "{\"age\":1.0,\"email\":\"a\",\"name\":null,\"password\":1}",
          "/age type; /email format; /name null; /password type" },

        { "[]", " type" },
        { "1", " type" },
        { "null", " type" },
        { "\"x\"", " type" },

        { "{\"a/b~c\":1,\"\":2,\"Name\":3,\"email\":\"a@b\",\"name\":\"x\","
          "\"password\":\"12345678\"}",
          "/a~1b~0c unknown; / unknown; /Name unknown" },
        { NULL, NULL }
    };

    make(pool, "email email required;name string required min=1 max=100;"
               "password string required min=8 max=128;age int min=0",
         &schema);

    run(pool, &schema, tests);
}


static void
checks_each_type(ngx_pool_t *pool)
{
    api_schema_t  schema;

    make(pool, "i int min=0 max=10;l bigint;n number max=0.3;b bool;"
               "s string max=3;u uuid;d date;e enum(a,b);z string nullable",
         &schema);

    run(pool, &schema, type_tests);
}


static void
checks_arrays_of_values(ngx_pool_t *pool)
{
    api_schema_t                schema;
    static const schema_test_t  tests[] = {
        { "{\"t\":[\"a\"]}", "" },
        { "{\"t\":[\"a\",\"bcdef\",\"\"]}", "" },
        { "{\"t\":[]}", "/t min_items" },
        { "{\"t\":[\"a\",\"b\",\"c\",1]}", "/t max_items; /t/3 type" },
        { "{\"t\":[\"a\",null,\"\\u0000\"]}", "/t/1 null; /t/2 nul" },
        { "{\"t\":\"a\"}", "/t type" },
        { "{\"t\":{\"0\":\"a\"}}", "/t type" },
        { "{\"t\":[[\"a\"]]}", "/t/0 type" },
        { "{\"t\":null}", "/t null" },
        { "{\"n\":null}", "" },
        { "{\"n\":[null]}", "/n/0 null" },
        { "{\"n\":[1,2.5,\"3\"]}", "/n/1 type; /n/2 type" },
        { NULL, NULL }
    };

    make(pool, "t text[] min=1 max=3;n int[] nullable", &schema);

    run(pool, &schema, tests);
}


static void
checks_json(ngx_pool_t *pool)
{
    api_schema_t                schema;
    static const schema_test_t  tests[] = {
        { "{\"j\":null}", "" },
        { "{\"j\":{\"a\":[1,\"x\",{\"b\":null}]}}", "" },
        { "{\"j\":\"\\u0000\"}", "/j nul" },
        { "{\"j\":{\"a\":[1,\"\\u0000\",{\"b/\":\"\\u0000\"}]}}",
          "/j/a/1 nul; /j/a/2/b~1 nul" },
        { "{\"js\":[null,{},\"\\u0000\"]}", "/js/2 nul" },
        { "{\"js\":{}}", "/js type" },
        { NULL, NULL }
    };

    make(pool, "j json;js json[]", &schema);

    run(pool, &schema, tests);
}


static void
tells_nul_in_keys(ngx_pool_t *pool)
{
    ngx_str_t       text;
    ngx_array_t    *failures;
    api_schema_t    schema;
    api_failure_t  *f;

    make(pool, "j json", &schema);

    text = test_str("{\"a\\u0000b\":1,\"j\":{\"\\u0000\":[]}}");
    check_int(api_schema_check(&schema, read_json(pool, &text), pool,
                               &failures),
              NGX_DECLINED);

    check_int(failures->nelts, 2);
    f = failures->elts;
    check_str(&f[0].code, "nul");
    check_str(&f[0].field, "/a\0b");
    check_str(&f[1].code, "nul");
    check_str(&f[1].field, "/j/\0");
}


static void
checks_an_array_of_objects(ngx_pool_t *pool)
{
    api_schema_t                schema;
    static const schema_test_t  tests[] = {
        { "[{\"a\":1}]", "" },
        { "[{\"a\":1},{\"a\":2,\"b\":\"x\"}]", "" },
        { "[]", " min_items" },
        { "[{\"a\":1},{\"a\":1},{\"a\":1}]", " max_items" },
        { "{}", " type" },
        { "[{\"a\":1},3]", "/1 type" },
        { "[[],null]", "/0 type; /1 type" },

        /* what the first has the second still must */
        { "[{\"a\":1},{\"b\":\"x\",\"c/\":0}]",
          "/1/c~1 unknown; /1/a required" },
        { "[{},{}]", "/0/a required; /1/a required" },
        { NULL, NULL }
    };

    make(pool, "a int required;b string", &schema);

    schema.array = 1;
    schema.items.has_min = 1;
    schema.items.min = test_str("1");
    schema.items.has_max = 1;
    schema.items.max = test_str("2");

    run(pool, &schema, tests);
}


static void
without_fields(ngx_pool_t *pool)
{
    api_schema_t                schema;
    static const schema_test_t  tests[] = {
        { "{}", "" },
        { "{\"a\":1}", "/a unknown" },
        { NULL, NULL }
    };

    make(pool, "", &schema);
    run(pool, &schema, tests);
}


static void
shortens_keys(ngx_pool_t *pool)
{
    char          *text;
    size_t         i;
    ngx_str_t      s, out;
    api_schema_t   schema;

    make(pool, "a int", &schema);

    /* 127 bytes, and a character of two that would be cut */

    text = ngx_palloc(pool, 20000);
    check(text != NULL);

    strcpy(text, "{\"");
    for (i = 0; i < 127; i++) {
        text[2 + i] = '/';
    }

    strcpy(text + 2 + 127, "\xc3\xa4\":1}");
    s = test_str(text);
    out = told(pool, &schema, &s);
    check_int(out.len, 1 + 2 * 127 + 3 + strlen(" unknown"));
    check(memcmp(out.data + 1 + 2 * 127, "... unknown", 11) == 0);

    strcpy(text + 2 + 127, "x\":1}");
    s = test_str(text);
    out = told(pool, &schema, &s);
    check(memcmp(out.data + 1 + 2 * 127, "x unknown", 9) == 0);

    strcpy(text + 2 + 128, "x\":1}");
    s = test_str(text);
    out = told(pool, &schema, &s);
    check(memcmp(out.data + 1 + 2 * 127, "x... unknown", 12) == 0);
}


static void
tells_no_more_than_its_maximum(ngx_pool_t *pool)
{
    size_t         n;
    char          *text;
    ngx_str_t      s;
    ngx_uint_t     i;
    ngx_array_t   *failures;
    api_schema_t   schema;

    make(pool, "a int required;j json;n int[]", &schema);
    text = ngx_palloc(pool, 100000);
    check(text != NULL);

    n = 0;
    for (i = 0; i < 300; i++) {
        n += (size_t) sprintf(text + n, "%c\"k%d\":0", i ? ',' : '{',
                              (int) i);
    }

    sprintf(text + n, "}");
    s = test_str(text);
    check_int(api_schema_check(&schema, read_json(pool, &s), pool,
                               &failures),
              NGX_DECLINED);
    check_int(failures->nelts, API_SCHEMA_FAILURES);

    n = (size_t) sprintf(text, "{\"n\":[0");
    for (i = 0; i < 300; i++) {
        n += (size_t) sprintf(text + n, ",null");
    }

    n += (size_t) sprintf(text + n, "],\"j\":[0");
    for (i = 0; i < 300; i++) {
        n += (size_t) sprintf(text + n, ",\"\\u0000\"");
    }

    sprintf(text + n, "]}");
    s = test_str(text);
    check_int(api_schema_check(&schema, read_json(pool, &s), pool,
                               &failures),
              NGX_DECLINED);
    check_int(failures->nelts, API_SCHEMA_FAILURES);
}


static void
speaks_to_people(ngx_pool_t *pool)
{
    ngx_str_t       text;
    ngx_array_t    *failures;
    api_schema_t    schema;
    api_failure_t  *f;

    make(pool, "a string required;p string min=8;t int[] max=1;z int",
         &schema);

    text = test_str("{\"p\":\"x\",\"t\":[1,2],\"x\":1,\"z\":null}");
    check_int(api_schema_check(&schema, read_json(pool, &text), pool,
                               &failures),
              NGX_DECLINED);

    f = failures->elts;
    check_str(&f[0].message, "must be at least 8 characters long");
    check_str(&f[1].message, "must have at most 1 item");
    check_str(&f[2].message, "is not a known field");
    check_str(&f[3].message, "must not be null");
    check_str(&f[4].message, "is required");
}


/* twice the document must not take four times as long; generously */

static void
is_linear(ngx_pool_t *pool)
{
    char          *text;
    size_t         n;
    clock_t        start, took[2];
    ngx_str_t      s;
    ngx_uint_t     i, round, count;
    api_json_t    *json;
    ngx_array_t   *failures;
    api_schema_t   schema;

    make(pool, "j json;a int;b int;c int;d int;e int;f int;g int", &schema);
    text = ngx_palloc(pool, 4000000);
    check(text != NULL);

    for (round = 0; round < 2; round++) {
        count = (round == 0) ? 20000 : 80000;
        n = (size_t) sprintf(text, "{\"j\":{\"x\":0");

        for (i = 0; i < count; i++) {
            n += (size_t) sprintf(text + n, ",\"k%d\":0", (int) i);
        }

        sprintf(text + n, "}}");
        s = test_str(text);

        start = clock();
        json = read_json(pool, &s);
        check_int(api_schema_check(&schema, json, pool, &failures), NGX_OK);
        took[round] = clock() - start;
    }

    check(took[1] < 12 * took[0] + CLOCKS_PER_SEC / 10);
}


typedef struct {
    api_schema_t  *schema;
    api_json_t    *json;
    ngx_int_t      want;
} oom_test_t;


static ngx_int_t
check_one(ngx_pool_t *pool, void *data)
{
    ngx_int_t     rc;
    oom_test_t   *t;
    ngx_array_t  *failures;

    t = data;
    rc = api_schema_check(t->schema, t->json, pool, &failures);

    return rc == t->want ? NGX_OK : rc;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    ngx_str_t     text;
    oom_test_t    t;
    api_schema_t  schema;

    make(pool, "a int required max=2;b string[] min=2;j json", &schema);
    t.schema = &schema;

    text = test_str("{\"a\":1,\"b\":[\"x\",\"y\"],\"j\":{\"k\":[]}}");
    t.json = read_json(pool, &text);
    t.want = NGX_OK;
    check_oom(check_one, &t);

    text = test_str("{\"b\":[1],\"j\":[\"\\u0000\"],\"x\":1,\"y\":2}");
    t.json = read_json(pool, &text);
    t.want = NGX_DECLINED;
    check_oom(check_one, &t);

    text = test_str("[{\"a\":3},[],{}]");
    t.json = read_json(pool, &text);
    schema.array = 1;
    schema.items.has_max = 1;
    schema.items.max = test_str("1");
    check_oom(check_one, &t);
}


static const test_case_t  cases[] = {
    { "checks an object", checks_an_object },
    { "checks each type", checks_each_type },
    { "checks arrays of values", checks_arrays_of_values },
    { "checks json", checks_json },
    { "tells NUL in keys", tells_nul_in_keys },
    { "checks an array of objects", checks_an_array_of_objects },
    { "without fields", without_fields },
    { "shortens keys", shortens_keys },
    { "tells no more than its maximum", tells_no_more_than_its_maximum },
    { "speaks to people", speaks_to_people },
    { "is linear", is_linear },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
