
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
date(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29",
        "2023-02-28", "2023-04-30", "2023-01-31", NULL
    };
    static const char *const  bad[] = {
        "", "0000-01-01", "2023-02-29", "1900-02-29", "2023-04-31",
        "2023-13-01", "2023-00-01", "2023-01-00", "2023-01-32",
        "2023-1-01", "2023-01-1", "23-01-01", "12023-01-01", "2023/01/01",
        "20230101", "2023-01-01 ", " 2023-01-01", "2023-01-01T00:00:00Z",
        "-023-01-01", "+023-01-01", "2023-0a-01", "infinity", "today",
        "2023-01-0\xd9", NULL
    };

    all(pool, api_value_format_date, good, 1);
    all(pool, api_value_format_date, bad, 0);
}


static void
date_has_every_day(ngx_pool_t *pool)
{
    int         year, month, day, days, last, leap;
    char        text[40];
    ngx_str_t   s;

    (void) pool;

    days = 0;

    for (year = 1; year <= 400; year++) {
        leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        last = 0;

        for (month = 1; month <= 12; month++) {
            for (day = 1; day <= 31; day++) {
                snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month,
                         day);
                s = test_str(text);
                last += (int) api_value_format_date(&s);
            }
        }

        check_int(last, 365 + leap);
        days += last;
    }

    check_int(days, 146097);
}


static void
timestamp(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "2026-01-31T10:00:00Z",
        "2026-01-31t10:00:00z",
        "2026-01-31T00:00:00.5+00:00",
        "2026-01-31T23:59:59.123456789-15:59",
        "2026-01-31T23:59:59.123456789012345678+15:59",
        "2026-01-31T10:00:00-00:00",
        "2016-12-31T23:59:60Z",
        "2017-01-01T00:59:60+01:00",
        "2016-12-31T15:59:60-08:00",
        "2016-12-31T08:14:60-15:45",
        "2017-01-01T15:58:60+15:59",
        NULL
    };
    static const char *const  bad[] = {
        "",
        "2026-01-31",
        "2026-01-31T10:00:00",
        "2026-01-31 10:00:00Z",
        "2026-01-31T10:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T10:60:00Z",
        "2026-01-31T10:00:61Z",
        "2026-01-31T10:00:60Z",
        "2016-12-31T23:59:60.5Z",
        "2016-12-31T23:59:60+01:00",
        "2026-01-31T24:59:60+01:00",
        "2026-02-30T10:00:00Z",
        "2026-01-31T10:00:00.Z",
        "2026-01-31T10:00:00.1234567890123456789Z",
        "2026-01-31T10:00:00,5Z",
        "2026-01-31T10:00:00+16:00",
        "2026-01-31T10:00:00+01:60",
        "2026-01-31T10:00:00+0100",
        "2026-01-31T10:00:00+01",
        "2026-01-31T10:00:00+1:00",
        "2026-01-31T10:00:00 +01:00",
        "2026-01-31T10:00:00Z ",
        "2026-01-31T10:00:00ZZ",
        "2026-01-31T10:00:00+01:00Z",
        "2026-01-31T10:00:00 UTC",
        "2026-01-31T-1:00:00Z",
        "2026-01-31T1:00:00Z",
        "now",
        NULL
    };

    all(pool, api_value_format_timestamp, good, 1);
    all(pool, api_value_format_timestamp, bad, 0);
}


static void
time_of_day(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "00:00", "23:59", "10:00:00", "10:00:00.000001", "23:59:59.9",
        "10:00Z", "10:00+02:00", "10:00:00.5-15:59", NULL
    };
    static const char *const  bad[] = {
        "", "10", "1:00", "10:0", "24:00", "10:60", "10:00:60",
        "23:59:60", "23:59:60Z", "10:00:", "10:00:00.", "10:00 ",
        " 10:00", "10:00+2", "10:00+16:00", "10:00ZZ", "1000", "10:00 PM",
        "10-00", NULL
    };

    all(pool, api_value_format_time, good, 1);
    all(pool, api_value_format_time, bad, 0);
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
    { "date", date },
    { "date has every day", date_has_every_day },
    { "timestamp", timestamp },
    { "time", time_of_day },
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
