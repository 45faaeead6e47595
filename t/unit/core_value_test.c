
#include "core/value.h"
#include "shim.h"
#include "test.h"


typedef struct {
    const char   *type;
    const char   *min;
    const char   *max;
    const char   *in;
    const char   *out;         /* NULL: as it came in */
} good_test_t;


typedef struct {
    const char   *type;
    const char   *min;
    const char   *max;
    const char   *in;
    const char   *code;
    const char   *message;
} bad_test_t;


static void make(ngx_pool_t *pool, const char *type, const char *min,
    const char *max, api_rule_t *rule);


static const good_test_t  good[] = {
    { "int", NULL, NULL, "0", NULL },
    { "int", NULL, NULL, "-0", "0" },
    { "int", NULL, NULL, "-000", "0" },
    { "int", NULL, NULL, "007", "7" },
    { "int", NULL, NULL, "-00120", "-120" },
    { "int", NULL, NULL, "2147483647", NULL },
    { "int", NULL, NULL, "-2147483648", NULL },
    { "int", "1", "100", "1", NULL },
    { "int", "1", "100", "100", NULL },
    { "bigint", NULL, NULL, "9223372036854775807", NULL },
    { "bigint", NULL, NULL, "-9223372036854775808", NULL },
    { "bigint", NULL, NULL, "0000000000000000000000000000000009", "9" },
    { "number", NULL, NULL, "-0.10e+5", NULL },
    { "number", "0.1", "0.3", "0.30", NULL },
    { "number", "0.1", "0.3", "1e-1", NULL },
    { "number", NULL, NULL, "12345678901234567890.123456789", NULL },
    { "bool", NULL, NULL, "true", NULL },
    { "bool", NULL, NULL, "false", NULL },
    { "string", NULL, NULL, "", NULL },
    { "string", "1", "3", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", NULL },
    { "string", NULL, NULL, " \t\n\x01\x7f ", NULL },
    { "text", "0", "0", "", NULL },
    { "uuid", NULL, NULL, "ABCDEF01-2345-6789-abcd-EF0123456789",
      "abcdef01-2345-6789-abcd-ef0123456789" },
    { "email", "3", "3", "a@b", NULL },
    { "date", NULL, NULL, "2024-02-29", NULL },
    { "timestamp", NULL, NULL, "2024-02-29t10:00:00z", NULL },
    { "time", NULL, NULL, "10:00", NULL },
    { "json", NULL, NULL, "{\"a\": 1}", NULL },
    { "uri", NULL, NULL, "http://a/", NULL },
    { "ipv4", NULL, NULL, "1.2.3.4", NULL },
    { "ipv6", NULL, NULL, "::1", NULL },
    { "enum(a,b)", NULL, NULL, "b", NULL },

    /* an array's bounds are those of its count */
    { "int[]", "2", "3", "100", NULL },
    { "string[]", "2", "3", "abcdef", NULL },
    { NULL, NULL, NULL, NULL, NULL }
};


static const bad_test_t  bad[] = {
    { "int", NULL, NULL, "", "type", "must be an integer" },
    { "int", NULL, NULL, "+1", "type", "must be an integer" },
    { "int", NULL, NULL, "1.0", "type", "must be an integer" },
    { "int", NULL, NULL, "1e2", "type", "must be an integer" },
    { "int", NULL, NULL, " 1", "type", "must be an integer" },
    { "int", NULL, NULL, "2147483648", "max", "must be at most 2147483647" },
    { "int", NULL, NULL, "-2147483649", "min",
      "must be at least -2147483648" },
    { "int", NULL, NULL, "99999999999999999999999999999", "max",
      "must be at most 2147483647" },
    { "int", "1", "100", "0", "min", "must be at least 1" },
    { "int", "1", "100", "101", "max", "must be at most 100" },
    { "int", "1", "100", "99999999999999999999999999999", "max",
      "must be at most 100" },
    { "bigint", NULL, NULL, "9223372036854775808", "max",
      "must be at most 9223372036854775807" },
    { "bigint", NULL, NULL, "-9223372036854775809", "min",
      "must be at least -9223372036854775808" },
    { "number", NULL, NULL, "1.", "type", "must be a number" },
    { "number", NULL, NULL, "NaN", "type", "must be a number" },
    { "number", NULL, NULL, "1e1000", "format",
      "must have no more than 1000 digits when it is written without an "
      "exponent" },
    { "number", NULL, NULL, "1e-1000", "format",
      "must have no more than 1000 digits when it is written without an "
      "exponent" },
    { "number", NULL, NULL, "1e999999999999999999", "format",
      "must have no more than 1000 digits when it is written without an "
      "exponent" },
    { "number", NULL, "5", "1e1000", "format",
      "must have no more than 1000 digits when it is written without an "
      "exponent" },
    { "number", "0.1", "0.3", "0.30000000000000000000000000000000001", "max",
      "must be at most 0.3" },
    { "number", "0.1", "0.3", "0.09999999999999999999999999999999999", "min",
      "must be at least 0.1" },
    { "bool", NULL, NULL, "1", "type", "must be true or false" },
    { "bool", NULL, NULL, "True", "type", "must be true or false" },
    { "bool", NULL, NULL, "", "type", "must be true or false" },
    { "string", "1", NULL, "", "min_length",
      "must be at least 1 character long" },
    { "string", "8", NULL, "1234567", "min_length",
      "must be at least 8 characters long" },
    { "string", NULL, "3", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "max_length",
      "must be at most 3 characters long" },
    { "string", NULL, NULL, "a\xff", "format", "must be valid UTF-8" },
    { "string", NULL, NULL, "\xed\xa0\x80", "format", "must be valid UTF-8" },
    { "json", NULL, NULL, "\xc0\x80", "format", "must be valid UTF-8" },
    { "enum(a,b)", NULL, NULL, "c", "enum", "must be one of: a, b" },
    { "enum(a,b)", NULL, NULL, "", "enum", "must be one of: a, b" },
    { "enum(a)[]", NULL, NULL, "A", "enum", "must be one of: a" },
    { "uuid", NULL, NULL, "x", "format", "must be a UUID" },
    { "email", NULL, NULL, "x", "format", "must be an e-mail address" },
    { "email", NULL, "3", "a@bc", "max_length",
      "must be at most 3 characters long" },
    { "date", NULL, NULL, "2023-02-29", "format",
      "must be a date such as 2026-01-31" },
    { "timestamp", NULL, NULL, "2023-02-28", "format",
      "must be a timestamp such as 2026-01-31T10:00:00Z" },
    { "time", NULL, NULL, "25:00", "format",
      "must be a time such as 10:00:00" },
    { "uri", NULL, NULL, "/a", "format", "must be an absolute URI" },
    { "ipv4", NULL, NULL, "::1", "format", "must be an IPv4 address" },
    { "ipv6", NULL, NULL, "1.2.3.4", "format", "must be an IPv6 address" },
    { "int[]", "2", "3", "x", "type", "must be an integer" },
    { NULL, NULL, NULL, NULL, NULL, NULL }
};


static void
make(ngx_pool_t *pool, const char *type, const char *min, const char *max,
    api_rule_t *rule)
{
    ngx_str_t    name;
    const char  *why;

    ngx_memzero(rule, sizeof(api_rule_t));

    name = test_str(type);
    check_int(api_type_parse(pool, &name, &rule->type, &why), NGX_OK);

    if (min != NULL) {
        rule->has_min = 1;
        rule->min = test_str(min);
    }

    if (max != NULL) {
        rule->has_max = 1;
        rule->max = test_str(max);
    }

    check_int(api_rule_finish(pool, rule, &why), NGX_OK);
}


static void
accepts(ngx_pool_t *pool)
{
    ngx_str_t            in;
    api_rule_t           rule;
    api_value_t          value, again;
    const char          *out;
    api_failure_t        failure;
    const good_test_t   *t;

    for (t = good; t->type != NULL; t++) {
        test_note("%s \"%s\"", t->type, t->in);

        make(pool, t->type, t->min, t->max, &rule);
        in = test_copy(pool, t->in, strlen(t->in));
        out = t->out ? t->out : t->in;

        check_int(api_value_check(pool, &rule, &in, &value, &failure),
                  NGX_OK);
        check_bytes(value.text.data, value.text.len, out, strlen(out));
        check_int(value.text.data[value.text.len], '\0');
        check_int(value.null, 0);

        /* what is canonical stays as it is */

        check_int(api_value_check(pool, &rule, &value.text, &again, NULL),
                  NGX_OK);
        check_bytes(again.text.data, again.text.len, out, strlen(out));
    }
}


static void
refuses(ngx_pool_t *pool)
{
    ngx_str_t           in;
    api_rule_t          rule;
    api_value_t         value;
    api_failure_t       failure;
    const bad_test_t   *t;

    for (t = bad; t->type != NULL; t++) {
        test_note("%s \"%s\"", t->type, t->in);

        make(pool, t->type, t->min, t->max, &rule);
        in = test_copy(pool, t->in, strlen(t->in));

        ngx_memzero(&failure, sizeof(failure));
        check_int(api_value_check(pool, &rule, &in, &value, &failure),
                  NGX_DECLINED);
        check_bytes(failure.code.data, failure.code.len, t->code,
                    strlen(t->code));
        check_bytes(failure.message.data, failure.message.len, t->message,
                    strlen(t->message));
    }
}


static void
refuses_nul_in_every_type(ngx_pool_t *pool)
{
    ngx_str_t            in;
    api_rule_t           rule;
    api_value_t          value;
    api_failure_t        failure;
    const good_test_t   *t;

    for (t = good; t->type != NULL; t++) {
        test_note("%s \"%s\"", t->type, t->in);

        make(pool, t->type, NULL, NULL, &rule);
        in = test_copy(pool, t->in, strlen(t->in) + 1);

        check_int(api_value_check(pool, &rule, &in, &value, &failure),
                  NGX_DECLINED);
        check_str(&failure.code, "nul");
    }
}


static void
untyped_is_any_text(ngx_pool_t *pool)
{
    ngx_str_t      in;
    api_rule_t     rule;
    api_value_t    value;
    api_failure_t  failure;

    ngx_memzero(&rule, sizeof(rule));

    in = test_copy(pool, "x y", 3);
    check_int(api_value_check(pool, &rule, &in, &value, &failure), NGX_OK);
    check_str(&value.text, "x y");

    in = test_copy(pool, "x\x80", 2);
    check_int(api_value_check(pool, &rule, &in, &value, &failure),
              NGX_DECLINED);
    check_str(&failure.code, "format");

    in.len = 0;
    in.data = NULL;
    check_int(api_value_check(pool, &rule, &in, &value, &failure), NGX_OK);
    check_str(&value.text, "");
}


static void
takes_no_memory_for_nothing(ngx_pool_t *pool)
{
    ngx_str_t   in;
    api_rule_t  rule;

    make(pool, "int", "1", "2", &rule);

    shim_fail_at(0);
    in = test_str("2");
    check_int(api_value_check(pool, &rule, &in, NULL, NULL), NGX_OK);
    in = test_str("3");
    check_int(api_value_check(pool, &rule, &in, NULL, NULL), NGX_DECLINED);
    check_int(shim_allocations(), 0);
}


static void
counts_items(ngx_pool_t *pool)
{
    api_rule_t     rule;
    api_failure_t  f;

    make(pool, "int[]", "1", "1000", &rule);

    check_int(api_value_check_count(pool, &rule, 1, &f), NGX_OK);
    check_int(api_value_check_count(pool, &rule, 1000, &f), NGX_OK);

    check_int(api_value_check_count(pool, &rule, 0, &f), NGX_DECLINED);
    check_str(&f.code, "min_items");
    check_str(&f.message, "must have at least 1 item");

    check_int(api_value_check_count(pool, &rule, 1001, &f), NGX_DECLINED);
    check_str(&f.code, "max_items");
    check_str(&f.message, "must have at most 1000 items");

    make(pool, "int[]", NULL, NULL, &rule);
    check_int(api_value_check_count(pool, &rule, 0, NULL), NGX_OK);
    check_int(api_value_check_count(pool, &rule, 1000000, NULL), NGX_OK);
}


typedef struct {
    api_rule_t    rule;
    const char   *in;
    ngx_int_t     want;
} oom_test_t;


static ngx_int_t
check_one(ngx_pool_t *pool, void *data)
{
    ngx_int_t      rc;
    ngx_str_t      in;
    oom_test_t    *t;
    api_value_t    value;
    api_failure_t  failure;

    t = data;
    in = test_str(t->in);
    rc = api_value_check(pool, &t->rule, &in, &value, &failure);

    return rc == t->want ? NGX_OK : rc;
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    oom_test_t  t;

    make(pool, "int", "1", "2", &t.rule);
    t.in = "2";
    t.want = NGX_OK;
    check_oom(check_one, &t);

    t.in = "3";
    t.want = NGX_DECLINED;
    check_oom(check_one, &t);

    make(pool, "enum(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"
         "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)", NULL,
         NULL, &t.rule);
    check_oom(check_one, &t);
}


static const test_case_t  cases[] = {
    { "accepts", accepts },
    { "refuses", refuses },
    { "refuses NUL in every type", refuses_nul_in_every_type },
    { "untyped is any text", untyped_is_any_text },
    { "takes no memory for nothing", takes_no_memory_for_nothing },
    { "counts items", counts_items },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
