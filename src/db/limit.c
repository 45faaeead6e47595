
#include "db/limit.h"
#include "db/claim.h"
#include "db/wake.h"
#include "db/zone.h"

#include <signal.h>


/* how long a backend may need to go after its connection was closed */
#define API_DB_LIMIT_COOLING  50

/* ms in which one that is to be given up should be */
#define API_DB_LIMIT_PROMISE  500

/* ms in which needs that come and go wake nobody twice */
#define API_DB_LIMIT_QUIET    20

/* ms after which those who hold some are told again */
#define API_DB_LIMIT_REMIND   90

/* left to what is fast by what would be refused, while both come */
#define API_DB_LIMIT_FEW      2


/* counted afresh each time */
typedef struct {
    ngx_uint_t                  used;       /* cooling ones included */
    ngx_uint_t                  coming;     /* cooling, or promised */
    ngx_uint_t                  needs;
    ngx_uint_t                  fair;       /* a claimant's part */
    ngx_msec_t                  after;      /* ms until one has cooled; 0: none
                                               does */
} api_db_limit_sum_t;


static ngx_uint_t api_db_limit_gives(const api_db_limit_t *limit,
    ngx_uint_t fair);
static ngx_uint_t api_db_limit_left(const api_db_limit_t *limit);
static ngx_uint_t api_db_limit_but(const api_db_limit_t *limit,
    ngx_uint_t n, ngx_uint_t left);
static ngx_uint_t api_db_limit_before(const api_db_limit_t *limit);
static void api_db_limit_sum(api_db_limit_t *limit, api_db_limit_sum_t *sum);
static void api_db_limit_slot(api_db_zone_slot_t *slot,
    api_db_limit_sum_t *sum);
static void api_db_limit_clear(api_db_zone_slot_t *slot);


void
api_db_limit_init(api_db_limit_t *limit, ngx_shm_zone_t *zone, ngx_uint_t max)
{
    api_db_limit_sum_t   sum;
    api_db_zone_slot_t  *slot;

    ngx_memzero(limit, sizeof(api_db_limit_t));

    limit->max = max;

    if (zone == NULL || zone->data == NULL) {
        return;
    }

    limit->shared = zone->data;
    limit->slab = (ngx_slab_pool_t *) zone->shm.addr;
    limit->slot = (ngx_uint_t) ngx_process_slot % NGX_MAX_PROCESSES;

    ngx_shmtx_lock(&limit->slab->mutex);

    slot = &limit->shared->slots[limit->slot];

    if (slot->pid != ngx_pid) {
        api_db_limit_clear(slot);
        slot->pid = ngx_pid;
    }

    slot->leaving = 0;
    slot->channel = api_db_wake_channel();

    if (limit->shared->top <= limit->slot) {
        limit->shared->top = limit->slot + 1;
    }

    api_db_limit_sum(limit, &sum);

    ngx_shmtx_unlock(&limit->slab->mutex);
}


ngx_int_t
api_db_limit_take(api_db_limit_t *limit, ngx_uint_t urgent)
{
    ngx_int_t            rc;
    ngx_uint_t           owed;
    api_db_limit_sum_t   sum;
    api_db_zone_slot_t  *slot;

    if (limit->shared == NULL) {
        return NGX_OK;
    }

    rc = NGX_BUSY;

    ngx_shmtx_lock(&limit->slab->mutex);

    api_db_limit_sum(limit, &sum);

    slot = &limit->shared->slots[limit->slot];

    if (!urgent) {
        owed = sum.needs - slot->needs;

    } else if (slot->count == 0 || api_db_claim_strands(slot)) {
        owed = 0;

    } else {
        owed = api_db_claim_stranded(limit->shared, limit->slot);

        if (slot->count >= sum.fair) {
            owed = ngx_max(owed, api_db_claim_owed(limit->shared, limit->slot,
                                                   sum.fair));
        }
    }

    if (sum.used + owed < limit->max) {
        slot->count++;
        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&limit->slab->mutex);

    limit->after = sum.after;

    return rc;
}


void
api_db_limit_give(api_db_limit_t *limit)
{
    ngx_uint_t           channels;
    api_db_zone_slot_t  *slot;

    if (limit->shared == NULL) {
        return;
    }

    channels = 0;

    ngx_shmtx_lock(&limit->slab->mutex);

    slot = &limit->shared->slots[limit->slot];

    if (slot->count) {

        if ((ngx_msec_int_t) (slot->cooled - ngx_current_msec) <= 0) {
            slot->cooling = 0;
        }

        slot->count--;
        slot->cooling++;
        slot->cooled = ngx_current_msec + API_DB_LIMIT_COOLING;

        if (slot->promised) {
            slot->promised--;
        }

        channels = api_db_claim_wanters(limit->shared);
    }

    ngx_shmtx_unlock(&limit->slab->mutex);

    api_db_wake_send(channels);
}


