
/*
 * Threads of our own, for what would block the event loop or take its time.
 *
 * nginx's thread pools are shared by all sites: a name server that is silent
 * would stop their files, and theirs our work.  And a worker waits for their
 * threads when it exits.  So each kind of work has a team: a few threads, a
 * bounded line of tasks, and nobody else's limits.
 *
 * - Threads are started when there is something to do, in workers only, never
 *   before a fork; one that has nothing to do is kept, the others end.
 * - A thread knows its task and nothing else: no list, no lock that the event
 *   loop would wait for.  All else here is the event loop's.
 * - A worker that exits leaves threads to themselves: a task's memory is its
 *   own (ngx_alloc() or a pool of its own, never the cycle's or a request's),
 *   the module stays mapped.  Tasks that read the configuration are an
 *   exception: see api_thread_team_finish().
 */


#ifndef API_THREAD_TEAM_H
#define API_THREAD_TEAM_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


typedef struct api_thread_s       api_thread_t;
typedef struct api_thread_task_s  api_thread_task_t;
typedef struct api_thread_team_s  api_thread_team_t;


/* part of a task of any kind, whose memory is not touched here after done() */
struct api_thread_task_s {
    /* the caller's; run() runs in a thread, done() in the event loop */
    void                      (*run)(api_thread_task_t *task);
    void                      (*done)(api_thread_task_t *task);

    /* the team's */
    api_thread_team_t          *team;
    api_thread_t               *thread;      /* NULL: it waits, or was not
                                                posted */
    api_thread_task_t          *next;
    ngx_queue_t                 queue;
};


struct api_thread_team_s {
    /* the caller's, not changed once tasks are posted */
    const char                 *name;        /* of the threads: 15 bytes */
    ngx_uint_t                  max_threads;
    ngx_uint_t                  max_waiting; /* tasks beyond the threads */
    size_t                      stack;       /* bytes; 0: the system's */
    int                         nice;        /* added to the worker's own
                                                nice value */

    /* the team's */
    ngx_queue_t                 waiting;     /* of api_thread_task_t */
    ngx_uint_t                  nwaiting;
    ngx_queue_t                 idle;        /* of api_thread_t */
    ngx_uint_t                  nthreads;
    ngx_uint_t                  nrunning;
};


/* in init_process of a worker, before any post.  NGX_OK, NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_thread_team_start(ngx_cycle_t *cycle);

/* the limits are set, the rest is zeroed */
void api_thread_team_init(api_thread_team_t *team);

/*
 * NGX_OK: done(task) will run, never inside this call; NGX_BUSY: too many
 * tasks wait, or the system gives no thread; nothing was kept.
 */
API_MUST_CHECK ngx_int_t api_thread_team_post(api_thread_team_t *team,
    api_thread_task_t *task);

/*
 * A task that was posted and is not done is no longer wanted.  NGX_OK: it had
 * to wait, and is out of the line; NGX_AGAIN: a thread has it, and done() will
 * run.
 */
API_MUST_CHECK ngx_int_t api_thread_team_withdraw(api_thread_task_t *task);

/*
 * In exit_process, for a team whose tasks read the configuration: waits for
 * those that run, which must be computations with an end, but at most so many
 * milliseconds.  No done() of any team runs from now on.
 */
void api_thread_team_finish(api_thread_team_t *team, ngx_msec_t msec);


#endif /* API_THREAD_TEAM_H */
