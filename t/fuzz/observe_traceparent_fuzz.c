
/*
 * A traceparent and behind a line break a tracestate.  What is read is written
 * again as it stood, but for the version and the flags that are not ours; what
 * goes on of a state is a beginning of it, within its bounds, up to a comma.
 */


#include "observe/traceparent.h"
#include "fuzz.h"


static void check_state(ngx_str_t *state);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                     *end, out[API_TRACE_TEXT];
    ngx_str_t                   text;
    ngx_pool_t                 *pool;
    api_observe_traceparent_t   in;

    pool = fuzz_pool();

    end = size != 0 ? memchr(data, '\n', size) : NULL;

    if (end != NULL) {
        text = fuzz_copy(pool, end + 1, (size_t) (data + size - end - 1));
        check_state(&text);
        size = (size_t) (end - data);
    }

    text = fuzz_copy(pool, data, size);

    if (api_observe_traceparent_read(&text, &in) == NGX_OK) {

        fuzz_check(text.len >= API_TRACE_TEXT);
        fuzz_check(api_observe_traceparent_write(out, &in)
                   == out + API_TRACE_TEXT);
        fuzz_check(ngx_memcmp(out + 2, text.data + 2, API_TRACE_TEXT - 4) == 0);
        fuzz_check(text.len == API_TRACE_TEXT || text.data[1] != '0'
                   || text.data[0] != '0');
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
check_state(ngx_str_t *state)
{
    size_t     i;
    ngx_str_t  was;

    was = *state;
    api_observe_traceparent_state(state);

    fuzz_check(state->data == was.data && state->len <= was.len);
    fuzz_check(state->len <= API_TRACE_STATE);
    fuzz_check(state->len == 0 || state->len == was.len
               || was.data[state->len] == ',');

    for (i = 0; i < state->len; i++) {
        fuzz_check(state->data[i] == '\t'
                   || (state->data[i] >= ' ' && state->data[i] <= '~'));
    }
}
