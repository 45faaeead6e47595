
#include "schema/equal.h"
#include "schema/names.h"
#include "schema_text.h"


#define EQUAL_LIMIT  100000


typedef struct {
    const char   *a;
    const char   *b;
    ngx_uint_t    equal;
} equal_test_t;


static const equal_test_t  tests[] = {
    { "1", "1.0", 1 },
    { "1", "\"1\"", 0 },
    { "0", "false", 0 },
    { "1", "true", 0 },
    { "null", "null", 1 },
    { "null", "false", 0 },
    { "\"a\"", "\"a\"", 1 },
    { "\"a\"", "\"\\u0061\"", 1 },
    { "\"a\"", "\"b\"", 0 },
    { "\"\"", "\"\\u0000\"", 0 },
    { "\"abcdefgh\"", "\"abcdefgh\"", 1 },
    { "\"abcdefghi\"", "\"abcdefghj\"", 0 },
    { "[]", "{}", 0 },
    { "[]", "[[]]", 0 },
    { "[1,2]", "[1,2]", 1 },
    { "[1,2]", "[2,1]", 0 },
    { "[1,[2,100e-2]]", "[1,[2.0,1]]", 1 },
    { "{\"a\":1,\"b\":2}", "{\"b\":2.0,\"a\":1}", 1 },
    { "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}", 0 },
    { "{\"a\":1}", "{\"a\":1,\"b\":1}", 0 },
    { "{\"a\":null}", "{\"b\":null}", 0 },
    { "[\"ab\",\"c\"]", "[\"a\",\"bc\"]", 0 },
    { "{\"ab\":\"c\"}", "{\"a\":\"bc\"}", 0 },
    { "-1.50", "-15e-1", 1 },
    { "1e1000001", "1e1000001", 1 },
    { NULL, NULL, 0 }
};


static void
compares(ngx_pool_t *pool)
{
    api_json_t          *a, *b;
    ngx_uint_t           steps;
    const equal_test_t  *t;

    for (t = tests; t->a != NULL; t++) {
        test_note("%s and %s", t->a, t->b);

        a = schema_text_json(pool, t->a);
        b = schema_text_json(pool, t->b);
        steps = 0;

        check_int(api_schema_equal(a, b, &steps, EQUAL_LIMIT), t->equal);
        check_int(api_schema_equal(b, a, &steps, EQUAL_LIMIT), t->equal);
        check(steps > 0);

        check_int(api_schema_equal_hash(a, 7, &steps)
                  == api_schema_equal_hash(b, 7, &steps), t->equal);

        /* another seed, other hashes */
        check(api_schema_equal_hash(a, 7, &steps)
              != api_schema_equal_hash(a, 8, &steps));
    }
}


static void
gives_up(ngx_pool_t *pool)
{
    api_json_t  *a, *b;
    ngx_uint_t   steps;

    a = schema_text_json(pool, "[1,2,3,4,5,6,7,8,9]");
    b = schema_text_json(pool, "[1,2,3,4,5,6,7,8,9]");

    steps = 0;
    check_int(api_schema_equal(a, b, &steps, 5), 0);
    check(steps > 5);
}


static void
finds_names(ngx_pool_t *pool)
{
    char                 text[64];
    ngx_str_t            s;
    ngx_int_t            i;
    api_schema_name_t   *name;
    api_schema_names_t   names;

    check_int(api_schema_names_init(&names, pool), NGX_OK);

    s = test_str("x");
    check(api_schema_names_find(&names, &s) == NULL);

    for (i = 0; i < 2000; i++) {
        sprintf(text, "%.*s%d", (int) (i % 30),
                "abcdefghijklmnopqrstuvwxyzabcdef", (int) i);
        s = test_copy(pool, text, strlen(text));

        check_int(api_schema_names_add(&names, &s), i);
        check_int(api_schema_names_add(&names, &s), i);
    }

    s = test_str("");
    check_int(api_schema_names_add(&names, &s), 2000);
    check_int(api_schema_names_finish(&names, pool), NGX_OK);
    check_int(names.list.nelts, 2001);

    for (i = 0; i < 2000; i++) {
        sprintf(text, "%.*s%d", (int) (i % 30),
                "abcdefghijklmnopqrstuvwxyzabcdef", (int) i);
        s = test_copy(pool, text, strlen(text));
        name = api_schema_names_find(&names, &s);

        check(name != NULL);
        check_int(name - (api_schema_name_t *) names.list.elts, i);

        /* and none beside it */
        s.data[s.len - 1] = '!';
        check(api_schema_names_find(&names, &s) == NULL);
    }

    s = test_str("");
    check(api_schema_names_find(&names, &s) != NULL);
}


/* names that differ little do not crowd: every search ends soon */

static void
parts_names(ngx_pool_t *pool)
{
    char                 text[64];
    uint32_t             at;
    ngx_str_t            s;
    ngx_uint_t           i, n, run, longest;
    api_schema_names_t   names;
    static const char   *list[] = {
        "p%05d", "field_%d", "%08d", "column_name_%d", "k%d", "a%03d", "%dx",
        "col%02d", "f%d_id", "a_rather_long_name_of_number_%d_of_these"
    };

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        test_note("%s", list[i]);

        check_int(api_schema_names_init(&names, pool), NGX_OK);

        for (n = 0; n < 10000; n++) {
            sprintf(text, list[i], (int) n);
            s = test_copy(pool, text, strlen(text));
            check_int(api_schema_names_add(&names, &s), n);
        }

        check_int(api_schema_names_finish(&names, pool), NGX_OK);

        for (at = 0, run = 0, longest = 0; at <= names.mask; at++) {
            run = names.table[at] != 0 ? run + 1 : 0;
            longest = ngx_max(longest, run);
        }

        check(longest < 40);
    }
}


static void
matches_members(ngx_pool_t *pool)
{
    ngx_str_t            s;
    ngx_uint_t           i;
    api_json_t          *json, *found[3];
    api_schema_names_t   names;
    static const char   *list[] = { "a", "", "long enough a name" };

    check_int(api_schema_names_init(&names, pool), NGX_OK);

    for (i = 0; i < 3; i++) {
        s = test_str(list[i]);
        check_int(api_schema_names_add(&names, &s), i);
    }

    json = schema_text_json(pool, "{\"b\":1,\"long enough a name\":2,"
                            "\"a\":{\"\":3},\"long enough a nam\":4}");
    api_schema_names_match(&names, json, found);

    check(found[0] == &json->items[2]);
    check(found[1] == NULL);
    check(found[2] == &json->items[1]);

    api_schema_names_match(&names, &json->items[2], found);

    check(found[0] == NULL);
    check(found[1] == &json->items[2].items[0]);

    json = schema_text_json(pool, "[\"a\",{\"a\":1}]");
    api_schema_names_match(&names, json, found);

    check(found[0] == NULL && found[1] == NULL && found[2] == NULL);
}


static const test_case_t  cases[] = {
    { "compares, and hashes alike what is equal", compares },
    { "gives up", gives_up },
    { "finds names", finds_names },
    { "parts names", parts_names },
    { "matches members", matches_members },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
