
#include "json/read.h"
#include "json/scan.h"
#include "test.h"


/* what would be JSON if white space or a string's inside did not count */

static void
leaves_jansson_the_skeleton(ngx_pool_t *pool)
{
    u_char             *out;
    size_t              len;
    ngx_str_t           text;
    ngx_uint_t          i;
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    static const char *const  skeletons[][2] = {
        { " { \"a b\" : \"c d\" , \"e\" : [ true , null , 0 ] } ",
          "{\"a b\":\"\",\"e\":[true,null,0]}" },
        { "[\"0123456789abcdef\", \"a\\nb\", \"\"]",
          "[\"\",\"a\\nb\",\"\"]" },
        { "[\"01234567\\u0041\", \"\xc3\xa9\"]",
          "[\"01234567\\u0041\",\"\"]" },
        { "[\"a\tb\", \"12345678\001\"]", "[\"a\tb\",\"12345678\001\"]" },
        { "nul l", "nul l" },
        { "0 0", "0 0" },
        { "true\nfalse 0", "true false 0" },
        { "\"a", "\"a" },
        { "\"", "\"" },
        { "\"a\\\"", "\"a\\\"" },
        { "{\"a\"\t:\"b\"", "{\"a\":\"\"" },
    };

    static const char *const  wrong[] = {
        "nul l", "[tr ue]", "[fal\nse]", "0 0", "[1 2]", "[- 1]", "[1 .5]",
        "[1 e5]", "[\"a\" \"b\"]", "[\"a\"\"b\"]", "[true\"a\"]",
        "[\"\\x\"]", "[\"\\u12\"]", "[\"\\u12g4\"]", "[\"\t\"]",
        "[\"1234567\001\"]", "[\"12345678\001\"]", "{\"a\" \"b\"}",
        "{\"a\"}", "{a:\"b\"}", "{\"a\":\"b\",}", "[\"a]", "[\"a\\\"]",
        "{\"a\":1,\"\\u0061\":2}", "{\"a\\\":\"b\"}",
    };

    for (i = 0; i < sizeof(skeletons) / sizeof(skeletons[0]); i++) {
        test_note("%s", skeletons[i][0]);

        text = test_str(skeletons[i][0]);
        out = ngx_pnalloc(pool, text.len);
        len = api_json_scan_skeleton(text.data, text.len, out);

        check_bytes(out, len, skeletons[i][1], strlen(skeletons[i][1]));
    }

    limits.depth = 32;
    limits.values = 1000;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        test_note("%s", wrong[i]);

        text = test_str(wrong[i]);
        check_int(api_json_read(pool, &text, &limits, &json, &err),
                  NGX_DECLINED);
    }
}


static const test_case_t  cases[] = {
    { "leaves jansson the skeleton", leaves_jansson_the_skeleton },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
