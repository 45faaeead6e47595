
#include "core/scan.h"
#include "test.h"


static void
peeks_and_accepts(ngx_pool_t *pool)
{
    ngx_str_t   text;
    api_scan_t  s;

    text = test_copy(pool, "ab\xff" "cd", 5);
    api_scan_init(&s, &text);

    check_int(api_scan_peek(&s, 0), 'a');
    check_int(api_scan_peek(&s, 2), 0xff);
    check_int(api_scan_peek(&s, 4), 'd');
    check_int(api_scan_peek(&s, 5), -1);
    check_int(api_scan_peek(&s, (size_t) -1), -1);

    check_int(api_scan_accept(&s, "ax"), 0);
    check_int(api_scan_offset(&s), 0);
    check_int(api_scan_accept(&s, "ab"), 1);
    check_int(api_scan_offset(&s), 2);
    check_int(api_scan_accept(&s, "\xff" "cde"), 0);
    check_int(api_scan_accept(&s, "\xff" "cd"), 1);
    check(api_scan_done(&s));
    check_int(api_scan_peek(&s, 0), -1);
    check_int(api_scan_accept(&s, ""), 1);
    check_int(api_scan_accept(&s, "x"), 0);

    text = test_copy(pool, "", 0);
    api_scan_init(&s, &text);
    check(api_scan_done(&s));
    check_int(api_scan_peek(&s, 0), -1);
}


static void
reads_names(ngx_pool_t *pool)
{
    ngx_str_t   text, name;
    api_scan_t  s;

    text = test_copy(pool, "_a9.B", 5);
    api_scan_init(&s, &text);

    check_int(api_scan_name(&s, &name), 1);
    check_str(&name, "_a9");
    check_int(api_scan_name(&s, &name), 0);
    check_int(api_scan_offset(&s), 3);
    check_int(api_scan_accept(&s, "."), 1);
    check_int(api_scan_name(&s, &name), 1);
    check_str(&name, "B");
    check_int(api_scan_name(&s, &name), 0);
}


static void
knows_the_bytes_of_names(ngx_pool_t *pool)
{
    int  ch, letter, digit;

    (void) pool;

    for (ch = -1; ch < 256; ch++) {
        test_note("byte %d", ch);

        letter = ch > 0 && strchr("abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_", ch) != NULL;
        digit = ch > 0 && strchr("0123456789", ch) != NULL;

        check_int(api_scan_is_name_start(ch), letter);
        check_int(api_scan_is_name(ch), letter || digit);
    }
}


/* by the code points themselves, not by table 3-7 */

static size_t
encode(unsigned cp, u_char *p)
{
    if (cp < 0x80) {
        p[0] = (u_char) cp;
        return 1;
    }

    if (cp < 0x800) {
        p[0] = (u_char) (0xc0 | (cp >> 6));
        p[1] = (u_char) (0x80 | (cp & 0x3f));
        return 2;
    }

    if (cp < 0x10000) {
        p[0] = (u_char) (0xe0 | (cp >> 12));
        p[1] = (u_char) (0x80 | ((cp >> 6) & 0x3f));
        p[2] = (u_char) (0x80 | (cp & 0x3f));
        return 3;
    }

    p[0] = (u_char) (0xf0 | (cp >> 18));
    p[1] = (u_char) (0x80 | ((cp >> 12) & 0x3f));
    p[2] = (u_char) (0x80 | ((cp >> 6) & 0x3f));
    p[3] = (u_char) (0x80 | (cp & 0x3f));
    return 4;
}


static void
accepts_every_code_point(ngx_pool_t *pool)
{
    size_t    len;
    u_char    p[4];
    unsigned  cp;

    (void) pool;

    for (cp = 0; cp < 0x120000; cp++) {
        test_note("U+%04X", cp);

        len = encode(cp, p);
        check_int(api_scan_utf8(p, p + len),
                  cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) ? 0 : len);
        check_int(api_scan_utf8(p, p + len - 1), 0);
    }
}


static void
refuses_every_other_sequence(ngx_pool_t *pool)
{
    size_t    len;
    u_char    p[4], q[4];
    unsigned  i, cp;

    (void) pool;

    /* what is accepted, decoded by the bits, encodes to the same bytes */

    for (i = 0; i < 1 << 24; i++) {
        p[0] = (u_char) (i >> 16);
        p[1] = (u_char) (i >> 8);
        p[2] = (u_char) i;
        p[3] = 0x80;

        len = api_scan_utf8(p, p + 4);
        if (len == 0) {
            continue;
        }

        cp = len == 1 ? p[0] : p[0] & (0x7fu >> len);
        if (len > 1) {
            cp = cp << 6 | (p[1] & 0x3f);
        }

        if (len > 2) {
            cp = cp << 6 | (p[2] & 0x3f);
        }

        if (len > 3) {
            cp = cp << 6 | (p[3] & 0x3f);
        }

        if (encode(cp, q) != len || memcmp(p, q, len) != 0) {
            test_note("bytes %06x", i);
            check_bytes(p, len, q, encode(cp, q));
        }
    }
}


static void
counts_characters(ngx_pool_t *pool)
{
    ngx_str_t  s;

    s = test_copy(pool, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 10);
    check_int(api_scan_utf8_length(s.data, s.data + s.len), 4);

    /* invalid bytes count one each */
    s = test_copy(pool, "\xff\xc3" "a\xe2\x82", 5);
    check_int(api_scan_utf8_length(s.data, s.data + s.len), 5);

    check_int(api_scan_utf8_length(s.data, s.data), 0);
}


static void
finds_brackets(ngx_pool_t *pool)
{
    ngx_str_t   name;
    ngx_uint_t  i;

    static const struct {
        const char  *name;
        size_t       len;
    } names[] = {
        { "ids[]", 3 }, { "ids[0]", 3 }, { "ids[0123456789]", 3 },
        { "a[][]", 3 }, { "[]", 0 }, { "ids", 0 }, { "", 0 }, { "]", 0 },
        { "ids]", 0 }, { "ids[", 0 }, { "ids[a]", 0 }, { "ids[-1]", 0 },
        { "ids[] ", 0 }, { "12]", 0 }, { NULL, 0 }
    };

    (void) pool;

    for (i = 0; names[i].name != NULL; i++) {
        test_note("%s", names[i].name);

        name = test_str(names[i].name);
        check_int(api_scan_brackets(&name), names[i].len);
    }
}


static const test_case_t  cases[] = {
    { "finds brackets", finds_brackets },
    { "peeks and accepts", peeks_and_accepts },
    { "reads names", reads_names },
    { "knows the bytes of names", knows_the_bytes_of_names },
    { "UTF-8: accepts every code point", accepts_every_code_point },
    { "UTF-8: refuses every other sequence", refuses_every_other_sequence },
    { "UTF-8: counts characters", counts_characters },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
