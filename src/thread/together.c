
#include "thread/together.h"

#include <pthread.h>
#include <time.h>


typedef struct {
    api_thread_together_pt   run;
    pthread_mutex_t          mutex;
    pthread_cond_t           changed;
    ngx_uint_t               running;
} together_t;


typedef struct {
    together_t              *all;
    void                    *item;
    pthread_t                thread;
    unsigned                 started:1;
} together_one_t;


static void together_start(together_one_t *one);
static void *together_run(void *data);
static void together_wait(together_t *all, api_thread_together_pt meanwhile,
    void *items);


void
api_thread_together(api_thread_together_pt run,
    api_thread_together_pt meanwhile, void *items, size_t size, ngx_uint_t n)
{
    ngx_uint_t       i;
    together_t       all;
    together_one_t  *one;

    all.run = run;
    all.running = n;

    (void) pthread_mutex_init(&all.mutex, NULL);
    (void) pthread_cond_init(&all.changed, NULL);

    one = calloc(n + 1, sizeof(together_one_t));

    for (i = 0; i < n; i++) {

        if (one == NULL) {
            run((u_char *) items + i * size);
            continue;
        }

        one[i].all = &all;
        one[i].item = (u_char *) items + i * size;

        together_start(&one[i]);
    }

    if (one != NULL) {
        together_wait(&all, meanwhile, items);
    }

    for (i = 0; one != NULL && i < n; i++) {
        if (one[i].started) {
            (void) pthread_join(one[i].thread, NULL);
        }
    }

    (void) pthread_cond_destroy(&all.changed);
    (void) pthread_mutex_destroy(&all.mutex);

    free(one);
}


static void
together_start(together_one_t *one)
{
    int       rc;
    sigset_t  set, old;

    /*
     * signals are for the process, except those that a thread's own fault
     * raises
     */

    (void) sigfillset(&set);
    (void) sigdelset(&set, SIGILL);
    (void) sigdelset(&set, SIGFPE);
    (void) sigdelset(&set, SIGSEGV);
    (void) sigdelset(&set, SIGBUS);

    (void) pthread_sigmask(SIG_BLOCK, &set, &old);

    rc = pthread_create(&one->thread, NULL, together_run, one);

    (void) pthread_sigmask(SIG_SETMASK, &old, NULL);

    if (rc == 0) {
        one->started = 1;
        return;
    }

    (void) together_run(one);
}


static void *
together_run(void *data)
{
    together_t      *all;
    together_one_t  *one;

    one = data;
    all = one->all;

    all->run(one->item);

    (void) pthread_mutex_lock(&all->mutex);

    all->running--;

    (void) pthread_cond_signal(&all->changed);
    (void) pthread_mutex_unlock(&all->mutex);

    return NULL;
}


static void
together_wait(together_t *all, api_thread_together_pt meanwhile, void *items)
{
    int              rc;
    struct timespec  until;

    (void) pthread_mutex_lock(&all->mutex);

    while (all->running) {

        (void) clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;

        rc = pthread_cond_timedwait(&all->changed, &all->mutex, &until);

        if (rc != 0) {
            (void) pthread_mutex_unlock(&all->mutex);
            meanwhile(items);
            (void) pthread_mutex_lock(&all->mutex);
        }
    }

    (void) pthread_mutex_unlock(&all->mutex);
}
