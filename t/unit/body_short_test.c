
#include "schema/equal.h"
#include "body/short.h"
#include "schema_text.h"
#include "shim.h"

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
    { "string[]|default=a,", "{\"type\":\"array\",\"items\":{\"type\":"
      "\"string\"},\"default\":[\"a\",\"\"]}" },
    { "string[]|default=,,", "{\"type\":\"array\",\"items\":{\"type\":"
      "\"string\"},\"default\":[\"\",\"\",\"\"]}" },
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
    { "enum(", "enum(", "at least one choice" },
    { "enum()", "enum()", "at least one choice" },
    { "enum(a,", "enum(a,", "where a choice has a space" },
    { "json|default=none", "default=none", "default= is not JSON" },
    { "json|default=1,\"minimum\":2", "default=1,\"minimum\":2",
      "default= is not JSON" },
    { "required", "required", "no such type" },
    { "array", NULL, "an array of unknown items" },
    { "array|int[]", "int[]", "no arrays of arrays" },
    { "integr", "integr", "no such type" },
    { "int|requird", "requird", "pattern=, format= and additional=" },
    { "int|required|required", "required", "twice" },
    { "int|min=x", "min=x", "integers" },
    { "int|pattern=x", "pattern=x", "for string" },
    { "uuid|format=uuid", "format=uuid", "for string" },
    { "string|pattern=x|pattern=y", "pattern=y", "twice" },
    { "string|pattern=", "pattern=", "a value is missing" },
    { "string|additional=on", "additional=on", "is for objects only" },
    { "string|pattern=a\xff", "pattern=a\xff", "UTF-8" },
    { "int|default=x", "default=x", "default= is not of the type" },
    { "json|default={", "default={", "not JSON" },
    { "json|default=", "default=", "not JSON" },
    { "json|default=1,\"b\":2", "default=1,\"b\":2", "not JSON" },
    { "string|nullable|default=null", NULL, "drop default=null" },
    { "default=null|int|nullable", "default=null", "no such type" },
    { "int|default=null|nullable", NULL, "drop default=null" },
    { "string|min=2|max=1", "min=2", "above" },
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
    ngx_str_t         words[8], text;
    ngx_uint_t        i, n, open;
    const char       *why;
    const ngx_str_t  *word;
    api_body_short_t  form;

    for (i = 0; values[i].words != NULL; i++) {
        test_note("%s", values[i].words);

        open = cut(pool, values[i].words, words, &n);

        check_int(api_body_short_words(pool, words, n, open, 0, &form, &word,
                                       &why),
                  NGX_OK);
        check_int(api_body_short_text(pool, &form, &text), NGX_OK);
        check_bytes(text.data, text.len, values[i].text,
                    strlen(values[i].text));
    }
}


static api_body_short_t *
add(ngx_pool_t *pool, api_body_short_t *object, const char *name,
    const char *rules)
{
    ngx_str_t         words[8], s;
    ngx_uint_t        n, open;
    const char       *why;
    const ngx_str_t  *word;
    api_body_short_t  form, *member;

    open = cut(pool, rules, words, &n);

    check_int(api_body_short_words(pool, words, n, open,
                                   name[strlen(name) - 1] == ']', &form,
                                   &word, &why),
              NGX_OK);

    s = test_copy(pool, name, strcspn(name, "["));

    if (object == NULL) {
        member = ngx_palloc(pool, sizeof(api_body_short_t));

    } else {
        member = api_body_short_add(pool, object, &s);
    }

    check(member != NULL);
    *member = form;
    member->name = s;

    return member;
}


static void
translates_objects(ngx_pool_t *pool)
{
    ngx_str_t          text, name;
    api_body_short_t  *body, *address, *items;

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

    check_int(api_body_short_text(pool, body, &text), NGX_OK);
    check_bytes(text.data, text.len, expected, sizeof(expected) - 1);

    name = test_str("items");
    check(api_body_short_member(body, &name) == items);
    name = test_str("item");
    check(api_body_short_member(body, &name) == NULL);
}


