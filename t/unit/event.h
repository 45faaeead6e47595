
/*
 * Stands in for nginx's event loop, for tests of db/'s decisions: a clock that
 * stands still until it is told to go on, timers, posted events, the lock of
 * shared memory.
 */


#ifndef API_EVENT_H
#define API_EVENT_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


/* no timer is set, nothing is posted; where the clock stands is unchanged */
void event_init(void);

/* runs what is posted, and what that posts */
void event_turn(void);

/*
 * So much time passes: each timer runs at its moment, with what it posts.  The
 * clock of ngx_current_msec and that of clock_gettime() go together.
 */
void event_pass(ngx_msec_t msec);

/* µs on the clock of clock_gettime() alone: no timer runs */
void event_pass_us(ngx_uint_t us);

/* lines that were logged since event_init(), at whatever level */
ngx_uint_t event_logged(void);


#endif /* API_EVENT_H */
