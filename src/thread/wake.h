
/*
 * Finished tasks on their way back from threads to the event loop: a list that
 * needs no lock, and a pipe among nginx's events.
 *
 * nginx's own way (ngx_notify()) has one handler only, that of its thread
 * pools.
 */


#ifndef API_THREAD_WAKE_H
#define API_THREAD_WAKE_H


#include "thread/team.h"


/*
 * Once in a worker.  handler(task) runs in the event loop for each task that
 * was pushed, in that order.  NGX_OK, NGX_ERROR (logged).
 */
API_MUST_CHECK ngx_int_t api_thread_wake_init(ngx_cycle_t *cycle,
    void (*handler)(api_thread_task_t *task));

/* from a thread, which must not touch the task any more */
void api_thread_wake_push(api_thread_task_t *task);

/*
 * Outside the event loop: what was pushed, linked by next, in order; NULL if
 * nothing was pushed within so many milliseconds.
 */
api_thread_task_t *api_thread_wake_wait(ngx_msec_t msec);


#endif /* API_THREAD_WAKE_H */
