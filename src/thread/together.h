
/*
 * Several calls that wait for others, at the same time: for the time of
 * configuration, in the master or in nginx -t.  All of them have ended when
 * the caller goes on, so nothing is left that a fork would meet.
 */


#ifndef API_THREAD_TOGETHER_H
#define API_THREAD_TOGETHER_H


#include "core/core.h"


typedef void (*api_thread_together_pt)(void *item);


/*
 * run() for each of n items, size bytes apart, in a thread of its own, or here
 * where the system gives none; it has to end by itself.  meanwhile(items) runs
 * here, about every second.
 */
void api_thread_together(api_thread_together_pt run,
    api_thread_together_pt meanwhile, void *items, size_t size, ngx_uint_t n);


#endif /* API_THREAD_TOGETHER_H */
