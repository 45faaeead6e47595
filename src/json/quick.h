
/*
 * The JSON that most requests and tokens have, read in one walk: few values,
 * objects of few members.  It only ever says yes; what is wrong, larger or
 * unusual is left to jansson, whose word counts.
 */


#ifndef API_JSON_QUICK_H
#define API_JSON_QUICK_H


#include "json/read.h"


#define API_JSON_QUICK_TEXT     (16 * 1024)    /* bytes */
#define API_JSON_QUICK_VALUES   256
#define API_JSON_QUICK_MEMBERS  32             /* of an object: each name is
                                                  compared with all before it */
#define API_JSON_QUICK_DEPTH    32


/*
 * text: a copy that may be written to, with room for one byte more behind it;
 * the tree points into it.  NGX_OK: *out is what api_json_read() of json/read.h
 * promises; NGX_DECLINED: nothing is known of the text, and what it has been
 * turned into is of no use; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_json_quick(ngx_pool_t *pool,
    const ngx_str_t *text, const api_json_limits_t *limits, api_json_t **out);


#endif /* API_JSON_QUICK_H */
