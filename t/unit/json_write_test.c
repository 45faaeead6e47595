
#include <jansson.h>

#include "json/write.h"
#include "test.h"

/*
 * The portable writer under names of its own, so that both are here where
 * there is SSE2.
 */

#define API_JSON_PORTABLE         1
#define api_json_write_string     portable_string
#define api_json_write_untrusted  portable_untrusted
#define api_json_write_value      portable_value
#define api_json_write_problem    portable_problem

void portable_string(api_buf_t *b, const u_char *data, size_t len);
void portable_untrusted(api_buf_t *b, const u_char *data, size_t len);
void portable_value(api_buf_t *b, const api_json_t *json);
void portable_problem(api_buf_t *b, const api_error_t *e,
    const ngx_str_t *type, const ngx_str_t *request_id);

#include "json/write.c"

#undef api_json_write_string
#undef api_json_write_untrusted
#undef api_json_write_value
#undef api_json_write_problem


static const ngx_str_t  no_type = ngx_null_string;


typedef void (*write_pt)(api_buf_t *b, const u_char *data, size_t len);


static ngx_str_t written(ngx_pool_t *pool, write_pt write,
    const void *data, size_t len);


static ngx_str_t
written(ngx_pool_t *pool, write_pt write, const void *data, size_t len)
{
    api_buf_t  b;
    ngx_str_t  copy, out;

    copy = test_copy(pool, data, len);

    check_int(api_buf_init(&b, pool, 0, 100000), NGX_OK);
    write(&b, copy.data, copy.len);
    check_int(api_buf_string(&b, &out), NGX_OK);

    return out;
}


static void
escapes_what_must_be(ngx_pool_t *pool)
{
    ngx_str_t  s;

    s = written(pool, api_json_write_string, "", 0);
    check_str(&s, "\"\"");

    s = written(pool, api_json_write_string, NULL, 0);
    check_str(&s, "\"\"");

    s = written(pool, api_json_write_string, "\"\\/\b\f\n\r\t\0\x1f\x7f", 11);
    check_str(&s, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\"");

    /* U+2028 and all above pass */
    s = written(pool, api_json_write_string,
                "\xe2\x80\xa8\xc3\xa4\xf0\x9f\x98\x80", 9);
    check_str(&s, "\"\xe2\x80\xa8\xc3\xa4\xf0\x9f\x98\x80\"");
}


/* a special byte at every place of strings of every small length */

static void
both_ways_agree(ngx_pool_t *pool)
{
    u_char       text[70], *data;
    size_t       start, len, place;
    ngx_str_t    fast, portable;
    ngx_uint_t   ch;
    ngx_pool_t  *own;

    (void) pool;

    for (ch = 0; ch < 256; ch++) {
        own = ngx_create_pool(0, NULL);
        check(own != NULL);

        for (start = 0; start < 17; start++) {
            for (len = 1; len < 50; len += (len < 36) ? 1 : 5) {
                data = text + start;
                place = (start * 7 + len * 3 + ch) % len;

                memset(text, 'a', sizeof(text));
                data[place] = (u_char) ch;
                data[len - 1 - place] = (u_char) (ch ^ 1);

                fast = written(own, api_json_write_string, data, len);
                portable = written(own, portable_string, data, len);

                test_note("byte %02x, %d of %d", (unsigned) ch, (int) place,
                          (int) len);
                check_bytes(fast.data, fast.len, portable.data,
                            portable.len);
            }
        }

        ngx_destroy_pool(own);
    }
}


/* any place of a block of 16, at any alignment of the data */

static void
finds_every_byte_everywhere(ngx_pool_t *pool)
{
    u_char      *data;
    size_t       start, place, n;
    ngx_str_t    s;
    ngx_uint_t   ch, special;
    api_buf_t    b;

    data = ngx_palloc(pool, 80);
    check(data != NULL);
    check_int(api_buf_init(&b, pool, 1000, 1000), NGX_OK);

    for (ch = 0; ch < 256; ch++) {
        special = (ch < 0x20 || ch == '"' || ch == '\\');

        for (start = 0; start < 16; start++) {
            for (place = 0; place < 50; place++) {
                memset(data, 'x', 80);
                data[start + place] = (u_char) ch;

                b.last = b.start;
                api_json_write_string(&b, data + start, 50);
                s.data = b.start;
                s.len = api_buf_len(&b);

                n = !special ? 1
                    : (strchr("\"\\\b\f\n\r\t", (int) ch) && ch) ? 2 : 6;

                if (s.len != 51 + n
                    || (s.data[1 + place] == '\\') != special
                    || (!special && s.data[1 + place] != ch))
                {
                    test_note("byte %02x at %d + %d", (unsigned) ch,
                              (int) start, (int) place);
                    check_int(s.len, 51 + n);
                    check(0);
                }
            }
        }
    }
}


