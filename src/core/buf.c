
#include "core/buf.h"


/* the first block of a buffer made with size 0 */
#define BUF_FIRST  256


static u_char *block_alloc(api_buf_t *b, size_t size);
static ngx_int_t grow(api_buf_t *b, size_t n);


ngx_int_t
api_buf_init(api_buf_t *b, ngx_pool_t *pool, size_t size, size_t max)
{
    ngx_memzero(b, sizeof(api_buf_t));

    b->pool = pool;
    b->max = ngx_min(max, (size_t) -2);      /* a NUL more must not overflow */

    size = ngx_min(size, b->max);

    if (size == 0) {
        return NGX_OK;
    }

    b->start = block_alloc(b, size);
    if (b->start == NULL) {
        return NGX_ERROR;
    }

    b->last = b->start;
    b->end = b->start + size;

    return NGX_OK;
}


u_char *
api_buf_reserve(api_buf_t *b, size_t n)
{
    if (b->failed) {
        return NULL;
    }

    /* without a block yet even no bytes need a place: NULL means failure */
    if (b->start != NULL && n <= (size_t) (b->end - b->last)) {
        return b->last;
    }

    if (grow(b, n) != NGX_OK) {
        return NULL;
    }

    return b->last;
}


void
api_buf_add(api_buf_t *b, const void *data, size_t len)
{
    u_char  *p;

    p = api_buf_reserve(b, len);
    if (p == NULL) {
        return;
    }

    if (len != 0) {
        b->last = ngx_cpymem(p, data, len);
    }
}


void
api_buf_add_str(api_buf_t *b, const ngx_str_t *s)
{
    api_buf_add(b, s->data, s->len);
}


void
api_buf_add_char(api_buf_t *b, u_char ch)
{
    u_char  *p;

    p = api_buf_reserve(b, 1);
    if (p == NULL) {
        return;
    }

    *p = ch;
    b->last = p + 1;
}


void
api_buf_add_uint(api_buf_t *b, uint64_t n)
{
    u_char  *p, digits[NGX_INT64_LEN];

    p = digits + sizeof(digits);

    do {
        *--p = (u_char) ('0' + n % 10);
        n /= 10;
    } while (n != 0);

    api_buf_add(b, p, (size_t) (digits + sizeof(digits) - p));
}


ngx_int_t
api_buf_string(api_buf_t *b, ngx_str_t *out)
{
    /* nothing was ever added: there is no block yet */
    if (api_buf_reserve(b, 0) == NULL) {
        return NGX_ERROR;
    }

    *b->last = '\0';

    out->data = b->start;
    out->len = api_buf_len(b);

    return NGX_OK;
}


static u_char *
block_alloc(api_buf_t *b, size_t size)
{
    u_char  *block;

    /* one more, behind end: the NUL of api_buf_string() */

    block = ngx_pnalloc(b->pool, size + 1);
    if (block == NULL) {
        b->failed = 1;
    }

    return block;
}


/* a new block with room for n bytes more, at least double the old one */

static ngx_int_t
grow(api_buf_t *b, size_t n)
{
    u_char  *block;
    size_t   len, size;

    len = api_buf_len(b);

    if (n > b->max - len) {
        b->failed = 1;
        b->full = 1;
        return NGX_ERROR;
    }

    size = (size_t) (b->end - b->start);
    size = (size <= b->max / 2) ? size * 2 : b->max;

    size = ngx_min(ngx_max(size, BUF_FIRST), b->max);
    size = ngx_max(size, len + n);

    block = block_alloc(b, size);
    if (block == NULL) {
        return NGX_ERROR;
    }

    if (b->start != NULL) {
        ngx_memcpy(block, b->start, len);
        ngx_pfree(b->pool, b->start);
    }

    b->start = block;
    b->last = block + len;
    b->end = block + size;

    return NGX_OK;
}
