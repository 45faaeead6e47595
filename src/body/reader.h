
/*
 * The text of a body to the values that statements name: read, checked against
 * its schema, bound.  It knows no request, so that a thread may do it.
 */


#ifndef API_BODY_READER_H
#define API_BODY_READER_H


#include "body/body.h"


typedef struct {
    const api_body_t           *rules;
    ngx_str_t                   text;        /* a NUL behind; then what $body is
                                                bound as, where a statement
                                                names it */
    const api_sql_type_t      **forms;       /* of http/learned, or NULL */
    unsigned                    form:1;      /* it is a form, not JSON */
    unsigned                    quickly:1;   /* NGX_BUSY rather than long */
    unsigned                    outdated:1;  /* as the request's; and then */
    unsigned                    unsure:1;

    api_value_t                *fields;      /* one a rules->fields */
    api_error_t                 error;
} api_body_reader_t;


/*
 * NGX_OK: fields and text; NGX_DECLINED: error, a 400 or 422, and fields as far
 * as they are right, or NULL; NGX_BUSY: it takes more than a few milliseconds,
 * and nothing is known (if quickly); all in the pool.  NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_body_reader_read(api_body_reader_t *reader,
    ngx_pool_t *pool);

/*
 * The same by way of memory that is given back at once, a body's tree being ten
 * times as large as what comes of it: the pool has that only.
 */
API_MUST_CHECK ngx_int_t api_body_reader_distil(api_body_reader_t *reader,
    ngx_pool_t *pool);

/* a copy in the pool instead, with a NUL behind.  NGX_OK, NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_body_reader_copy(ngx_pool_t *pool, ngx_str_t *s);


#endif /* API_BODY_READER_H */
