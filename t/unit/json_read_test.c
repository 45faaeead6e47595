
#include "json/read.h"
#include "test.h"


typedef struct {
    const char   *text;
    size_t        len;
    const char   *detail;
} bad_test_t;


#define BAD(text, detail)  { text, sizeof(text) - 1, detail }


static ngx_int_t read_limited(ngx_pool_t *pool, const void *text,
    size_t len, ngx_uint_t depth, ngx_uint_t values, api_json_t **out,
    api_error_t *err);
static api_json_t *good(ngx_pool_t *pool, const void *text, size_t len);
static ngx_str_t repeat(ngx_pool_t *pool, const char *before, size_t n,
    const char *middle, const char *after);


static const bad_test_t  bad[] = {
    BAD("", "the JSON text is empty, line 1, column 1"),
    BAD(" \t\r\n ", "the JSON text is empty, line 1, column 1"),

    BAD("[1\0]", "the JSON text contains a NUL byte, line 1, column 3"),
    BAD("\0", "the JSON text contains a NUL byte, line 1, column 1"),
    BAD("1\0", "the JSON text contains a NUL byte, line 1, column 2"),
    BAD("\"a\0b\"", "the JSON text contains a NUL byte, line 1, column 3"),
    BAD("[]\n\0", "the JSON text contains a NUL byte, line 2, column 1"),

    BAD("\xef\xbb\xbf{}",
        "the JSON text begins with a byte order mark, line 1, column 1"),
    BAD("\xef\xbb\xbf",
        "the JSON text begins with a byte order mark, line 1, column 1"),
    BAD("\xff\xfe[\0]\0",
        "the JSON text is not valid UTF-8, line 1, column 1"),

    BAD("\"\xc3\xa4\xff\"",
        "the JSON text is not valid UTF-8, line 1, column 3"),
    BAD("\"\xc0\x80\"",
        "the JSON text is not valid UTF-8, line 1, column 2"),
    BAD("\"\xed\xa0\x80\"",
        "the JSON text is not valid UTF-8, line 1, column 2"),
    BAD("\"\xf4\x90\x80\x80\"",
        "the JSON text is not valid UTF-8, line 1, column 2"),
    BAD("[]\xc3", "the JSON text is not valid UTF-8, line 1, column 3"),

    BAD("\"\\ud800\"",
        "the JSON text contains half of an escaped surrogate pair, line 1, "
        "column 2"),
    BAD("\"\\uDFFF\"",
        "the JSON text contains half of an escaped surrogate pair, line 1, "
        "column 2"),
    BAD("\"\\ud83d\\ud83d\\ude00\"",
        "the JSON text contains half of an escaped surrogate pair, line 1, "
                                    "column 2"),
    BAD("{\"\xc3\xa4\\uDBFFx\":1}",
        "the JSON text contains half of an escaped surrogate pair, line 1, "
                                   "column 4"),
    BAD("\"\\udc00\\udc00\"",
        "the JSON text contains half of an escaped surrogate pair, line 1, "
        "column 2"),
    BAD("\"\\ud83d\\n\"",
        "the JSON text contains half of an escaped surrogate pair, line 1, "
        "column 2"),

    BAD("01", "the JSON text contains a number that is not valid JSON, "
              "line 1, column 1"),
    BAD("[1,\n -]",
        "the JSON text contains a number that is not valid JSON, line 2, "
        "column 2"),
    BAD("1.", "the JSON text contains a number that is not valid JSON, "
              "line 1, column 1"),
    BAD("1e", "the JSON text contains a number that is not valid JSON, "
              "line 1, column 1"),
    BAD("1-2", "the JSON text contains a number that is not valid JSON, "
               "line 1, column 1"),
    BAD("--1", "the JSON text contains a number that is not valid JSON, "
               "line 1, column 1"),
    BAD("-Infinity",
        "the JSON text contains a number that is not valid JSON, line 1, "
        "column 1"),

    BAD("{\"a\":1,\"a\":2}",
        "the JSON text has an object with the same key twice, the second "
        "one, line 1, column 8"),
    BAD("[{\"a\\u0062\":1,\n  \"x\":2, \"ab\" : 3}]",
        "the JSON text has an object with the same key twice, the second "
        "one, line 2, column 10"),
    BAD("{\"\\u0000\":1,\"\\u0000\":2}",
        "the JSON text has an object with the same key twice, the second "
        "one, line 1, column 13"),
    BAD("{\"\":1.5,\"\":2}",
        "the JSON text has an object with the same key twice, the second "
        "one, line 1, column 9"),

    BAD("[1] x", "the JSON text continues after its value, line 1, column 5"),
    BAD("[1]]", "the JSON text continues after its value, line 1, column 4"),
    BAD("{}{}", "the JSON text continues after its value, line 1, column 3"),
    BAD("1 2", "the JSON text continues after its value, line 1, column 3"),
    BAD("12.5a", "the JSON text continues after its value, line 1, column 5"),
    BAD("1e5true",
        "the JSON text continues after its value, line 1, column 4"),
    BAD("1,", "the JSON text continues after its value, line 1, column 2"),
    BAD("true1", "the JSON text continues after its value, line 1, column 5"),

    BAD("[1,2", "the JSON text ends too early, line 1, column 4"),
    BAD("{\"a\":", "the JSON text ends too early, line 1, column 5"),
    BAD("\"abc", "the JSON text ends too early, line 1, column 1"),
    BAD("\"abc\\", "the text is not valid JSON, line 1, column 1"),

    BAD("nul", "the text is not valid JSON, line 1, column 1"),
    BAD("True", "the text is not valid JSON, line 1, column 1"),
    BAD("NaN", "the text is not valid JSON, line 1, column 1"),
    BAD("'a'", "the text is not valid JSON, line 1, column 1"),
    BAD("+1", "the text is not valid JSON, line 1, column 1"),
    BAD(".5", "the text is not valid JSON, line 1, column 1"),
    BAD("]", "the text is not valid JSON, line 1, column 1"),
    BAD(",", "the text is not valid JSON, line 1, column 1"),
    BAD("[1,]", "the text is not valid JSON, line 1, column 4"),
    BAD("[,1]", "the text is not valid JSON, line 1, column 2"),
    BAD("[1 2]", "the text is not valid JSON, line 1, column 4"),
    BAD("[1;2]", "the text is not valid JSON, line 1, column 3"),
    BAD("{\"a\" 1}", "the text is not valid JSON, line 1, column 6"),
    BAD("{\"a\":1,}", "the text is not valid JSON, line 1, column 8"),
    BAD("{1:2}", "the text is not valid JSON, line 1, column 2"),
    BAD("{\"a\":1 \"b\":2}", "the text is not valid JSON, line 1, column 8"),
    BAD("[1}", "the text is not valid JSON, line 1, column 3"),
    BAD("{\"a\"]", "the text is not valid JSON, line 1, column 5"),
    BAD("\"a\nb\"", "the text is not valid JSON, line 1, column 3"),
    BAD("\"a\x1f\"", "the text is not valid JSON, line 1, column 3"),
    BAD("\"ab\\x\"", "the text is not valid JSON, line 1, column 5"),
    BAD("\"\\u12g4\"", "the text is not valid JSON, line 1, column 6"),
    BAD("[\xc3\xa4]", "the text is not valid JSON, line 1, column 2"),
    BAD("\x0c[]", "the text is not valid JSON, line 1, column 1"),
    BAD("\xc2\xa0[]", "the text is not valid JSON, line 1, column 1"),
    BAD("// x\n1", "the text is not valid JSON, line 1, column 1"),
    BAD("[1]/**/",
        "the JSON text continues after its value, line 1, column 4"),
    { NULL, 0, NULL }
};