static void
reads_back(ngx_pool_t *pool)
{
    u_char       text[300];
    size_t       len, i;
    json_t      *json;
    ngx_str_t    s;
    unsigned     seed;

    seed = 1;

    for (len = 0; len < 300; len++) {
        for (i = 0; i < len; i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = (seed >> 16) & 0x7f;
        }

        s = written(pool, api_json_write_string, text, len);

        json = json_loadb((char *) s.data, s.len,
                          JSON_DECODE_ANY|JSON_ALLOW_NUL, NULL);
        check(json != NULL);
        check_bytes(json_string_value(json), json_string_length(json), text,
                    len);
        json_decref(json);
    }
}


static void
replaces_invalid_bytes(ngx_pool_t *pool)
{
    ngx_str_t  s;

    s = written(pool, api_json_write_untrusted, "", 0);
    check_str(&s, "\"\"");

    s = written(pool, api_json_write_untrusted, "a\xff\"\xc3\xa4\xc3", 6);
    check_str(&s, "\"a\xef\xbf\xbd\\\"\xc3\xa4\xef\xbf\xbd\"");

    s = written(pool, api_json_write_untrusted, "\xed\xa0\x80\n\xf0\x9f", 6);
    check_str(&s, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\n"
                  "\xef\xbf\xbd\xef\xbf\xbd\"");
}


static void
keeps_the_maximum(ngx_pool_t *pool)
{
    size_t     max;
    api_buf_t  b;

    /* seven bytes: "a\nb" with quotes and backslash is six */

    for (max = 0; max < 8; max++) {
        test_note("max %d", (int) max);

        check_int(api_buf_init(&b, pool, 0, max), NGX_OK);
        api_json_write_string(&b, (const u_char *) "a\nb", 3);
        check_int(api_buf_ok(&b), max >= 6);
        check_int(b.full, max < 6);

        check_int(api_buf_init(&b, pool, 0, max), NGX_OK);
        api_json_write_untrusted(&b, (const u_char *) "a\nb", 3);
        check_int(api_buf_ok(&b), max >= 6);
    }
}


static void
problem_without_extras(ngx_pool_t *pool)
{
    api_buf_t    b;
    ngx_str_t    s, id;
    api_error_t  e;

    check_int(api_buf_init(&b, pool, 0, 1000), NGX_OK);

    api_error_set(&e, API_ERROR_NO_ROW, NULL);
    id = test_str("abc");
    api_json_write_problem(&b, &e, &no_type, &id);

    check_int(api_buf_string(&b, &s), NGX_OK);
    check_str(&s, "{\"type\":\"about:blank\",\"title\":\"Not Found\","
                  "\"status\":404,\"code\":\"no_row\","
                  "\"request_id\":\"abc\"}");

    check_int(api_buf_init(&b, pool, 0, 1000), NGX_OK);
    e.status = 422;
    api_json_write_problem(&b, &e, &no_type, NULL);

    check_int(api_buf_string(&b, &s), NGX_OK);
    check_str(&s, "{\"type\":\"about:blank\","
                  "\"title\":\"Unprocessable Content\",\"status\":422,"
                  "\"code\":\"no_row\"}");
}


static void
problem_with_a_type(ngx_pool_t *pool)
{
    api_buf_t    b;
    ngx_str_t    s, type;
    api_error_t  e;

    check_int(api_buf_init(&b, pool, 0, 1000), NGX_OK);

    api_error_set(&e, API_ERROR_NO_ROW, NULL);
    type = test_str("https://example.com/problems#");
    api_json_write_problem(&b, &e, &type, NULL);

    check_int(api_buf_string(&b, &s), NGX_OK);
    check_str(&s, "{\"type\":\"https://example.com/problems#no_row\","
                  "\"title\":\"Not Found\",\"status\":404,"
                  "\"code\":\"no_row\"}");
}


