
/*
 * A line with a caret, of any text and any of its places: it fits, it is two
 * lines of UTF-8, and of a caret's line the rest is blank.
 */


#include "core/caret.h"
#include "core/scan.h"
#include "fuzz.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char      *out, *end, *p;
    size_t       at, n;
    ngx_str_t    text;
    ngx_pool_t  *pool;

    if (size < 2) {
        return 0;
    }

    pool = fuzz_pool();
    at = (size_t) data[0] * 256 + data[1];
    text = fuzz_copy(pool, data + 2, size - 2);

    out = ngx_pnalloc(pool, API_CARET_SIZE);
    fuzz_check(out != NULL);

    end = api_caret(out, &text, at);

    fuzz_check(end - out >= 3 && end - out <= API_CARET_SIZE);
    fuzz_check(out[0] == '\n' && end[-1] == '^');

    p = memchr(out + 1, '\n', (size_t) (end - out - 1));
    fuzz_check(p != NULL);

    for (p++; p < end - 1; p++) {
        fuzz_check(*p == ' ' || *p == '\t');
    }

    for (p = out; p < end; p += n) {
        n = api_scan_utf8(p, end);
        fuzz_check(n != 0);
        fuzz_check(*p >= 0x20 || *p == '\n' || *p == '\t');
    }

    ngx_destroy_pool(pool);

    return 0;
}
