
#include "db/claim.h"


ngx_uint_t
api_db_claim_owed(const api_db_zone_shared_t *shared, ngx_uint_t self,
    ngx_uint_t fair, ngx_uint_t fast)
{
    ngx_uint_t                 i, owed;
    const api_db_zone_slot_t  *slot, *own;

    owed = 0;

    own = &shared->slots[self];

    if (own->count == 0 || (fast && api_db_claim_serving(own) == 0)) {
        return 0;
    }

    if (own->count < fair) {
        return api_db_claim_bares(shared, self);
    }

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        if (i == self) {
            continue;
        }

        if (slot->leaving && !own->leaving) {
            owed += slot->needs;

        } else if (slot->count < fair) {
            owed += ngx_min(slot->needs, fair - slot->count);

        } else {
            owed += api_db_claim_bare(slot);
        }
    }

    return owed;
}


ngx_uint_t
api_db_claim_poorer(const api_db_zone_shared_t *shared, ngx_uint_t self,
    ngx_uint_t fair)
{
    ngx_uint_t                 i;
    const api_db_zone_slot_t  *slot, *own;

    own = &shared->slots[self];

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        if (i != self && slot->needs
            && (slot->count < fair || (slot->leaving && !own->leaving)))
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_db_claim_bare(const api_db_zone_slot_t *slot)
{
    return slot->needs
           && (slot->count == 0
               || (slot->fast && api_db_claim_serving(slot) == 0));
}


ngx_uint_t
api_db_claim_bares(const api_db_zone_shared_t *shared, ngx_uint_t self)
{
    ngx_uint_t  i, n;

    n = 0;

    for (i = 0; i < shared->top; i++) {
        n += i != self && api_db_claim_bare(&shared->slots[i]);
    }

    return n;
}


ngx_uint_t
api_db_claim_richer(const api_db_zone_shared_t *shared, ngx_uint_t self)
{
    ngx_uint_t  i;

    for (i = 0; i < shared->top; i++) {
        if (i != self && api_db_claim_serving(&shared->slots[i]) > 1) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_db_claim_serving(const api_db_zone_slot_t *slot)
{
    return slot->count > slot->slow ? slot->count - slot->slow : 0;
}


ngx_uint_t
api_db_claim_holders(const api_db_zone_shared_t *shared, ngx_uint_t self)
{
    ngx_uint_t                 i, channels;
    const api_db_zone_slot_t  *slot;

    channels = 0;

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        if (i != self && slot->count) {
            channels |= (ngx_uint_t) 1 << slot->channel;
        }
    }

    return channels;
}


ngx_uint_t
api_db_claim_wanters(const api_db_zone_shared_t *shared)
{
    ngx_uint_t                 i, channels;
    const api_db_zone_slot_t  *slot;

    channels = 0;

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        if (slot->needs || slot->below) {
            channels |= (ngx_uint_t) 1 << slot->channel;
        }
    }

    return channels;
}
