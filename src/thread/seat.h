
/*
 * Seats for work that takes a processor: as many for all workers together, old
 * ones after a reload included, as should compute at once.
 *
 * A thread waits for a seat, the event loop never does.  The seats of a worker
 * that is killed are free again.
 */


#ifndef API_THREAD_SEAT_H
#define API_THREAD_SEAT_H


#include "core/core.h"


/*
 * In the master, before workers are forked: how many seats there are.  Only
 * the first call counts.  Without memory for them (logged) no thread waits.
 */
void api_thread_seat_share(ngx_uint_t n, ngx_log_t *log);

/*
 * In a thread: waits for a seat, if possible the one of that number; returns
 * the seat, which is to be given back.
 */
ngx_uint_t api_thread_seat_take(ngx_uint_t best);
void api_thread_seat_give(ngx_uint_t seat);


#endif /* API_THREAD_SEAT_H */
