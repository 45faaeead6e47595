
#include "observe/traceparent.h"
#include "test.h"


#define TRACE  "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN   "00f067aa0ba902b7"
#define ZEROS  "00000000000000000000000000000000"


static ngx_int_t
read_text(const char *text, api_observe_traceparent_t *out)
{
    ngx_str_t  s;

    s.data = (u_char *) (uintptr_t) text;
    s.len = ngx_strlen(text);

    return api_observe_traceparent_read(&s, out);
}


static void
what_is_sent_is_read(ngx_pool_t *pool)
{
    u_char                     text[API_TRACE_TEXT + 1];
    api_observe_traceparent_t  in;

    (void) pool;

    check_int(read_text("00-" TRACE "-" SPAN "-01", &in), NGX_OK);
    check_int(in.sampled, 1);
    check_int(in.trace[0], 0x4b);
    check_int(in.trace[15], 0x36);
    check_int(in.span[7], 0xb7);

    *api_observe_traceparent_write(text, &in) = '\0';
    check_cstr((char *) text, "00-" TRACE "-" SPAN "-01");

    check_int(read_text("00-" TRACE "-" SPAN "-00", &in), NGX_OK);
    check_int(in.sampled, 0);

    *api_observe_traceparent_write(text, &in) = '\0';
    check_cstr((char *) text, "00-" TRACE "-" SPAN "-00");
}


static void
other_flags_are_not_ours(ngx_pool_t *pool)
{
    api_observe_traceparent_t  in;

    (void) pool;

    check_int(read_text("00-" TRACE "-" SPAN "-ff", &in), NGX_OK);
    check_int(in.sampled, 1);
    check_int(read_text("00-" TRACE "-" SPAN "-fe", &in), NGX_OK);
    check_int(in.sampled, 0);
}


static void
what_is_none_is_refused(ngx_pool_t *pool)
{
    size_t                     i;
    api_observe_traceparent_t  in;

    static const char *const  texts[] = {
        "",
        "00",
        "00-" TRACE "-" SPAN,
        "00-" TRACE "-" SPAN "-",
        "00-" TRACE "-" SPAN "-0",
        "00-" TRACE "-" SPAN "-010",
        "00-" TRACE "-" SPAN "-01-",
        "00-" TRACE "-" SPAN "-01-x",
        " 00-" TRACE "-" SPAN "-01",
        "00-" TRACE "-" SPAN "-01 ",
        "ff-" TRACE "-" SPAN "-01",
        "0x-" TRACE "-" SPAN "-01",
        "00_" TRACE "-" SPAN "-01",
        "00-" TRACE "_" SPAN "-01",
        "00-" TRACE "-" SPAN "_01",
        "00-" TRACE "-" SPAN "-0g",
        "00-" ZEROS "-" SPAN "-01",
        "00-" TRACE "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01",
        "00-" TRACE "-00F067AA0BA902B7-01",
        "00-" TRACE "-" SPAN "-0A",
        "00-4bf92f3577b34da6a3ce929d0e0e473-" SPAN "-011",
        "01-" TRACE "-" SPAN "-01x",
        "01-" TRACE "-" SPAN "-01.more",
        "00-\"bf92f3577b34da6a3ce929d0e0e4736-" SPAN "-01"
    };

    (void) pool;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        check_int(read_text(texts[i], &in), NGX_DECLINED);
    }
}


static void
a_higher_version_is_read_as_far_as_known(ngx_pool_t *pool)
{
    api_observe_traceparent_t  in;

    (void) pool;

    check_int(read_text("01-" TRACE "-" SPAN "-01", &in), NGX_OK);
    check_int(in.sampled, 1);
    check_int(read_text("cc-" TRACE "-" SPAN "-01-what-comes", &in), NGX_OK);
    check_int(read_text("fe-" TRACE "-" SPAN "-01-", &in), NGX_OK);
}


static void
check_state(ngx_pool_t *pool, const char *text, size_t len)
{
    ngx_str_t  state;

    state.len = ngx_strlen(text);
    state.data = ngx_pnalloc(pool, state.len + 1);
    ngx_memcpy(state.data, text, state.len);

    api_observe_traceparent_state(&state);

    check_int(state.len, len);
}


static void
a_state_goes_on_as_far_as_it_fits(ngx_pool_t *pool)
{
    char    text[2000];
    size_t  i;

    check_state(pool, "", 0);
    check_state(pool, "a=1", 3);
    check_state(pool, "a=1, b=2,c@d=3", 14);
    check_state(pool, "a=1\nb=2", 0);
    check_state(pool, "a=\xc3\xa9", 0);
    check_state(pool, "a=1,b=\x7f", 0);

    /* members that end at 512, and behind it */

    ngx_memset(text, 'x', sizeof(text));
    text[1999] = '\0';
    check_state(pool, text, 0);

    text[API_TRACE_STATE] = '\0';
    check_state(pool, text, API_TRACE_STATE);

    text[API_TRACE_STATE] = 'x';
    text[100] = ',';
    text[600] = '\0';
    check_state(pool, text, 100);

    /* 40 members: 32 */

    for (i = 0; i < 40; i++) {
        ngx_memcpy(text + i * 4, "a=1,", 4);
    }

    text[159] = '\0';
    check_state(pool, text, 32 * 4 - 1);
}


static const test_case_t  cases[] = {
    { "what is sent is read", what_is_sent_is_read },
    { "other flags are not ours", other_flags_are_not_ours },
    { "what is none is refused", what_is_none_is_refused },
    { "a higher version is read as far as known",
      a_higher_version_is_read_as_far_as_known },
    { "a state goes on as far as it fits", a_state_goes_on_as_far_as_it_fits },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
