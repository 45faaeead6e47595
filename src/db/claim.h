
/*
 * Who else needs connections, and who has some: the slots of a database's
 * zone, looked at with the slab's mutex held.
 */


#ifndef API_DB_CLAIM_H
#define API_DB_CLAIM_H


#include "db/zone.h"


/*
 * What is left to others when this one takes one, fast: for something fast that
 * waits.  Nothing, where it has none that serves; below its fair part one for
 * each other that has none; else what they need to have theirs, or one that
 * serves, or, if they leave, at all.  self: the slot of this process
 */
ngx_uint_t api_db_claim_owed(const api_db_zone_shared_t *shared,
    ngx_uint_t self, ngx_uint_t fair, ngx_uint_t fast);

/* does another one, with less than its fair part or leaving, need some? */
ngx_uint_t api_db_claim_poorer(const api_db_zone_shared_t *shared,
    ngx_uint_t self, ngx_uint_t fair);

/*
 * Does it need one at once?  It has none, or something fast waits in it and
 * something slow, or what waits for a lock, has all it has to itself.
 */
ngx_uint_t api_db_claim_bare(const api_db_zone_slot_t *slot);

/* how many others are such? */
ngx_uint_t api_db_claim_bares(const api_db_zone_shared_t *shared,
    ngx_uint_t self);

/* has another one two that serve what is fast, so that it can spare one? */
ngx_uint_t api_db_claim_richer(const api_db_zone_shared_t *shared,
    ngx_uint_t self);

/* connections that serve what is fast, or will when they are open */
ngx_uint_t api_db_claim_serving(const api_db_zone_slot_t *slot);

/* channels of those that have some, and of those that want some */
ngx_uint_t api_db_claim_holders(const api_db_zone_shared_t *shared,
    ngx_uint_t self);
ngx_uint_t api_db_claim_wanters(const api_db_zone_shared_t *shared);


#endif /* API_DB_CLAIM_H */
