
#include "observe/ring.h"


static void put(api_observe_ring_t *ring, const u_char *text, size_t len);


void
api_observe_ring_init(api_observe_ring_t *ring, u_char *data, size_t size,
    uint32_t *lens, ngx_uint_t most)
{
    ngx_memzero(ring, sizeof(api_observe_ring_t));

    ring->data = data;
    ring->size = size;
    ring->lens = lens;
    ring->most = most;
}


ngx_int_t
api_observe_ring_add(api_observe_ring_t *ring, const u_char *text, size_t len)
{
    if (ring->n == ring->most || len == 0 || len >= ring->size - ring->used) {
        return NGX_DECLINED;
    }

    put(ring, text, len);
    put(ring, (const u_char *) ",", 1);

    ring->lens[(ring->first + ring->n) % ring->most] = (uint32_t) (len + 1);
    ring->n++;

    return NGX_OK;
}


static void
put(api_observe_ring_t *ring, const u_char *text, size_t len)
{
    size_t  at, before;

    at = (ring->head + ring->used) % ring->size;
    before = ngx_min(len, ring->size - at);

    ngx_memcpy(ring->data + at, text, before);
    ngx_memcpy(ring->data, text + before, len - before);

    ring->used += len;
}


void
api_observe_ring_first(const api_observe_ring_t *ring, ngx_uint_t most,
    api_observe_ring_part_t *part)
{
    size_t      len;
    ngx_uint_t  i;

    part->n = ngx_min(most, ring->n);
    len = 0;

    for (i = 0; i < part->n; i++) {
        len += ring->lens[(ring->first + i) % ring->most];
    }

    if (len != 0) {
        len--;
    }

    part->parts[0].data = ring->data + ring->head;
    part->parts[0].len = ngx_min(len, ring->size - ring->head);
    part->parts[1].data = ring->data;
    part->parts[1].len = len - part->parts[0].len;
}


void
api_observe_ring_drop(api_observe_ring_t *ring, ngx_uint_t n)
{
    size_t  len;

    for (n = ngx_min(n, ring->n); n > 0; n--) {

        len = ring->lens[ring->first];

        ring->head = (ring->head + len) % ring->size;
        ring->used -= len;
        ring->first = (ring->first + 1) % ring->most;
        ring->n--;
    }
}
