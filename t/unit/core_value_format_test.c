
#include "core/value_format.h"
#include "core/value_net.h"
#include "test.h"


static void all(ngx_pool_t *pool, ngx_uint_t (*fits)(const ngx_str_t *s),
    const char *const *texts, ngx_uint_t want);


static void
uuid(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "00000000-0000-0000-0000-000000000000",
        "0188a1c2-9fF0-7abc-8def-0123456789AB",
        NULL
    };
    static const char *const  bad[] = {
        "",
        "00000000-0000-0000-0000-00000000000",
        "00000000-0000-0000-0000-0000000000000",
        "00000000-0000-0000-0000-00000000000g",
        "{00000000-0000-0000-0000-00000000000}",
        "00000000000000000000000000000000",
        "000000000000-0000-0000-0000-00000000",
        "00000000-0000-0000-0000-00000000000\n",
        "00000000_0000_0000_0000_000000000000",
        "00000000-0000-0000-0000-000000000-00",
        NULL
    };

    all(pool, api_value_format_uuid, good, 1);
    all(pool, api_value_format_uuid, bad, 0);
}


static void
email(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "a@b",
        "joe.bloggs+tag@example.com",
        ".!#$%&'*+/=?^_`{|}~-@x",
        "..@a.b",
        "a@1-2.x--y.z9",
        "a@012345678901234567890123456789012345678901234567890123456789012",
        "A@B.C",
        NULL
    };
    static const char *const  bad[] = {
        "",
        "@",
        "a@",
        "@b",
        "a",
        "a@b@c",
        "a@.b",
        "a@b.",
        "a@b..c",
        "a@-b",
        "a@b-",
        "a@b-.c",
        "a@b_c",
        "a b@c",
        "a@b c",
        " a@b",
        "a@b ",
        "a@b\n",
        "\"a\"@b",
        "a@[1.2.3.4]",
        "a@b\xc3\xa4",
        "\xc3\xa4@b",
        "a,b@c",
        "a@0123456789012345678901234567890123456789012345678901234567890123",
        NULL
    };

    all(pool, api_value_format_email, good, 1);
    all(pool, api_value_format_email, bad, 0);
}


static void
ipv4(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "0.0.0.0", "255.255.255.255", "1.20.30.199", NULL
    };
    static const char *const  bad[] = {
        "", "1", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5",
        "256.1.1.1", "1.1.1.256", "1.1.1.1000", "01.2.3.4", "1.2.3.00",
        "1..2.3", "1.2.3.4/32", " 1.2.3.4", "1.2.3.4 ", "0x1.2.3.4",
        "a.b.c.d", "1,2,3,4", "-1.2.3.4", NULL
    };

    all(pool, api_value_net_ipv4, good, 1);
    all(pool, api_value_net_ipv4, bad, 0);
}


static void
ipv6(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "ABCD:EF01::2345",
        "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3::5:6:7:8",
        "::1.2.3.4", "::ffff:192.168.0.1", "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4:5::1.2.3.4", "fe80::0001", NULL
    };
    static const char *const  bad[] = {
        "", ":", ":::", "1", "1:", ":1", "1:2:3:4:5:6:7", "1.2.3.4",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
        "1::2::3", "12345::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:1",
        "::1.2.3", "::1.2.3.256", "::1.2.3.04", "::g", "::1%eth0", "::1/64",
        "[::1]", " ::1", "::1 ", "1:2:3:4:5:6:7:", "1:::2", "::1:", NULL
    };

    all(pool, api_value_net_ipv6, good, 1);
    all(pool, api_value_net_ipv6, bad, 0);
}


static void
uri(ngx_pool_t *pool)
{
    /* the first are RFC 3986's own examples (section 1.1.2) */
    static const char *const  good[] = {
        "ftp://ftp.is.co.za/rfc/rfc1808.txt",
        "http://www.ietf.org/rfc/rfc2396.txt",
        "ldap://[2001:db8::7]/c=GB?objectClass?one",
        "mailto:John.Doe@example.com",
        "news:comp.infosystems.www.servers.unix",
        "tel:+1-816-555-1212",
        "telnet://192.0.2.16:80/",
        "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
        "http://a",
        "a:",
        "file:///etc/passwd",
        "http://u:p%20w@h:8080/p;x=1/%7Ea?q=a/b?c#f/?!$&'()*+,;=:@",
        "http://[v7.fe:x]/",
        "http://h:/",
        "x+y-z.1:/",
        "a:?q",
        "a:#",
        "http://?#",
        NULL
    };
    static const char *const  bad[] = {
        "", ":", "a", "/a", "//a/b", "?q", "1a:b", "-a:b", "a_b:c",
        "http://a b", "http://a/\xc3\xa4", "http://a/%", "http://a/%4",
        "http://a/%4g", "http://a/<b>", "http://a/\"", "http://a/{b}",
        "http://a/|", "http://a/\\", "http://a/^", "http://a/`",
        "http://a#b#c", "http://a/[b]", "http://[::1", "http://::1/",
        "http://[1.2.3.4]/", "http://[::1]a/", "http://h:80a/",
        "http://a@b@c/", "http://[v.x]/", "http://[v7.]/", "http://[]/",
        "http://a/ ", " http://a/", "http://a/\n", "http://a/\x7f", NULL
    };

    all(pool, api_value_net_uri, good, 1);
    all(pool, api_value_net_uri, bad, 0);
}


/* every beginning of a good text is read no further than its end (ASan) */

static void
all(ngx_pool_t *pool, ngx_uint_t (*fits)(const ngx_str_t *s),
    const char *const *texts, ngx_uint_t want)
{
    size_t     len;
    ngx_str_t  s;

    for ( /* void */ ; *texts != NULL; texts++) {
        test_note("\"%s\"", *texts);

        s = test_copy(pool, *texts, strlen(*texts));
        check_int(fits(&s), want);

        for (len = 0; len < strlen(*texts); len++) {
            s = test_copy(pool, *texts, len);
            (void) fits(&s);
        }

        s = test_copy(pool, *texts, strlen(*texts) + 1);
        check_int(fits(&s), 0);
    }
}


static const test_case_t  cases[] = {
    { "uuid", uuid },
    { "email", email },
    { "ipv4", ipv4 },
    { "ipv6", ipv6 },
    { "uri", uri },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
