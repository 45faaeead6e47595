
#include "core/value.h"
#include "test.h"


static ngx_int_t make(ngx_pool_t *pool, const char *text, api_rule_t *rule,
    const char **why);


/* "int min=1 max=3": the type, then words, separated by one space */

static ngx_int_t
make(ngx_pool_t *pool, const char *text, api_rule_t *rule, const char **why)
{
    size_t      n;
    ngx_int_t   rc;
    ngx_str_t   word;

    ngx_memzero(rule, sizeof(api_rule_t));
    *why = NULL;

    n = strcspn(text, " ");
    word = test_copy(pool, text, n);

    rc = api_type_parse(pool, &word, &rule->type, why);

    while (rc == NGX_OK && text[n] != '\0') {
        text += n + 1;
        n = strcspn(text, " ");
        word = test_copy(pool, text, n);

        rc = api_rule_word(pool, rule, &word, why);
    }

    return rc == NGX_OK ? api_rule_finish(pool, rule, why) : rc;
}


static void
reads_words(ngx_pool_t *pool)
{
    const char  *why;
    api_rule_t   rule;

    check_int(make(pool, "string required nullable min=8 max=128", &rule,
                   &why),
              NGX_OK);
    check_int(rule.required, 1);
    check_int(rule.nullable, 1);
    check_int(rule.has_min, 1);
    check_int(rule.has_max, 1);
    check_int(rule.has_default, 0);
    check_str(&rule.min, "8");
    check_str(&rule.max, "128");

    check_int(make(pool, "number default=1.50 min=-0.5 max=1e3", &rule,
                   &why),
              NGX_OK);
    check_int(rule.required, 0);
    check_int(rule.nullable, 0);
    check_int(rule.has_default, 1);
    check_str(&rule.fallback, "1.50");
}


static void
accepts(ngx_pool_t *pool)
{
    ngx_uint_t          i;
    const char         *why;
    api_rule_t          rule;
    static const char  *good[] = {
        "int",
        "int min=-2147483648 max=2147483647",
        "bigint min=-9223372036854775808 max=9223372036854775807",
        "int min=5 max=5",
        "int min=005",
        "number min=0.1 max=0.10",
        "string min=0 max=999999999",
        "string default=",
        "email max=100",
        "uri min=5",
        "json default={}",
        "json[] min=1 max=3",
        "uuid[] max=3",
        "bool[] default=",
        "enum(a,b) default=a",
        "bool default=false nullable",
        NULL
    };

    for (i = 0; good[i] != NULL; i++) {
        test_note("%s", good[i]);
        check_int(make(pool, good[i], &rule, &why), NGX_OK);
    }
}


static void
refuses(ngx_pool_t *pool)
{
    ngx_uint_t          i;
    const char         *why;
    api_rule_t          rule;
    static const char  *bad[] = {
        "int optional", "int REQUIRED", "int required=1", "int min",
        "int minimum=1", "int ", "int default",

        "int required required", "int nullable nullable", "int min=1 min=1",
        "int max=1 max=2", "int default=1 default=1",

        "int min=", "int min=a", "int min=1.5", "int max=1e2", "int min=+1",
        "number min=.5", "number min=01", "number max=NaN",
        "string min=-1", "string max=1.5", "string max=1000000000",
        "string[] min=-1", "int[] max=1.0",

        "bool min=1", "uuid max=1", "date min=2020-01-01", "json max=3",
        "enum(a) min=1", "ipv4 min=1", "time max=1", "timestamp min=1",

        "int max=2147483648", "int min=-2147483649",
        "bigint max=9223372036854775808", "number max=1e131072",

        "int min=2 max=1", "string min=2 max=1", "int[] min=2 max=1",
        "number min=1.01 max=1.0099999999999999999999999999",

        "int default=", "int default=a", "int default=1.0",
        "int min=1 default=0", "int max=1 default=2", "uuid default=x",
        "string min=1 default=", "string max=1 default=ab",
        "enum(a,b) default=c", "bool default=1", "string default=\xff",

        "int[] default=1,", "int[] default=,", "int[] default=1,x",
        "int[] min=1 default=", "int[] max=1 default=1,2",
        "json[] default=", "json[] default=1",

        "int required default=1", "string default= required",
        NULL
    };

    for (i = 0; bad[i] != NULL; i++) {
        test_note("%s", bad[i]);
        check_int(make(pool, bad[i], &rule, &why), NGX_DECLINED);
        check(why != NULL && strlen(why) > 10);
    }
}


static void
makes_defaults_canonical(ngx_pool_t *pool)
{
    const char  *why;
    api_rule_t   rule;

    check_int(make(pool, "int default=-007", &rule, &why), NGX_OK);
    check_str(&rule.fallback, "-7");
    check_int(rule.fallback.data[2], '\0');

    check_int(make(pool,
                   "uuid default=ABCDEF00-0000-0000-0000-000000000000",
                   &rule, &why),
              NGX_OK);
    check_str(&rule.fallback, "abcdef00-0000-0000-0000-000000000000");

    check_int(make(pool, "int[] default=01,2,-0", &rule, &why), NGX_OK);
    check_str(&rule.fallback, "1,2,0");

    check_int(make(pool, "string[] default=,a,", &rule, &why), NGX_OK);
    check_str(&rule.fallback, ",a,");

    check_int(make(pool, "string[] default=", &rule, &why), NGX_OK);
    check_str(&rule.fallback, "");
    check_int(rule.fallback.data[0], '\0');
}


static ngx_int_t
read_rule(ngx_pool_t *pool, void *data)
{
    ngx_int_t    rc;
    ngx_str_t    word;
    const char  *why;
    api_rule_t   rule;

    ngx_memzero(&rule, sizeof(api_rule_t));

    word = test_str("int[]");
    rc = api_type_parse(pool, &word, &rule.type, &why);
    if (rc != NGX_OK) {
        return rc;
    }

    word = test_str(data);
    rc = api_rule_word(pool, &rule, &word, &why);
    if (rc != NGX_OK) {
        return rc;
    }

    return api_rule_finish(pool, &rule, &why);
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    char  word[] = "default=1,2,3,4";

    (void) pool;

    check_oom(read_rule, word);
}


static const test_case_t  cases[] = {
    { "reads words", reads_words },
    { "accepts", accepts },
    { "refuses", refuses },
    { "makes defaults canonical", makes_defaults_canonical },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
