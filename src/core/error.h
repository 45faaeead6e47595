
/*
 * The one error type.  An api_error_t is the client's: a value that becomes
 * problem+json (RFC 9457); it is not logged above info.  Our own failures
 * are NGX_ERROR, logged once where they happen and answered 500 or 503.
 */


#ifndef API_CORE_ERROR_H
#define API_CORE_ERROR_H


#include "core/buf.h"
#include "core/core.h"


typedef enum {
#define API_ERROR(name, status, code, header, asked, refusal)  API_ERROR_##name,
#include "core/error_list.h"
#undef API_ERROR
    API_ERROR_MAX
} api_error_code_e;


/* one failing input */
typedef struct {
    ngx_str_t         in;         /* "body", "path", "query", "header",
                                     "cookie" */
    ngx_str_t         field;      /* JSON Pointer (RFC 6901) in the body,
                                     else the parameter's name */
    ngx_str_t         code;       /* a word: "required", "type", "min"… */
    ngx_str_t         keyword;    /* as JSON Schema spells it, "minLength";
                                     empty where no schema was asked */
    ngx_str_t         message;    /* a sentence for people; never the value */
    ngx_str_t         limit;      /* the number it names, of a "max" and the
                                     like, for sentences in other languages; or
                                     empty */
} api_failure_t;


/* all zero is "no error" */
typedef struct {
    api_error_code_e  code;
    ngx_uint_t        status;       /* 0: that of the list */
    ngx_str_t         detail;       /* a sentence, may be empty */
    ngx_array_t      *failures;     /* of api_failure_t, or NULL */
    ngx_uint_t        retry_after;  /* seconds; 0: none */
    ngx_str_t         header;       /* the value of its code's header, where
                                       what has failed knows it; or empty */
} api_error_t;


/* an error with a constant detail (NULL for none) */
void api_error_set(api_error_t *e, api_error_code_e code, const char *detail);

ngx_uint_t api_error_status(const api_error_t *e);

/*
 * The code for a status that SQL or the configuration asks for, and a
 * Retry-After with a 503; failures, header and detail stay.  A status without a
 * code of its own: API_ERROR_RAISED, from 500 on API_ERROR_STATEMENT.
 */
void api_error_ask(api_error_t *e, ngx_uint_t status);

/* the error of a status with which nginx itself has refused */
void api_error_refuse(api_error_t *e, ngx_uint_t status);

/* and its code alone */
api_error_code_e api_error_refused(ngx_uint_t status);

/* the short stable name, as "no_row"; static memory */
const char *api_error_name(api_error_code_e code);

/* RFC 9110's (and RFC 6585's) reason phrase of any status, where there is none
   the name of its class; static memory */
const char *api_error_title(ngx_uint_t status);

/* failing values that one answer names */
#define API_ERROR_FAILURES  100

/*
 * Append a failure to *list, making the list on first use; beyond max
 * failures nothing is kept.  code and message are constants or live as long
 * as the pool.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_error_fail(ngx_pool_t *pool, ngx_array_t **list,
    ngx_uint_t max, const api_failure_t *failure);

/* the same, unless one of that place is in the list already */
API_MUST_CHECK ngx_int_t api_error_fail_once(ngx_pool_t *pool,
    ngx_array_t **list, ngx_uint_t max, const api_failure_t *failure);

/* the first for all of another list, which may be NULL */
API_MUST_CHECK ngx_int_t api_error_fail_all(ngx_pool_t *pool,
    ngx_array_t **list, ngx_uint_t max, const ngx_array_t *failures);

/* does one of them concern the place of a JSON Pointer: it, what is in it, or
   what it is in? */
ngx_uint_t api_error_concerns(const ngx_array_t *failures,
    const ngx_str_t *pointer);

/*
 * One reference token of a JSON Pointer (RFC 6901, section 4), with the "/" in
 * front: "~" and "/" escaped; a key beyond API_ERROR_KEY bytes, of which a
 * client may send any, is cut behind a character, and "..." follows.
 */
void api_error_add_key(api_buf_t *b, const ngx_str_t *key);

#define API_ERROR_KEY  128


#endif /* API_CORE_ERROR_H */
