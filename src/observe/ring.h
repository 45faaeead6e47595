
/*
 * Texts that wait to be sent: a ring with a bound in bytes and in number,
 * first in, first out.  What does not fit is refused, nothing is moved.
 */


#ifndef API_OBSERVE_RING_H
#define API_OBSERVE_RING_H


#include "core/core.h"


typedef struct {
    u_char             *data;
    size_t              size;
    size_t              head;            /* where the first one begins */
    size_t              used;            /* bytes, commas included */
    uint32_t           *lens;            /* of each, by its number */
    ngx_uint_t          most;
    ngx_uint_t          first;           /* index among lens */
    ngx_uint_t          n;
} api_observe_ring_t;


/* a part of it as it lies in memory: two where it goes round the end */
typedef struct {
    ngx_str_t           parts[2];        /* the second may be empty */
    ngx_uint_t          n;               /* texts in it */
} api_observe_ring_part_t;


/* empty; data[size] and lens[most] are the caller's */
void api_observe_ring_init(api_observe_ring_t *ring, u_char *data, size_t size,
    uint32_t *lens, ngx_uint_t most);

/* a copy of text.  NGX_OK, or NGX_DECLINED: there is no room. */
API_MUST_CHECK ngx_int_t api_observe_ring_add(api_observe_ring_t *ring,
    const u_char *text, size_t len);

/* the first of them, most at most, with a comma between two; they stay */
void api_observe_ring_first(const api_observe_ring_t *ring, ngx_uint_t most,
    api_observe_ring_part_t *part);

/* the first n are gone */
void api_observe_ring_drop(api_observe_ring_t *ring, ngx_uint_t n);


#endif /* API_OBSERVE_RING_H */
