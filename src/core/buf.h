
/*
 * A growing byte buffer with a maximum and a sticky failure.
 *
 * Writers append without looking at each return: once an append does not
 * fit or memory is short, the buffer has failed, further appends do nothing,
 * and api_buf_ok() tells at the end.  What is appended is either whole or not
 * there.  The memory is the pool's; a buffer that grew gives its old block
 * back with ngx_pfree().
 */


#ifndef API_CORE_BUF_H
#define API_CORE_BUF_H


#include "core/core.h"


typedef struct {
    u_char      *start;
    u_char      *last;       /* the next byte goes here */
    u_char      *end;
    size_t       max;        /* bytes in all */
    ngx_pool_t  *pool;
    unsigned     failed:1;   /* out of memory */
    unsigned     full:1;     /* beyond max; failed is set, too */
} api_buf_t;


#define api_buf_len(b)  ((size_t) ((b)->last - (b)->start))
#define api_buf_ok(b)   (!(b)->failed)


/* size: first allocation, 0 for none yet.  NGX_OK or NGX_ERROR (memory). */
API_MUST_CHECK ngx_int_t api_buf_init(api_buf_t *b, ngx_pool_t *pool,
    size_t size, size_t max);

/*
 * Room for n bytes at b->last, or NULL when the buffer has failed.  The
 * caller writes at most n bytes and advances b->last itself.
 */
u_char *api_buf_reserve(api_buf_t *b, size_t n);

void api_buf_add(api_buf_t *b, const void *data, size_t len);
void api_buf_add_str(api_buf_t *b, const ngx_str_t *s);
void api_buf_add_char(api_buf_t *b, u_char ch);
void api_buf_add_uint(api_buf_t *b, uint64_t n);           /* decimal */

#define api_buf_add_literal(b, literal)                                       \
    api_buf_add(b, literal, sizeof(literal) - 1)

/*
 * The content as a string with a NUL behind it (not counted), in the
 * buffer's own memory; the buffer must not be appended to afterwards.
 * NGX_OK, or NGX_ERROR when the buffer has failed.
 */
API_MUST_CHECK ngx_int_t api_buf_string(api_buf_t *b, ngx_str_t *out);


#endif /* API_CORE_BUF_H */
