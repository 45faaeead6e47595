
#include "event.h"

#include <time.h>


/* from here on the clock runs: any number, but one that wraps soon */
#define EVENT_BEGIN  ((ngx_msec_t) -5000)


int __wrap_clock_gettime(clockid_t clock, struct timespec *ts);

static ngx_event_t *event_next(ngx_msec_t until);
static void event_to(ngx_msec_t msec);


/* nginx's */
volatile ngx_msec_t   ngx_current_msec = EVENT_BEGIN;
ngx_rbtree_t          ngx_event_timer_rbtree;
ngx_queue_t           ngx_posted_events;
ngx_uint_t            ngx_exiting;
ngx_pid_t             ngx_pid;
ngx_int_t             ngx_process_slot;

static uint64_t       passed = 1000000000;     /* µs */
static ngx_uint_t     logged;
static ngx_uint_t     locked;


void
event_init(void)
{
    ngx_memzero(&ngx_event_timer_rbtree, sizeof(ngx_rbtree_t));
    ngx_queue_init(&ngx_posted_events);

    ngx_exiting = 0;
    ngx_pid = getpid();
    ngx_process_slot = 0;

    logged = 0;
    locked = 0;
}


void
event_turn(void)
{
    ngx_queue_t  *q;
    ngx_event_t  *ev;

    while (!ngx_queue_empty(&ngx_posted_events)) {
        q = ngx_queue_head(&ngx_posted_events);
        ev = ngx_queue_data(q, ngx_event_t, queue);

        ngx_delete_posted_event(ev);
        ev->handler(ev);
    }
}


void
event_pass(ngx_msec_t msec)
{
    ngx_msec_t    end;
    ngx_event_t  *ev;

    end = ngx_current_msec + msec;

    event_turn();

    while ((ev = event_next(end)) != NULL) {

        if ((ngx_msec_int_t) (ev->timer.key - ngx_current_msec) > 0) {
            event_to(ev->timer.key);
        }

        ngx_event_del_timer(ev);

        ev->timedout = 1;
        ev->handler(ev);

        event_turn();
    }

    event_to(end);
}


void
event_pass_us(ngx_uint_t us)
{
    passed += us;
}


ngx_uint_t
event_logged(void)
{
    return logged;
}


static void
event_to(ngx_msec_t msec)
{
    passed += (uint64_t) (msec - ngx_current_msec) * 1000;
    ngx_current_msec = msec;
}


/* the timers are a list here, in no order */

static ngx_event_t *
event_next(ngx_msec_t until)
{
    ngx_msec_int_t      left, least;
    ngx_event_t        *ev, *next;
    ngx_rbtree_node_t  *node;

    next = NULL;
    least = 0;

    for (node = ngx_event_timer_rbtree.root; node != NULL; node = node->right) {
        ev = ngx_rbtree_data(node, ngx_event_t, timer);
        left = (ngx_msec_int_t) (node->key - until);

        if (left <= 0 && (next == NULL || left < least)) {
            next = ev;
            least = left;
        }
    }

    return next;
}


void
ngx_rbtree_insert(ngx_rbtree_t *tree, ngx_rbtree_node_t *node)
{
    node->left = NULL;
    node->right = tree->root;

    if (tree->root != NULL) {
        tree->root->left = node;
    }

    tree->root = node;
}


void
ngx_rbtree_delete(ngx_rbtree_t *tree, ngx_rbtree_node_t *node)
{
    if (node->left != NULL) {
        node->left->right = node->right;

    } else {
        tree->root = node->right;
    }

    if (node->right != NULL) {
        node->right->left = node->left;
    }
}


/* one process: a lock that is taken twice would wait for ever */

void
ngx_shmtx_lock(ngx_shmtx_t *mtx)
{
    (void) mtx;

    if (locked++) {
        abort();
    }
}


void
ngx_shmtx_unlock(ngx_shmtx_t *mtx)
{
    (void) mtx;

    if (--locked) {
        abort();
    }
}


void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
    const char *fmt, ...)
{
    (void) level;
    (void) log;
    (void) err;
    (void) fmt;

    logged++;
}


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    (void) log;

    return malloc(size);
}


ngx_int_t
ngx_hextoi(u_char *line, size_t n)
{
    ngx_int_t  value;

    for (value = 0; n--; line++) {
        value = value * 16 + (*line <= '9' ? *line - '0' : *line - 'a' + 10);
    }

    return value;
}


int
__wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
    (void) clock;

    ts->tv_sec = (time_t) (passed / 1000000);
    ts->tv_nsec = (long) (passed % 1000000) * 1000;

    return 0;
}
