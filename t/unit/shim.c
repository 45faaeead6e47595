
#include "shim.h"


/* bytes of what several allocations share, without ASan */
#define SHIM_BLOCK  (1024 * 1024)

/* gcc says so by a name of its own, clang when it is asked */

#if defined(__SANITIZE_ADDRESS__)
#define SHIM_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHIM_ASAN
#endif
#endif


static void *pool_add(ngx_pool_t *pool, size_t size);
#if !defined(SHIM_ASAN)
static void *pool_take(ngx_pool_t *pool, size_t size);
#endif


static ngx_uint_t  fail_at;
static ngx_uint_t  allocations;
static ngx_uint_t  has_failed;
static size_t      bytes;


void
shim_fail_at(ngx_uint_t n)
{
    fail_at = n;
    allocations = 0;
    bytes = 0;
    has_failed = 0;
}


ngx_uint_t
shim_failed(void)
{
    return has_failed;
}


ngx_uint_t
shim_allocations(void)
{
    return allocations;
}


size_t
shim_bytes(void)
{
    return bytes;
}


ngx_pool_t *
ngx_create_pool(size_t size, ngx_log_t *log)
{
    ngx_pool_t  *pool;

    (void) size;

    pool = calloc(1, sizeof(ngx_pool_t));
    if (pool != NULL) {
        pool->log = log;
    }

    return pool;
}


void
ngx_destroy_pool(ngx_pool_t *pool)
{
    ngx_pool_t          *block;
    ngx_pool_large_t    *l, *next;
    ngx_pool_cleanup_t  *c;

    for (c = pool->cleanup; c != NULL; c = c->next) {
        if (c->handler != NULL) {
            c->handler(c->data);
        }
    }

    for (l = pool->large; l != NULL; l = next) {
        next = l->next;
        free(l->alloc);
        free(l);
    }

    while (pool->d.next != NULL) {
        block = pool->d.next;
        pool->d.next = block->d.next;
        free(block);
    }

    free(pool);
}


ngx_pool_cleanup_t *
ngx_pool_cleanup_add(ngx_pool_t *pool, size_t size)
{
    ngx_pool_cleanup_t  *c;

    c = pool_add(pool, sizeof(ngx_pool_cleanup_t));
    if (c == NULL) {
        return NULL;
    }

    c->data = NULL;

    if (size != 0) {
        c->data = pool_add(pool, size);
        if (c->data == NULL) {
            return NULL;
        }
    }

    c->handler = NULL;
    c->next = pool->cleanup;
    pool->cleanup = c;

    return c;
}


void *
ngx_palloc(ngx_pool_t *pool, size_t size)
{
    return pool_add(pool, size);
}


void *
ngx_pnalloc(ngx_pool_t *pool, size_t size)
{
    return pool_add(pool, size);
}


void *
ngx_pcalloc(ngx_pool_t *pool, size_t size)
{
    void  *p;

    p = pool_add(pool, size);
    if (p != NULL) {
        memset(p, 0, size);
    }

    return p;
}


/*
 * nginx frees only large blocks and declines the rest; here each is freed, so
 * that a use afterwards is seen.
 */

ngx_int_t
ngx_pfree(ngx_pool_t *pool, void *p)
{
    ngx_pool_large_t  *l, **prev;

    for (prev = &pool->large; *prev != NULL; prev = &l->next) {
        l = *prev;

        if (l->alloc == p) {
            *prev = l->next;
            free(l->alloc);
            free(l);
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


static void *
pool_add(ngx_pool_t *pool, size_t size)
{
    ngx_pool_large_t  *l;

    bytes += size;

    if (++allocations == fail_at) {
        has_failed = 1;
        return NULL;
    }

#if !defined(SHIM_ASAN)
    if (size <= SHIM_BLOCK) {
        return pool_take(pool, size);
    }
#endif

    l = malloc(sizeof(ngx_pool_large_t));
    if (l == NULL) {
        return NULL;
    }

    l->alloc = malloc(size);
    if (l->alloc == NULL) {
        free(l);
        return NULL;
    }

    /* what nobody has written is not zero */
    memset(l->alloc, 0xa5, size);

    l->next = pool->large;
    pool->large = l;

    return l->alloc;
}


#if !defined(SHIM_ASAN)

/* a block begins as a pool does, for the sake of d.next */

static void *
pool_take(ngx_pool_t *pool, size_t size)
{
    u_char      *p;
    ngx_pool_t  *block;

    /* what is nothing has a place, too */
    size = ngx_align(ngx_max(size, 1), NGX_ALIGNMENT);

    if ((size_t) (pool->d.end - pool->d.last) < size) {

        block = malloc(sizeof(ngx_pool_t) + SHIM_BLOCK);
        if (block == NULL) {
            return NULL;
        }

        block->d.next = pool->d.next;
        pool->d.next = block;

        pool->d.last = (u_char *) (block + 1);
        pool->d.end = pool->d.last + SHIM_BLOCK;
    }

    p = pool->d.last;
    pool->d.last += size;

    return p;
}

#endif


ngx_array_t *
ngx_array_create(ngx_pool_t *pool, ngx_uint_t n, size_t size)
{
    ngx_array_t  *a;

    a = ngx_palloc(pool, sizeof(ngx_array_t));
    if (a == NULL) {
        return NULL;
    }

    if (ngx_array_init(a, pool, n, size) != NGX_OK) {
        return NULL;
    }

    return a;
}


void *
ngx_array_push(ngx_array_t *a)
{
    return ngx_array_push_n(a, 1);
}


void *
ngx_array_push_n(ngx_array_t *a, ngx_uint_t n)
{
    void        *elts;
    ngx_uint_t   nalloc;

    if (a->nelts + n > a->nalloc) {
        nalloc = 2 * (n >= a->nalloc ? n : a->nalloc);

        /* always elsewhere: a pointer kept across a push is seen */
        elts = ngx_palloc(a->pool, nalloc * a->size);
        if (elts == NULL) {
            return NULL;
        }

        ngx_memcpy(elts, a->elts, a->nelts * a->size);
        ngx_pfree(a->pool, a->elts);

        a->elts = elts;
        a->nalloc = nalloc;
    }

    elts = (u_char *) a->elts + a->size * a->nelts;
    a->nelts += n;

    return elts;
}


void
ngx_strlow(u_char *dst, u_char *src, size_t n)
{
    while (n--) {
        *dst++ = (u_char) ngx_tolower(*src);
        src++;
    }
}


u_char *
ngx_pstrdup(ngx_pool_t *pool, ngx_str_t *src)
{
    u_char  *p;

    p = ngx_pnalloc(pool, src->len);
    if (p != NULL) {
        ngx_memcpy(p, src->data, src->len);
    }

    return p;
}


ngx_int_t
ngx_strcasecmp(u_char *s1, u_char *s2)
{
    return ngx_strncasecmp(s1, s2, (size_t) -1);
}


ngx_int_t
ngx_strncasecmp(u_char *s1, u_char *s2, size_t n)
{
    ngx_uint_t  c1, c2;

    for ( /* void */ ; n > 0; n--) {
        c1 = (ngx_uint_t) ngx_tolower(*s1);
        c2 = (ngx_uint_t) ngx_tolower(*s2);

        if (c1 != c2) {
            return (ngx_int_t) c1 - (ngx_int_t) c2;
        }

        if (c1 == '\0') {
            return 0;
        }

        s1++;
        s2++;
    }

    return 0;
}
