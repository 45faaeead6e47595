
#include "shim.h"
#include "test.h"

#include "route/pattern.h"


static ngx_int_t parse(ngx_pool_t *pool, const char *text,
    api_pattern_t *pattern, const char **why);
static const char *show(const api_pattern_t *pattern);


/* what is understood: "t:" text, "n:" name, "r:" rest, "y:" typed */

static void
understands(ngx_pool_t *pool)
{
    size_t         i;
    const char    *why;
    api_pattern_t  pattern;

    static const struct {
        const char  *text;
        const char  *shown;
    } cases[] = {
        { "/", "0" },
        { "/users", "0 t:users" },
        { "/api/v1/users", "0 t:api t:v1 t:users" },
        { "/users/:id", "1 t:users n:id" },
        { "/users/:id<uuid>", "1 t:users y:id<uuid>" },
        { "/:a/:b<int>/c/:d", "3 n:a y:b<int> t:c n:d" },
        { "/:_A9z", "1 n:_A9z" },
        { "/files/*path", "1 t:files r:path" },
        { "/*all", "1 r:all" },
        { "/:k<enum(new,old)>", "1 y:k<enum>" },
        { "/:s<text>", "1 y:s<string>" },
        { "/users:batch", "0 t:users:batch" },
        { "/a*b/a.b/...", "0 t:a*b t:a.b t:..." },
        { "/100%/%g0/%4", "0 t:100% t:%g0 t:%4" },
        { "/a b/\xc3\xa4", "0 t:a b t:\xc3\xa4" },
        { "/~-_!$&'()+,;=@", "0 t:~-_!$&'()+,;=@" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s", cases[i].text);

        check_int(parse(pool, cases[i].text, &pattern, &why), NGX_OK);
        check_cstr(show(&pattern), cases[i].shown);
        check_int(pattern.text.len, strlen(cases[i].text));
    }
}


static void
refuses(ngx_pool_t *pool)
{
    size_t         i;
    const char    *why;
    api_pattern_t  pattern;

    static const struct {
        const char  *text;
        const char  *why;            /* its beginning */
    } cases[] = {
        { "", "a path begins" },
        { "users", "a path begins" },
        { ":id", "a path begins" },
        { "/users/", "a path does not end" },
        { "//", "a segment is empty" },
        { "/a//b", "a segment is empty" },
        { "//a", "a segment is empty" },
        { "/:", "\":\" and \"*\" are followed" },
        { "/*", "\":\" and \"*\" are followed" },
        { "/:9a", "\":\" and \"*\" are followed" },
        { "/:<int>", "\":\" and \"*\" are followed" },
        { "/::a", "\":\" and \"*\" are followed" },
        { "/:a-b", "a name is letters" },
        { "/:a:b", "a name is letters" },
        { "/:a.json", "a name is letters" },
        { "/*a*", "a name is letters" },
        { "/:a/:a", "two segments have the same name" },
        { "/:a<int>/b/:a", "two segments have the same name" },
        { "/:a/*a", "two segments have the same name" },
        { "/*a/b", "*name takes the rest" },
        { "/*a/*b", "*name takes the rest" },
        { "/*a<int>", "the rest of a path is text" },
        { "/:a<int", "a segment's type" },
        { "/:a<", "a segment's type" },
        { "/:a<int>b", "a segment's type" },
        { "/:k<enum(a/b)>", "a segment's type" },
        { "/:a<int[]>", "a segment is one value" },
        { "/id<uuid>", "only a named segment" },
        { "/a>b", "only a named segment" },
        { "/.", "nginx resolves" },
        { "/a/../b", "nginx resolves" },
        { "/a?b=1", "a path ends before \"?\"" },
        { "/a#b", "a path ends before \"#\"" },
        { "/a%20b", "a path is compared decoded" },
        { "/%aF", "a path is compared decoded" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s", cases[i].text);

        check_int(parse(pool, cases[i].text, &pattern, &why), NGX_DECLINED);
        check(why != NULL);
        check_bytes(why, strlen(cases[i].why), cases[i].why,
                    strlen(cases[i].why));
    }
}


/* the type's own sentence is handed on */

static void
refuses_types(ngx_pool_t *pool)
{
    const char     *why;
    api_pattern_t   pattern;

    why = NULL;
    check_int(parse(pool, "/:a<nosuch>", &pattern, &why), NGX_DECLINED);
    check(why != NULL && why[0] != '\0');

    why = NULL;
    check_int(parse(pool, "/:a<>", &pattern, &why), NGX_DECLINED);
    check(why != NULL && why[0] != '\0');

    why = NULL;
    check_int(parse(pool, "/:a<enum()>", &pattern, &why), NGX_DECLINED);
    check(why != NULL && why[0] != '\0');
}


static void
refuses_nul(ngx_pool_t *pool)
{
    ngx_str_t       text;
    const char     *why;
    api_pattern_t   pattern;

    text = test_copy(pool, "/a\0b", 4);

    check_int(api_pattern_parse(pool, &text, &pattern, &why), NGX_DECLINED);
    check_bytes(why, 21, "a path holds no NUL b", 21);
}


static void
counts_segments(ngx_pool_t *pool)
{
    int             i;
    char            text[3 * API_PATTERN_SEGMENTS + 4];
    const char     *why;
    api_pattern_t   pattern;

    for (i = 0; i < API_PATTERN_SEGMENTS; i++) {
        memcpy(&text[2 * i], "/x", 3);
    }

    check_int(parse(pool, text, &pattern, &why), NGX_OK);
    check_int(pattern.segments.nelts, API_PATTERN_SEGMENTS);

    memcpy(&text[2 * i], "/y", 3);
    check_int(parse(pool, text, &pattern, &why), NGX_DECLINED);
    check_bytes(why, 22, "a path has at most 32 ", 22);

    /* the sentence and the number are one */
    check_int(API_PATTERN_SEGMENTS, 32);
}


static void
finds_values(ngx_pool_t *pool)
{
    ngx_str_t       name;
    const char     *why;
    api_pattern_t   pattern;

    check_int(parse(pool, "/a/:b/c/:d<int>/*e", &pattern, &why), NGX_OK);
    check_int(pattern.nvalues, 3);

    name = test_str("b");
    check_int(api_pattern_index(&pattern, &name), 0);
    name = test_str("d");
    check_int(api_pattern_index(&pattern, &name), 1);
    name = test_str("e");
    check_int(api_pattern_index(&pattern, &name), 2);

    name = test_str("a");
    check_int(api_pattern_index(&pattern, &name), NGX_ERROR);
    name = test_str("B");
    check_int(api_pattern_index(&pattern, &name), NGX_ERROR);
    name = test_str("");
    check_int(api_pattern_index(&pattern, &name), NGX_ERROR);
}


static ngx_int_t
parse_long(ngx_pool_t *pool, void *data)
{
    const char     *why;
    ngx_str_t       text;
    api_pattern_t   pattern;

    (void) data;

    text = test_str("/a/:b/:c<int>/:d<enum(x,y)>/e/:f/g/h/*i");

    return api_pattern_parse(pool, &text, &pattern, &why);
}


static void
survives_without_memory(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(parse_long, NULL);
}


static const test_case_t  cases[] = {
    { "patterns are understood", understands },
    { "faults are named", refuses },
    { "faults of types are named", refuses_types },
    { "a NUL byte is refused", refuses_nul },
    { "at most 32 segments", counts_segments },
    { "values are found by name", finds_values },
    { "memory may fail anywhere", survives_without_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}


/* ends where its allocation ends: a read behind it is seen */

static ngx_int_t
parse(ngx_pool_t *pool, const char *text, api_pattern_t *pattern,
    const char **why)
{
    ngx_str_t  copy;

    *why = NULL;
    copy = test_copy(pool, text, strlen(text));

    return api_pattern_parse(pool, &copy, pattern, why);
}


static const char *
show(const api_pattern_t *pattern)
{
    char                 *p, *end;
    ngx_uint_t            i;
    const api_segment_t  *segment;

    static char           text[512];
    static const char     kinds[] = "tynr";

    segment = pattern->segments.elts;
    end = text + sizeof(text);
    p = text + snprintf(text, sizeof(text), "%d", (int) pattern->nvalues);

    for (i = 0; i < pattern->segments.nelts; i++) {
        p += snprintf(p, (size_t) (end - p), " %c:%.*s",
                      kinds[segment[i].kind], (int) segment[i].text.len,
                      segment[i].text.data);

        if (segment[i].kind == API_SEGMENT_TYPED) {
            p += snprintf(p, (size_t) (end - p), "<%s>",
                          api_type_name(&segment[i].type));
        }
    }

    return text;
}
