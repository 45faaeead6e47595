
#include "thread/team.h"
#include "thread/wake.h"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/resource.h>


/* a thread and its letter box */
struct api_thread_s {
    sem_t                       letter;      /* there is a task, or the end */
    api_thread_task_t          *task;        /* NULL: the end */
    const char                 *name;
    int                         nice;
    ngx_queue_t                 queue;       /* while it is idle */
};


static api_thread_t *pick(api_thread_team_t *team);
static ngx_int_t create(api_thread_t *thread, size_t stack);
static void pin(void);
static void *run(void *data);
static void present(const api_thread_t *thread);
static void give(api_thread_t *thread, api_thread_task_t *task);
static void done(api_thread_task_t *task);
static void rest(api_thread_team_t *team, api_thread_t *thread);


static ngx_uint_t  is_pinned;


ngx_int_t
api_thread_team_start(ngx_cycle_t *cycle)
{
    return api_thread_wake_init(cycle, done);
}


void
api_thread_team_init(api_thread_team_t *team)
{
    ngx_queue_init(&team->waiting);
    ngx_queue_init(&team->idle);

    team->nwaiting = 0;
    team->nthreads = 0;
    team->nrunning = 0;
}


ngx_int_t
api_thread_team_post(api_thread_team_t *team, api_thread_task_t *task)
{
    api_thread_t  *thread;

    task->team = team;
    task->thread = NULL;

    thread = pick(team);

    if (thread != NULL) {
        give(thread, task);
        return NGX_OK;
    }

    /* without any thread nobody would ever look at the line */

    if (team->nrunning == 0 || team->nwaiting >= team->max_waiting) {
        return NGX_BUSY;
    }

    ngx_queue_insert_tail(&team->waiting, &task->queue);
    team->nwaiting++;

    return NGX_OK;
}


ngx_int_t
api_thread_team_withdraw(api_thread_task_t *task)
{
    if (task->thread != NULL) {
        return NGX_AGAIN;
    }

    ngx_queue_remove(&task->queue);
    task->team->nwaiting--;

    return NGX_OK;
}


void
api_thread_team_finish(api_thread_team_t *team, ngx_msec_t msec)
{
    ngx_msec_t          end, left;
    api_thread_task_t  *task;

    ngx_time_update();

    end = ngx_current_msec + msec;

    while (team->nrunning) {

        left = end - ngx_current_msec;

        if ((ngx_msec_int_t) left <= 0) {
            return;
        }

        for (task = api_thread_wake_wait(left); task; task = task->next) {
            task->team->nrunning--;
        }

        ngx_time_update();
    }
}


/* an idle thread, or a new one, or NULL */

static api_thread_t *
pick(api_thread_team_t *team)
{
    ngx_queue_t   *q;
    api_thread_t  *thread;

    if (!ngx_queue_empty(&team->idle)) {
        q = ngx_queue_head(&team->idle);
        ngx_queue_remove(q);

        return ngx_queue_data(q, api_thread_t, queue);
    }

    if (team->nthreads >= team->max_threads) {
        return NULL;
    }

    thread = ngx_calloc(sizeof(api_thread_t), ngx_cycle->log);
    if (thread == NULL) {
        return NULL;
    }

    thread->name = team->name;
    thread->nice = team->nice;

    if (create(thread, team->stack) != NGX_OK) {
        ngx_free(thread);
        return NULL;
    }

    team->nthreads++;

    return thread;
}


static ngx_int_t
create(api_thread_t *thread, size_t stack)
{
    int             rc;
    sigset_t        set, old;
    pthread_t       tid;
    pthread_attr_t  attr;

    if (sem_init(&thread->letter, 0, 0) == -1) {
        return NGX_ERROR;
    }

    if (pthread_attr_init(&attr) != 0) {
        (void) sem_destroy(&thread->letter);
        return NGX_ERROR;
    }

    pin();

    (void) pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);

    if (stack != 0) {
        (void) pthread_attr_setstacksize(&attr, stack);
    }

    /*
     * signals are for the event loop, except those that a thread's own fault
     * raises
     */

    (void) sigfillset(&set);
    (void) sigdelset(&set, SIGILL);
    (void) sigdelset(&set, SIGFPE);
    (void) sigdelset(&set, SIGSEGV);
    (void) sigdelset(&set, SIGBUS);

    (void) pthread_sigmask(SIG_BLOCK, &set, &old);

    rc = pthread_create(&tid, &attr, run, thread);

    (void) pthread_sigmask(SIG_SETMASK, &old, NULL);
    (void) pthread_attr_destroy(&attr);

    if (rc != 0) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, rc,
                      "pthread_create() failed");
        (void) sem_destroy(&thread->letter);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * A worker that exits unloads its modules, and a thread that returns from a
 * name server at that moment would return to nowhere: this module stays.
 */

static void
pin(void)
{
#ifdef RTLD_NODELETE
    Dl_info  info;

    if (is_pinned) {
        return;
    }

    is_pinned = 1;

    if (dladdr((void *) &is_pinned, &info) != 0) {
        (void) dlopen(info.dli_fname, RTLD_NOW|RTLD_NOLOAD|RTLD_NODELETE);
    }
#endif
}


static void *
run(void *data)
{
    int                 rc;
    api_thread_t       *thread;
    api_thread_task_t  *task;

    thread = data;

    present(thread);

    for ( ;; ) {

        do {
            rc = sem_wait(&thread->letter);
        } while (rc == -1);

        task = thread->task;

        if (task == NULL) {
            (void) sem_destroy(&thread->letter);
            ngx_free(thread);
            return NULL;
        }

        task->run(task);

        api_thread_wake_push(task);
    }
}


/*
 * The name that ps and top show, and the priority: on Linux a thread has one
 * of its own, elsewhere the whole process would get it.
 */

static void
present(const api_thread_t *thread)
{
#if (NGX_LINUX)
    int  nice;

    (void) pthread_setname_np(pthread_self(), thread->name);

    if (thread->nice != 0) {
        nice = getpriority(PRIO_PROCESS, 0) + thread->nice;
        (void) setpriority(PRIO_PROCESS, 0, nice);
    }
#else
    (void) thread;
#endif
}


static void
give(api_thread_t *thread, api_thread_task_t *task)
{
    if (task != NULL) {
        task->thread = thread;
        task->team->nrunning++;
    }

    thread->task = task;
    (void) sem_post(&thread->letter);
}


/* the next task begins before the end of this one is told */

static void
done(api_thread_task_t *task)
{
    ngx_queue_t        *q;
    api_thread_t       *thread;
    api_thread_team_t  *team;

    team = task->team;
    thread = task->thread;

    team->nrunning--;

    if (ngx_queue_empty(&team->waiting)) {
        rest(team, thread);

    } else {
        q = ngx_queue_head(&team->waiting);
        ngx_queue_remove(q);
        team->nwaiting--;

        give(thread, ngx_queue_data(q, api_thread_task_t, queue));
    }

    task->done(task);
}


/* one idle thread is kept for the next task, as starting one takes a while */

static void
rest(api_thread_team_t *team, api_thread_t *thread)
{
    if (ngx_queue_empty(&team->idle)) {
        ngx_queue_insert_head(&team->idle, &thread->queue);
        return;
    }

    team->nthreads--;
    give(thread, NULL);
}