void
api_db_limit_want(api_db_limit_t *limit, ngx_uint_t needs, ngx_uint_t fast,
    ngx_uint_t below)
{
    ngx_uint_t           channels, wake;
    ngx_msec_t           since;
    api_db_limit_sum_t   sum;
    api_db_zone_slot_t  *slot;

    if (limit->shared == NULL) {
        return;
    }

    since = ngx_current_msec - limit->woke;

    if (since >= API_DB_LIMIT_QUIET) {
        limit->told = ngx_min(limit->told, ngx_min(limit->needs, needs));
    }

    wake = needs > limit->told || fast > limit->fast
           || (needs && since >= API_DB_LIMIT_REMIND);

    if (needs == limit->needs && fast == limit->fast && below == limit->below
        && !wake
        && limit->shared->slots[limit->slot].leaving == ngx_exiting)
    {
        return;
    }

    limit->needs = needs;
    limit->fast = fast;
    limit->below = below;

    ngx_shmtx_lock(&limit->slab->mutex);

    slot = &limit->shared->slots[limit->slot];

    slot->needs = needs;
    slot->fast = fast;
    slot->below = below;

    api_db_limit_sum(limit, &sum);

    channels = wake ? api_db_claim_holders(limit->shared, limit->slot) : 0;

    ngx_shmtx_unlock(&limit->slab->mutex);

    if (wake) {
        limit->told = needs;
        limit->woke = ngx_current_msec;

        api_db_wake_send(channels);
    }
}


ngx_uint_t
api_db_limit_wanted(const api_db_limit_t *limit)
{
    if (limit->shared == NULL || limit->shared->wanting == 0) {
        return 0;
    }

    return limit->shared->wanting
           > (ngx_atomic_uint_t) (limit->needs ? 1 : 0);
}


ngx_uint_t
api_db_limit_offer(api_db_limit_t *limit, api_db_limit_offer_e kind)
{
    ngx_uint_t           taken;
    api_db_limit_sum_t   sum;
    api_db_zone_slot_t  *slot;

    if (limit->shared == NULL) {
        return 0;
    }

    ngx_shmtx_lock(&limit->slab->mutex);

    api_db_limit_sum(limit, &sum);

    slot = &limit->shared->slots[limit->slot];

    taken = slot->count > slot->promised
            && sum.needs - slot->needs
               > sum.coming + limit->max - ngx_min(sum.used, limit->max);

    if (kind == API_DB_LIMIT_BUSY || kind == API_DB_LIMIT_LATER) {
        taken = taken && api_db_limit_gives(limit, sum.fair);

    } else if (kind == API_DB_LIMIT_LAST) {
        taken = taken && api_db_claim_bare(limit->shared, limit->slot);
    }

    if (taken && kind != API_DB_LIMIT_LATER) {
        slot->promised++;
        slot->until = ngx_current_msec + API_DB_LIMIT_PROMISE;
    }

    ngx_shmtx_unlock(&limit->slab->mutex);

    return taken;
}


/* one that it uses: it has more than its part, or than others who have none */

static ngx_uint_t
api_db_limit_gives(const api_db_limit_t *limit, ngx_uint_t fair)
{
    ngx_uint_t                 count;
    const api_db_zone_slot_t  *slot;

    slot = &limit->shared->slots[limit->slot];
    count = slot->count - slot->promised;

    if (count > fair
        && api_db_claim_poorer(limit->shared, limit->slot, fair))
    {
        return 1;
    }

    return count > slot->slow + 1
           && api_db_claim_stranded(limit->shared, limit->slot);
}


void
api_db_limit_waiting(api_db_limit_t *limit, ngx_uint_t n)
{
    if (limit->shared != NULL) {
        limit->shared->slots[limit->slot].waiting = n;
    }
}


/*
 * Read without the lock, as all below: a job more or less in another worker at
 * this moment does no harm.
 */

ngx_uint_t
api_db_limit_line(api_db_limit_t *limit, ngx_uint_t n)
{
    ngx_uint_t  i, sum;

    if (limit->shared == NULL) {
        return n;
    }

    sum = 0;

    for (i = 0; i < limit->shared->top; i++) {
        sum += limit->shared->slots[i].waiting;
    }

    return sum;
}


void
api_db_limit_slow(api_db_limit_t *limit, ngx_uint_t n)
{
    if (limit->shared != NULL) {
        limit->shared->slots[limit->slot].slow = n;
    }
}


/*
 * One connection is left for each worker that has any, but no more than half
 * of all.
 */

ngx_uint_t
api_db_limit_room(const api_db_limit_t *limit, ngx_uint_t n)
{
    ngx_uint_t  room, before;

    if (limit->shared == NULL || ngx_exiting) {
        return api_db_limit_last(limit, n);
    }

    room = api_db_limit_but(limit, n, api_db_limit_left(limit));
    before = api_db_limit_before(limit);

    return room > before ? room - before : 0;
}


ngx_uint_t
api_db_limit_few(const api_db_limit_t *limit, ngx_uint_t n)
{
    if (limit->shared == NULL || ngx_exiting) {
        return api_db_limit_last(limit, n);
    }

    return api_db_limit_but(limit, n, ngx_min(api_db_limit_left(limit),
                                              API_DB_LIMIT_FEW));
}


