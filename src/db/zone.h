
/*
 * What a database's workers share: a zone that outlives reloads.
 *
 * The slots are written under the slab's mutex, the only lock there is, which
 * nginx frees when its holder is killed; what is read without it is one word,
 * or carries a check of itself.
 */


#ifndef API_DB_ZONE_H
#define API_DB_ZONE_H


#include "core/core.h"


#define API_DB_ZONE_NOTES  4096


/* one process */
typedef struct {
    ngx_pid_t                   pid;
    ngx_uint_t                  channel;    /* of db/wake */
    ngx_uint_t                  count;
    ngx_uint_t                  cooling;
    ngx_msec_t                  cooled;     /* ngx_current_msec is monotonic
                                               and the same in all workers */
    ngx_uint_t                  promised;   /* of the count: to be given up */
    ngx_msec_t                  until;      /* then the promise is forgotten */
    ngx_uint_t                  needs;
    ngx_uint_t                  fast;       /* something fast does */
    ngx_uint_t                  below;
    ngx_uint_t                  leaving;    /* the worker exits: no more jobs
                                               come, and those it has were
                                               there first */
    ngx_atomic_t                waiting;    /* written by its owner only */
    ngx_atomic_t                slow;       /* the same */
} api_db_zone_slot_t;


/* what db/cost leaves for other workers; written and read without a lock */
typedef struct {
    volatile uint64_t           key;
    volatile uint64_t           word;
} api_db_zone_note_t;


typedef struct {
    uint64_t                    layout;
    ngx_atomic_t                wanting;    /* slots that need some, a copy to
                                               be read without the lock; as is
                                               the next */
    ngx_atomic_t                claimants;  /* slots that have or need some,
                                               but for those that leave */
    ngx_uint_t                  top;        /* slots ever used */
    ngx_pid_t                   migrating;  /* of check/late: who applies them,
                                               under the slab's mutex; */
    volatile uint64_t           migrated;   /* the key of what is applied */
    volatile ngx_msec_t         brisk;      /* when something fast came last,
                                               about */
    api_db_zone_slot_t          slots[NGX_MAX_PROCESSES];
    api_db_zone_note_t          notes[API_DB_ZONE_NOTES];
} api_db_zone_shared_t;


#endif /* API_DB_ZONE_H */
