
#include <jansson.h>

#include "sql/grammar.h"
#include "test.h"

#include <string.h>


static const struct {
    const char  *text;
    ngx_uint_t   valid;
} grammar[] = {
    { "1", 1 }, { "-0.5e+10", 1 }, { " [ ] ", 1 }, { "{}", 1 },
    { "\t{\r\n\"a\" : [ 1 , { \"b\" : null } ] , \"c\" : \"\" }", 1 },
    { "[[[]],[{}],true,false]", 1 },
    { "\"\\u00e9\\\"\\\\\\/\\b\\f\\n\\r\\t\"", 1 },
    { "\"\xc3\xa9\"", 1 },
    { "[1,[2,[3]],4]", 1 },
    { "{\"a\":{\"b\":{}},\"c\":[]}", 1 },
    { "", 0 }, { " ", 0 }, { "1 2", 0 }, { "01", 0 }, { "-", 0 },
    { "1.", 0 }, { "tru", 0 }, { "truex", 0 }, { "nul", 0 }, { "NaN", 0 },
    { "[", 0 }, { "]", 0 }, { "[1", 0 }, { "[1,", 0 }, { "[1,]", 0 },
    { "[,1]", 0 }, { "[1 2]", 0 }, { "[1}", 0 }, { "{]", 0 }, { "[}", 0 },
    { "{", 0 }, { "{\"a\"", 0 }, { "{\"a\":", 0 }, { "{\"a\":}", 0 },
    { "{\"a\":1", 0 }, { "{\"a\":1,", 0 }, { "{\"a\":1,}", 0 },
    { "{\"a\" 1}", 0 }, { "{1:1}", 0 }, { "{\"a\":1]", 0 }, { "{,}", 0 },
    { "{\"a\":1,2}", 0 }, { "[\"a\":1]", 0 }, { "[]]", 0 }, { "{}}", 0 },
    { "[],", 0 }, { "\"", 0 }, { "\"\\", 0 }, { "\"\\x\"", 0 },
    { "\"\\u12g4\"", 0 }, { "\"\\u123", 0 }, { "\"\n\"", 0 },
    { "\"a\" \"b\"", 0 }, { "'a'", 0 }, { "1,\"a\":2", 0 },
    { "[1],\"admin\":[true]", 0 },
    { NULL, 0 }
};


static void
knows_json(ngx_pool_t *pool)
{
    int           i;
    size_t        n;
    u_char        deep[2 * API_SQL_GRAMMAR_DEPTH + 2];
    ngx_str_t     text;
    json_t       *json;

    for (i = 0; grammar[i].text != NULL; i++) {
        test_note("%s", grammar[i].text);

        text = test_copy(pool, grammar[i].text, strlen(grammar[i].text));
        check_int(api_sql_grammar_json(text.data, text.len),
                  grammar[i].valid);

        json = json_loadb((char *) text.data, text.len, JSON_DECODE_ANY,
                          NULL);
        check_int(json != NULL, grammar[i].valid);
        json_decref(json);
    }

    for (n = API_SQL_GRAMMAR_DEPTH; n <= API_SQL_GRAMMAR_DEPTH + 1; n++) {
        memset(deep, '[', n);
        memset(deep + n, ']', n);
        check_int(api_sql_grammar_json(deep, 2 * n),
                  n == API_SQL_GRAMMAR_DEPTH);
    }
}


static const test_case_t  cases[] = {
    { "knows JSON", knows_json },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
