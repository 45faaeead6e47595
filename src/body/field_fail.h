
/* Where in a body a value is wrong, and why. */


#ifndef API_BODY_FIELD_FAIL_H
#define API_BODY_FIELD_FAIL_H


#include "body/body.h"


/* beyond so many failures the answer names no more */
#define API_BODY_FIELD_FAILURES  API_ERROR_FAILURES


typedef struct api_body_field_at_s  api_body_field_at_t;

/* the way to a value, innermost first */
struct api_body_field_at_s {
    const api_body_field_at_t  *up;      /* NULL: the place is pointer's own */
    const api_json_t           *json;    /* in an object: its key counts */
    ngx_uint_t                  index;
    unsigned                    item:1;
};

typedef struct {
    ngx_pool_t                 *pool;
    ngx_str_t                   pointer; /* of the field; "": the body */
    ngx_array_t                *failures;
    const api_sql_type_t       *form;    /* of the field */
    size_t                      left;    /* bytes by which numbers may become
                                            longer when they are written out */
    unsigned                    outdated:1;  /* as the reader's */
    unsigned                    unsure:1;
} api_body_field_check_t;


/* NGX_OK: it was added to the failures, or they are full; NGX_ERROR: memory */
API_MUST_CHECK ngx_int_t api_body_field_refuse(api_body_field_check_t *c,
    const api_body_field_at_t *at, const char *code, const char *message);

/*
 * The same for a failure that has its code and message, and gets its place:
 * that of at, followed by what its field says already.
 */
API_MUST_CHECK ngx_int_t api_body_field_fail(api_body_field_check_t *c,
    const api_body_field_at_t *at, api_failure_t *failure);


#endif /* API_BODY_FIELD_FAIL_H */
