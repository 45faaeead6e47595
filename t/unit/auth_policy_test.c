
#include "auth/policy.h"
#include "test.h"


#define WORDS  8


static ngx_uint_t
split(ngx_pool_t *pool, const char *line, ngx_str_t *words)
{
    ngx_str_t    text;
    ngx_uint_t   n;
    const char  *end;

    for (n = 0; *line != '\0'; n++) {
        end = strchr(line, ' ');
        end = end != NULL ? end : line + strlen(line);

        text = test_copy(pool, line, (size_t) (end - line));
        words[n] = text;

        line = *end == ' ' ? end + 1 : end;
    }

    return n;
}


static api_json_t *
claims_of(ngx_pool_t *pool, const char *body)
{
    ngx_str_t          text;
    api_json_t        *json;
    api_error_t        err;
    api_json_limits_t  limits = { API_JSON_DEPTH, API_JSON_VALUES };

    text = test_str(body);
    check_int(api_json_read(pool, &text, &limits, &json, &err), NGX_OK);

    return json;
}


static const char  body[] =
    "{\"role\":\"admin\",\"n\":18,\"f\":1.0,\"yes\":true,\"no\":false,"
    "\"null\":null,\"groups\":[\"a\",7,true],\"empty\":[],"
    "\"mixed\":[\"a\",{}],\"o\":{\"x\":\"y\",\"scope\":\"p q\"},"
    "\"scope\":\"read  write:all\",\"scp\":[\"one two\",\"three\"],"
    "\"sub\":\"AAAAAAAA-0000-0000-0000-000000000001\",\"e\":\"\","
    "\"https://x.y/role\":\"z\",\"a=b\":\"c\"}";


typedef struct {
    const char  *line;
    const char  *failed;       /* NULL: it holds */
} policy_case_t;


static const policy_case_t  lines[] = {
    { "role=admin", NULL },
    { "role=editor|admin", NULL },
    { "role=editor", "role=editor" },
    { "role=Admin", "role=Admin" },
    { "role=admi", "role=admi" },
    { "role!=editor", NULL },
    { "role!=editor|admin", "role!=editor|admin" },
    { "absent=x", "absent=x" },
    { "absent!=x", "absent!=x" },
    { "null!=x", "null!=x" },
    { "null=null", "null=null" },
    { "n=18", NULL },
    { "n=18.0", "n=18.0" },
    { "f=1.0", NULL },
    { "f=1", "f=1" },
    { "yes=true", NULL },
    { "no=true", "no=true" },
    { "no!=true", NULL },
    { "groups=a", NULL },
    { "groups=b|7", NULL },
    { "groups=true", NULL },
    { "groups=b", "groups=b" },
    { "groups!=b", NULL },
    { "groups!=a", "groups!=a" },
    { "empty=a", "empty=a" },
    { "empty!=a", NULL },
    { "mixed=a", NULL },
    { "mixed=b", "mixed=b" },
    { "mixed!=b", "mixed!=b" },
    { "o=y", "o=y" },
    { "o!=y", "o!=y" },
    { "o.x=y", NULL },
    { "o.x.z!=y", "o.x.z!=y" },
    { "scope=read", NULL },
    { "scope=write:all", NULL },
    { "scope=write", "scope=write" },
    { "scope!=write", NULL },
    { "scope!=read", "scope!=read" },
    { "o.scope=q", NULL },
    { "scp=three", NULL },
    { "scp=two", "scp=two" },
    { "\"https://x.y/role\"=z", NULL },
    { "\"a=b\"=c", NULL },
    { "\"a=b\"!=c", "\"a=b\"!=c" },
    { "role=admin n=18", NULL },
    { "role=admin n=19 groups=b", "n=19" },
    { "any role=x n=18", NULL },
    { "any role=x n=19", "role=x" },
    { "any role=x scope=nope", "scope=nope" },
    { "sub=$id", NULL },
    { "sub=$id", NULL },
    { "sub!=$id", "sub!=$id" },
    { "role=$other", "role=$other" },
    { "role!=$other", NULL },
    { "any role=$other|x sub=$id", NULL },
    { "e=$other", "e=$other" },
};


static void
holds_or_not(ngx_pool_t *pool)
{
    ngx_str_t                       words[WORDS];
    ngx_uint_t                      i, n;
    api_json_t                     *claims;
    const char                     *why;
    ngx_array_t                    *names;
    const ngx_str_t                *word;
    api_auth_policy_t               policy;
    api_auth_policy_given_t         given[4];
    const api_auth_policy_word_t   *failed;

    claims = claims_of(pool, body);
    names = ngx_array_create(pool, 1, sizeof(ngx_str_t));

    ngx_memzero(given, sizeof(given));
    given[0].text = test_str("aaaaaaaa-0000-0000-0000-000000000001");
    given[0].fold = 1;
    /* the second one was not sent: data NULL */

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        test_note("%s", lines[i].line);

        n = split(pool, lines[i].line, words);
        check_int(api_auth_policy_read(pool, words, n, names, &policy, &word,
                                       &why),
                  NGX_OK);

        failed = api_auth_policy_fails(&policy, claims, given);

        if (lines[i].failed == NULL) {
            check(failed == NULL);

        } else {
            check(failed != NULL);
            check_bytes(failed->text.data, failed->text.len, lines[i].failed,
                        strlen(lines[i].failed));
        }
    }

    check_int(names->nelts, 2);
    check_str((ngx_str_t *) names->elts, "id");

    /* a uuid only if its type says so */

    given[0].fold = 0;
    n = split(pool, "sub=$id", words);
    check_int(api_auth_policy_read(pool, words, n, names, &policy, &word,
                                   &why), NGX_OK);
    check(api_auth_policy_fails(&policy, claims, given) != NULL);
}


static void
refuses_what_it_does_not_know(ngx_pool_t *pool)
{
    ngx_str_t           words[WORDS];
    ngx_uint_t          i, n;
    const char         *why;
    ngx_array_t        *names;
    const ngx_str_t    *word;
    api_auth_policy_t   policy;
    static const char  *bad[] = {
        "", "any", "role", "=x", "!=x", "role=", "role!=", "role=a|",
        "role=|a", "role=a||b", "role=$", "role=$1", "role=$a.b", "role=$a-b",
        "a..b=x", ".a=x", "\"a=b\"", "\"a=x", "a\"b\"=x", "\"\"=x"
    };

    names = ngx_array_create(pool, 1, sizeof(ngx_str_t));

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_note("%s", bad[i]);

        n = split(pool, bad[i], words);
        why = NULL;

        check_int(api_auth_policy_read(pool, words, n, names, &policy, &word,
                                       &why),
                  NGX_DECLINED);
        check(why != NULL);
    }
}


static ngx_int_t
read_some(ngx_pool_t *pool, void *data)
{
    ngx_str_t          words[2];
    const char        *why;
    ngx_array_t       *names;
    const ngx_str_t   *word;
    api_auth_policy_t  policy;

    (void) data;

    names = ngx_array_create(pool, 1, sizeof(ngx_str_t));
    if (names == NULL) {
        return NGX_ERROR;
    }

    words[0] = test_str("a.b=$x|y");
    words[1] = test_str("c=$z");

    return api_auth_policy_read(pool, words, 2, names, &policy, &word, &why);
}


static void
tells_when_memory_is_short(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(read_some, NULL);
}


static const test_case_t  cases[] = {
    { "holds or not", holds_or_not },
    { "refuses what it does not know", refuses_what_it_does_not_know },
    { "tells when memory is short", tells_when_memory_is_short },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