static ngx_int_t
read_limited(ngx_pool_t *pool, const void *text, size_t len,
    ngx_uint_t depth, ngx_uint_t values, api_json_t **out, api_error_t *err)
{
    ngx_int_t          rc;
    ngx_str_t          copy;
    api_json_limits_t  limits;

    limits.depth = depth;
    limits.values = values;

    copy = test_copy(pool, text, len);
    memset(err, 0, sizeof(api_error_t));
    *out = NULL;

    rc = api_json_read(pool, &copy, &limits, out, err);

    /* the text may go */
    memset(copy.data, 'x', len);

    return rc;
}


static api_json_t *
good(ngx_pool_t *pool, const void *text, size_t len)
{
    api_json_t   *json;
    api_error_t   err;

    check_int(read_limited(pool, text, len, API_JSON_DEPTH, API_JSON_VALUES,
                           &json, &err),
              NGX_OK);
    check(json != NULL);

    return json;
}


static ngx_str_t
repeat(ngx_pool_t *pool, const char *before, size_t n, const char *middle,
    const char *after)
{
    size_t     i;
    u_char    *p;
    ngx_str_t  s;

    s.len = n * (strlen(before) + strlen(after)) + strlen(middle);
    s.data = ngx_pnalloc(pool, s.len + 1);
    check(s.data != NULL);

    p = s.data;

    for (i = 0; i < n; i++) {
        p = ngx_cpymem(p, before, strlen(before));
    }

    p = ngx_cpymem(p, middle, strlen(middle));

    for (i = 0; i < n; i++) {
        p = ngx_cpymem(p, after, strlen(after));
    }

    return s;
}


