
/*
 * Seats for work that takes a processor: as many for all workers together, the
 * old ones after a reload included, as may compute at once.
 *
 * A thread waits for one, the event loop never does.  A worker that is killed
 * leaves its seats to the others.
 */


#ifndef API_THREAD_SEAT_H
#define API_THREAD_SEAT_H


#include "core/core.h"


/*
 * In the master, before workers are forked: how many seats there are.  The
 * first call counts.  Without memory for them (logged) nobody waits.
 */
void api_thread_seat_share(ngx_uint_t n, ngx_log_t *log);

/* in a thread: waits for a seat, best for the one of that number; returns the
 * one to give back */
ngx_uint_t api_thread_seat_take(ngx_uint_t best);
void api_thread_seat_give(ngx_uint_t seat);


#endif /* API_THREAD_SEAT_H */
