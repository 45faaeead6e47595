
#include "json/read.h"
#include "schema/short.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *words;       /* parted by "|"; "{" at the end opens a block */
    const char  *text;
} short_test_t;

typedef struct {
    const char  *words;
    const char  *word;        /* the one that is wrong, or NULL */
    const char  *why;         /* a part of the sentence */
} refused_t;


#define INT  "\"minimum\":-2147483648,\"maximum\":2147483647"


static const short_test_t  values[] = {
    { "int", "{\"type\":\"integer\"," INT "}" },
    { "int|min=0", "{\"type\":\"integer\",\"minimum\":0,"
      "\"maximum\":2147483647}" },
    { "int|max=007|min=-05", "{\"type\":\"integer\",\"minimum\":-5,"
      "\"maximum\":7}" },
    { "bigint", "{\"type\":\"integer\",\"minimum\":-9223372036854775808,"
      "\"maximum\":9223372036854775807}" },
    { "number|min=0.50|max=1e3", "{\"type\":\"number\",\"minimum\":0.50,"
      "\"maximum\":1e3}" },
    { "bool", "{\"type\":\"boolean\"}" },
    { "string|min=1|max=100", "{\"type\":\"string\",\"minLength\":1,"
      "\"maxLength\":100}" },
    { "text|pattern=^[a-z]{2}$|format=hostname", "{\"type\":\"string\","
      "\"pattern\":\"^[a-z]{2}$\",\"format\":\"hostname\"}" },
    { "uuid", "{\"type\":\"string\",\"format\":\"uuid\"}" },
    { "email|max=254", "{\"type\":\"string\",\"format\":\"api-email\","
      "\"maxLength\":254}" },
    { "date|nullable", "{\"type\":[\"string\",\"null\"],"
      "\"format\":\"api-date\"}" },
    { "timestamp", "{\"type\":\"string\",\"format\":\"api-timestamp\"}" },
    { "time", "{\"type\":\"string\",\"format\":\"api-time\"}" },
    { "uri", "{\"type\":\"string\",\"format\":\"uri\"}" },
    { "ipv4", "{\"type\":\"string\",\"format\":\"ipv4\"}" },
    { "ipv6", "{\"type\":\"string\",\"format\":\"ipv6\"}" },
    { "json", "{}" },
    { "json|nullable|required", "{}" },
    { "json|default={\"a\":1}", "{\"default\":{\"a\":1}}" },
    { "enum(a,\"b)", "{\"type\":\"string\",\"enum\":[\"a\",\"\\\"b\"]}" },
    { "enum(a,b)|nullable|default=b", "{\"type\":[\"string\",\"null\"],"
      "\"enum\":[\"a\",\"b\",null],\"default\":\"b\"}" },
    { "int|default=007", "{\"type\":\"integer\"," INT ",\"default\":7}" },
    { "bool|default=true", "{\"type\":\"boolean\",\"default\":true}" },
    { "string|default=", "{\"type\":\"string\",\"default\":\"\"}" },

    { "int[]", "{\"type\":\"array\",\"items\":{\"type\":\"integer\"," INT
      "}}" },
    { "array|int|min=1", "{\"type\":\"array\",\"items\":{\"type\":"
      "\"integer\"," INT "},\"minItems\":1}" },
    { "string[]|nullable|max=3|pattern=x|default=a,b",
      "{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"string\","
      "\"pattern\":\"x\"},\"maxItems\":3,\"default\":[\"a\",\"b\"]}" },
    { "int[]|default=", "{\"type\":\"array\",\"items\":{\"type\":\"integer\","
      INT "},\"default\":[]}" },
    { "text[]|default=a,", "{\"type\":\"array\",\"items\":{\"type\":"
      "\"string\"},\"default\":[\"a\",\"\"]}" },
    { "text[]|default=,", "{\"type\":\"array\",\"items\":{\"type\":"
      "\"string\"},\"default\":[\"\",\"\"]}" },
    { "json[]", "{\"type\":\"array\",\"items\":{}}" },

    { "object", "{\"type\":\"object\"}" },
    { "array|object|max=9", "{\"type\":\"array\",\"items\":{\"type\":"
      "\"object\"},\"maxItems\":9}" },
    { NULL, NULL }
};


static const refused_t  refusals[] = {
    { "", NULL, "has no type" },
    { "required", "required", "no such type" },
    { "array", NULL, "has no type" },
    { "array|int[]", "int[]", "no arrays of arrays" },
    { "integr", "integr", "no such type" },
    { "int|requird", "requird", "pattern=, format= and additional=" },
    { "int|required|required", "required", "twice" },
    { "int|min=x", "min=x", "integers" },
    { "int|pattern=x", "pattern=x", "for string" },
    { "uuid|format=uuid", "format=uuid", "for string" },
    { "string|pattern=x|pattern=y", "pattern=y", "twice" },
    { "string|pattern=", "pattern=", "nothing stands" },
    { "string|additional=on", "additional=on", "only an object" },
    { "string|pattern=a\xff", "pattern=a\xff", "UTF-8" },
    { "int|default=x", NULL, "default= breaks" },
    { "json|default={", NULL, "not JSON" },
    { "json|default=", NULL, "not JSON" },
    { "json|default=1,\"b\":2", NULL, "not JSON" },
    { "string|nullable|default=null", NULL, "drop default=null" },
    { "default=null|int|nullable", "default=null", "no such type" },
    { "int|default=null|nullable", NULL, "drop default=null" },
    { "string|min=2|max=1", NULL, "above" },
    { "int|{", "int", "exclude each other" },
    { "array|int|{", "int", "exclude each other" },
    { "string[]|required|{", "string[]", "exclude each other" },
    { "additional=no|{", "additional=no", "additional=on" },
    { "min=1|{", "min=1", "no min=" },
    { "default={}|{", "default={}", "has no default=" },
    { "pattern=x|{", "pattern=x", "for string" },
    { NULL, NULL, NULL }
};


