
#include "db/zone.h"
#include "db/db.h"


/* another number whenever the structures below mean something else */
#define API_DB_ZONE_LAYOUT                                                   \
    ((uint64_t) 5 << 32 | sizeof(api_db_zone_shared_t))


static ngx_int_t api_db_zone_init(ngx_shm_zone_t *zone, void *data);


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
           + ngx_align(sizeof(api_db_zone_shared_t), ngx_pagesize);

    zone = ngx_shared_memory_add(cf, &zone_name, size, tag);
    if (zone == NULL) {
        return NULL;
    }

    zone->init = api_db_zone_init;

    return zone;
}


static ngx_int_t
api_db_zone_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t        *slab;
    api_db_zone_shared_t  *shared;

    slab = (ngx_slab_pool_t *) zone->shm.addr;

    shared = zone->shm.exists ? slab->data : data;

    if (shared && shared->layout == API_DB_ZONE_LAYOUT) {
        zone->data = shared;
        return NGX_OK;
    }

    /* of another layout: whoever still uses it keeps it */

    shared = ngx_slab_calloc(slab, sizeof(api_db_zone_shared_t));
    if (shared == NULL) {
        return NGX_ERROR;
    }

    shared->layout = API_DB_ZONE_LAYOUT;

    slab->data = shared;
    zone->data = shared;

    return NGX_OK;
}
