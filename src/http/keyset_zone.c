
#include "http/keyset_zone.h"


/* another number whenever the structures mean something else */
#define API_HTTP_KEYSET_LAYOUT                                               \
    ((uint64_t) 1 << 32 | sizeof(api_http_keyset_shared_t))

/* more cannot have been put, whatever a reader sees */
#define API_HTTP_KEYSET_TEXT  (16 * 1024 * 1024)

/* configurations that lack a set before its text is dropped */
#define UNUSED  8


typedef struct {
    uint64_t                    layout;
    uint64_t                    generation;  /* the last that was given */
    ngx_uint_t                  cycle;       /* of the last configuration */
    api_http_keyset_shared_t   *first;
} api_http_keyset_root_t;


static api_http_keyset_root_t *root_of(ngx_slab_pool_t *slab);
static api_http_keyset_shared_t *find(ngx_slab_pool_t *slab,
    api_http_keyset_root_t *root, const ngx_str_t *key);
static void drop_unused(ngx_slab_pool_t *slab, api_http_keyset_root_t *root);
static ngx_int_t replace(api_http_keyset_shared_t *shared,
    const ngx_str_t *text);
static ngx_uint_t is_cooling(const api_http_keyset_shared_t *shared,
    ngx_msec_t pause);


ngx_int_t
api_http_keyset_zone_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_uint_t                i;
    ngx_array_t              *places;
    ngx_slab_pool_t          *slab;
    api_http_keyset_root_t   *root;
    api_http_keyset_place_t  *place;

    slab = (ngx_slab_pool_t *) zone->shm.addr;
    slab->log_nomem = 0;

    root = root_of(slab);
    if (root == NULL) {
        return NGX_ERROR;
    }

    places = zone->data;
    place = places->elts;

    ngx_shmtx_lock(&slab->mutex);

    root->cycle++;

    for (i = 0; i < places->nelts; i++) {

        place[i].cycle = root->cycle;
        place[i].shared = find(slab, root, &place[i].key);

        if (place[i].shared == NULL) {
            ngx_shmtx_unlock(&slab->mutex);

            ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                          "api_jwt_zone \"%V\" is too small", &zone->shm.name);
            return NGX_ERROR;
        }

        place[i].shared->cycle = root->cycle;
    }

    drop_unused(slab, root);

    ngx_shmtx_unlock(&slab->mutex);

    return NGX_OK;
}


/* a root of another layout stays for the workers that still use it */

static api_http_keyset_root_t *
root_of(ngx_slab_pool_t *slab)
{
    api_http_keyset_root_t  *root;

    root = slab->data;

    if (root != NULL && root->layout == API_HTTP_KEYSET_LAYOUT) {
        return root;
    }

    root = ngx_slab_calloc(slab, sizeof(api_http_keyset_root_t));

    if (root != NULL) {
        root->layout = API_HTTP_KEYSET_LAYOUT;
        slab->data = root;
    }

    return root;
}


static api_http_keyset_shared_t *
find(ngx_slab_pool_t *slab, api_http_keyset_root_t *root, const ngx_str_t *key)
{
    api_http_keyset_shared_t  *shared;

    for (shared = root->first; shared != NULL; shared = shared->next) {

        if (shared->len == key->len
            && ngx_memcmp(shared->key, key->data, key->len) == 0)
        {
            return shared;
        }
    }

    shared = ngx_slab_calloc_locked(slab, sizeof(api_http_keyset_shared_t)
                                          + key->len);
    if (shared == NULL) {
        return NULL;
    }

    shared->slab = slab;
    shared->len = key->len;
    ngx_memcpy(shared->key, key->data, key->len);

    shared->next = root->first;
    root->first = shared;

    return shared;
}


/*
 * What no configuration has had for a while (some of them may have been given
 * up at their last step): the text only, since old workers may still look at
 * the rest.
 */

static void
drop_unused(ngx_slab_pool_t *slab, api_http_keyset_root_t *root)
{
    api_http_keyset_text_t    *text;
    api_http_keyset_shared_t  *shared;

    for (shared = root->first; shared != NULL; shared = shared->next) {

        text = shared->text;

        if (text == NULL || shared->cycle + UNUSED >= root->cycle) {
            continue;
        }

        shared->text = NULL;
        ngx_memory_barrier();

        ngx_slab_free_locked(slab, text);
    }
}


