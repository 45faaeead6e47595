
#include "sql/bind.h"
#include "shim.h"
#include "test.h"

#include <string.h>


typedef struct {
    const char  *type;       /* "" is no type */
    const char  *json;
    const char  *text;       /* NULL: NULL */
} bound_t;


static const bound_t  bounds[] = {
    { "string", "\"a\\\"\\u00e9\\n\"", "a\"\xc3\xa9\n" },
    { "string", "\"\"", "" },
    { "string", "null", NULL },
    { "string", "\"null\"", "null" },
    { "uuid", "\"x\"", "x" },
    { "int", "-12", "-12" },
    { "bigint", "9223372036854775807", "9223372036854775807" },
    { "number", "0.1000000000000000000000000000001e-400",
      "0.1000000000000000000000000000001e-400" },
    { "bool", "true", "true" },
    { "bool", "false", "false" },
    { "enum(a,b)", "\"b\"", "b" },

    /* JSON is JSON again */
    { "json", "null", NULL },
    { "json", "\"a\\\"\"", "\"a\\\"\"" },
    { "json", "1.10", "1.10" },
    { "json", "true", "true" },
    { "json", " { \"a\" : [ 1 , null , { } , [ ] ] , \"\\u0001\" : \"/\" } ",
      "{\"a\":[1,null,{},[]],\"\\u0001\":\"/\"}" },
    { "json", "[]", "[]" },
    { "json", "{}", "{}" },
    { "", "\"a\"", "\"a\"" },
    { "", "{\"a\":1}", "{\"a\":1}" },
    { "", "12", "12" },

    /* lists */
    { "string[]", "[]", "{}" },
    { "string[]", "null", NULL },
    { "string[]", "[\"\"]", "{\"\"}" },
    { "string[]", "[\"NULL\",null,\"a,b\",\"{}\"]",
      "{\"NULL\",NULL,\"a,b\",\"{}\"}" },
    { "string[]", "[\"\\\"\",\"\\\\\",\"\\\\\\\"\"]",
      "{\"\\\"\",\"\\\\\",\"\\\\\\\"\"}" },
    { "int[]", "[1,-2,30]", "{\"1\",\"-2\",\"30\"}" },
    { "number[]", "[1.50,1e400]", "{\"1.50\",\"1e400\"}" },
    { "bool[]", "[true,false]", "{\"true\",\"false\"}" },
    { "int[]", "[[1,2],[3,null]]", "{{\"1\",\"2\"},{\"3\",NULL}}" },
    { "int[]", "[[[]]]", "{{{}}}" },

    /* a json list's items are JSON, lists, too */
    { "json[]", "[{\"a\":\"b\\\"\"},[1,2],\"x\",3,true,null]",
      "{\"{\\\"a\\\":\\\"b\\\\\\\"\\\"}\",\"[1,2]\",\"\\\"x\\\"\",\"3\","
      "\"true\",NULL}" },

    /* what no rule lets through still is no wrong SQL */
    { "string", "{\"a\":1}", "{\"a\":1}" },
    { "string", "[\"a\"]", "[\"a\"]" },
    { "string[]", "\"a\"", "a" },
    { "string[]", "[{\"a\":\"b\"}]", "{\"{\\\"a\\\":\\\"b\\\"}\"}" },
    { NULL, NULL, NULL }
};


static api_type_t
type_of(ngx_pool_t *pool, const char *name)
{
    ngx_str_t    text;
    api_type_t   type;
    const char  *why;

    memset(&type, 0, sizeof(type));
    text = test_str(name);

    if (*name != '\0') {
        check_int(api_type_parse(pool, &text, &type, &why), NGX_OK);
    }

    return type;
}


static api_json_t *
read_json(ngx_pool_t *pool, const char *json)
{
    ngx_str_t          text;
    api_json_t        *out;
    api_error_t        error;
    api_json_limits_t  limits = { API_JSON_DEPTH, API_JSON_VALUES };

    text = test_str(json);
    check_int(api_json_read(pool, &text, &limits, &out, &error), NGX_OK);

    return out;
}


static void
binds_json(ngx_pool_t *pool)
{
    api_type_t      type;
    api_value_t     value;
    const bound_t  *b;

    for (b = bounds; b->type != NULL; b++) {
        test_note("%s %s", b->type, b->json);

        type = type_of(pool, b->type);
        memset(&value, 0xa5, sizeof(value));

        check_int(api_sql_bind_json(pool, &type, read_json(pool, b->json),
                                    &value), NGX_OK);
        check_int(value.null, b->text == NULL);

        if (b->text != NULL) {
            check_bytes(value.text.data, value.text.len, b->text,
                        strlen(b->text));
            check_int(value.text.data[value.text.len], '\0');
        }
    }
}


