
/*
 * max_connections and queue are the whole server's: who holds how many and
 * has how many waiting, in shared memory.
 *
 * The truth is one count per process slot, with the process's id: what a
 * killed worker held is found and forgotten by whoever looks next.  A count
 * given back keeps its place for a moment, for the server needs one to end
 * its backend.
 */


#ifndef API_DB_LIMIT_H
#define API_DB_LIMIT_H


#include "core/core.h"


typedef struct api_db_limit_shared_s  api_db_limit_shared_t;

typedef struct {
    api_db_limit_shared_t      *shared;    /* NULL: no limit but the own */
    ngx_slab_pool_t            *slab;
    ngx_uint_t                  max;
    ngx_uint_t                  slot;
} api_db_limit_t;


/* in a worker: takes its slot over, whatever a predecessor left in it */
void api_db_limit_init(api_db_limit_t *limit, ngx_shm_zone_t *zone,
    ngx_uint_t max);

/* one more connection: NGX_OK, or NGX_BUSY when the server has enough */
API_MUST_CHECK ngx_int_t api_db_limit_take(api_db_limit_t *limit);
void api_db_limit_give(api_db_limit_t *limit);

/* says (or no longer says) that this worker has jobs and no connection */
void api_db_limit_want(api_db_limit_t *limit, ngx_uint_t on);

/* does another worker say so? */
ngx_uint_t api_db_limit_wanted(const api_db_limit_t *limit);

/* how many jobs wait in this worker's lines */
void api_db_limit_waiting(api_db_limit_t *limit, ngx_uint_t n);

/* and in all workers' together, for a worker in which n wait */
ngx_uint_t api_db_limit_line(api_db_limit_t *limit, ngx_uint_t n);

/* forgets this process */
void api_db_limit_leave(api_db_limit_t *limit);


#endif /* API_DB_LIMIT_H */