ngx_int_t
api_http_keyset_zone_begin(api_http_keyset_shared_t *shared, ngx_uint_t cycle,
    ngx_msec_t pause, ngx_msec_t msec, ngx_msec_t *started)
{
    ngx_int_t   rc;
    ngx_msec_t  now;

    /* most callers leave here, without the mutex */

    if (!api_http_keyset_zone_busy(shared) && is_cooling(shared, pause)) {
        return NGX_DECLINED;
    }

    now = ngx_current_msec;

    ngx_shmtx_lock(&shared->slab->mutex);

    if (api_http_keyset_zone_busy(shared)) {
        rc = NGX_AGAIN;

    } else if (is_cooling(shared, pause)) {
        rc = NGX_DECLINED;

    } else {
        *started = now;

        shared->begun = cycle;
        shared->started = now;
        shared->until = now + msec;

        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&shared->slab->mutex);

    return rc;
}


ngx_uint_t
api_http_keyset_zone_busy(const api_http_keyset_shared_t *shared)
{
    ngx_msec_t  until;

    until = (ngx_msec_t) shared->until;

    return until != 0 && (ngx_msec_int_t) (until - ngx_current_msec) > 0;
}


/* less than pause ago, by another worker's clock perhaps: it may be ahead of
   ours */

static ngx_uint_t
is_cooling(const api_http_keyset_shared_t *shared, ngx_msec_t pause)
{
    ngx_msec_t  started;

    started = (ngx_msec_t) shared->started;

    return started != 0
           && (ngx_msec_int_t) (ngx_current_msec - started)
              < (ngx_msec_int_t) pause;
}


void
api_http_keyset_zone_end(api_http_keyset_shared_t *shared, ngx_msec_t started)
{
    ngx_shmtx_lock(&shared->slab->mutex);

    if ((ngx_msec_t) shared->started == started) {
        shared->until = 0;
    }

    ngx_shmtx_unlock(&shared->slab->mutex);
}


ngx_int_t
api_http_keyset_zone_put(api_http_keyset_shared_t *shared, ngx_msec_t started,
    const ngx_str_t *text, ngx_msec_t max_age)
{
    ngx_int_t                rc;
    api_http_keyset_text_t  *old;

    ngx_shmtx_lock(&shared->slab->mutex);

    old = shared->text;

    if (old != NULL && old->len == text->len
        && ngx_memcmp(old->data, text->data, text->len) == 0)
    {
        rc = NGX_DECLINED;

    } else {
        rc = replace(shared, text);
    }

    if (rc != NGX_ERROR) {
        shared->fetched = ngx_current_msec;
        shared->max_age = max_age;
    }

    if ((ngx_msec_t) shared->started == started) {
        ngx_memory_barrier();
        shared->until = 0;
    }

    ngx_shmtx_unlock(&shared->slab->mutex);

    return rc;
}


static ngx_int_t
replace(api_http_keyset_shared_t *shared, const ngx_str_t *text)
{
    ngx_slab_pool_t         *slab;
    api_http_keyset_root_t  *root;
    api_http_keyset_text_t  *old, *new;

    slab = shared->slab;
    root = slab->data;
    old = shared->text;

    new = ngx_slab_alloc_locked(slab, sizeof(api_http_keyset_text_t)
                                      + text->len);
    if (new == NULL) {
        return NGX_ERROR;
    }

    new->generation = ++root->generation;
    new->len = text->len;
    ngx_memcpy(new->data, text->data, text->len);

    ngx_memory_barrier();
    shared->text = new;
    ngx_memory_barrier();

    if (old != NULL) {
        ngx_slab_free_locked(slab, old);
    }

    return NGX_OK;
}


ngx_int_t
api_http_keyset_zone_text(const api_http_keyset_shared_t *shared,
    ngx_pool_t *pool, ngx_str_t *text, uint64_t *generation)
{
    size_t                                 len;
    uint64_t                               number;
    const volatile api_http_keyset_text_t *there;

    there = shared->text;

    if (there == NULL) {
        return NGX_DECLINED;
    }

    number = there->generation;
    len = there->len;

    /* freed meanwhile, it may read as anything; but it is still in the zone
       only if it has not changed */

    if (len > API_HTTP_KEYSET_TEXT || shared->text != there
        || there->generation != number)
    {
        return NGX_DECLINED;
    }

    text->len = len;
    text->data = ngx_pnalloc(pool, len + 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text->data, (const u_char *) (uintptr_t) there->data, len);
    text->data[len] = '\0';

    ngx_memory_barrier();

    if (shared->text != there || there->generation != number) {
        return NGX_DECLINED;
    }

    *generation = number;

    return NGX_OK;
}