ngx_uint_t
api_db_limit_last(const api_db_limit_t *limit, ngx_uint_t n)
{
    return api_db_limit_but(limit, n, 1);
}


/* connections for what is fast: one for each worker, at most half of all */

static ngx_uint_t
api_db_limit_left(const api_db_limit_t *limit)
{
    ngx_uint_t  left;

    left = ngx_min(limit->shared->claimants, limit->max / 2);

    return ngx_max(left, 1);
}


static ngx_uint_t
api_db_limit_but(const api_db_limit_t *limit, ngx_uint_t n, ngx_uint_t left)
{
    ngx_uint_t  i, slow;

    slow = n;

    if (limit->shared != NULL) {
        slow = 0;

        for (i = 0; i < limit->shared->top; i++) {
            slow += limit->shared->slots[i].slow;
        }
    }

    /* the only one there is serves all */

    if (slow == 0 && limit->max == 1) {
        return 1;
    }

    return slow + left < limit->max ? limit->max - left - slow : 0;
}


/* jobs that wait in workers that exit */

static ngx_uint_t
api_db_limit_before(const api_db_limit_t *limit)
{
    ngx_uint_t                 i, n;
    const api_db_zone_slot_t  *slot;

    n = 0;

    for (i = 0; i < limit->shared->top; i++) {
        slot = &limit->shared->slots[i];

        if (slot->leaving) {
            n += slot->waiting;
        }
    }

    return n;
}


ngx_uint_t
api_db_limit_total(const api_db_limit_t *limit, ngx_uint_t n)
{
    ngx_uint_t  i, sum;

    if (limit->shared == NULL) {
        return n;
    }

    sum = 0;

    for (i = 0; i < limit->shared->top; i++) {
        sum += limit->shared->slots[i].count;
    }

    return sum;
}


api_db_zone_note_t *
api_db_limit_notes(const api_db_limit_t *limit)
{
    return limit->shared ? limit->shared->notes : NULL;
}


void
api_db_limit_leave(api_db_limit_t *limit)
{
    api_db_limit_sum_t   sum;
    api_db_zone_slot_t  *slot;

    if (limit->shared == NULL) {
        return;
    }

    ngx_shmtx_lock(&limit->slab->mutex);

    slot = &limit->shared->slots[limit->slot];

    slot->needs = 0;
    slot->fast = 0;
    slot->below = 0;
    slot->leaving = 0;
    slot->promised = 0;
    slot->waiting = 0;
    slot->slow = 0;

    api_db_limit_sum(limit, &sum);

    ngx_shmtx_unlock(&limit->slab->mutex);

    limit->shared = NULL;
}


/*
 * Counted afresh each time: no sum can drift, whichever instruction a worker
 * is killed at.
 */

static void
api_db_limit_sum(api_db_limit_t *limit, api_db_limit_sum_t *sum)
{
    ngx_uint_t             i, wanting, claimants, leaving;
    api_db_zone_slot_t    *slot;
    api_db_zone_shared_t  *shared;

    ngx_memzero(sum, sizeof(api_db_limit_sum_t));

    shared = limit->shared;
    wanting = 0;
    claimants = 0;
    leaving = 0;

    shared->slots[limit->slot].leaving = ngx_exiting;

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        api_db_limit_slot(slot, sum);

        wanting += slot->needs != 0;

        if (slot->needs || slot->count) {
            claimants++;
            leaving += slot->leaving;
        }
    }

    shared->wanting = wanting;
    shared->claimants = claimants - leaving;

    sum->fair = ngx_max(limit->max / ngx_max(claimants, 1), 1);
}


static void
api_db_limit_slot(api_db_zone_slot_t *slot, api_db_limit_sum_t *sum)
{
    ngx_msec_int_t  left;

    if (slot->pid != ngx_pid
        && (slot->count || slot->needs || slot->below || slot->waiting
            || slot->slow)
        && kill(slot->pid, 0) == -1
        && ngx_errno == ESRCH)
    {
        api_db_limit_clear(slot);
    }

    if (slot->cooling) {
        left = (ngx_msec_int_t) (slot->cooled - ngx_current_msec);

        if (left <= 0) {
            slot->cooling = 0;

        } else if (sum->after == 0 || (ngx_msec_t) left < sum->after) {
            sum->after = (ngx_msec_t) left;
        }
    }

    if (slot->promised
        && (ngx_msec_int_t) (slot->until - ngx_current_msec) <= 0)
    {
        slot->promised = 0;
    }

    sum->used += slot->count + slot->cooling;
    sum->coming += slot->promised + slot->cooling;
    sum->needs += slot->needs;
}


/* of a process that is gone: the kernel closes, the server needs a moment */

static void
api_db_limit_clear(api_db_zone_slot_t *slot)
{
    if (slot->count) {
        slot->cooling += slot->count;
        slot->cooled = ngx_current_msec + API_DB_LIMIT_COOLING;
    }

    slot->count = 0;
    slot->promised = 0;
    slot->needs = 0;
    slot->fast = 0;
    slot->below = 0;
    slot->leaving = 0;
    slot->waiting = 0;
    slot->slow = 0;
}
