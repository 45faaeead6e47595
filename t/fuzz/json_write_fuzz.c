
/*
 * What json/write makes of a string jansson reads back to the same bytes; of
 * text that is no UTF-8 it makes text that is.
 */


#include <jansson.h>

#include "core/buf.h"
#include "core/scan.h"
#include "fuzz.h"
#include "json/write.h"


static ngx_uint_t is_utf8(const u_char *p, size_t len);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t      *json;
    api_buf_t    trusted, untrusted;
    ngx_str_t    in, out;
    ngx_pool_t  *pool;

    pool = fuzz_pool();
    in = fuzz_copy(pool, data, size);

    fuzz_check(api_buf_init(&untrusted, pool, 0, 1 << 20) == NGX_OK);
    api_json_write_untrusted(&untrusted, in.data, in.len);
    fuzz_check(api_buf_ok(&untrusted));

    fuzz_check(is_utf8(untrusted.start, api_buf_len(&untrusted)));
    json = json_loadb((char *) untrusted.start, api_buf_len(&untrusted),
                      JSON_DECODE_ANY|JSON_ALLOW_NUL, NULL);
    fuzz_check(json != NULL && json_is_string(json));
    json_decref(json);

    /* whatever the bytes, it does not read or write where it must not */

    fuzz_check(api_buf_init(&trusted, pool, 0, 1 << 20) == NGX_OK);
    api_json_write_string(&trusted, in.data, in.len);
    fuzz_check(api_buf_string(&trusted, &out) == NGX_OK);

    if (is_utf8(in.data, in.len)) {
        fuzz_check(out.len == api_buf_len(&untrusted)
                   && memcmp(out.data, untrusted.start, out.len) == 0);

        json = json_loadb((char *) out.data, out.len,
                          JSON_DECODE_ANY|JSON_ALLOW_NUL, NULL);
        fuzz_check(json != NULL);
        fuzz_check(json_string_length(json) == size);
        fuzz_check(memcmp(json_string_value(json), in.data, size) == 0);
        json_decref(json);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_uint_t
is_utf8(const u_char *p, size_t len)
{
    size_t         n;
    const u_char  *end;

    for (end = p + len; p < end; p += n) {
        n = api_scan_utf8(p, end);
        if (n == 0) {
            return 0;
        }
    }

    return 1;
}
