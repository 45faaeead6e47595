
#include "http/metrics_zone.h"

#include <signal.h>


/* another number whenever the structures mean something else */
#define LAYOUT  ((uint64_t) 1 << 32 | sizeof(api_metrics_root_t))

/* configurations that lack a series before it is dropped */
#define UNUSED  2


typedef struct api_metrics_series_s  api_metrics_series_t;

struct api_metrics_series_s {
    api_metrics_series_t  *next;
    api_metrics_cell_t    *cells;
    uint32_t               subject;
    uint32_t               set;
    uint32_t               hash;             /* of the labels */
    ngx_uint_t             n;
    ngx_uint_t             cycle;            /* the last configuration that
                                                has its subject */
    size_t                 len;
    u_char                 labels[];
};


static api_metrics_root_t *root_of(ngx_slab_pool_t *slab);
static void mark(api_metrics_zone_t *zone);
static ngx_uint_t declared(const api_metrics_zone_t *zone, uint32_t subject);
static void drop_unused(api_metrics_zone_t *zone);
static ngx_uint_t oldest(const api_metrics_root_t *root);
static void free_series(ngx_slab_pool_t *slab, api_metrics_series_t *series);
static api_metrics_series_t *find(const api_metrics_root_t *root,
    const api_metrics_key_t *key);
static api_metrics_cell_t *get_cell(api_metrics_zone_t *zone,
    const api_metrics_key_t *key);
static api_metrics_series_t *make(api_metrics_zone_t *zone,
    const api_metrics_key_t *key);
static void tell_full(api_metrics_zone_t *zone);
static ngx_int_t copy_sum(const api_metrics_root_t *root,
    const api_metrics_series_t *series, ngx_pool_t *pool,
    api_metrics_sum_t *sum);
static void sum_cells(const api_metrics_root_t *root,
    const api_metrics_series_t *series, uint32_t most, ngx_uint_t since,
    uint64_t *values);
static ngx_uint_t counts(const api_metrics_root_t *root,
    const api_metrics_cell_t *cell, ngx_uint_t since);


uint32_t
api_metrics_zone_subject(const ngx_str_t *name)
{
    return ngx_crc32_short(name->data, name->len);
}


ngx_int_t
api_metrics_zone_init(ngx_shm_zone_t *zone, void *data)
{
    api_metrics_zone_t  *mz;

    mz = zone->data;

    mz->slab = (ngx_slab_pool_t *) zone->shm.addr;
    mz->slab->log_nomem = 0;

    mz->root = root_of(mz->slab);

    if (mz->root == NULL) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "api_metrics_zone is too small");
        return NGX_ERROR;
    }

    ngx_shmtx_lock(&mz->slab->mutex);

    mz->cycle = ++mz->root->cycle;
    mz->loaded = ngx_time();

    mark(mz);
    drop_unused(mz);

    ngx_shmtx_unlock(&mz->slab->mutex);

    return NGX_OK;
}


/* of another layout: whoever still uses it keeps it */

static api_metrics_root_t *
root_of(ngx_slab_pool_t *slab)
{
    api_metrics_root_t  *root;

    root = slab->data;

    if (root != NULL && root->layout == LAYOUT) {
        return root;
    }

    root = ngx_slab_calloc(slab, sizeof(api_metrics_root_t));

    if (root != NULL) {
        root->layout = LAYOUT;
        slab->data = root;
    }

    return root;
}


static void
mark(api_metrics_zone_t *zone)
{
    ngx_uint_t             i;
    api_metrics_series_t  *series;

    for (i = 0; i < API_METRICS_FAMILIES; i++) {

        for (series = zone->root->series[i]; series; series = series->next) {

            if (declared(zone, series->subject)) {
                series->cycle = zone->cycle;
            }
        }
    }
}


static ngx_uint_t
declared(const api_metrics_zone_t *zone, uint32_t subject)
{
    uint32_t    *subjects;
    ngx_uint_t   i;

    subjects = zone->subjects.elts;

    for (i = 0; i < zone->subjects.nelts; i++) {
        if (subjects[i] == subject) {
            return 1;
        }
    }

    return 0;
}


/* what no process has, by its configuration, and none is to have soon */

