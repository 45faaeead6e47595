
#include "db/brisk.h"
#include "db/limit.h"
#include "engine.h"
#include "test.h"

#include <sys/wait.h>


#define WORKERS  4


/* what a backend may need to go, in ms */
#define COOLING  50


static api_db_limit_t  workers[WORKERS];


/* workers of one server, each with nothing */

static void
begin(ngx_pool_t *pool, ngx_uint_t max)
{
    ngx_uint_t       i;
    ngx_shm_zone_t  *zone;

    (void) engine_create(pool, max);

    zone = engine_zone(pool);

    for (i = 0; i < WORKERS; i++) {
        engine_worker(&workers[i], zone, i, max);
    }
}


/* as many as it gets, at most n */

static ngx_uint_t
takes(ngx_uint_t worker, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (api_db_limit_take(&workers[worker], 1) != NGX_OK) {
            break;
        }
    }

    return i;
}


/* it says what it needs, and does what is asked of it */

static void
wants(ngx_uint_t worker, ngx_uint_t n)
{
    api_db_limit_want(&workers[worker], n, 0, 0);
}


static void
alone_it_may_have_all(ngx_pool_t *pool)
{
    api_db_limit_t  limit;

    (void) engine_create(pool, 2);

    api_db_limit_init(&limit, NULL, 2);

    /* the caller counts its own */

    check_int(api_db_limit_take(&limit, 1), NGX_OK);
    check_int(api_db_limit_total(&limit, 1), 1);
    check_int(api_db_limit_line(&limit, 7), 7);
    check_int(api_db_limit_wanted(&limit), 0);
    check_int(api_db_limit_offer(&limit, API_DB_LIMIT_SPARE), 0);

    api_db_limit_want(&limit, 1, 0, 1);
    api_db_limit_give(&limit);
    api_db_limit_leave(&limit);
}


static void
no_more_than_all_of_them(ngx_pool_t *pool)
{
    begin(pool, 5);

    check_int(takes(0, 9), 5);
    check_int(takes(1, 1), 0);
    check_int(api_db_limit_total(&workers[1], 0), 5);

    /* a backend needs a moment to go */

    api_db_limit_give(&workers[0]);
    check_int(takes(1, 1), 0);
    check_int(workers[1].after, COOLING);

    event_pass(COOLING - 1);
    check_int(takes(1, 1), 0);
    check_int(workers[1].after, 1);

    event_pass(1);
    check_int(takes(1, 2), 1);
    check_int(workers[1].after, 0);
    check_int(api_db_limit_total(&workers[0], 0), 5);
}


static void
what_others_need_is_left_to_them(ngx_pool_t *pool)
{
    begin(pool, 4);

    check_int(takes(0, 2), 2);
    wants(1, 2);

    /* who needs none may not, who has its part already may not either */

    check_int(api_db_limit_take(&workers[0], 0), NGX_BUSY);
    check_int(takes(0, 1), 0);
    check_int(takes(1, 2), 2);
}


static void
a_killed_worker_is_forgotten(ngx_pool_t *pool)
{
    pid_t  pid;

    begin(pool, 3);

    pid = fork();
    if (pid == 0) {
        _exit(0);
    }

    check_int(waitpid(pid, NULL, 0), pid);

    check_int(takes(0, 3), 3);
    wants(0, 2);
    api_db_limit_waiting(&workers[0], 9);

    workers[1].shared->slots[0].pid = pid;

    /* the kernel has closed them, and the server needs its moment */

    check_int(takes(1, 3), 0);
    check_int(api_db_limit_line(&workers[1], 0), 0);
    check_int(api_db_limit_wanted(&workers[1]), 0);

    event_pass(COOLING);
    check_int(takes(1, 9), 3);
}


static void
a_slot_is_taken_over(ngx_pool_t *pool)
{
    ngx_shm_zone_t  zone;

    begin(pool, 3);

    check_int(takes(0, 3), 3);

    /* as by another process, whatever a predecessor left in it */

    ngx_memzero(&zone, sizeof(ngx_shm_zone_t));
    zone.data = workers[0].shared;
    zone.shm.addr = (u_char *) workers[0].slab;

    ngx_pid++;
    workers[0].shared->slots[1].pid = ngx_pid;
    workers[0].shared->slots[2].pid = ngx_pid;
    workers[0].shared->slots[3].pid = ngx_pid;
    engine_worker(&workers[0], &zone, 0, 3);

    check_int(takes(0, 3), 0);
    event_pass(COOLING);
    check_int(takes(0, 3), 3);
}


