
#include "http/keyset.h"
#include "auth/jwk.h"


/* behind API_HTTP_KEYSET_FETCH the fetching worker has died */
#define API_HTTP_KEYSET_DEAD     (API_HTTP_KEYSET_FETCH + 1000)

#define API_HTTP_KEYSET_LOOK     20                /* ms */
#define API_HTTP_KEYSET_LATER    10000             /* ms, between looks at when
                                                      the next fetch is due */
#define API_HTTP_KEYSET_LEAST    30000             /* ms, of max-age */
#define API_HTTP_KEYSET_FAULTS   10                /* lines of the log */


/* a fetch of this worker */
typedef struct {
    api_http_keyset_t          *set;
    ngx_msec_t                  started;
} api_http_keyset_fetch_t;


static ngx_uint_t is_fresh(const api_http_keyset_t *set);
static ngx_int_t begin(api_http_keyset_t *set);
static void fetched(void *data, const api_http_selfget_answer_t *answer);
static ngx_int_t accept_answer(api_http_keyset_t *set, ngx_msec_t started,
    const api_http_selfget_answer_t *answer);
static void failed(const api_http_keyset_t *set, const char *why,
    ngx_uint_t status);
static ngx_uint_t count_keys(const api_http_keyset_t *set, ngx_pool_t *pool,
    const ngx_str_t *text, ngx_array_t *faults);
static void tell_faults(const api_http_keyset_t *set,
    const ngx_array_t *faults);
static void look(ngx_event_t *ev);
static void wake_all(api_http_keyset_t *set);
static void wake(ngx_queue_t *line);
static void due(ngx_event_t *ev);
static ngx_msec_int_t due_in(const api_http_keyset_t *set);
static void plan_next(api_http_keyset_t *set);


/* requests of this worker that wait for any set */
static ngx_uint_t  waiting;


void
api_http_keyset_start(api_http_keyset_t *set, ngx_cycle_t *cycle)
{
    ngx_queue_init(&set->waiting);

    set->due.handler = due;
    set->due.data = set;
    set->due.log = cycle->log;
    set->due.cancelable = 1;

    set->look.handler = look;
    set->look.data = set;
    set->look.log = cycle->log;

    ngx_add_timer(&set->due, 1);
}


uint64_t
api_http_keyset_generation(const api_http_keyset_t *set)
{
    const api_http_keyset_text_t  *text;

    if (set->shared == NULL) {
        return 0;
    }

    text = set->shared->text;

    return (text != NULL && is_fresh(set)) ? text->generation : 0;
}


ngx_int_t
api_http_keyset_text(const api_http_keyset_t *set, ngx_pool_t *pool,
    ngx_str_t *text, uint64_t *generation)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    *generation = 0;

    /* a text that is being replaced is whole again at the next look */

    for (i = 0; i < 3 && api_http_keyset_generation(set) != 0; i++) {

        rc = api_http_keyset_zone_text(set->shared, pool, text, generation);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_AGAIN;
}


static ngx_uint_t
is_fresh(const api_http_keyset_t *set)
{
    ngx_msec_t  age;

    age = ngx_current_msec - (ngx_msec_t) set->shared->fetched;

    return (ngx_msec_int_t) age <= (ngx_msec_int_t) set->stale;
}


ngx_int_t
api_http_keyset_wait(api_http_keyset_t *set, api_http_keyset_wait_t *wait,
    uint64_t generation)
{
    uint64_t  now;

    if (set->shared == NULL || (wait != NULL && wait->waited)) {
        return NGX_DECLINED;
    }

    now = api_http_keyset_generation(set);

    if ((now == 0 || now == generation) && begin(set) == NGX_DECLINED) {
        return NGX_DECLINED;
    }

    if (wait == NULL) {
        return NGX_DECLINED;
    }

    if (waiting >= API_HTTP_KEYSET_WAITING) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "%ui requests of this worker wait for keys of \"%V\" "
                      "already", waiting, &set->uri);
        return NGX_DECLINED;
    }

    wait->waits = 1;
    wait->started = (ngx_msec_t) set->shared->started;
    ngx_queue_insert_tail(&set->waiting, &wait->queue);
    waiting++;

    if (!set->look.timer_set) {
        ngx_add_timer(&set->look, API_HTTP_KEYSET_LOOK);
    }

    return NGX_AGAIN;
}


void
api_http_keyset_forget(api_http_keyset_wait_t *wait)
{
    if (wait->waits) {
        wait->waits = 0;
        ngx_queue_remove(&wait->queue);
        waiting--;
    }
}


