
/*
 * A JSON object of names and values: of api_answer { }, of a token's claims.
 */


#ifndef API_HTTP_MEMBERS_H
#define API_HTTP_MEMBERS_H


#include "http/ctx.h"


typedef struct api_http_members_s  api_http_members_t;

typedef struct {
    ngx_str_t                   name;
    ngx_str_t                   key;         /* as JSON, ":" behind */
    ngx_str_t                   literal;     /* as JSON; or data NULL */
    const api_http_members_t   *members;     /* of an object in it; or NULL: */
    ngx_uint_t                  read;        /* of the reader's */
} api_http_member_t;


struct api_http_members_s {
    api_http_reader_t          *reader;      /* of all within, too */
    ngx_array_t                 list;        /* of api_http_member_t */
};


/*
 * {"name":value,…} appended, by the types that are known.  NGX_OK or NGX_ERROR
 * (memory, or the buffer is full).
 */
API_MUST_CHECK ngx_int_t api_http_members_write(api_http_ctx_t *ctx,
    const api_http_members_t *members, api_buf_t *out);


/* the n-th value alone.  Returns as above. */
API_MUST_CHECK ngx_int_t api_http_member_write(api_http_ctx_t *ctx,
    const api_http_members_t *members, ngx_uint_t n, api_buf_t *out);


#endif /* API_HTTP_MEMBERS_H */