static void
reads_scalars(ngx_pool_t *pool)
{
    api_json_t         *json;
    static const char   strings[] =
        "\"\\b\\f\\n\\r\\t\\\"\\\\\\/\\u007F\\u00e4\\u20AC"
        "\\ud83d\\ude00\\udbff\\udfff\xc3\xa4\"";

    json = good(pool, "null", 4);
    check_int(json->type, API_JSON_NULL);
    check_int(json->key.len, 0);

    check_int(good(pool, " true\n", 6)->type, API_JSON_TRUE);
    check_int(good(pool, "false", 5)->type, API_JSON_FALSE);

    json = good(pool, strings, sizeof(strings) - 1);
    check_int(json->type, API_JSON_STRING);
    check_str(&json->text, "\b\f\n\r\t\"\\/\x7f\xc3\xa4\xe2\x82\xac"
                           "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\xc3\xa4");
    check_int(json->text.data[json->text.len], '\0');
    check_int(json->has_nul, 0);

    json = good(pool, "\"\"", 2);
    check_int(json->text.len, 0);
    check_int(json->text.data[0], '\0');
}


static void
keeps_every_digit(ngx_pool_t *pool)
{
    api_json_t         *json;
    ngx_uint_t          i, j;
    char                text[2000];
    static const char  *numbers[] = {
        "0", "-0", "-0.0", "1", "-1", "12", "0.1", "1.10", "1e5", "1E+05",
        "1e-5", "9223372036854775807", "9223372036854775808",
        "-9223372036854775809", "123456789012345678901234567890",
        "0.1000000000000000055511151231257827021181583404541015625",
        "1e400", "-1e-400", "1e999999999999999999999", "100", NULL
    };

    for (i = 0; numbers[i] != NULL; i++) {
        test_note("%s", numbers[i]);

        json = good(pool, numbers[i], strlen(numbers[i]));
        check_int(json->type, API_JSON_NUMBER);
        check_bytes(json->text.data, json->text.len, numbers[i],
                    strlen(numbers[i]));
        check_int(json->text.data[json->text.len], '\0');
    }

    /* each its own, between strings and keys that look like numbers */

    text[0] = '\0';
    for (i = 0; numbers[i] != NULL; i++) {
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "%s\"7\\\"8\",{\"-9\":%s ,\"\\\\\":[ %s\n]}",
                 i ? "," : "[", numbers[i], numbers[i]);
    }

    strcat(text, "]");
    json = good(pool, text, strlen(text));
    check_int(json->count, 2 * i);

    for (j = 0; j < i; j++) {
        test_note("%s", numbers[j]);

        check_str(&json->items[2 * j].text, "7\"8");
        check_bytes(json->items[2 * j + 1].items[0].text.data,
                    json->items[2 * j + 1].items[0].text.len, numbers[j],
                    strlen(numbers[j]));
        check_bytes(json->items[2 * j + 1].items[1].items[0].text.data,
                    json->items[2 * j + 1].items[1].items[0].text.len,
                    numbers[j], strlen(numbers[j]));
    }
}


