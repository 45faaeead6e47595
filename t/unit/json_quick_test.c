
#include "json/quick.h"
#include "test.h"


static ngx_int_t quick(ngx_pool_t *pool, const char *text, api_json_t **out);
static ngx_str_t many(ngx_pool_t *pool, ngx_uint_t n, const char *format,
    const char *around);


/* anything but a yes is jansson's to say */

static ngx_int_t
quick(ngx_pool_t *pool, const char *text, api_json_t **out)
{
    ngx_str_t          copy;
    api_json_limits_t  limits;

    limits.depth = 40;
    limits.values = 1000;

    copy.len = strlen(text);
    copy.data = ngx_pnalloc(pool, copy.len + 1);
    check(copy.data != NULL);
    memcpy(copy.data, text, copy.len);

    return api_json_quick(pool, &copy, &limits, out);
}


/* n pieces with a comma between them, in two brackets */

static ngx_str_t
many(ngx_pool_t *pool, ngx_uint_t n, const char *format, const char *around)
{
    size_t      len;
    char       *text;
    ngx_str_t   s;
    ngx_uint_t  i;

    text = ngx_pnalloc(pool, n * 32 + 3);
    check(text != NULL);

    len = 0;
    text[len++] = around[0];

    for (i = 0; i < n; i++) {
        len += (size_t) snprintf(text + len, 32, format, i ? "," : "", i);
    }

    text[len++] = around[1];
    text[len] = '\0';

    s.data = (u_char *) text;
    s.len = len;

    return s;
}


static void
reads_what_is_usual(ngx_pool_t *pool)
{
    api_json_t  *json;

    check_int(quick(pool, " { \"a\" : [ 1 , -2.50e3 ,true,false,null, {} ,[]] "
                          ", \"\\u00e4\\n\" : \"x\\\\\\u0020y\" }\r\n", &json),
              NGX_OK);

    check_int(json->type, API_JSON_OBJECT);
    check_int(json->count, 2);
    check_str(&json->items[0].key, "a");
    check_int(json->items[0].count, 7);
    check_str(&json->items[0].items[0].text, "1");
    check_str(&json->items[0].items[1].text, "-2.50e3");
    check_int(json->items[0].items[1].text.data[7], '\0');
    check_int(json->items[0].items[2].type, API_JSON_TRUE);
    check_int(json->items[0].items[3].type, API_JSON_FALSE);
    check_int(json->items[0].items[4].type, API_JSON_NULL);
    check_int(json->items[0].items[5].type, API_JSON_OBJECT);
    check_int(json->items[0].items[6].type, API_JSON_ARRAY);
    check_int(json->items[0].items[6].count, 0);
    check_str(&json->items[1].key, "\xc3\xa4\n");
    check_str(&json->items[1].text, "x\\ y");

    check_int(quick(pool, "7", &json), NGX_OK);
    check_str(&json->text, "7");
    check_int(json->text.data[1], '\0');
}


static void
says_yes_to_no_other_text(ngx_pool_t *pool)
{
    ngx_uint_t          i;
    api_json_t         *json;
    static const char  *texts[] = {
        "", " ", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]",
        "[1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
        "{\"a\":1 \"b\":2}", "{\"a\":1]", "1 2", "1,", "01", "1.", ".5", "+1",
        "-", "1e", "--1", "0x1", "nul", "nulll", "True", "tru", "NaN",
        "\"", "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12",
        "\"a\nb\"", "\"\x1f\"", "\"\xff\"", "\xef\xbb\xbf{}", "'a'", "// x\n1",
        "[1]]", "{}{}",

        /* which jansson has a word on */

        "{\"a\":1,\"a\":2}", "{\"a\\u0062\":1,\"ab\":2}", "\"\\u0000\"",
        "{\"\\u0000\":1}", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", NULL
    };

    for (i = 0; texts[i] != NULL; i++) {
        test_note("%s", texts[i]);
        check_int(quick(pool, texts[i], &json), NGX_DECLINED);
    }
}


static void
leaves_what_is_large(ngx_pool_t *pool)
{
    char        *text;
    ngx_str_t    s;
    api_json_t  *json;

    s = many(pool, API_JSON_QUICK_VALUES, "%s%lu", "[]");
    check_int(quick(pool, (char *) s.data, &json), NGX_OK);
    check_int(json->count, API_JSON_QUICK_VALUES);
    check_str(&json->items[255].text, "255");

    s = many(pool, API_JSON_QUICK_VALUES + 1, "%s%lu", "[]");
    check_int(quick(pool, (char *) s.data, &json), NGX_DECLINED);

    s = many(pool, API_JSON_QUICK_MEMBERS, "%s\"m%lu\":0", "{}");
    check_int(quick(pool, (char *) s.data, &json), NGX_OK);
    check_str(&json->items[31].key, "m31");

    s = many(pool, API_JSON_QUICK_MEMBERS + 1, "%s\"m%lu\":0", "{}");
    check_int(quick(pool, (char *) s.data, &json), NGX_DECLINED);

    text = ngx_pnalloc(pool, API_JSON_QUICK_TEXT + 2);
    check(text != NULL);
    memset(text, ' ', API_JSON_QUICK_TEXT + 1);
    text[0] = '1';
    text[API_JSON_QUICK_TEXT] = '\0';
    check_int(quick(pool, text, &json), NGX_OK);

    text[API_JSON_QUICK_TEXT] = ' ';
    text[API_JSON_QUICK_TEXT + 1] = '\0';
    check_int(quick(pool, text, &json), NGX_DECLINED);
}


static void
keeps_the_limits(ngx_pool_t *pool)
{
    u_char             text[] = "[[[1,2]]]";
    ngx_str_t          s;
    api_json_t        *json;
    api_json_limits_t  limits;

    s.data = text;
    s.len = sizeof(text) - 1;

    limits.depth = 3;
    limits.values = 5;
    check_int(api_json_quick(pool, &s, &limits, &json), NGX_OK);

    memcpy(text, "[[[1,2]]]", sizeof(text));
    limits.values = 4;
    check_int(api_json_quick(pool, &s, &limits, &json), NGX_DECLINED);

    memcpy(text, "[[[1,2]]]", sizeof(text));
    limits.values = 5;
    limits.depth = 2;
    check_int(api_json_quick(pool, &s, &limits, &json), NGX_DECLINED);

    memcpy(text, "[[[1,2]]]", sizeof(text));
    limits.depth = 3;
    limits.values = 0;
    check_int(api_json_quick(pool, &s, &limits, &json), NGX_DECLINED);

    /* of its own: it calls itself */

    check_int(quick(pool, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                          "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", &json), NGX_OK);
    check_int(quick(pool, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                          "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", &json),
              NGX_DECLINED);
}


static const test_case_t  cases[] = {
    { "reads what is usual", reads_what_is_usual },
    { "says yes to no other text", says_yes_to_no_other_text },
    { "leaves what is large", leaves_what_is_large },
    { "keeps the limits", keeps_the_limits },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
