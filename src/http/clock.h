
/*
 * How long a request has taken, finer than nginx's own milliseconds.
 */


#ifndef API_HTTP_CLOCK_H
#define API_HTTP_CLOCK_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* monotonic microseconds; never 0 */
static ngx_inline uint64_t
api_http_clock(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + (uint64_t) ts.tv_nsec / 1000 + 1;
}


/* since the request began, by nginx's clock: ms, 0 if that was set back */
static ngx_inline uint64_t
api_http_clock_since(const ngx_http_request_t *r)
{
    int64_t                     ms;
    const volatile ngx_time_t  *tp;

    tp = ngx_cached_time;

    ms = (int64_t) (tp->sec - r->start_sec) * 1000
         + ((int64_t) tp->msec - (int64_t) r->start_msec);

    return ms > 0 ? (uint64_t) ms : 0;
}


#endif /* API_HTTP_CLOCK_H */