static void
drop_unused(api_metrics_zone_t *zone)
{
    ngx_uint_t              i, old;
    api_metrics_root_t     *root;
    api_metrics_series_t   *series, **link;

    root = zone->root;
    old = oldest(root);

    for (i = 0; i < API_METRICS_FAMILIES; i++) {

        link = (api_metrics_series_t **) &root->series[i];

        while (*link != NULL) {
            series = *link;

            if (series->cycle + UNUSED >= zone->cycle || series->cycle >= old) {
                link = &series->next;
                continue;
            }

            *link = series->next;
            free_series(zone->slab, series);
        }
    }
}


/* the oldest configuration that somebody serves */

static ngx_uint_t
oldest(const api_metrics_root_t *root)
{
    ngx_uint_t  i, cycle;

    cycle = root->cycle;

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {
        if (root->owners[i].cycle < cycle
            && api_metrics_zone_lives(&root->owners[i]))
        {
            cycle = root->owners[i].cycle;
        }
    }

    return cycle;
}


static void
free_series(ngx_slab_pool_t *slab, api_metrics_series_t *series)
{
    api_metrics_cell_t  *cell, *next;

    for (cell = series->cells; cell != NULL; cell = next) {
        next = cell->next;
        ngx_slab_free_locked(slab, cell);
    }

    ngx_slab_free_locked(slab, series);
}


void
api_metrics_zone_begin(api_metrics_zone_t *zone)
{
    api_metrics_owner_t  *owner;

    owner = api_metrics_zone_owner(zone);

    ngx_shmtx_lock(&zone->slab->mutex);

    owner->pid = ngx_pid;
    owner->start = ++zone->root->starts;
    owner->cycle = zone->cycle;
    owner->active = 0;
    owner->resident = 0;

    ngx_shmtx_unlock(&zone->slab->mutex);
}


void
api_metrics_zone_end(api_metrics_zone_t *zone)
{
    api_metrics_zone_owner(zone)->pid = 0;
}


api_metrics_owner_t *
api_metrics_zone_owner(api_metrics_zone_t *zone)
{
    return &zone->root->owners[ngx_process_slot];
}


ngx_uint_t
api_metrics_zone_lives(const api_metrics_owner_t *owner)
{
    ngx_pid_t  pid;

    pid = owner->pid;

    return pid != 0 && (kill(pid, 0) == 0 || ngx_errno != ESRCH);
}


api_metrics_cell_t *
api_metrics_zone_cell(api_metrics_zone_t *zone, const api_metrics_key_t *key)
{
    api_metrics_cell_t  *cell;

    ngx_shmtx_lock(&zone->slab->mutex);

    cell = get_cell(zone, key);

    if (cell == NULL) {
        zone->root->dropped++;
        tell_full(zone);
    }

    ngx_shmtx_unlock(&zone->slab->mutex);

    return cell;
}


/* that of whoever had our slot before goes on */

static api_metrics_cell_t *
get_cell(api_metrics_zone_t *zone, const api_metrics_key_t *key)
{
    api_metrics_cell_t    *cell;
    api_metrics_series_t  *series;

    series = find(zone->root, key);

    if (series == NULL) {
        series = make(zone, key);

        if (series == NULL) {
            return NULL;
        }
    }

    for (cell = series->cells; cell != NULL; cell = cell->next) {
        if (cell->slot == (ngx_uint_t) ngx_process_slot) {
            return cell;
        }
    }

    cell = ngx_slab_calloc_locked(zone->slab, sizeof(api_metrics_cell_t)
                                              + key->n * sizeof(uint64_t));
    if (cell == NULL) {
        return NULL;
    }

    cell->slot = (ngx_uint_t) ngx_process_slot;
    cell->next = series->cells;
    series->cells = cell;

    return cell;
}


static api_metrics_series_t *
find(const api_metrics_root_t *root, const api_metrics_key_t *key)
{
    uint32_t               hash;
    api_metrics_series_t  *series;

    hash = ngx_crc32_short(key->labels.data, key->labels.len);

    for (series = root->series[key->family]; series; series = series->next) {

        if (series->hash == hash
            && series->set == key->set
            && series->n == key->n
            && series->len == key->labels.len
            && ngx_memcmp(series->labels, key->labels.data, series->len) == 0)
        {
            return series;
        }
    }

    return NULL;
}