static void
problem_with_everything(ngx_pool_t *pool)
{
    api_buf_t      b;
    ngx_str_t      s, id;
    api_error_t    e;
    api_failure_t  f;

    check_int(api_buf_init(&b, pool, 0, 1000), NGX_OK);

    api_error_set(&e, API_ERROR_INVALID, "Say \"please\".");

    ngx_memzero(&f, sizeof(f));
    f.in = test_str("body");
    f.field = test_str("/a\xff\n");
    f.code = test_str("unknown");
    f.message = test_str("is unknown");
    check_int(api_error_fail(pool, &e.failures, 10, &f), NGX_OK);
    f.field = test_str("");
    f.keyword = test_str("not\"");
    f.limit = test_str("007");
    check_int(api_error_fail(pool, &e.failures, 10, &f), NGX_OK);
    ngx_str_null(&f.keyword);
    f.limit = test_str("-1.5e3");
    check_int(api_error_fail(pool, &e.failures, 10, &f), NGX_OK);

    id = test_str("a\"b");
    api_json_write_problem(&b, &e, &no_type, &id);

    check_int(api_buf_string(&b, &s), NGX_OK);
    check_str(&s, "{\"type\":\"about:blank\","
                  "\"title\":\"Unprocessable Content\",\"status\":422,"
                  "\"detail\":\"Say \\\"please\\\".\",\"code\":\"invalid\","
                  "\"request_id\":\"a\\\"b\",\"errors\":["
                  "{\"in\":\"body\",\"field\":\"/a\xef\xbf\xbd\\n\","
                  "\"code\":\"unknown\",\"message\":\"is unknown\"},"
                  "{\"in\":\"body\",\"field\":\"\",\"code\":\"unknown\","
                  "\"keyword\":\"not\\\"\",\"message\":\"is unknown\"},"
                  "{\"in\":\"body\",\"field\":\"\",\"code\":\"unknown\","
                  "\"message\":\"is unknown\",\"limit\":-1.5e3}]}");
}


static ngx_int_t
write_problem(ngx_pool_t *pool, void *data)
{
    api_buf_t    b;
    ngx_str_t    s;
    api_error_t  e;

    (void) data;

    if (api_buf_init(&b, pool, 0, 100000) != NGX_OK) {
        return NGX_ERROR;
    }

    api_error_set(&e, API_ERROR_INVALID, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");

    while (api_buf_ok(&b) && api_buf_len(&b) < 10000) {
        api_json_write_problem(&b, &e, &no_type, NULL);
    }

    return api_buf_string(&b, &s);
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(write_problem, NULL);
}


static void
writes_trees_again(ngx_pool_t *pool)
{
    api_buf_t           b;
    ngx_str_t           text, out;
    ngx_uint_t          i;
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits = { API_JSON_DEPTH, API_JSON_VALUES };
    static const char  *texts[][2] = {
        { " { } ", "{}" }, { "[\n]", "[]" }, { "null", "null" },
        { "[true, false,null]", "[true,false,null]" },
        { "1.50e+2", "1.50e+2" }, { "\"\\u00e4\\/\"", "\"\xc3\xa4/\"" },
        { "{\"b\":[1,{\"\":\"\\n\"}],\"a\":-0}",
          "{\"b\":[1,{\"\":\"\\n\"}],\"a\":-0}" }
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        test_note("%s", texts[i][0]);

        text = test_str(texts[i][0]);
        check_int(api_json_read(pool, &text, &limits, &json, &err), NGX_OK);

        check_int(api_buf_init(&b, pool, 0, 1000), NGX_OK);
        api_json_write_value(&b, json);
        check_int(api_buf_string(&b, &out), NGX_OK);
        check_bytes(out.data, out.len, texts[i][1], strlen(texts[i][1]));
    }
}


static const test_case_t  cases[] = {
    { "escapes what must be", escapes_what_must_be },
    { "both ways agree", both_ways_agree },
    { "finds every byte everywhere", finds_every_byte_everywhere },
    { "reads back", reads_back },
    { "replaces invalid bytes", replaces_invalid_bytes },
    { "keeps the maximum", keeps_the_maximum },
    { "writes trees again", writes_trees_again },
    { "problem without extras", problem_without_extras },
    { "problem with a type", problem_with_a_type },
    { "problem with everything", problem_with_everything },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