/* NGX_OK: of ours; NGX_AGAIN: another's is under way; NGX_DECLINED: none */

static ngx_int_t
begin(api_http_keyset_t *set)
{
    ngx_int_t                 rc;
    ngx_msec_t                started;
    api_http_keyset_fetch_t  *fetch;

    if (ngx_exiting || ngx_terminate) {
        return api_http_keyset_zone_busy(set->shared) ? NGX_AGAIN
                                                      : NGX_DECLINED;
    }

    rc = api_http_keyset_zone_begin(set->shared, set->cycle, set->pause,
                                    API_HTTP_KEYSET_DEAD, &started);
    if (rc != NGX_OK) {
        return rc;
    }

    fetch = ngx_alloc(sizeof(api_http_keyset_fetch_t), ngx_cycle->log);

    if (fetch != NULL) {
        fetch->set = set;
        fetch->started = started;

        if (api_http_selfget_start(&set->get, API_AUTH_JWKS,
                                   API_HTTP_KEYSET_FETCH, fetched, fetch)
            == NGX_OK)
        {
            return NGX_OK;
        }

        ngx_free(fetch);
    }

    failed(set, "the request could not be made", 0);
    api_http_keyset_zone_end(set->shared, started);

    return NGX_DECLINED;
}


static void
fetched(void *data, const api_http_selfget_answer_t *answer)
{
    api_http_keyset_fetch_t *fetch = data;

    api_http_keyset_t  *set;

    set = fetch->set;

    if (accept_answer(set, fetch->started, answer) != NGX_OK) {
        api_http_keyset_zone_end(set->shared, fetch->started);
    }

    ngx_free(fetch);

    if (!ngx_exiting) {
        plan_next(set);
    }

    wake_all(set);
}


/* NGX_OK: it is put there; NGX_ERROR: told why not */

static ngx_int_t
accept_answer(api_http_keyset_t *set, ngx_msec_t started,
    const api_http_selfget_answer_t *answer)
{
    ngx_int_t    rc;
    ngx_uint_t   n;
    ngx_msec_t   max_age;
    ngx_pool_t  *pool;
    ngx_array_t  faults;

    if (answer->why != NULL || answer->status != NGX_HTTP_OK) {
        failed(set, answer->why, answer->status);
        return NGX_ERROR;
    }

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    faults.nelts = 0;

    n = count_keys(set, pool, &answer->body, &faults);

    if (n == 0) {
        tell_faults(set, &faults);
        ngx_destroy_pool(pool);

        failed(set, "the answer has no key that can be used", 0);
        return NGX_ERROR;
    }

    max_age = 0;

    if (answer->max_age >= 0) {
        max_age = (ngx_msec_t) ngx_min(answer->max_age, 86400 * 24) * 1000;
        max_age = ngx_max(max_age, API_HTTP_KEYSET_LEAST);
    }

    rc = api_http_keyset_zone_put(set->shared, started, &answer->body,
                                  max_age);

    if (rc == NGX_OK) {
        tell_faults(set, &faults);

        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "api_jwt: %ui keys of \"%V\"", n, &set->uri);

    } else if (rc == NGX_ERROR) {
        failed(set, "api_jwt_zone has no room for them", 0);
    }

    ngx_destroy_pool(pool);

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static void
failed(const api_http_keyset_t *set, const char *why, ngx_uint_t status)
{
    ngx_msec_t  age;

    age = ngx_current_msec - (ngx_msec_t) set->shared->fetched;

    if (why == NULL) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "api_jwt: no keys of \"%V\": its status was %ui",
                      &set->uri, status);

    } else {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "api_jwt: no keys of \"%V\": %s", &set->uri, why);
    }

    if (set->shared->text == NULL) {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "api_jwt: the keys of \"%V\" are those of %M s ago, and used "
                  "for %M s at most", &set->uri, age / 1000,
                  set->stale / 1000);
}


/* how many keys are for the algorithms; 0: none, or memory */

static ngx_uint_t
count_keys(const api_http_keyset_t *set, ngx_pool_t *pool,
    const ngx_str_t *text, ngx_array_t *faults)
{
    ngx_uint_t        i, n;
    api_auth_keys_t  *keys;

    keys = ngx_pcalloc(pool, sizeof(api_auth_keys_t));

    if (keys == NULL
        || ngx_array_init(faults, pool, 4, sizeof(api_auth_fault_t)) != NGX_OK
        || api_auth_jwk_read(pool, text, 1, keys, faults) != NGX_OK)
    {
        return 0;
    }

    n = 0;

    for (i = 0; i < keys->count; i++) {
        if (api_auth_key_algorithms(keys->key[i], set->algorithms) != 0) {
            n++;
        }
    }

    return n;
}


