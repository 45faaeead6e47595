
#include "http/revoked_zone.h"
#include "auth/random.h"


/* another number whenever the structures mean something else */
#define LAYOUT  ((uint64_t) 1 << 32 | sizeof(api_http_revoked_shared_t))

/* of a slab pool for itself, beyond a 64th of it */
#define SLAB    (16 * ngx_pagesize)


size_t
api_http_revoked_zone_size(ngx_uint_t most)
{
    size_t  size;

    size = 2 * api_auth_revoked_size(most)
           + sizeof(api_http_revoked_shared_t);

    return ngx_align(size + size / 64 + SLAB, ngx_pagesize);
}


ngx_int_t
api_http_revoked_zone_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t            *slab;
    api_http_revoked_place_t   *place;
    api_http_revoked_shared_t  *shared;

    (void) data;

    place = zone->data;
    slab = (ngx_slab_pool_t *) zone->shm.addr;
    shared = slab->data;

    /* a list of another layout stays where it is, for old workers */

    if (shared != NULL && shared->layout == LAYOUT) {
        place->shared = shared;
        return NGX_OK;
    }

    shared = ngx_slab_calloc(slab, sizeof(api_http_revoked_shared_t));
    if (shared == NULL) {
        return NGX_ERROR;
    }

    shared->slab = slab;
    shared->tables[0] = ngx_slab_calloc(slab,
                                        api_auth_revoked_size(place->most));
    shared->tables[1] = ngx_slab_calloc(slab,
                                        api_auth_revoked_size(place->most));

    if (shared->tables[0] == NULL || shared->tables[1] == NULL) {
        return NGX_ERROR;
    }

    shared->layout = LAYOUT;
    slab->data = shared;
    place->shared = shared;

    return NGX_OK;
}


ngx_int_t
api_http_revoked_zone_begin(api_http_revoked_shared_t *shared,
    ngx_msec_t every, ngx_msec_t msec, ngx_msec_t *started)
{
    ngx_int_t   rc;
    ngx_msec_t  now, last, until;

    now = ngx_current_msec;
    rc = NGX_DECLINED;

    ngx_shmtx_lock(&shared->slab->mutex);

    last = (ngx_msec_t) shared->started;
    until = (ngx_msec_t) shared->until;

    if ((until == 0 || (ngx_msec_int_t) (until - now) <= 0)
        && (last == 0
            || (ngx_msec_int_t) (now - last) >= (ngx_msec_int_t) every))
    {
        *started = now;
        shared->started = now;
        shared->until = now + msec;

        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&shared->slab->mutex);

    return rc;
}


api_auth_revoked_t *
api_http_revoked_zone_lock(api_http_revoked_shared_t *shared, ngx_uint_t most,
    ngx_uint_t first, ngx_msec_t msec, ngx_msec_t started)
{
    u_char               key[API_AUTH_REVOKED_KEY];
    api_auth_revoked_t  *table;

    if (first) {
        api_random_bytes(key, API_AUTH_REVOKED_KEY);
    }

    ngx_shmtx_lock(&shared->slab->mutex);

    if ((ngx_msec_t) shared->started != started) {
        ngx_shmtx_unlock(&shared->slab->mutex);
        return NULL;
    }

    table = shared->tables[(shared->published + 1) & 1];

    if (first) {
        api_auth_revoked_begin(table, most, key);
    }

    shared->until = ngx_current_msec + msec;

    return table;
}


void
api_http_revoked_zone_unlock(api_http_revoked_shared_t *shared)
{
    ngx_shmtx_unlock(&shared->slab->mutex);
}


void
api_http_revoked_zone_publish(api_http_revoked_shared_t *shared,
    ngx_msec_t started, ngx_uint_t whole)
{
    if (whole) {
        ngx_memory_barrier();
        shared->published = shared->published + 1;
        ngx_memory_barrier();

        shared->asked = started;
        shared->told = 0;
    }

    shared->until = 0;

    ngx_shmtx_unlock(&shared->slab->mutex);
}


void
api_http_revoked_zone_end(api_http_revoked_shared_t *shared,
    ngx_msec_t started)
{
    ngx_shmtx_lock(&shared->slab->mutex);

    if ((ngx_msec_t) shared->started == started) {
        shared->until = 0;
    }

    ngx_shmtx_unlock(&shared->slab->mutex);
}


ngx_int_t
api_http_revoked_zone_look(const api_http_revoked_shared_t *shared,
    const api_auth_claims_t *claims)
{
    ngx_uint_t         has;
    ngx_atomic_uint_t  number;

    do {
        number = shared->published;

        if (number == 0) {
            return NGX_AGAIN;
        }

        ngx_memory_barrier();

        has = api_auth_revoked_has(shared->tables[number & 1], claims);

        ngx_memory_barrier();

        /* the number has changed: the table may have been overwritten while it
           was read */

    } while (shared->published != number);

    return has ? NGX_DECLINED : NGX_OK;
}