static api_metrics_series_t *
make(api_metrics_zone_t *zone, const api_metrics_key_t *key)
{
    api_metrics_series_t  *series;

    series = ngx_slab_calloc_locked(zone->slab, sizeof(api_metrics_series_t)
                                                + key->labels.len);
    if (series == NULL) {
        return NULL;
    }

    series->subject = key->subject;
    series->set = key->set;
    series->hash = ngx_crc32_short(key->labels.data, key->labels.len);
    series->n = key->n;
    series->cycle = zone->cycle;
    series->len = key->labels.len;
    ngx_memcpy(series->labels, key->labels.data, key->labels.len);

    series->next = zone->root->series[key->family];
    zone->root->series[key->family] = series;

    return series;
}


/* once: more of them will follow */

static void
tell_full(api_metrics_zone_t *zone)
{
    if (zone->root->full) {
        return;
    }

    zone->root->full = 1;

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "api_metrics_zone has no room for more series: what they "
                  "would count is lost, api_series_dropped_total says how many "
                  "they are; make it larger than %uz bytes",
                  zone->zone->shm.size);
}


ngx_int_t
api_metrics_zone_read(api_metrics_zone_t *zone, const api_metrics_key_t *key,
    ngx_pool_t *pool, ngx_array_t *sums)
{
    ngx_int_t              rc;
    api_metrics_sum_t     *sum;
    api_metrics_series_t  *series;

    rc = NGX_OK;

    ngx_shmtx_lock(&zone->slab->mutex);

    series = zone->root->series[key->family];

    for ( /* void */ ; series != NULL && rc == NGX_OK; series = series->next) {

        if (series->set != key->set || series->n != key->n) {
            continue;
        }

        sum = ngx_array_push(sums);

        rc = (sum != NULL) ? copy_sum(zone->root, series, pool, sum)
                           : NGX_ERROR;
    }

    ngx_shmtx_unlock(&zone->slab->mutex);

    return rc;
}


static ngx_int_t
copy_sum(const api_metrics_root_t *root, const api_metrics_series_t *series,
    ngx_pool_t *pool, api_metrics_sum_t *sum)
{
    sum->labels.len = series->len;
    sum->labels.data = ngx_pnalloc(pool, series->len);
    sum->values = ngx_palloc(pool, series->n * sizeof(uint64_t));

    if (sum->labels.data == NULL || sum->values == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(sum->labels.data, series->labels, series->len);
    sum_cells(root, series, 0, 0, sum->values);

    return NGX_OK;
}


void
api_metrics_zone_sum(api_metrics_zone_t *zone, const api_metrics_key_t *key,
    ngx_uint_t since, uint64_t *values)
{
    api_metrics_series_t  *series;

    ngx_memzero(values, key->n * sizeof(uint64_t));

    ngx_shmtx_lock(&zone->slab->mutex);

    series = find(zone->root, key);

    if (series != NULL) {
        sum_cells(zone->root, series, key->most, since, values);
    }

    ngx_shmtx_unlock(&zone->slab->mutex);
}


static void
sum_cells(const api_metrics_root_t *root, const api_metrics_series_t *series,
    uint32_t most, ngx_uint_t since, uint64_t *values)
{
    ngx_uint_t                 i;
    const volatile uint64_t   *value;
    const api_metrics_cell_t  *cell;

    ngx_memzero(values, series->n * sizeof(uint64_t));

    for (cell = series->cells; cell != NULL; cell = cell->next) {

        if (since != 0 && !counts(root, cell, since)) {
            continue;
        }

        value = cell->values;

        for (i = 0; i < series->n; i++) {

            if (i < 32 && (most & (1u << i)) != 0) {
                values[i] = ngx_max(values[i], value[i]);

            } else {
                values[i] += value[i];
            }
        }
    }
}


/* has its own process, and no earlier one of the slot, written its gauges? */

static ngx_uint_t
counts(const api_metrics_root_t *root, const api_metrics_cell_t *cell,
    ngx_uint_t since)
{
    const api_metrics_owner_t  *owner;

    owner = &root->owners[cell->slot];

    return cell->start == owner->start
           && owner->cycle >= since
           && api_metrics_zone_lives(owner);
}
