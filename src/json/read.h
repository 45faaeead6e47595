
/*
 * JSON text (RFC 8259) from outside into a tree of ours.  jansson parses what
 * json/quick leaves to it; nothing of it is seen outside json/read.c, and what
 * jansson would lose is kept: numbers keep every digit as text.
 */


#ifndef API_JSON_READ_H
#define API_JSON_READ_H


#include "core/core.h"
#include "core/error.h"


typedef enum {
    API_JSON_NULL = 0,
    API_JSON_FALSE,
    API_JSON_TRUE,
    API_JSON_NUMBER,
    API_JSON_STRING,
    API_JSON_ARRAY,
    API_JSON_OBJECT
} api_json_type_e;


typedef struct api_json_s  api_json_t;

struct api_json_s {
    api_json_type_e   type;
    unsigned          has_nul:1;   /* a string (or key) with \u0000 in it */
    ngx_str_t         key;      /* in an object; else empty */
    ngx_str_t         text;     /* a string decoded, or a number's own text;
                                   both with a NUL behind */
    ngx_uint_t        count;
    api_json_t       *items;    /* count of them, in the order sent */
};


typedef struct {
    ngx_uint_t        depth;    /* of arrays and objects, the outermost is
                                   1; never above 2047, jansson's own */
    ngx_uint_t        values;   /* in all, keys not counted */
} api_json_limits_t;


#define API_JSON_DEPTH   32
#define API_JSON_VALUES  100000


/*
 * text: the whole body.  NGX_OK: *out is in the pool (text may go);
 * NGX_DECLINED: *err says what is wrong and where ("line 3, column 7"),
 * status 400: raw NUL byte, invalid UTF-8, byte order mark, lone surrogate,
 * duplicate key, too deep, trailing bytes, not JSON, empty; NGX_ERROR: memory.
 * limits: NULL for API_JSON_DEPTH and API_JSON_VALUES.
 * Any value may be the outermost.  A key or string with \u0000 is accepted
 * here and marked: refusing it is the schema's (422).
 */
API_MUST_CHECK ngx_int_t api_json_read(ngx_pool_t *pool,
    const ngx_str_t *text, const api_json_limits_t *limits, api_json_t **out,
    api_error_t *err);

/*
 * From now on jansson's own tree stands in the pool, too, which halves the time
 * that a body of many keys takes.  For a process that does not unload us: the
 * functions that jansson allocates with are replaced for good.  Before other
 * threads read.  NGX_OK or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_json_pooled(void);

/* the member of an object, or NULL */
api_json_t *api_json_member(const api_json_t *object, const ngx_str_t *key);


#endif /* API_JSON_READ_H */