static void
tell_faults(const api_http_keyset_t *set, const ngx_array_t *faults)
{
    ngx_uint_t               i;
    const api_auth_fault_t  *fault;

    fault = faults->elts;

    for (i = 0; i < faults->nelts && i < API_HTTP_KEYSET_FAULTS; i++) {

        if (fault[i].index == 0) {
            ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                          "api_jwt: the answer of \"%V\": %s", &set->uri,
                          fault[i].why);
            continue;
        }

        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "api_jwt: key %ui (\"%V\") of \"%V\" is left out: %s",
                      fault[i].index, &fault[i].kid, &set->uri, fault[i].why);
    }
}


/* for those who wait here for another worker's fetch: the next one may be under
   way already when theirs is over */

static void
look(ngx_event_t *ev)
{
    ngx_msec_t               started;
    ngx_queue_t              line, *q, *next;
    api_http_keyset_t       *set;
    api_http_keyset_wait_t  *wait;

    set = ev->data;

    if (!api_http_keyset_zone_busy(set->shared)) {
        wake_all(set);
        return;
    }

    started = (ngx_msec_t) set->shared->started;
    ngx_queue_init(&line);

    for (q = ngx_queue_head(&set->waiting);
         q != ngx_queue_sentinel(&set->waiting);
         q = next)
    {
        next = ngx_queue_next(q);
        wait = ngx_queue_data(q, api_http_keyset_wait_t, queue);

        if (wait->started != started) {
            ngx_queue_remove(q);
            ngx_queue_insert_tail(&line, q);
        }
    }

    if (!ngx_queue_empty(&set->waiting)) {
        ngx_add_timer(&set->look, API_HTTP_KEYSET_LOOK);
    }

    wake(&line);
}


static void
wake_all(api_http_keyset_t *set)
{
    ngx_queue_t  line;

    if (ngx_queue_empty(&set->waiting)) {
        return;
    }

    ngx_queue_init(&line);
    ngx_queue_add(&line, &set->waiting);
    ngx_queue_init(&set->waiting);

    wake(&line);
}


/* each request leaves the line before it is resumed: it may end another one */

static void
wake(ngx_queue_t *line)
{
    api_http_keyset_wait_t  *wait;

    while (!ngx_queue_empty(line)) {

        wait = ngx_queue_data(ngx_queue_head(line), api_http_keyset_wait_t,
                              queue);

        api_http_keyset_forget(wait);

        wait->waited = 1;
        wait->ready(wait->data);
    }
}


static void
due(ngx_event_t *ev)
{
    api_http_keyset_t  *set;

    set = ev->data;

    if (ngx_exiting) {
        return;
    }

    if (due_in(set) <= 0) {
        (void) begin(set);
    }

    plan_next(set);
}


/* the next fetch; not before pause allows it */

static ngx_msec_int_t
due_in(const api_http_keyset_t *set)
{
    ngx_msec_t                       now, every;
    ngx_msec_int_t                   rest, pause;
    const api_http_keyset_shared_t  *shared;

    shared = set->shared;
    now = ngx_current_msec;

    pause = 0;
    rest = 0;

    if (shared->started != 0) {
        pause = (ngx_msec_int_t)
                ((ngx_msec_t) shared->started + set->pause - now);
    }

    if (shared->begun == set->cycle && shared->text != NULL) {

        every = set->refresh;

        if (shared->max_age != 0 && (ngx_msec_t) shared->max_age < every) {
            every = (ngx_msec_t) shared->max_age;
        }

        rest = (ngx_msec_int_t) ((ngx_msec_t) shared->fetched + every - now);
    }

    return ngx_max(rest, pause);
}


/* when the timer fires, the shared state is looked at again: others may have
   fetched by then, or failed */

static void
plan_next(api_http_keyset_t *set)
{
    ngx_msec_int_t  rest;

    rest = due_in(set);
    rest = ngx_min(rest, API_HTTP_KEYSET_LATER);
    rest = ngx_max(rest, 1) + (ngx_msec_int_t) (ngx_random() % 50);

    ngx_add_timer(&set->due, (ngx_msec_t) rest);
}