static void
keeps_the_order(ngx_pool_t *pool)
{
    size_t       n;
    char        *text;
    ngx_str_t    key;
    ngx_uint_t   i;
    char         name[16];
    api_json_t  *json;

    /* so many keys that jansson's table grows many times */

    text = ngx_palloc(pool, 200000);
    check(text != NULL);
    n = 0;

    for (i = 0; i < 5000; i++) {
        n += (size_t) sprintf(text + n, "%c\"k%d\":%d", i ? ',' : '{',
                              (int) (i * 7919 % 5000), (int) i);
    }

    text[n++] = '}';
    json = good(pool, text, n);

    check_int(json->type, API_JSON_OBJECT);
    check_int(json->count, 5000);

    for (i = 0; i < 5000; i++) {
        n = (size_t) sprintf(name, "k%d", (int) (i * 7919 % 5000));
        check_bytes(json->items[i].key.data, json->items[i].key.len, name, n);
        check_int(json->items[i].key.data[n], '\0');

        n = (size_t) sprintf(name, "%d", (int) i);
        check_bytes(json->items[i].text.data, json->items[i].text.len, name,
                    n);
    }

    key = test_str("k4999");
    check(api_json_member(json, &key) != NULL);
    key = test_str("k5000");
    check(api_json_member(json, &key) == NULL);
    key = test_str("k499");
    check_str(&api_json_member(json, &key)->key, "k499");
    check(api_json_member(api_json_member(json, &key), &key) == NULL);
}


/* whatever size the table of keys has grown to */

static void
finds_a_key_twice(ngx_pool_t *pool)
{
    size_t             n;
    char              *text, want[128];
    ngx_uint_t         i, j, last;
    api_json_t        *json;
    api_error_t        err;
    static const int   counts[] = { 2, 8, 9, 16, 17, 64, 65, 128, 129, 3000 };

    text = ngx_palloc(pool, 100000);
    check(text != NULL);

    for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        last = (ngx_uint_t) counts[i] - 1;

        for (n = 0, j = 0; j < last; j++) {
            n += (size_t) sprintf(text + n, "%c\"key number %d\":0",
                                  j ? ',' : '{', (int) j);
        }

        test_note("%d keys", counts[i]);

        (void) sprintf(text + n, ",\"key number %d\":0}", (int) last);
        check_int(good(pool, text, strlen(text))->count, last + 1);

        (void) sprintf(text + n, ",\"key number %d\":0}", (int) last / 2);
        check_int(read_limited(pool, text, strlen(text), 1, 10000, &json,
                               &err),
                  NGX_DECLINED);

        (void) sprintf(want, "the JSON text has an object with the same key "
                       "twice, the second one, line 1, column %d",
                       (int) n + 2);
        check_bytes(err.detail.data, err.detail.len, want, strlen(want));
    }
}


static void
reads_nested(ngx_pool_t *pool)
{
    api_json_t         *json;
    static const char   text[] = "{\"a\":[],\"b\":{},\"\":[[1],{\"c\":null}]}";

    json = good(pool, text, sizeof(text) - 1);

    check_int(json->count, 3);
    check_int(json->items[0].type, API_JSON_ARRAY);
    check_int(json->items[0].count, 0);
    check_int(json->items[1].type, API_JSON_OBJECT);
    check_int(json->items[1].count, 0);
    check_int(json->items[2].key.len, 0);
    check_int(json->items[2].items[0].items[0].type, API_JSON_NUMBER);
    check_int(json->items[2].items[0].items[0].key.len, 0);
    check_str(&json->items[2].items[1].items[0].key, "c");
}


static void
marks_nul(ngx_pool_t *pool)
{
    api_json_t         *json, *items;
    static const char   text[] =
        "{\"a\":\"x\\u0000\",\"\\u0000b\\\\u0000\\u0000\":1,"
        "\"c\":\"\\\\u0000\","
        "\"d\":\"\\u0001\",\"\\ufdd0\":2,\"e\":\"\\ufdd0\"}";

    json = good(pool, text, sizeof(text) - 1);
    items = json->items;

    check_int(json->has_nul, 0);
    check_str(&items[0].key, "a");
    check_str(&items[0].text, "x\0");
    check_int(items[0].has_nul, 1);

    check_str(&items[1].key, "\0b\\u0000\0");
    check_str(&items[1].text, "1");
    check_int(items[1].has_nul, 1);

    check_str(&items[2].text, "\\u0000");
    check_int(items[2].has_nul, 0);
    check_int(items[3].has_nul, 0);

    check_str(&items[4].key, "\xef\xb7\x90");
    check_int(items[4].has_nul, 0);
    check_str(&items[5].text, "\xef\xb7\x90");
    check_int(items[5].has_nul, 0);
}


