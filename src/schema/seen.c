
#include "schema/check.h"


/* words of the first room */
#define SEEN_ROOM  256


/*
 * A few bits are in the structure itself.  More are taken from the top of
 * c->room, which is used as a stack.  When it is full, a new one of at least
 * twice the size replaces it; whoever has a part of the old one keeps that.
 */

ngx_int_t
api_schema_seen_open(api_schema_check_t *c, api_schema_seen_t *seen,
    ngx_uint_t count)
{
    ngx_uint_t  size;

    seen->words = (count + 63) / 64;
    seen->room = NULL;
    seen->bits = seen->few;
    seen->all = 0;

    if (count > 64 * 2) {

        if (!api_schema_check_spend(c, 1 + seen->words / 16)) {
            return NGX_ERROR;
        }

        if (c->room_used + seen->words > c->room_size) {
            size = ngx_max(2 * c->room_size, SEEN_ROOM);
            size = ngx_max(size, 2 * seen->words);

            c->room = ngx_palloc(c->pool, size * sizeof(uint64_t));
            if (c->room == NULL) {
                c->broken = 1;
                return NGX_ERROR;
            }

            c->room_size = size;
            c->room_used = 0;
        }

        seen->room = c->room;
        seen->bits = c->room + c->room_used;
        c->room_used += seen->words;
    }

    ngx_memzero(seen->bits, seen->words * sizeof(uint64_t));

    return NGX_OK;
}


void
api_schema_seen_close(api_schema_check_t *c, api_schema_seen_t *seen)
{
    if (seen->room != NULL && seen->room == c->room) {
        c->room_used -= seen->words;
    }
}


void
api_schema_seen_merge(api_schema_seen_t *to, const api_schema_seen_t *from)
{
    ngx_uint_t  i;

    to->all |= from->all;

    for (i = 0; i < from->words; i++) {
        to->bits[i] |= from->bits[i];
    }
}