static void
refuses_with_the_word(ngx_pool_t *pool)
{
    ngx_str_t         words[8];
    ngx_uint_t        i, n, open;
    const char       *why;
    const ngx_str_t  *word;
    api_body_short_t  form;

    for (i = 0; refusals[i].words != NULL; i++) {
        test_note("%s", refusals[i].words);

        open = cut(pool, refusals[i].words, words, &n);

        check_int(api_body_short_words(pool, words, n, open, 0, &form, &word,
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
    ngx_str_t          words[8], text;
    ngx_uint_t         i, n, open;
    const char        *why;
    api_json_t        *json;
    api_error_t        err;
    const ngx_str_t   *word;
    api_json_limits_t  limits;
    api_body_short_t   form;

    limits.depth = 100;
    limits.values = 1000;

    for (i = 0; values[i].words != NULL; i++) {
        test_note("%s", values[i].words);

        open = cut(pool, values[i].words, words, &n);

        check_int(api_body_short_words(pool, words, n, open, 0, &form, &word,
                                       &why),
                  NGX_OK);
        check_int(api_body_short_text(pool, &form, &text), NGX_OK);
        check_int(api_json_read(pool, &text, &limits, &json, &err), NGX_OK);
        check_int(json->type, API_JSON_OBJECT);
    }
}


static void
read_defaults(ngx_pool_t *pool, api_body_short_t *form)
{
    ngx_str_t                text;
    api_schema_doc_t        *doc;
    const api_body_short_t  *wrong;

    check_int(api_body_short_text(pool, form, &text), NGX_OK);
    doc = schema_text_compile(pool, (char *) text.data);

    check_int(api_body_short_defaults(pool, doc, api_schema_root(doc), form,
                                      &wrong),
              NGX_OK);
}


/* an order: of its items and of their boxes some members have defaults */

static api_body_short_t *
order(ngx_pool_t *pool)
{
    api_body_short_t  *body, *items, *box;

    body = add(pool, NULL, "-", "additional=on|{");
    (void) add(pool, body, "name", "string");
    (void) add(pool, body, "state", "string|default=new");
    (void) add(pool, body, "tags", "string[]|default=a,b");

    items = add(pool, body, "items[]", "{");
    (void) add(pool, items, "sku", "string");
    (void) add(pool, items, "qty", "int|default=1");

    box = add(pool, items, "box", "nullable|{");
    (void) add(pool, box, "w", "int|default=10");
    (void) add(pool, box, "h", "int|default=20");

    read_defaults(pool, body);

    return body;
}


static void
fills_in_defaults(ngx_pool_t *pool)
{
    api_json_t        *json;
    ngx_uint_t         i, steps;
    api_body_short_t  *form;
    static const struct {
        const char  *before;
        const char  *after;       /* NULL: nothing was absent */
    } t[] = {
        { "{}", "{\"state\":\"new\",\"tags\":[\"a\",\"b\"]}" },
        { "{\"tags\":[],\"x\":1,\"state\":\"old\"}", NULL },
        { "{\"state\":null,\"tags\":null,\"items\":null}", NULL },
        { "[]", NULL }, { "1", NULL },
        { "{\"tags\":[],\"state\":\"x\",\"items\":[]}", NULL },
        { "{\"tags\":[],\"items\":[1,{},{\"qty\":2,\"box\":null},"
          "{\"box\":{\"h\":3},\"qty\":4}]}",
          "{\"tags\":[],\"state\":\"new\",\"items\":[1,{\"qty\":1},"
          "{\"qty\":2,\"box\":null},"
          "{\"box\":{\"w\":10,\"h\":3},\"qty\":4}]}" },
        { "{\"tags\":[],\"state\":\"x\",\"items\":[{\"qty\":4,"
          "\"box\":{}}]}",
          "{\"tags\":[],\"state\":\"x\",\"items\":[{\"qty\":4,"
          "\"box\":{\"w\":10,\"h\":20}}]}" }
    };

    form = order(pool);

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        test_note("%s", t[i].before);

        json = schema_text_json(pool, t[i].before);
        check_int(api_body_short_fill(pool, form, json, API_JSON_VALUES),
                  t[i].after != NULL ? NGX_OK : NGX_DECLINED);

        steps = 0;
        check(api_schema_equal(json, schema_text_json(pool, t[i].after != NULL
                                                            ? t[i].after
                                                            : t[i].before),
                               &steps, 1000));
    }
}


static ngx_int_t
fill_one(ngx_pool_t *pool, void *data)
{
    ngx_int_t   rc;
    api_json_t  document, items, item, box;

    /* {"items":[{"box":{}}]} */

    ngx_memzero(&box, sizeof(api_json_t));
    box.type = API_JSON_OBJECT;
    ngx_str_set(&box.key, "box");

    item = box;
    item.count = 1;
    item.items = &box;

    items = item;
    items.type = API_JSON_ARRAY;
    items.items = &item;
    ngx_str_set(&items.key, "items");

    document = item;
    document.items = &items;

    rc = api_body_short_fill(pool, data, &document, API_JSON_VALUES);

    if (rc == NGX_OK) {
        check_int(document.count, 3);
        check_int(item.count, 2);
        check_int(item.items[0].count, 2);
    }

    return rc;
}


static void
fills_without_memory(ngx_pool_t *pool)
{
    check_oom(fill_one, order(pool));
}


/* many objects, of whose 201 members one has a default */

static ngx_int_t
fill_many(ngx_pool_t *pool, const char *rules, size_t *room)
{
    char               name[8], *text;
    size_t             n;
    ngx_int_t          rc;
    ngx_uint_t         i;
    api_json_t        *json;
    api_body_short_t  *body, *items;

    body = add(pool, NULL, "-", "{");
    items = add(pool, body, "items[]", "{");
    (void) add(pool, items, "a", rules);

    for (i = 0; i < 200; i++) {
        sprintf(name, "f%d", (int) i);
        (void) add(pool, items, name, "int");
    }

    read_defaults(pool, body);

    text = ngx_palloc(pool, 20 + 3 * 10000);
    n = (size_t) sprintf(text, "{\"items\":[{}");

    for (i = 1; i < 10000; i++) {
        n += (size_t) sprintf(text + n, ",{}");
    }

    sprintf(text + n, "]}");
    json = schema_text_json(pool, text);

    shim_fail_at(0);
    rc = api_body_short_fill(pool, body, json, API_JSON_VALUES);
    *room = shim_bytes();

    check(rc != NGX_OK || json->items[0].items[9999].count == 1);

    return rc;
}


static void
fills_within_bounds(ngx_pool_t *pool)
{
    size_t  room;

    check_int(fill_many(pool, "int|default=1", &room), NGX_OK);
    check(room < 2 * 10000 * sizeof(api_json_t));

    /* of twelve values each, by its length */

    check_int(fill_many(pool, "string|default="
                        "-------------------------------------------------"
                        "-------------------------------------------------"
                        "-------------------------------------------------"
                        "-------------------------------------------------"
                        "-------------------------------------------------"
                        "-------------------------------------------------"
                        "-------------------------------------------------"
                        "-------------------------------------------------",
                        &room),
              NGX_BUSY);
    check(room < 2 * 10000 * sizeof(api_json_t));
}


static const test_case_t  cases[] = {
    { "translates values", translates_values },
    { "translates objects", translates_objects },
    { "refuses with the word", refuses_with_the_word },
    { "makes JSON", makes_json },
    { "fills in defaults", fills_in_defaults },
    { "fills without memory", fills_without_memory },
    { "fills within bounds", fills_within_bounds },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
