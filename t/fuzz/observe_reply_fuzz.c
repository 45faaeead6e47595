
/*
 * An answer, at once and in pieces that its own bytes cut: the same end, the
 * same status, the same bytes kept; and never more of them than there is room
 * for.
 */


#include "observe/reply.h"
#include "fuzz.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                i, n;
    ngx_int_t             rc, piece;
    ngx_str_t             text;
    ngx_pool_t           *pool;
    api_observe_reply_t   whole, cut;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    api_observe_reply_init(&whole);
    rc = api_observe_reply_read(&whole, text.data, size);

    fuzz_check(rc == NGX_OK || rc == NGX_AGAIN || rc == NGX_ERROR);
    fuzz_check(rc != NGX_OK || (whole.status >= 200 && whole.status <= 599));
    fuzz_check(whole.n <= API_REPLY_KEPT && whole.nline <= API_REPLY_LINE);
    fuzz_check(whole.after <= API_REPLY_AFTER);
    fuzz_check(rc != NGX_OK || api_observe_reply_end(&whole) == NGX_OK);

    (void) api_observe_reply_rejected(&whole);

    api_observe_reply_init(&cut);
    piece = NGX_AGAIN;

    for (i = 0; i < size && piece != NGX_ERROR; i += n) {
        n = ngx_min(size - i, 1 + (size_t) data[i] % 7);
        piece = api_observe_reply_read(&cut, text.data + i, n);
    }

    fuzz_check(piece == rc && cut.status == whole.status);
    fuzz_check(rc == NGX_ERROR
               || (cut.n == whole.n
                   && ngx_memcmp(cut.kept, whole.kept, cut.n) == 0));

    ngx_destroy_pool(pool);

    return 0;
}
