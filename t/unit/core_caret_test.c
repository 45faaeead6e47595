
#include "core/caret.h"
#include "shim.h"
#include "test.h"

#include <string.h>


static const struct {
    const char  *text;
    size_t       offset;
    const char  *shown;
} lines[] = {
    { "", 0, "\n\n^" },
    { "abc", 0, "\nabc\n^" },
    { "abc", 2, "\nabc\n  ^" },
    { "abc", 3, "\nabc\n   ^" },
    { "abc", 99, "\nabc\n   ^" },
    { "one\ntwo\nthree", 5, "\ntwo\n ^" },
    { "one\r\ntwo\r\n", 5, "\ntwo\n^" },
    { "one\r\ntwo\r\n", 8, "\ntwo\n   ^" },
    { "\ta\tb", 3, "\n\ta\tb\n\t \t^" },
    { "\xc3\xa4\xc3\xb6x", 4, "\n\xc3\xa4\xc3\xb6x\n  ^" },
    { "\xe8\xaa\x9ex", 3, "\n\xe8\xaa\x9ex\n  ^" },
    { "\xf0\x9f\x90\x98x", 4, "\n\xf0\x9f\x90\x98x\n  ^" },
    { "e\xcc\x81x", 3, "\ne\xcc\x81x\n ^" },
    { "a\x01\xff\x7fz", 4, "\na\?\?\?z\n    ^" },
    { NULL, 0, NULL }
};


static void
stands_below_its_character(ngx_pool_t *pool)
{
    int         i;
    u_char      buf[API_CARET_SIZE], *p;
    ngx_str_t   text;

    (void) pool;

    for (i = 0; lines[i].text != NULL; i++) {
        test_note("line %d", i);

        text = test_str(lines[i].text);
        p = api_caret(buf, &text, lines[i].offset);

        check_bytes(buf, (size_t) (p - buf), lines[i].shown,
                    strlen(lines[i].shown));
    }
}


/* any line, any character of it: it fits, and what is near is there */

static void
cuts_long_lines(ngx_pool_t *pool)
{
    int          n;
    size_t       i, len, at, size;
    u_char       buf[API_CARET_SIZE + 1], line[4000], *p;
    ngx_str_t    text;

    static const char *const  characters[] = {
        "x", "\t", "\xc3\xa4", "\xe8\xaa\x9e", "\xf0\x9f\x90\x98", "\xff",
        "\x80"
    };

    for (n = 0; n < 7; n++) {
        size = strlen(characters[n]);

        for (len = 0; len < 500; len += 7) {

            for (i = 0; i < len; i++) {
                memcpy(line + i * size, characters[n], size);
            }

            text = test_copy(pool, line, len * size);

            for (at = 0; at <= text.len; at += size) {
                test_note("%d, %d characters, at %d", n, (int) len, (int) at);

                buf[API_CARET_SIZE] = 'E';
                p = api_caret(buf, &text, at);

                check(p <= buf + API_CARET_SIZE);
                check_int(buf[API_CARET_SIZE], 'E');
                check_int(p[-1], '^');
                check_int(buf[0], '\n');
            }
        }
    }
}


static const test_case_t  cases[] = {
    { "stands below its character", stands_below_its_character },
    { "cuts long lines", cuts_long_lines },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
