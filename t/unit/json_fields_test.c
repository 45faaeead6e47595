
#include "json/fields.h"
#include "shim.h"
#include "test.h"


static const api_json_fields_t  rails = {
    ngx_string("errors"), ngx_null_string, ngx_string("base")
};

static const api_json_fields_t  laravel = {
    ngx_string("errors"), ngx_string("message"), ngx_string("body")
};


static void
fail(ngx_pool_t *pool, api_error_t *e, const char *in, const char *field,
    const char *message)
{
    api_failure_t  f;

    ngx_memzero(&f, sizeof(f));

    f.in = test_str(in);
    f.field = test_str(field);
    f.message = test_str(message);

    check_int(api_error_fail(pool, &e->failures, 100, &f), NGX_OK);
}


static void
writes(ngx_pool_t *pool, const api_error_t *e, const api_json_fields_t *names,
    const char *around, const char *expected)
{
    api_buf_t  b;
    ngx_str_t  s, root;

    root = test_str(around);

    check_int(api_buf_init(&b, pool, 0, 10000), NGX_OK);
    api_json_write_fields(&b, e, names, &root);
    check_int(api_buf_string(&b, &s), NGX_OK);
    check_cstr(s.data, expected);
}


static void
a_sentence_without_fields(ngx_pool_t *pool)
{
    api_error_t  e;

    api_error_set(&e, API_ERROR_FORBIDDEN, "not \"yours\"");
    writes(pool, &e, &rails, "",
           "{\"errors\":{\"base\":[\"not \\\"yours\\\"\"]}}");
    writes(pool, &e, &laravel, "",
           "{\"errors\":{\"body\":[\"not \\\"yours\\\"\"]},"
           "\"message\":\"not \\\"yours\\\"\"}");

    api_error_set(&e, API_ERROR_NO_ROW, NULL);
    writes(pool, &e, &rails, "", "{\"errors\":{\"base\":[\"Not Found\"]}}");
}


static void
each_field_once(ngx_pool_t *pool)
{
    api_error_t  e;

    api_error_set(&e, API_ERROR_INVALID, "wrong");
    fail(pool, &e, "body", "/email", "is taken");
    fail(pool, &e, "body", "/items/0/sku", "is required");
    fail(pool, &e, "body", "/email", "is too long");
    fail(pool, &e, "query", "page", "is too small");
    fail(pool, &e, "query", "email", "is no address");
    fail(pool, &e, "body", "", "is no object");

    writes(pool, &e, &laravel, "",
           "{\"errors\":{\"email\":[\"is taken\",\"is too long\","
           "\"is no address\"],\"items.0.sku\":[\"is required\"],"
           "\"page\":[\"is too small\"],\"body\":[\"is no object\"]},"
           "\"message\":\"wrong\"}");
}


static void
names_that_are_written_alike(ngx_pool_t *pool)
{
    api_error_t  e;

    api_error_set(&e, API_ERROR_INVALID, NULL);
    fail(pool, &e, "body", "/a/b", "one");
    fail(pool, &e, "body", "/a.b", "two");
    fail(pool, &e, "body", "/a~1b", "three");
    fail(pool, &e, "body", "/base", "four");
    fail(pool, &e, "body", "", "five");

    writes(pool, &e, &rails, "",
           "{\"errors\":{\"a.b\":[\"one\",\"two\"],\"a~1b\":[\"three\"],"
           "\"base\":[\"four\",\"five\"]}}");
}


static void
what_is_around_all_fields(ngx_pool_t *pool)
{
    api_error_t  e;

    api_error_set(&e, API_ERROR_INVALID, NULL);
    fail(pool, &e, "body", "/user/email", "one");
    fail(pool, &e, "body", "/user", "two");
    fail(pool, &e, "body", "/users", "three");
    fail(pool, &e, "body", "/users/email", "four");

    writes(pool, &e, &rails, "user",
           "{\"errors\":{\"email\":[\"one\"],\"user\":[\"two\"],"
           "\"users\":[\"three\"],\"users.email\":[\"four\"]}}");
}


static void
within_its_bound(ngx_pool_t *pool)
{
    size_t       max;
    api_buf_t    b;
    ngx_str_t    none = ngx_null_string;
    const char  *whole = "{\"errors\":{\"a\":[\"b\"]}}";
    api_error_t  e;

    api_error_set(&e, API_ERROR_INVALID, NULL);
    fail(pool, &e, "body", "/a", "b");

    for (max = 1; max < 40; max++) {
        check_int(api_buf_init(&b, pool, 0, max), NGX_OK);
        api_json_write_fields(&b, &e, &rails, &none);
        check_int(api_buf_ok(&b), max >= ngx_strlen(whole));
    }
}


static const test_case_t  cases[] = {
    { "a sentence without fields", a_sentence_without_fields },
    { "each field once", each_field_once },
    { "names that are written alike", names_that_are_written_alike },
    { "what is around all fields", what_is_around_all_fields },
    { "within its bound", within_its_bound },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