static void
refuses(ngx_pool_t *pool)
{
    api_json_t        *json;
    api_error_t        err;
    const bad_test_t  *t;

    for (t = bad; t->text != NULL; t++) {
        test_note("%s", t->text);

        check_int(read_limited(pool, t->text, t->len, API_JSON_DEPTH,
                               API_JSON_VALUES, &json, &err),
                  NGX_DECLINED);
        check_int(err.code, API_ERROR_NOT_JSON);
        check_int(api_error_status(&err), 400);
        check_bytes(err.detail.data, err.detail.len, t->detail,
                    strlen(t->detail));
    }
}


static void
bounds_the_depth(ngx_pool_t *pool)
{
    ngx_str_t    s;
    api_json_t  *json;
    api_error_t  err;

    s = repeat(pool, "[", 32, "", "]");
    check_int(good(pool, s.data, s.len)->type, API_JSON_ARRAY);
    s = repeat(pool, "{\"a\":", 32, "1", "}");
    check_int(good(pool, s.data, s.len)->type, API_JSON_OBJECT);

    s = repeat(pool, "[", 33, "", "]");
    check_int(read_limited(pool, s.data, s.len, 32, 100, &json, &err),
              NGX_DECLINED);
    check_str(&err.detail, "the JSON text is nested deeper than 32 levels, "
                           "line 1, column 33");

    s = repeat(pool, "[{\"a\":", 17, "", "}]");
    check_int(read_limited(pool, s.data, s.len, 32, 100, &json, &err),
              NGX_DECLINED);
    check_str(&err.detail, "the JSON text is nested deeper than 32 levels, "
                           "line 1, column 97");

    /* side by side is not deep, in strings neither */
    check_int(read_limited(pool, "[[],[[]],[],{}]", 15, 3, 100, &json, &err),
              NGX_OK);
    check_int(read_limited(pool, "\"[[[[\"", 6, 0, 100, &json, &err), NGX_OK);
    check_int(read_limited(pool, "[]", 2, 0, 100, &json, &err),
              NGX_DECLINED);

    /* a megabyte of brackets neither recurses nor takes long */
    s = repeat(pool, "[", 1000000, "", "");
    check_int(read_limited(pool, s.data, s.len, 32, 100, &json, &err),
              NGX_DECLINED);
    s = repeat(pool, "]", 1000000, "", "");
    check_int(read_limited(pool, s.data, s.len, 32, 100, &json, &err),
              NGX_DECLINED);

    /* jansson has its own limit: whatever is asked for, a clear answer */
    s = repeat(pool, "[", 2047, "", "]");
    check_int(read_limited(pool, s.data, s.len, 100000, 100000, &json, &err),
              NGX_OK);
    s = repeat(pool, "[", 2048, "", "]");
    check_int(read_limited(pool, s.data, s.len, 100000, 100000, &json, &err),
              NGX_DECLINED);
    check_str(&err.detail, "the JSON text is nested deeper than 2047 levels, "
                           "line 1, column 2048");
}


static void
bounds_the_values(ngx_pool_t *pool)
{
    api_json_t         *json;
    api_error_t         err;
    static const char   text[] =
        "{\"a\":1,\"b\" :\"x\",\"c\"\n:[true,null,false],\"d\":{\"e\":-1.5}}";

    check_int(read_limited(pool, text, sizeof(text) - 1, 3, 9, &json, &err),
              NGX_OK);
    check_int(read_limited(pool, text, sizeof(text) - 1, 3, 8, &json, &err),
              NGX_DECLINED);
    check_str(&err.detail, "the JSON text has more than 8 values, line 2, "
                           "column 29");
}


static const test_case_t  cases[] = {
    { "reads scalars", reads_scalars },
    { "keeps every digit", keeps_every_digit },
    { "keeps the order", keeps_the_order },
    { "finds a key twice", finds_a_key_twice },
    { "reads nested", reads_nested },
    { "marks NUL", marks_nul },
    { "refuses", refuses },
    { "bounds the depth", bounds_the_depth },
    { "bounds the values", bounds_the_values },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
