
/*
 * A list of revoked tokens as workers share it: two tables, of which one is
 * published and the other is written for the next list.
 *
 * Who writes holds the slab's mutex for each slice of it, which nginx frees
 * when its holder is killed; between two of them nobody else begins one, until
 * it is taken for lost.  Readers take none: a table does not change while its
 * number is the published one, and a reader asks for that number once more when
 * he has looked.
 */


#ifndef API_HTTP_REVOKED_ZONE_H
#define API_HTTP_REVOKED_ZONE_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "auth/revoked.h"
#include "core/core.h"


/* times are ngx_current_msec's, which is monotonic and the same in all
   workers; 0: never */
typedef struct {
    uint64_t                    layout;
    ngx_slab_pool_t            *slab;
    ngx_atomic_t                published;   /* the list's number, from 1; 0:
                                                there never was one */
    ngx_atomic_t                asked;       /* when the list was asked for that
                                                is published, */
    ngx_atomic_t                started;     /* when the last one was, */
    ngx_atomic_t                until;       /* and until when that is waited
                                                for; 0: it has ended */
    ngx_atomic_t                told;        /* that it is old, in the log */
    api_auth_revoked_t         *tables[2];   /* by the number's lowest bit */
} api_http_revoked_shared_t;


/* bytes of a zone for so many rows */
size_t api_http_revoked_zone_size(ngx_uint_t most);

/* as a zone's init(): the zone's data is an api_http_revoked_place_t */
typedef struct {
    ngx_uint_t                  most;
    api_http_revoked_shared_t  *shared;      /* set */
} api_http_revoked_place_t;

ngx_int_t api_http_revoked_zone_init(ngx_shm_zone_t *zone, void *data);

/*
 * Is it time for a list, and nobody else at it?  NGX_OK: *started is the name
 * of it, until _end() or for msec; NGX_DECLINED: no.
 */
API_MUST_CHECK ngx_int_t api_http_revoked_zone_begin(
    api_http_revoked_shared_t *shared, ngx_msec_t every, ngx_msec_t msec,
    ngx_msec_t *started);

/*
 * The table to write a slice of the list into, which is waited for msec longer,
 * the mutex held; first: it is a new one, to be emptied.  NULL: another one has
 * been begun meanwhile, and nothing is held.  Then _unlock(), or at the end
 * _publish().
 */
api_auth_revoked_t *api_http_revoked_zone_lock(
    api_http_revoked_shared_t *shared, ngx_uint_t most, ngx_uint_t first,
    ngx_msec_t msec, ngx_msec_t started);
void api_http_revoked_zone_unlock(api_http_revoked_shared_t *shared);

/* whole: it is the list now; else as if nothing had been written */
void api_http_revoked_zone_publish(api_http_revoked_shared_t *shared,
    ngx_msec_t started, ngx_uint_t whole);

/* without a list */
void api_http_revoked_zone_end(api_http_revoked_shared_t *shared,
    ngx_msec_t started);

/* NGX_OK: it is none of them; NGX_DECLINED: it is one; NGX_AGAIN: there is no
   list yet */
API_MUST_CHECK ngx_int_t api_http_revoked_zone_look(
    const api_http_revoked_shared_t *shared, const api_auth_claims_t *claims);


#endif /* API_HTTP_REVOKED_ZONE_H */
