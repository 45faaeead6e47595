
#include "auth/base64url.h"
#include "test.h"


/* RFC 4648, section 10, without padding, and both letters of its own */

static const struct {
    const char  *bytes;
    const char  *text;
} pairs[] = {
    { "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" },
    { "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" },
    { "\xfb\xff", "-_8" }, { "\xff\xff\xfe", "___-" }
};


static void
knows_its_examples(ngx_pool_t *pool)
{
    u_char      *end;
    ngx_str_t    text, out;
    ngx_uint_t   i;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        test_note("%s", pairs[i].text);

        text = test_copy(pool, pairs[i].text, strlen(pairs[i].text));
        out.data = ngx_pnalloc(pool, api_auth_base64url_room(text.len));

        check_int(api_auth_base64url_decode(&text, &out), NGX_OK);
        check_bytes(out.data, out.len, pairs[i].bytes,
                    strlen(pairs[i].bytes));

        text.data = ngx_pnalloc(pool, api_auth_base64url_size(out.len));
        end = api_auth_base64url_encode(text.data, out.data, out.len);

        check_int(end - text.data, api_auth_base64url_size(out.len));
        check_bytes(text.data, (size_t) (end - text.data), pairs[i].text,
                    strlen(pairs[i].text));
    }
}


static void
refuses_all_else(ngx_pool_t *pool)
{
    ngx_str_t           text, out;
    ngx_uint_t          i;
    static const char  *bad[] = {
        "Z", "Zg=", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9vY", "Zm9v=", "+_8",
        "-/8", " Zg", "Zg ", "Z g", "Zg\n", "Zm9v\n", "Zm9vYm\xc3\xa4",
        "\x80Zm9", "Zm9\xff", "Zm.v", "Zx", "Zm9vYmF"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_note("%s", bad[i]);

        text = test_copy(pool, bad[i], strlen(bad[i]));
        out.data = ngx_pnalloc(pool, api_auth_base64url_room(text.len));

        check_int(api_auth_base64url_decode(&text, &out), NGX_DECLINED);
    }

    text = test_copy(pool, "Zm9\0", 4);
    out.data = ngx_pnalloc(pool, api_auth_base64url_room(text.len));
    check_int(api_auth_base64url_decode(&text, &out), NGX_DECLINED);
}


/* each value has one text: of all of three letters those that come back */

static void
has_one_text_for_each(ngx_pool_t *pool)
{
    u_char      buf[3], room[8], again[8];
    ngx_str_t   text, out;
    ngx_uint_t  i, taken;

    (void) pool;

    taken = 0;

    for (i = 0; i < 1 << 24; i++) {
        buf[0] = (u_char) (i >> 16);
        buf[1] = (u_char) (i >> 8);
        buf[2] = (u_char) i;

        text.data = buf;
        text.len = 3;
        out.data = room;

        if (api_auth_base64url_decode(&text, &out) == NGX_OK) {
            taken++;
            (void) api_auth_base64url_encode(again, room, out.len);
            check_bytes(again, 3, buf, 3);
        }
    }

    check_int(taken, 1 << 16);
}


static const test_case_t  cases[] = {
    { "knows its examples", knows_its_examples },
    { "refuses all else", refuses_all_else },
    { "has one text for each value", has_one_text_for_each },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
