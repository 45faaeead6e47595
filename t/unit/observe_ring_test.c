
#include "observe/ring.h"
#include "test.h"


/* what the first n are, as one text */

static const char *
first(ngx_pool_t *pool, const api_observe_ring_t *ring, ngx_uint_t n)
{
    u_char                   *text;
    api_observe_ring_part_t   part;

    api_observe_ring_first(ring, n, &part);
    check_int(part.n, ngx_min(n, ring->n));

    text = ngx_pnalloc(pool, part.parts[0].len + part.parts[1].len + 1);

    *ngx_cpymem(ngx_cpymem(text, part.parts[0].data, part.parts[0].len),
                part.parts[1].data, part.parts[1].len)
        = '\0';

    return (const char *) text;
}


static ngx_int_t
add(api_observe_ring_t *ring, const char *text)
{
    return api_observe_ring_add(ring, (const u_char *) text, ngx_strlen(text));
}


static void
texts_come_in_their_order(ngx_pool_t *pool)
{
    u_char              data[64];
    uint32_t            lens[8];
    api_observe_ring_t  ring;

    api_observe_ring_init(&ring, data, sizeof(data), lens, 8);

    check_cstr(first(pool, &ring, 3), "");

    check_int(add(&ring, "one"), NGX_OK);
    check_int(add(&ring, "two"), NGX_OK);
    check_int(add(&ring, "three"), NGX_OK);

    check_cstr(first(pool, &ring, 1), "one");
    check_cstr(first(pool, &ring, 2), "one,two");
    check_cstr(first(pool, &ring, 9), "one,two,three");

    api_observe_ring_drop(&ring, 2);
    check_cstr(first(pool, &ring, 9), "three");

    api_observe_ring_drop(&ring, 9);
    check_cstr(first(pool, &ring, 9), "");
    check_int(ring.used, 0);
}


static void
what_does_not_fit_is_refused(ngx_pool_t *pool)
{
    u_char              data[10];
    uint32_t            lens[3];
    api_observe_ring_t  ring;

    api_observe_ring_init(&ring, data, sizeof(data), lens, 3);

    check_int(add(&ring, "0123456789"), NGX_DECLINED);
    check_int(add(&ring, ""), NGX_DECLINED);
    check_int(add(&ring, "012345678"), NGX_OK);
    check_int(add(&ring, "x"), NGX_DECLINED);
    check_cstr(first(pool, &ring, 1), "012345678");

    api_observe_ring_drop(&ring, 1);

    check_int(add(&ring, "a"), NGX_OK);
    check_int(add(&ring, "b"), NGX_OK);
    check_int(add(&ring, "c"), NGX_OK);
    check_int(add(&ring, "d"), NGX_DECLINED);
    check_cstr(first(pool, &ring, 3), "a,b,c");
}


/* against a plain list, round and round */

static void
it_is_a_queue_whatever_comes(ngx_pool_t *pool)
{
    u_char              data[61], text[40], all[512], *p;
    uint32_t            lens[7], seed;
    ngx_uint_t          i, k, n, head;
    api_observe_ring_t  ring;
    static struct {
        u_char  text[40];
        size_t  len;
    } list[4000];

    api_observe_ring_init(&ring, data, sizeof(data), lens, 7);

    n = 0;
    head = 0;
    seed = 1;

    for (i = 0; i < 4000; i++) {
        seed = seed * 1103515245 + 12345;

        if (seed >> 16 & 1) {
            list[n].len = 1 + (seed >> 18) % 20;
            ngx_memset(text, (int) ('a' + i % 26), list[n].len);
            ngx_memcpy(list[n].text, text, list[n].len);

            if (api_observe_ring_add(&ring, text, list[n].len) == NGX_OK) {
                n++;
            }

        } else if (head < n) {
            api_observe_ring_drop(&ring, 1);
            head++;
        }

        check_int(ring.n, n - head);

        for (p = all, k = head; k < n; k++) {
            p = ngx_cpymem(p, list[k].text, list[k].len);
            *p++ = ',';
        }

        p[p > all ? -1 : 0] = '\0';
        check_cstr(first(pool, &ring, 99), (char *) all);
    }

    check_int(n > 500, 1);
}


static const test_case_t  cases[] = {
    { "texts come in their order", texts_come_in_their_order },
    { "what does not fit is refused", what_does_not_fit_is_refused },
    { "it is a queue whatever comes", it_is_a_queue_whatever_comes },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
