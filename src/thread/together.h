
/*
 * Several calls that wait for others, at the same time, while the
 * configuration is read: in the master or in nginx -t.  When the caller goes
 * on all of them have ended, so that no thread is left when workers are
 * forked.
 */


#ifndef API_THREAD_TOGETHER_H
#define API_THREAD_TOGETHER_H


#include "core/core.h"


typedef void (*api_thread_together_pt)(void *item);


/*
 * Calls run() for each of n items, size bytes apart, each in a thread of its
 * own, or here where the system gives none; run() has to end by itself.
 * Meanwhile meanwhile(items) is called here about every second.
 */
void api_thread_together(api_thread_together_pt run,
    api_thread_together_pt meanwhile, void *items, size_t size, ngx_uint_t n);


#endif /* API_THREAD_TOGETHER_H */
