
#include "schema/uri.h"
#include "test.h"


typedef struct {
    const char   *base;
    const char   *reference;
    const char   *uri;
    const char   *fragment;
} uri_test_t;


#define BASE  "http://a/b/c/d;p?q"

/* RFC 3986, section 5.4, and what is special about ours */

static const uri_test_t  tests[] = {
    { BASE, "g:h", "g:h", "" },
    { BASE, "g", "http://a/b/c/g", "" },
    { BASE, "./g", "http://a/b/c/g", "" },
    { BASE, "g/", "http://a/b/c/g/", "" },
    { BASE, "/g", "http://a/g", "" },
    { BASE, "//g", "http://g", "" },
    { BASE, "?y", "http://a/b/c/d;p?y", "" },
    { BASE, "g?y", "http://a/b/c/g?y", "" },
    { BASE, "#s", "http://a/b/c/d;p?q", "s" },
    { BASE, "g#s", "http://a/b/c/g", "s" },
    { BASE, "g?y#s", "http://a/b/c/g?y", "s" },
    { BASE, ";x", "http://a/b/c/;x", "" },
    { BASE, "g;x", "http://a/b/c/g;x", "" },
    { BASE, "", "http://a/b/c/d;p?q", "" },
    { BASE, ".", "http://a/b/c/", "" },
    { BASE, "./", "http://a/b/c/", "" },
    { BASE, "..", "http://a/b/", "" },
    { BASE, "../", "http://a/b/", "" },
    { BASE, "../g", "http://a/b/g", "" },
    { BASE, "../..", "http://a/", "" },
    { BASE, "../../g", "http://a/g", "" },
    { BASE, "../../../g", "http://a/g", "" },
    { BASE, "../../../../g", "http://a/g", "" },
    { BASE, "/./g", "http://a/g", "" },
    { BASE, "/../g", "http://a/g", "" },
    { BASE, "g.", "http://a/b/c/g.", "" },
    { BASE, ".g", "http://a/b/c/.g", "" },
    { BASE, "g..", "http://a/b/c/g..", "" },
    { BASE, "..g", "http://a/b/c/..g", "" },
    { BASE, "./../g", "http://a/b/g", "" },
    { BASE, "./g/.", "http://a/b/c/g/", "" },
    { BASE, "g/./h", "http://a/b/c/g/h", "" },
    { BASE, "g/../h", "http://a/b/c/h", "" },
    { BASE, "g;x=1/../y", "http://a/b/c/y", "" },
    { BASE, "g?y/../x", "http://a/b/c/g?y/../x", "" },
    { BASE, "g#s/../x", "http://a/b/c/g", "s/../x" },

    { "HTTP://Host/A", "", "http://host/A", "" },
    { "http://a", "b", "http://a/b", "" },
    { "http://a/%c3%a4", "", "http://a/%C3%A4", "" },
    { "", "a/b#c%2Fd%25", "a/b", "c/d%" },
    { "", "#/%22", "", "/\"" },
    { "urn:uuid:A-1", "#x", "urn:uuid:A-1", "x" },
    { "urn:example:a/../b", "", "urn:example:a/../b", "" },
    { "tag:x,2026:a", "b", "tag:b", "" },
    { "file:///etc/a.json", "b.json", "file:///etc/b.json", "" },
    { "file:///etc/a.json", "../../x/b.json", "file:///x/b.json", "" },
    { "a/b", "../../c", "c", "" },

    /* what would look like a scheme or an authority */
    { "", "./a:b", "./a:b", "" },
    { "x/y", "../a:b", "./a:b", "" },
    { "x/y", "a:b", "a:b", "" },
    { "", "./a/b:c", "a/b:c", "" },
    { "a:/b", "/.//c", "a:/.//c", "" },
    { "", "/.//c", "/.//c", "" },
    { "a://h/b", "/.//c", "a://h//c", "" },
    { NULL, NULL, NULL, NULL }
};


static void
resolves(ngx_pool_t *pool)
{
    ngx_str_t          base, reference, uri, fragment;
    const uri_test_t  *t;

    for (t = tests; t->base != NULL; t++) {
        test_note("%s against %s", t->reference, t->base);

        base = test_copy(pool, t->base, strlen(t->base));
        reference = test_copy(pool, t->reference, strlen(t->reference));

        check_int(api_schema_uri_resolve(pool, &base, &reference, &uri,
                                         &fragment),
                  NGX_OK);
        check_cstr(uri.data, t->uri);
        check_cstr(fragment.data, t->fragment);
    }
}


static void
refuses_bad_fragments(ngx_pool_t *pool)
{
    ngx_str_t           base, reference, uri, fragment;
    const char        **t;
    static const char  *bad[] = { "#%", "#a%2", "#%zz", "x#/%g0", NULL };

    ngx_str_null(&base);

    for (t = bad; *t != NULL; t++) {
        test_note("%s", *t);
        reference = test_copy(pool, *t, strlen(*t));

        check_int(api_schema_uri_resolve(pool, &base, &reference, &uri,
                                         &fragment),
                  NGX_DECLINED);
    }
}


static ngx_int_t
resolve_one(ngx_pool_t *pool, void *data)
{
    ngx_str_t  base, reference, uri, fragment;

    (void) data;

    base = test_str(BASE);
    reference = test_str("../g?x#y");

    return api_schema_uri_resolve(pool, &base, &reference, &uri, &fragment);
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(resolve_one, NULL);
}


static const test_case_t  cases[] = {
    { "resolves references", resolves },
    { "refuses bad fragments", refuses_bad_fragments },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
