
#include "observe/observe.h"
#include "test.h"


static char        seen[64];
static size_t      nseen;
static api_fact_t  last;
static ngx_uint_t  asked;


static void
first(const api_fact_t *fact)
{
    seen[nseen++] = 'a';
    last = *fact;
}


static void
second(const api_fact_t *fact)
{
    (void) fact;
    seen[nseen++] = 'b';
}


static int64_t
ask(void)
{
    asked++;
    return 7;
}


static void
nobody_observes(ngx_pool_t *pool)
{
    (void) pool;

    api_observe_none();
    nseen = 0;
    asked = 0;

    api_tell(.event = API_EVENT_JOB_WAITS, .n = ask());

    check_int(nseen, 0);
    check_int(asked, 0);
}


static void
all_are_told_in_order(ngx_pool_t *pool)
{
    (void) pool;

    api_observe_none();
    nseen = 0;
    asked = 0;

    check_int(api_observe_add(first, API_OBSERVE_ALL), NGX_OK);
    check_int(api_observe_add(second, API_OBSERVE_ALL), NGX_OK);

    api_tell(.event = API_EVENT_STATEMENT_DONE, .request = pool,
             .word = "23505", .step = 2, .n = ask(), .time = 12);

    check_int(asked, 1);
    check_int(nseen, 2);
    check(ngx_memcmp(seen, "ab", 2) == 0);

    check_int(last.event, API_EVENT_STATEMENT_DONE);
    check(last.request == pool);
    check_cstr(last.word, "23505");
    check_int(last.step, 2);
    check_int(last.n, 7);
    check_int(last.time, 12);
    check(last.database == NULL);
    check(last.was == NULL);
    check_int(last.bytes, 0);

    /* a worker that begins again in the same process */

    api_observe_none();
    api_tell(.event = API_EVENT_JOB_SENT);
    check_int(nseen, 2);
}


static void
some_are_told_of_some(ngx_pool_t *pool)
{
    (void) pool;

    api_observe_none();
    nseen = 0;
    asked = 0;

    check_int(api_observe_add(first, api_observe_bit(API_EVENT_JOB_SENT)),
              NGX_OK);

    api_tell_of(STEP_BEGUN, .n = ask());
    api_tell(.event = API_EVENT_STEP_BEGUN, .n = 1);

    check_int(asked, 0);
    check_int(nseen, 0);

    check_int(api_observe_add(second,
                              api_observe_bit(API_EVENT_STEP_BEGUN)),
              NGX_OK);

    api_tell_of(STEP_BEGUN, .n = ask());
    api_tell(.event = API_EVENT_JOB_SENT);

    check_int(asked, 1);
    check_int(nseen, 2);
    check(ngx_memcmp(seen, "ba", 2) == 0);
}


static void
there_is_a_last_place(ngx_pool_t *pool)
{
    ngx_uint_t  i;

    (void) pool;

    api_observe_none();

    for (i = 0; i < API_OBSERVE_MAX; i++) {
        check_int(api_observe_add(first, API_OBSERVE_ALL), NGX_OK);
    }

    check_int(api_observe_add(second, API_OBSERVE_ALL), NGX_ERROR);

    nseen = 0;
    api_tell(.event = API_EVENT_REQUEST_BEGUN);
    check_int(nseen, API_OBSERVE_MAX);

    api_observe_none();
}


static void
each_has_its_words(ngx_pool_t *pool)
{
    ngx_uint_t  i, j;

    (void) pool;

    for (i = 0; i < API_EVENT_MAX; i++) {
        check(ngx_strlen(api_observe_words(i)) > 0);
        check(api_observe_n(i) != NULL);
        check(api_observe_time(i) != NULL);

        for (j = 0; j < i; j++) {
            check(strcmp(api_observe_words(i), api_observe_words(j)) != 0);
        }
    }
}


static const test_case_t  cases[] = {
    { "nobody observes: nothing is looked at", nobody_observes },
    { "all are told, in order", all_are_told_in_order },
    { "some are told of some events", some_are_told_of_some },
    { "there is a last place", there_is_a_last_place },
    { "each has its words", each_has_its_words },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
