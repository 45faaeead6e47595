
/*
 * Who else needs connections, and who has some: the slots of a database's
 * zone, looked at with the slab's mutex held.
 */


#ifndef API_DB_CLAIM_H
#define API_DB_CLAIM_H


#include "db/zone.h"


/*
 * What others need to have their fair part, or, if they leave, at all.  self:
 * the slot of this process
 */
ngx_uint_t api_db_claim_owed(const api_db_zone_shared_t *shared,
    ngx_uint_t self, ngx_uint_t fair);

/* does another one, with less than its fair part or leaving, need some? */
ngx_uint_t api_db_claim_poorer(const api_db_zone_shared_t *shared,
    ngx_uint_t self, ngx_uint_t fair);

/* does one that has none, or only such as something slow has to itself? */
ngx_uint_t api_db_claim_bare(const api_db_zone_shared_t *shared,
    ngx_uint_t self);

/*
 * Does something fast wait, while something slow has all connections to itself?
 * And in how many others?
 */
ngx_uint_t api_db_claim_strands(const api_db_zone_slot_t *slot);
ngx_uint_t api_db_claim_stranded(const api_db_zone_shared_t *shared,
    ngx_uint_t self);

/* channels of those that have some, and of those that want some */
ngx_uint_t api_db_claim_holders(const api_db_zone_shared_t *shared,
    ngx_uint_t self);
ngx_uint_t api_db_claim_wanters(const api_db_zone_shared_t *shared);


#endif /* API_DB_CLAIM_H */