static void
who_needs_one_wakes_those_who_have(ngx_pool_t *pool)
{
    begin(pool, 2);

    check_int(takes(0, 1), 1);
    check_int(takes(1, 1), 1);
    check_int(api_db_limit_wanted(&workers[0]), 0);

    engine.woken = 0;
    event_pass(100);
    wants(2, 1);

    check_int(engine.woken, 1 << 0 | 1 << 1);
    check_int(api_db_limit_wanted(&workers[0]), 1);
    check_int(api_db_limit_wanted(&workers[2]), 0);

    /* not each time: two who need some would wake each other for ever */

    engine.woken = 0;
    wants(2, 1);
    check_int(engine.woken, 0);

    /* but when it is more, and from time to time */

    wants(2, 2);
    check_int(engine.woken, 1 << 0 | 1 << 1);

    engine.woken = 0;
    event_pass(100);
    wants(2, 2);
    check_int(engine.woken, 1 << 0 | 1 << 1);

    /* one given back wakes who needs it */

    engine.woken = 0;
    api_db_limit_give(&workers[0]);
    check_int(engine.woken, 1 << 2);

    wants(2, 0);
    check_int(api_db_limit_wanted(&workers[0]), 0);
}


static void
spare_ones_are_offered_as_far_as_needed(ngx_pool_t *pool)
{
    begin(pool, 4);

    check_int(takes(0, 4), 4);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_SPARE), 0);

    wants(1, 2);

    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_SPARE), 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_SPARE), 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_SPARE), 0);

    /* one that was offered and is given counts once */

    api_db_limit_give(&workers[0]);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_SPARE), 0);

    /* and one that was not given is forgotten after a while */

    event_pass(1000);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_SPARE), 1);
}


static void
busy_ones_go_to_who_has_less(ngx_pool_t *pool)
{
    begin(pool, 4);

    check_int(takes(0, 3), 3);
    check_int(takes(1, 1), 1);

    /* of two a fair part is two each */

    wants(1, 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_LATER), 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_BUSY), 1);
    api_db_limit_give(&workers[0]);
    event_pass(COOLING);
    check_int(takes(1, 1), 1);

    /* now it has its part: what it needs besides is not another's */

    wants(1, 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_BUSY), 0);

    /* nor the other way round */

    wants(1, 0);
    wants(0, 1);
    check_int(api_db_limit_offer(&workers[1], API_DB_LIMIT_BUSY), 0);
}


static void
the_last_one_goes_to_who_has_none(ngx_pool_t *pool)
{
    begin(pool, 2);

    check_int(takes(0, 1), 1);
    check_int(takes(1, 1), 1);

    /* more workers than connections: they take turns */

    wants(1, 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_LAST), 0);

    wants(1, 0);
    wants(2, 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_LAST), 1);
    check_int(api_db_limit_offer(&workers[1], API_DB_LIMIT_LAST), 0);
}


/* something fast waits in it */

static void
wants_fast(ngx_uint_t worker, ngx_uint_t n)
{
    api_db_limit_want(&workers[worker], n, 1, 0);
}


static void
what_serves_nobody_is_no_part(ngx_pool_t *pool)
{
    begin(pool, 4);

    check_int(takes(0, 2), 2);
    check_int(takes(1, 2), 2);

    /* all that this one has waits for a lock: it has its part, and nothing */

    api_db_limit_slow(&workers[1], 2);
    wants(1, 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_BUSY), 0);

    wants_fast(1, 1);
    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_BUSY), 1);

    /* but nobody gives the last one that serves */

    check_int(api_db_limit_offer(&workers[0], API_DB_LIMIT_BUSY), 0);
    api_db_limit_give(&workers[0]);
    event_pass(COOLING);

    /* and nobody else takes what was given for it */

    wants(0, 1);
    check_int(takes(0, 1), 0);
    check_int(takes(1, 1), 1);
    wants(1, 0);
    check_int(takes(1, 1), 0);

    /* one that has nothing at all stands behind nobody */

    begin(pool, 2);
    check_int(takes(0, 1), 1);
    wants_fast(1, 1);
    wants(2, 1);
    check_int(takes(2, 1), 1);
}