/* the words of a test; 1 when a block follows */

static ngx_uint_t
cut(ngx_pool_t *pool, const char *text, ngx_str_t *words, ngx_uint_t *n)
{
    size_t  len;

    for (*n = 0; *text != '\0'; text += len + (text[len] == '|')) {

        len = strcspn(text, "|");

        if (len == 1 && *text == '{') {
            return 1;
        }

        words[(*n)++] = test_copy(pool, text, len);
    }

    return 0;
}


static void
translates_values(ngx_pool_t *pool)
{
    ngx_str_t            words[8], text;
    ngx_uint_t           i, n, open;
    const char          *why;
    const ngx_str_t     *word;
    api_schema_short_t   form;

    for (i = 0; values[i].words != NULL; i++) {
        test_note("%s", values[i].words);

        open = cut(pool, values[i].words, words, &n);

        check_int(api_schema_short_words(pool, words, n, open, 0, &form, &word,
                                         &why),
                  NGX_OK);
        check_int(api_schema_short_text(pool, &form, &text), NGX_OK);
        check_bytes(text.data, text.len, values[i].text,
                    strlen(values[i].text));
    }
}


static api_schema_short_t *
add(ngx_pool_t *pool, api_schema_short_t *object, const char *name,
    const char *rules)
{
    ngx_str_t            words[8], s;
    ngx_uint_t           n, open;
    const char          *why;
    const ngx_str_t     *word;
    api_schema_short_t   form, *member;

    open = cut(pool, rules, words, &n);

    check_int(api_schema_short_words(pool, words, n, open,
                                     name[strlen(name) - 1] == ']', &form,
                                     &word, &why),
              NGX_OK);

    s = test_copy(pool, name, strcspn(name, "["));

    if (object == NULL) {
        member = ngx_palloc(pool, sizeof(api_schema_short_t));

    } else {
        member = api_schema_short_add(pool, object, &s);
    }

    check(member != NULL);
    *member = form;
    member->name = s;

    return member;
}


static void
translates_objects(ngx_pool_t *pool)
{
    ngx_str_t            text, name;
    api_schema_short_t  *body, *address, *items;

    static const char  expected[] =
        "{\"type\":\"object\",\"properties\":{"
        "\"email\":{\"type\":\"string\",\"format\":\"api-email\"},"
        "\"address\":{\"type\":[\"object\",\"null\"],\"properties\":{"
        "\"city\":{\"type\":\"string\"},"
        "\"zip\":{\"type\":\"string\",\"default\":\"0\"}},"
        "\"required\":[\"city\"]},"
        "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
        "\"properties\":{\"sku\":{\"type\":\"string\"}},"
        "\"required\":[\"sku\"],\"additionalProperties\":false},"
        "\"minItems\":1}},"
        "\"required\":[\"email\",\"address\"],"
        "\"additionalProperties\":false}";

    body = add(pool, NULL, "-", "{");
    (void) add(pool, body, "email", "email|required");

    address = add(pool, body, "address",
                  "object|required|nullable|additional=on|{");
    (void) add(pool, address, "city", "string|required");
    (void) add(pool, address, "zip", "string|default=0");

    items = add(pool, body, "items[]", "min=1|{");
    (void) add(pool, items, "sku", "text|required");

    check_int(api_schema_short_text(pool, body, &text), NGX_OK);
    check_bytes(text.data, text.len, expected, sizeof(expected) - 1);

    name = test_str("items");
    check(api_schema_short_member(body, &name) == items);
    name = test_str("item");
    check(api_schema_short_member(body, &name) == NULL);
}


static void
refuses_with_the_word(ngx_pool_t *pool)
{
    ngx_str_t            words[8];
    ngx_uint_t           i, n, open;
    const char          *why;
    const ngx_str_t     *word;
    api_schema_short_t   form;

    for (i = 0; refusals[i].words != NULL; i++) {
        test_note("%s", refusals[i].words);

        open = cut(pool, refusals[i].words, words, &n);

        check_int(api_schema_short_words(pool, words, n, open, 0, &form, &word,
                                         &why),
                  NGX_DECLINED);

        check(strstr(why, refusals[i].why) != NULL);

        if (refusals[i].word == NULL) {
            check(word == NULL);

        } else {
            check(word != NULL);
            check_bytes(word->data, word->len, refusals[i].word,
                        strlen(refusals[i].word));
        }
    }
}


/* what is made of any rules is JSON */

static void
makes_json(ngx_pool_t *pool)
{
    ngx_str_t            words[8], text;
    ngx_uint_t           i, n, open;
    const char          *why;
    api_json_t          *json;
    api_error_t          err;
    const ngx_str_t     *word;
    api_json_limits_t    limits;
    api_schema_short_t   form;

    limits.depth = 100;
    limits.values = 1000;

    for (i = 0; values[i].words != NULL; i++) {
        test_note("%s", values[i].words);

        open = cut(pool, values[i].words, words, &n);

        check_int(api_schema_short_words(pool, words, n, open, 0, &form, &word,
                                         &why),
                  NGX_OK);
        check_int(api_schema_short_text(pool, &form, &text), NGX_OK);
        check_int(api_json_read(pool, &text, &limits, &json, &err), NGX_OK);
        check_int(json->type, API_JSON_OBJECT);
    }
}


static const test_case_t  cases[] = {
    { "translates values", translates_values },
    { "translates objects", translates_objects },
    { "refuses with the word", refuses_with_the_word },
    { "makes JSON", makes_json },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
