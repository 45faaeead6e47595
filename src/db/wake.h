
/*
 * One worker wakes others.
 *
 * An eventfd for each of a few channels, made by the master before it forks
 * and kept over reloads, so that workers of all generations reach each other.
 * A worker listens on the channel of its number.  Nobody reads: each write is
 * an edge for everyone who watches.  A wake only says "look". One that is lost
 * (no eventfd, or an event loop without edges) costs a moment, as those who
 * wait also look by themselves.
 */


#ifndef API_DB_WAKE_H
#define API_DB_WAKE_H


#include "core/core.h"

#include <ngx_event.h>


#define API_DB_WAKE_CHANNELS  16


typedef struct api_db_wake_s  api_db_wake_t;

struct api_db_wake_s {
    ngx_queue_t                 queue;
    void                      (*handler)(void *data);
    void                       *data;
};


/* in init_module.  NGX_OK, NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_db_wake_module(ngx_cycle_t *cycle);

/* in a worker: handler(data) is called, from an event, at each wake */
void api_db_wake_join(api_db_wake_t *wake, ngx_log_t *log);
void api_db_wake_leave(api_db_wake_t *wake);

/* can this process be woken? */
ngx_uint_t api_db_wake_ready(void);

/* this worker's channel */
ngx_uint_t api_db_wake_channel(void);

/* channels: a bit for each */
void api_db_wake_send(ngx_uint_t channels);


#endif /* API_DB_WAKE_H */