static void
what_is_fast_is_expected_again(ngx_pool_t *pool)
{
    begin(pool, 4);

    check_int(api_db_brisk(&workers[1]), 0);

    /* one hears of what came to another */

    api_db_brisk_came(&workers[0]);
    check_int(api_db_brisk(&workers[1]), 1);

    event_pass(900);
    check_int(api_db_brisk(&workers[1]), 1);

    event_pass(200);
    check_int(api_db_brisk(&workers[1]), 0);
}


static void
a_worker_that_exits_comes_first(ngx_pool_t *pool)
{
    begin(pool, 2);

    check_int(takes(0, 1), 1);

    /* its clients were there first, and no more come */

    ngx_exiting = 1;
    wants(1, 1);
    ngx_exiting = 0;

    check_int(takes(0, 1), 0);

    ngx_exiting = 1;
    check_int(takes(1, 1), 1);
    ngx_exiting = 0;
}


static void
one_that_has_left_has_nothing(ngx_pool_t *pool)
{
    begin(pool, 2);

    check_int(takes(0, 1), 1);
    wants(1, 1);
    api_db_limit_waiting(&workers[1], 5);
    api_db_limit_slow(&workers[1], 1);

    check_int(api_db_limit_line(&workers[0], 0), 5);

    api_db_limit_leave(&workers[1]);

    check_int(api_db_limit_line(&workers[0], 0), 0);
    check_int(api_db_limit_wanted(&workers[0]), 0);
    check_int(takes(0, 1), 1);
}


static void
slow_ones_leave_some_to_fast_ones(ngx_pool_t *pool)
{
    begin(pool, 10);

    check_int(takes(0, 1), 1);
    check_int(takes(1, 1), 1);
    check_int(takes(2, 1), 1);

    /* one for each worker that has any, as was counted last */

    wants(3, 1);
    wants(3, 0);

    check_int(api_db_limit_room(&workers[0], 0), 7);
    check_int(api_db_limit_few(&workers[0], 0), 8);
    check_int(api_db_limit_last(&workers[0], 0), 9);

    api_db_limit_slow(&workers[1], 6);
    check_int(api_db_limit_room(&workers[0], 0), 1);
    check_int(api_db_limit_few(&workers[0], 0), 2);
    check_int(api_db_limit_last(&workers[0], 0), 3);

    api_db_limit_slow(&workers[0], 1);
    check_int(api_db_limit_room(&workers[0], 1), 0);

    api_db_limit_slow(&workers[0], 3);
    check_int(api_db_limit_last(&workers[0], 3), 0);
}


static void
not_more_than_half_is_left(ngx_pool_t *pool)
{
    begin(pool, 4);

    check_int(takes(0, 1), 1);
    check_int(takes(1, 1), 1);
    check_int(takes(2, 1), 1);

    check_int(api_db_limit_room(&workers[0], 0), 2);

    /* the only one there is serves all */

    begin(pool, 1);

    check_int(takes(0, 1), 1);
    check_int(api_db_limit_room(&workers[0], 0), 1);
    api_db_limit_slow(&workers[0], 1);
    check_int(api_db_limit_room(&workers[0], 1), 0);

    begin(pool, 3);

    check_int(takes(0, 1), 1);
    check_int(takes(1, 1), 1);
    check_int(api_db_limit_few(&workers[0], 0), 2);
}


static const test_case_t  cases[] = {
    { "alone it may have all", alone_it_may_have_all },
    { "no more than all of them", no_more_than_all_of_them },
    { "what others need is left to them", what_others_need_is_left_to_them },
    { "a killed worker is forgotten", a_killed_worker_is_forgotten },
    { "a slot is taken over", a_slot_is_taken_over },
    { "who needs one wakes those who have",
      who_needs_one_wakes_those_who_have },
    { "spare ones are offered as far as needed",
      spare_ones_are_offered_as_far_as_needed },
    { "busy ones go to who has less", busy_ones_go_to_who_has_less },
    { "the last one goes to who has none", the_last_one_goes_to_who_has_none },
    { "what serves nobody is no part", what_serves_nobody_is_no_part },
    { "what is fast is expected again", what_is_fast_is_expected_again },
    { "a worker that exits comes first", a_worker_that_exits_comes_first },
    { "one that has left has nothing", one_that_has_left_has_nothing },
    { "slow ones leave some to fast ones", slow_ones_leave_some_to_fast_ones },
    { "not more than half is left", not_more_than_half_is_left },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
