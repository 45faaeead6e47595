
#include "db/limit.h"
#include "db/db.h"

#include <ngx_event.h>
#include <ngx_channel.h>

#include <signal.h>


/* how long a backend may need to go after its connection was closed */
#define API_DB_LIMIT_COOLING  50


typedef struct {
    ngx_pid_t                   pid;
    ngx_uint_t                  count;
    ngx_uint_t                  cooling;
    ngx_msec_t                  cooled;     /* ngx_current_msec is monotonic
                                               and the same in all workers */
    ngx_uint_t                  wants;
    ngx_atomic_t                waiting;    /* written by its owner only */
} api_db_limit_slot_t;


struct api_db_limit_shared_s {
    ngx_atomic_t                wanted;     /* slots that want, a copy to be
                                               read without the lock */
    ngx_uint_t                  top;        /* slots ever used */
    api_db_limit_slot_t         slots[NGX_MAX_PROCESSES];
};


static ngx_int_t api_db_limit_init_zone(ngx_shm_zone_t *zone, void *data);
static ngx_uint_t api_db_limit_sum(api_db_limit_shared_t *shared);
static void api_db_limit_clear(api_db_limit_slot_t *slot);


ngx_shm_zone_t *
api_db_zone_add(ngx_conf_t *cf, const ngx_str_t *name, void *tag)
{
    size_t           size;
    ngx_str_t        zone_name;
    ngx_shm_zone_t  *zone;

    zone_name.len = sizeof("api_postgres_") - 1 + name->len;
    zone_name.data = ngx_pnalloc(cf->pool, zone_name.len);
    if (zone_name.data == NULL) {
        return NULL;
    }

    (void) ngx_sprintf(zone_name.data, "api_postgres_%V", name);

    size = 8 * ngx_pagesize
           + ngx_align(sizeof(api_db_limit_shared_t), ngx_pagesize);

    zone = ngx_shared_memory_add(cf, &zone_name, size, tag);
    if (zone == NULL) {
        return NULL;
    }

    zone->init = api_db_limit_init_zone;

    return zone;
}


static ngx_int_t
api_db_limit_init_zone(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t        *slab;
    api_db_limit_shared_t  *shared;

    if (data) {
        zone->data = data;
        return NGX_OK;
    }

    slab = (ngx_slab_pool_t *) zone->shm.addr;

    if (zone->shm.exists) {
        zone->data = slab->data;
        return NGX_OK;
    }

    shared = ngx_slab_calloc(slab, sizeof(api_db_limit_shared_t));
    if (shared == NULL) {
        return NGX_ERROR;
    }

    slab->data = shared;
    zone->data = shared;

    return NGX_OK;
}


void
api_db_limit_init(api_db_limit_t *limit, ngx_shm_zone_t *zone, ngx_uint_t max)
{
    api_db_limit_slot_t  *slot;

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

    if (limit->shared->top <= limit->slot) {
        limit->shared->top = limit->slot + 1;
    }

    (void) api_db_limit_sum(limit->shared);

    ngx_shmtx_unlock(&limit->slab->mutex);
}


ngx_int_t
api_db_limit_take(api_db_limit_t *limit)
{
    ngx_int_t  rc;

    if (limit->shared == NULL) {
        return NGX_OK;
    }

    rc = NGX_BUSY;

    ngx_shmtx_lock(&limit->slab->mutex);

    if (api_db_limit_sum(limit->shared) < limit->max) {
        limit->shared->slots[limit->slot].count++;
        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&limit->slab->mutex);

    return rc;
}


void
api_db_limit_give(api_db_limit_t *limit)
{
    api_db_limit_slot_t  *slot;

    if (limit->shared == NULL) {
        return;
    }

    ngx_shmtx_lock(&limit->slab->mutex);

    slot = &limit->shared->slots[limit->slot];

    if (slot->count) {

        if ((ngx_msec_int_t) (slot->cooled - ngx_current_msec) <= 0) {
            slot->cooling = 0;
        }

        slot->count--;
        slot->cooling++;
        slot->cooled = ngx_current_msec + API_DB_LIMIT_COOLING;
    }

    ngx_shmtx_unlock(&limit->slab->mutex);
}


void
api_db_limit_want(api_db_limit_t *limit, ngx_uint_t on)
{
    if (limit->shared == NULL) {
        return;
    }

    ngx_shmtx_lock(&limit->slab->mutex);

    limit->shared->slots[limit->slot].wants = on;

    (void) api_db_limit_sum(limit->shared);

    ngx_shmtx_unlock(&limit->slab->mutex);
}


ngx_uint_t
api_db_limit_wanted(const api_db_limit_t *limit)
{
    if (limit->shared == NULL || limit->shared->wanted == 0) {
        return 0;
    }

    return limit->shared->wanted > limit->shared->slots[limit->slot].wants;
}


void
api_db_limit_waiting(api_db_limit_t *limit, ngx_uint_t n)
{
    if (limit->shared != NULL) {
        limit->shared->slots[limit->slot].waiting = n;
    }
}


/*
 * Read without the lock: a job more or less in another worker at this moment
 * does no harm.
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
api_db_limit_leave(api_db_limit_t *limit)
{
    if (limit->shared == NULL) {
        return;
    }

    ngx_shmtx_lock(&limit->slab->mutex);

    limit->shared->slots[limit->slot].wants = 0;
    limit->shared->slots[limit->slot].waiting = 0;

    (void) api_db_limit_sum(limit->shared);

    ngx_shmtx_unlock(&limit->slab->mutex);

    limit->shared = NULL;
}


/*
 * Counted afresh each time: no sum can drift, whichever instruction a worker
 * is killed at.
 */

static ngx_uint_t
api_db_limit_sum(api_db_limit_shared_t *shared)
{
    ngx_uint_t            i, sum, wanted;
    api_db_limit_slot_t  *slot;

    sum = 0;
    wanted = 0;

    for (i = 0; i < shared->top; i++) {
        slot = &shared->slots[i];

        if (slot->cooling
            && (ngx_msec_int_t) (slot->cooled - ngx_current_msec) <= 0)
        {
            slot->cooling = 0;
        }

        if ((slot->count || slot->wants || slot->waiting)
            && slot->pid != ngx_pid
            && kill(slot->pid, 0) == -1
            && ngx_errno == ESRCH)
        {
            api_db_limit_clear(slot);
        }

        sum += slot->count + slot->cooling;
        wanted += slot->wants;
    }

    shared->wanted = wanted;

    return sum;
}


/* of a process that is gone: the kernel closes, the server needs a moment */

static void
api_db_limit_clear(api_db_limit_slot_t *slot)
{
    if (slot->count) {
        slot->cooling += slot->count;
        slot->cooled = ngx_current_msec + API_DB_LIMIT_COOLING;
    }

    slot->count = 0;
    slot->wants = 0;
    slot->waiting = 0;
}
