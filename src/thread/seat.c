
#include "thread/seat.h"

#include <pthread.h>
#include <sys/mman.h>


typedef struct {
    ngx_uint_t                  n;
    pthread_mutex_t             mutex[1];    /* more behind */
} seats_t;


static ngx_uint_t is_taken(int rc, pthread_mutex_t *mutex);


/* shared by all cycles: workers inherit the mapping */
static seats_t  *seats;


void
api_thread_seat_share(ngx_uint_t n, ngx_log_t *log)
{
    void                 *p;
    ngx_uint_t            i;
    pthread_mutexattr_t   attr;

    if (seats != NULL) {
        return;
    }

    p = mmap(NULL, sizeof(seats_t) + n * sizeof(pthread_mutex_t),
             PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);

    if (p == MAP_FAILED) {
        ngx_log_error(NGX_LOG_WARN, log, ngx_errno,
                      "mmap() failed: each worker counts its threads alone");
        return;
    }

    seats = p;
    seats->n = n;

    (void) pthread_mutexattr_init(&attr);
    (void) pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    (void) pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);

    for (i = 0; i < n; i++) {
        (void) pthread_mutex_init(&seats->mutex[i], &attr);
    }

    (void) pthread_mutexattr_destroy(&attr);
}


ngx_uint_t
api_thread_seat_take(ngx_uint_t best)
{
    ngx_uint_t        i, seat;
    pthread_mutex_t  *mutex;

    if (seats == NULL) {
        return 0;
    }

    for (i = 0; i < seats->n; i++) {
        seat = (best + i) % seats->n;
        mutex = &seats->mutex[seat];

        if (is_taken(pthread_mutex_trylock(mutex), mutex)) {
            return seat;
        }
    }

    seat = best % seats->n;
    mutex = &seats->mutex[seat];

    (void) is_taken(pthread_mutex_lock(mutex), mutex);

    return seat;
}


void
api_thread_seat_give(ngx_uint_t seat)
{
    if (seats != NULL) {
        (void) pthread_mutex_unlock(&seats->mutex[seat]);
    }
}


/*
 * its owner may have been killed: there is nothing that it could have left
 * half done
 */

static ngx_uint_t
is_taken(int rc, pthread_mutex_t *mutex)
{
    return rc == 0
           || (rc == EOWNERDEAD && pthread_mutex_consistent(mutex) == 0);
}
