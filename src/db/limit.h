
/*
 * max_connections and queue are the whole server's: who holds how many and
 * has how many waiting, in shared memory.
 *
 * The truth is one count per process slot, with the process's id: what a
 * killed worker held is found and forgotten by whoever looks next.  A count
 * given back keeps its place for a moment, for the server needs one to end
 * its backend.
 *
 * Connections go to whoever needs them.  A worker that finds none left says
 * how many it needs and wakes those that hold some (db/wake.h), which then
 * offer theirs; one given back wakes those that need one.  A fair part is
 * what each would have if all who have or need some had as many: nobody above
 * it may take what somebody below it needs.
 *
 * Something slow, as what waits for a lock, has a connection to itself, which
 * serves nobody else: where something fast waits in a worker that has no
 * others, that comes before fair parts, with one.
 *
 * What waits in a worker that exits was there before all that comes to the new
 * ones: beyond a fair part these leave it what it needs, and it leaves none to
 * what is fast and will not come any more.
 */


#ifndef API_DB_LIMIT_H
#define API_DB_LIMIT_H


#include "db/zone.h"
#include "core/core.h"


typedef struct {
    api_db_zone_shared_t       *shared;    /* NULL: no limit but the own */
    ngx_slab_pool_t            *slab;
    ngx_uint_t                  max;
    ngx_uint_t                  slot;
    ngx_uint_t                  needs;     /* as in the slot; */
    ngx_uint_t                  fast;      /* the same */
    ngx_uint_t                  below;
    ngx_uint_t                  told;      /* needs that those who hold some
                                              know of, */
    ngx_msec_t                  woke;      /* and when they were woken */
    ngx_msec_t                  after;     /* ms until one given back can be
                                              had, when take() said NGX_BUSY;
                                              0: nobody knows */
    ngx_msec_t                  brisk;     /* of db/brisk: as in the zone,
                                              where there is none */
} api_db_limit_t;

typedef enum {
    API_DB_LIMIT_SPARE = 0,    /* a connection that is not in use */
    API_DB_LIMIT_BUSY,         /* one in use of a worker that has more */
    API_DB_LIMIT_LATER,        /* the same, when it is no longer in use: 1 is
                                  no promise yet */
    API_DB_LIMIT_LAST          /* the only one of a worker */
} api_db_limit_offer_e;


/* in a worker: takes its slot over, whatever a predecessor left in it */
void api_db_limit_init(api_db_limit_t *limit, ngx_shm_zone_t *zone,
    ngx_uint_t max);

/*
 * One more connection: NGX_OK, or NGX_BUSY when the server has enough.
 * urgent: jobs wait for it; else nobody else's may.
 */
API_MUST_CHECK ngx_int_t api_db_limit_take(api_db_limit_t *limit,
    ngx_uint_t urgent);
void api_db_limit_give(api_db_limit_t *limit);

/*
 * Says how many connections this worker's waiting jobs need that it cannot
 * open, whether one of these is fast, and whether it has less than its part of
 * min_connections.  Those who hold some are woken when it is more than they
 * know of, and from time to time: not each time, for two who need some would
 * wake each other for ever.
 */
void api_db_limit_want(api_db_limit_t *limit, ngx_uint_t needs,
    ngx_uint_t fast, ngx_uint_t below);

/* does another worker need any?  Without a lock, to be asked often. */
ngx_uint_t api_db_limit_wanted(const api_db_limit_t *limit);

/*
 * Shall this worker give up a connection of this kind for another one?  1 is
 * said only to as many as are needed, and is to be followed by a give.
 */
ngx_uint_t api_db_limit_offer(api_db_limit_t *limit,
    api_db_limit_offer_e kind);

/* how many jobs wait in this worker's lines */
void api_db_limit_waiting(api_db_limit_t *limit, ngx_uint_t n);

/* and in all workers' together, for a worker in which n wait */
ngx_uint_t api_db_limit_line(api_db_limit_t *limit, ngx_uint_t n);

/* how many connections of this worker something slow has to itself */
void api_db_limit_slow(api_db_limit_t *limit, ngx_uint_t n);

/*
 * How many more may be slow in the whole server, so that some are left to
 * what is fast, and to what waits in workers that exit; n: this worker's
 */
ngx_uint_t api_db_limit_room(const api_db_limit_t *limit, ngx_uint_t n);

/* the same for one that would be refused, while fast ones come: all but two
   connections, or but one where room() leaves no more, */
ngx_uint_t api_db_limit_few(const api_db_limit_t *limit, ngx_uint_t n);

/* and while none come: all but one */
ngx_uint_t api_db_limit_last(const api_db_limit_t *limit, ngx_uint_t n);

/* connections of all workers; n: this worker's */
ngx_uint_t api_db_limit_total(const api_db_limit_t *limit, ngx_uint_t n);

/* API_DB_ZONE_NOTES of them, or NULL */
api_db_zone_note_t *api_db_limit_notes(const api_db_limit_t *limit);

/* forgets this process */
void api_db_limit_leave(api_db_limit_t *limit);


#endif /* API_DB_LIMIT_H */
