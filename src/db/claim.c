
#include "db/claim.h"


ngx_uint_t
api_db_claim_owed(const api_db_zone_shared_t *shared, ngx_uint_t self,
    ngx_uint_t fair)
{
    ngx_uint_t                 i, owed;
    const api_db_zone_slot_t  *slot, *own;

    owed = 0;

    own = &shared->slots[self];

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        if (i == self) {
            continue;
        }

        if (slot->leaving && !own->leaving) {
            owed += slot->needs;

        } else if (slot->count < fair) {
            owed += ngx_min(slot->needs, fair - slot->count);
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
api_db_claim_bare(const api_db_zone_shared_t *shared, ngx_uint_t self)
{
    ngx_uint_t                 i;
    const api_db_zone_slot_t  *slot;

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        if (i != self && slot->needs && slot->count <= slot->slow) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_db_claim_stranded(const api_db_zone_shared_t *shared, ngx_uint_t self)
{
    ngx_uint_t                 i, n;
    const api_db_zone_slot_t  *slot;

    n = 0;

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        n += i != self && api_db_claim_strands(slot);
    }

    return n;
}


ngx_uint_t
api_db_claim_strands(const api_db_zone_slot_t *slot)
{
    return slot->needs && slot->fast && slot->count <= slot->slow;
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
