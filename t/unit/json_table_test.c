
#include "json/table.h"
#include "shim.h"
#include "test.h"


static ngx_str_t *
csv(ngx_pool_t *pool, const char *text, const ngx_array_t *names)
{
    api_buf_t         b;
    ngx_str_t         from;
    static ngx_str_t  out;

    from = test_str(text);

    if (api_buf_init(&b, pool, 16, 4096) == NGX_OK
        && api_json_table_csv(pool, &from, names, 0, &b) == NGX_OK
        && api_buf_string(&b, &out) == NGX_OK)
    {
        return &out;
    }

    out = test_str("refused");

    return &out;
}


static ngx_str_t *
lines(ngx_pool_t *pool, const char *text)
{
    api_buf_t         b;
    ngx_str_t         from;
    static ngx_str_t  out;

    from = test_str(text);

    if (api_buf_init(&b, pool, 16, 4096) == NGX_OK) {
        api_json_table_lines(&from, &b);

        if (api_buf_string(&b, &out) == NGX_OK) {
            return &out;
        }
    }

    out = test_str("refused");

    return &out;
}


static void
writes_rows(ngx_pool_t *pool)
{
    check_str(csv(pool, "[{\"a\":1,\"b\":\"x\"},{\"a\":-2.50,\"b\":null}]",
                  NULL),
              "a,b\r\n1,x\r\n-2.50,\r\n");
    check_str(csv(pool, "[{\"a b\":\"\",\"c,d\":true}]", NULL),
              "a b,\"c,d\"\r\n\"\",true\r\n");
    check_str(csv(pool, "[{\"a\":[1,\"]\"],\"b\":{\"c\":\"}\"}}]", NULL),
              "a,b\r\n\"[1,\"\"]\"\"]\",\"{\"\"c\"\":\"\"}\"\"}\"\r\n");
    check_str(csv(pool, "[{\"a\":\"say \\\"hi\\\"\\n\\u00e9\"}]", NULL),
              "a\r\n\"say \"\"hi\"\"\n\xc3\xa9\"\r\n");
}


static void
writes_no_rows(ngx_pool_t *pool)
{
    ngx_str_t    *name;
    ngx_array_t   names;

    check_str(csv(pool, "[]", NULL), "");

    check_int(ngx_array_init(&names, pool, 2, sizeof(ngx_str_t)), NGX_OK);
    name = ngx_array_push(&names);
    *name = test_str("a");
    name = ngx_array_push(&names);
    *name = test_str("b,c");

    check_str(csv(pool, "[]", &names), "a,\"b,c\"\r\n");
}


static void
refuses_what_is_none(ngx_pool_t *pool)
{
    check_str(csv(pool, "[1]", NULL), "refused");
    check_str(csv(pool, "[[1]]", NULL), "refused");
}


static void
writes_lines(ngx_pool_t *pool)
{
    check_str(lines(pool, "[]"), "");
    check_str(lines(pool, "[{\"a\":\"},{\"},{\"a\":[1,{}]}]"),
              "{\"a\":\"},{\"}\n{\"a\":[1,{}]}\n");
}


static const test_case_t  cases[] = {
    { "writes rows", writes_rows },
    { "writes no rows", writes_no_rows },
    { "refuses what is none", refuses_what_is_none },
    { "writes lines", writes_lines },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
