
/*
 * What workers share of fetched key sets: a zone that outlives reloads.
 *
 * It is written under the slab's mutex, which nginx frees when its holder is
 * killed.  Readers take none: the text is published by one store, and copied
 * and confirmed by who reads it.
 */


#ifndef API_HTTP_KEYSET_ZONE_H
#define API_HTTP_KEYSET_ZONE_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


/* of the zone, for each set: two of its texts while it is replaced */
#define API_HTTP_KEYSET_SIZE  (64 * 1024)


/* a set's text, never changed while it is published */
typedef struct {
    uint64_t                           generation;
    size_t                             len;
    u_char                             data[];
} api_http_keyset_text_t;


typedef struct api_http_keyset_shared_s  api_http_keyset_shared_t;

/* times are ngx_current_msec's, which is monotonic and the same in all
   workers; 0: never */
struct api_http_keyset_shared_s {
    api_http_keyset_shared_t          *next;
    ngx_slab_pool_t                   *slab;
    ngx_uint_t                         cycle;    /* the last configuration
                                                    that has it */
    ngx_uint_t                         begun;    /* the last one that a fetch
                                                    was begun for */
    api_http_keyset_text_t  *volatile  text;     /* NULL: none */
    ngx_atomic_t                       fetched;  /* the last good fetch */
    ngx_atomic_t                       started;
    ngx_atomic_t                       until;    /* one is under way until then
                                                    at most */
    ngx_atomic_t                       max_age;  /* of the last good answer */
    size_t                             len;
    u_char                             key[];
};


/* a set's place in the zone, and the number of its configuration */
typedef struct {
    ngx_str_t                          key;
    api_http_keyset_shared_t          *shared;
    ngx_uint_t                         cycle;
} api_http_keyset_place_t;


/*
 * As a zone's init(): the zone's data are an ngx_array_t of
 * api_http_keyset_place_t, which are filled.
 */
ngx_int_t api_http_keyset_zone_init(ngx_shm_zone_t *zone, void *data);

/*
 * May a fetch be begun?  NGX_OK: it is begun, *started is its name, and it ends
 * by _end() or after msec; NGX_AGAIN: one is under way; NGX_DECLINED: the last
 * start was less than pause ago.
 */
API_MUST_CHECK ngx_int_t api_http_keyset_zone_begin(
    api_http_keyset_shared_t *shared, ngx_uint_t cycle, ngx_msec_t pause,
    ngx_msec_t msec, ngx_msec_t *started);

/* is a fetch under way, as far as anybody knows? */
ngx_uint_t api_http_keyset_zone_busy(const api_http_keyset_shared_t *shared);

/* without a set that could be used */
void api_http_keyset_zone_end(api_http_keyset_shared_t *shared,
    ngx_msec_t started);

/*
 * With one, which is copied unless it is the text that is there; max_age: for
 * how long it is good, or 0.  NGX_OK: it is another text; NGX_DECLINED: it is
 * the same; NGX_ERROR: no room in the zone, the old one stays.
 */
API_MUST_CHECK ngx_int_t api_http_keyset_zone_put(
    api_http_keyset_shared_t *shared, ngx_msec_t started,
    const ngx_str_t *text, ngx_msec_t max_age);

/*
 * A copy of the text in the pool.  NGX_OK; NGX_DECLINED: there is none, or it
 * is being replaced: once more later; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_http_keyset_zone_text(
    const api_http_keyset_shared_t *shared, ngx_pool_t *pool, ngx_str_t *text,
    uint64_t *generation);


#endif /* API_HTTP_KEYSET_ZONE_H */
