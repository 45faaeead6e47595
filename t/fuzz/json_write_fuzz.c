
/*
 * What json/write makes of a string jansson reads back to the same bytes; of
 * text that is no UTF-8 it makes text that is.  A problem of any words is an
 * object, and has them.
 */


#include <jansson.h>

#include "core/buf.h"
#include "core/scan.h"
#include "fuzz.h"
#include "json/write.h"


static void check_problem(ngx_pool_t *pool, const ngx_str_t *text);
static ngx_str_t line(ngx_str_t *text);
static void check_member(const json_t *object, const char *name,
    const ngx_str_t *text);
static ngx_uint_t is_utf8(const u_char *p, size_t len);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t      *json;
    api_buf_t    trusted, untrusted;
    ngx_str_t    in, out;
    ngx_pool_t  *pool;

    pool = fuzz_pool();
    in = fuzz_copy(pool, data, size);

    fuzz_check(api_buf_init(&untrusted, pool, 0, 1 << 20) == NGX_OK);
    api_json_write_untrusted(&untrusted, in.data, in.len);
    fuzz_check(api_buf_ok(&untrusted));

    fuzz_check(is_utf8(untrusted.start, api_buf_len(&untrusted)));
    json = json_loadb((char *) untrusted.start, api_buf_len(&untrusted),
                      JSON_DECODE_ANY|JSON_ALLOW_NUL, NULL);
    fuzz_check(json != NULL && json_is_string(json));
    json_decref(json);

    /* whatever the bytes, it does not read or write where it must not */

    fuzz_check(api_buf_init(&trusted, pool, 0, 1 << 20) == NGX_OK);
    api_json_write_string(&trusted, in.data, in.len);
    fuzz_check(api_buf_string(&trusted, &out) == NGX_OK);

    if (is_utf8(in.data, in.len)) {
        fuzz_check(out.len == api_buf_len(&untrusted)
                   && memcmp(out.data, untrusted.start, out.len) == 0);

        json = json_loadb((char *) out.data, out.len,
                          JSON_DECODE_ANY|JSON_ALLOW_NUL, NULL);
        fuzz_check(json != NULL);
        fuzz_check(json_string_length(json) == size);
        fuzz_check(memcmp(json_string_value(json), in.data, size) == 0);
        json_decref(json);
    }

    check_problem(pool, &in);

    ngx_destroy_pool(pool);

    return 0;
}


/* its words are the lines: detail, request_id, then failures of five */

static void
check_problem(ngx_pool_t *pool, const ngx_str_t *text)
{
    json_t         *json, *errors, *one;
    api_buf_t       b;
    ngx_str_t       rest, id;
    ngx_uint_t      i;
    ngx_str_t       no_type = ngx_null_string;
    api_error_t     e;
    api_failure_t   f, *failures;

    rest = *text;

    ngx_memzero(&e, sizeof(api_error_t));
    e.code = (api_error_code_e) (1 + text->len % (API_ERROR_MAX - 1));
    e.detail = line(&rest);
    id = line(&rest);

    while (rest.len != 0) {
        f.in = line(&rest);
        f.field = line(&rest);
        f.code = line(&rest);
        f.keyword = line(&rest);
        f.message = line(&rest);

        fuzz_check(api_error_fail(pool, &e.failures, 10, &f) == NGX_OK);
    }

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 20) == NGX_OK);
    api_json_write_problem(&b, &e, &no_type, &id);
    fuzz_check(api_buf_ok(&b));

    json = json_loadb((char *) b.start, api_buf_len(&b),
                      JSON_ALLOW_NUL|JSON_REJECT_DUPLICATES, NULL);
    fuzz_check(json != NULL && json_is_object(json));

    check_member(json, "detail", &e.detail);
    check_member(json, "request_id", &id);
    fuzz_check(json_integer_value(json_object_get(json, "status"))
               == (json_int_t) api_error_status(&e));

    errors = json_object_get(json, "errors");
    fuzz_check(json_array_size(errors)
               == (e.failures ? e.failures->nelts : 0));

    failures = e.failures ? e.failures->elts : NULL;

    for (i = 0; i < json_array_size(errors); i++) {
        one = json_array_get(errors, i);

        check_member(one, "in", &failures[i].in);
        check_member(one, "field", &failures[i].field);
        check_member(one, "keyword", &failures[i].keyword);
        check_member(one, "message", &failures[i].message);
    }

    json_decref(json);
}


/* off the text's front */

static ngx_str_t
line(ngx_str_t *text)
{
    u_char     *end;
    ngx_str_t   s;

    s = *text;
    end = s.len ? memchr(s.data, '\n', s.len) : NULL;

    if (end == NULL) {
        text->len = 0;
        return s;
    }

    s.len = (size_t) (end - s.data);
    text->data += s.len + 1;
    text->len -= s.len + 1;

    return s;
}


/* bytes that are no UTF-8 are others there */

static void
check_member(const json_t *object, const char *name, const ngx_str_t *text)
{
    const json_t  *member;

    member = json_object_get(object, name);

    fuzz_check(member != NULL ? json_is_string(member) : text->len == 0);

    if (member != NULL && is_utf8(text->data, text->len)) {
        fuzz_check(json_string_length(member) == text->len);
        fuzz_check(memcmp(json_string_value(member), text->data, text->len)
                   == 0);
    }
}


static ngx_uint_t
is_utf8(const u_char *p, size_t len)
{
    size_t         n;
    const u_char  *end;

    for (end = p + len; p < end; p += n) {
        n = api_scan_utf8(p, end);
        if (n == 0) {
            return 0;
        }
    }

    return 1;
}
