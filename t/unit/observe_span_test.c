
#include "observe/span.h"
#include "test.h"


static const u_char  trace[] = "0123456789abcdef";
static const u_char  span_id[] = "abcdefgh";
static const u_char  parent[] = "\x01\x02\x03\x04\x05\x06\x07\xff";


static api_observe_span_t
make(void)
{
    api_observe_span_t  span;

    ngx_memzero(&span, sizeof(api_observe_span_t));

    span.trace = trace;
    span.span = span_id;
    span.kind = API_SPAN_SERVER;
    span.begin = 1796140800123456;
    span.end = 1796140800123457;
    ngx_str_set(&span.name, "GET /a");

    return span;
}


static const char *
whole(api_buf_t *b)
{
    ngx_str_t  text;

    check_int(api_buf_string(b, &text), NGX_OK);

    return (const char *) text.data;
}


static void
a_span_is_json(ngx_pool_t *pool)
{
    api_buf_t           b;
    api_observe_span_t  span;

    check_int(api_buf_init(&b, pool, 0, 4096), NGX_OK);

    span = make();
    api_observe_span_begin(&b, &span);
    api_observe_span_number(&b, "n", (uint64_t) -1);
    api_observe_span_true(&b, "yes");
    api_observe_span_end(&b, 0);

    check_cstr(whole(&b),
               "{\"traceId\":\"30313233343536373839616263646566\","
               "\"spanId\":\"6162636465666768\",\"flags\":256,"
               "\"name\":\"GET /a\",\"kind\":2,"
               "\"startTimeUnixNano\":\"1796140800123456000\","
               "\"endTimeUnixNano\":\"1796140800123457000\","
               "\"attributes\":["
               "{\"key\":\"n\",\"value\":{\"intValue\":"
               "\"18446744073709551615\"}},"
               "{\"key\":\"yes\",\"value\":{\"boolValue\":true}}]}");
}


static void
it_has_a_parent_and_may_fail(ngx_pool_t *pool)
{
    api_buf_t           b;
    api_observe_span_t  span;

    check_int(api_buf_init(&b, pool, 0, 4096), NGX_OK);

    span = make();
    span.parent = parent;
    span.remote = 1;
    span.sampled = 1;
    ngx_str_set(&span.state, "a=\"1\"");

    api_observe_span_begin(&b, &span);
    api_observe_span_end(&b, 1);

    check_cstr(whole(&b),
               "{\"traceId\":\"30313233343536373839616263646566\","
               "\"spanId\":\"6162636465666768\","
               "\"parentSpanId\":\"01020304050607ff\",\"flags\":769,"
               "\"traceState\":\"a=\\\"1\\\"\","
               "\"name\":\"GET /a\",\"kind\":2,"
               "\"startTimeUnixNano\":\"1796140800123456000\","
               "\"endTimeUnixNano\":\"1796140800123457000\","
               "\"attributes\":[],\"status\":{\"code\":2}}");
}


static void
check_text(ngx_pool_t *pool, const char *value, size_t most, const char *want)
{
    api_buf_t           b;
    ngx_str_t           text;
    const char         *all;
    api_observe_span_t  span;

    check_int(api_buf_init(&b, pool, 0, 4096), NGX_OK);

    text.data = (u_char *) (uintptr_t) value;
    text.len = ngx_strlen(value);

    span = make();
    api_observe_span_begin(&b, &span);
    api_observe_span_text(&b, "k", &text, most);
    api_observe_span_end(&b, 0);

    all = whole(&b);
    check_cstr(strstr(all, "\"attributes\""), want);
}


#define TEXT(text)                                                            \
    "\"attributes\":[{\"key\":\"k\",\"value\":{\"stringValue\":\"" text      \
    "\"}}]}"


static void
any_bytes_are_text(ngx_pool_t *pool)
{
    check_text(pool, "", 9, TEXT(""));
    check_text(pool, "a\"\\\n", 9, TEXT("a\\\"\\\\\\n"));
    check_text(pool, "a\xff", 9, TEXT("a\xef\xbf\xbd"));
}


static void
long_text_is_cut_between_characters(ngx_pool_t *pool)
{
    check_text(pool, "abcdef", 3, TEXT("abc"));
    check_text(pool, "ab\xc3\xa9", 3, TEXT("ab"));
    check_text(pool, "ab\xc3\xa9", 4, TEXT("ab\xc3\xa9"));
    check_text(pool, "\x80\x80\x80\x80", 2, TEXT(""));
}


static void
the_head_has_the_resource(ngx_pool_t *pool)
{
    api_buf_t  b;

    static const ngx_str_t  pairs[] = {
        ngx_string("service.name"), ngx_string("a\"b"),
        ngx_string("x"), ngx_string("y")
    };

    check_int(api_buf_init(&b, pool, 0, 4096), NGX_OK);

    api_observe_span_head(&b, pairs, 4);
    api_buf_add_literal(&b, API_OBSERVE_SPAN_TAIL);

    check_cstr(whole(&b),
               "{\"resourceSpans\":[{\"resource\":{\"attributes\":["
               "{\"key\":\"service.name\",\"value\":{\"stringValue\":"
               "\"a\\\"b\"}},"
               "{\"key\":\"x\",\"value\":{\"stringValue\":\"y\"}}]},"
               "\"scopeSpans\":[{\"scope\":{\"name\":\"ngx_http_api_module\","
               "\"version\":\"" API_VERSION "\"},\"spans\":[]}]}]}");
}


static const test_case_t  cases[] = {
    { "a span is JSON", a_span_is_json },
    { "it has a parent and may fail", it_has_a_parent_and_may_fail },
    { "any bytes are text", any_bytes_are_text },
    { "long text is cut between characters",
      long_text_is_cut_between_characters },
    { "the head has the resource", the_head_has_the_resource },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