static void
binds_lists(ngx_pool_t *pool)
{
    api_value_t  items[4], value;

    memset(items, 0, sizeof(items));
    memset(&value, 0xa5, sizeof(value));

    check_int(api_sql_bind_list(pool, NULL, 0, &value), NGX_OK);
    check_int(value.null, 0);
    check_cstr(value.text.data, "{}");
    check_int(value.text.len, 2);

    items[0].text = test_copy(pool, "a\"b\\c", 5);
    items[1].null = 1;
    items[2].text = test_copy(pool, "null", 4);
    items[3].text = test_copy(pool, "", 0);

    check_int(api_sql_bind_list(pool, items, 4, &value), NGX_OK);
    check_cstr(value.text.data, "{\"a\\\"b\\\\c\",NULL,\"null\",\"\"}");
    check_int(value.text.len, strlen((char *) value.text.data));

    check_int(api_sql_bind_list(pool, items + 1, 1, &value), NGX_OK);
    check_cstr(value.text.data, "{NULL}");
}


static ngx_int_t
list_short_of_memory(ngx_pool_t *pool, void *data)
{
    api_value_t  items[2], value;

    (void) data;

    memset(items, 0, sizeof(items));
    items[0].text = test_str("a");
    items[1].null = 1;

    return api_sql_bind_list(pool, items, 2, &value);
}


static ngx_int_t
json_short_of_memory(ngx_pool_t *pool, void *data)
{
    api_type_t    type;
    api_value_t   value;
    api_json_t  **json = data;

    memset(&type, 0, sizeof(type));
    type.kind = API_TYPE_JSON;

    if (api_sql_bind_json(pool, &type, json[0], &value) != NGX_OK) {
        return NGX_ERROR;
    }

    type.array = 1;

    return api_sql_bind_json(pool, &type, json[0], &value);
}


static void
tells_short_memory(ngx_pool_t *pool)
{
    api_json_t  *json;

    check_oom(list_short_of_memory, NULL);

    json = read_json(pool, "[{\"a\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                     "\"}]");

    check_oom(json_short_of_memory, &json);
}


typedef struct {
    const char  *text;
    const char  *items;        /* each with its place in front, "/1/0 x;" */
} listed_t;


static const listed_t  listed[] = {
    { "{}", "" },
    { "{\"a\"}", "/0 a;" },
    { "{\"a\",NULL,\"\",\"b,}\"}", "/0 a;/2 ;/3 b,};" },
    { "{\"\\\"\",\"\\\\\\\"x\"}", "/0 \";/1 \\\"x;" },
    { "{{\"a\",\"b\"},{\"c\",NULL},{\"d\"}}",
      "/0/0 a;/0/1 b;/1/0 c;/2/0 d;" },
    { "{{{{{{\"a\"}}}}}}", "/0/0/0/0/0/0 a;" },

    /* what is no list of ours */
    { "", "" },
    { "\"a\"", "" },
    { "}", "" },
    { ",\"a\"", "" },
    { "{\"a", "" },
    { "{\"a\\", "" },
    { "{\"a\"}}\"b\"", "/0 a;" },
    { "{{{{{{{\"a\"}}}}}}}", "" },
    { NULL, NULL }
};


static void
reads_items(ngx_pool_t *pool)
{
    char                  *p, out[256];
    ngx_str_t              text, item;
    ngx_uint_t             i, n;
    api_sql_bind_items_t   items;

    for (i = 0; listed[i].text != NULL; i++) {
        test_note("%s", listed[i].text);

        text = test_copy(pool, listed[i].text, strlen(listed[i].text));
        check_int(api_sql_bind_items(pool, &text, &items), NGX_OK);

        p = out;
        *p = '\0';

        while (api_sql_bind_next(&items, &item)) {

            for (n = 0; n < items.depth; n++) {
                p += sprintf(p, "/%d", (int) items.index[n]);
            }

            p += sprintf(p, " %.*s;", (int) item.len, (char *) item.data);
        }

        check_cstr(out, listed[i].items);
        check(!api_sql_bind_next(&items, &item));
    }
}


/* an array whose elements begin with a text each */

static void
makes_an_array_of_texts(ngx_pool_t *pool)
{
    ngx_str_t    literal;
    ngx_uint_t   i;
    ngx_array_t  texts;

    typedef struct {
        ngx_str_t   text;
        ngx_uint_t  other;
    } named_t;

    static const char *const  given[] = { "a", "", "so \"so\"", "NULL" };

    named_t  *named;

    check_int(ngx_array_init(&texts, pool, 1, sizeof(named_t)), NGX_OK);

    check_int(api_sql_bind_texts(pool, &texts, &literal), NGX_OK);
    check_str(&literal, "{}");

    for (i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        named = ngx_array_push(&texts);
        named->text = test_str(given[i]);
        named->other = 7;
    }

    check_int(api_sql_bind_texts(pool, &texts, &literal), NGX_OK);
    check_str(&literal, "{\"a\",\"\",\"so \\\"so\\\"\",\"NULL\"}");
}


static const test_case_t  cases[] = {
    { "makes an array of texts", makes_an_array_of_texts },
    { "binds JSON", binds_json },
    { "binds lists", binds_lists },
    { "tells short memory", tells_short_memory },
    { "reads the items of a list", reads_items },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
