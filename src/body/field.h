
/*
 * The fields of a body that statements name, as values to bind.
 */


#ifndef API_BODY_FIELD_H
#define API_BODY_FIELD_H


#include "body/reader.h"


/*
 * The document is valid: makes reader->fields of it, and reader->text where
 * the whole is bound.  A value that PostgreSQL's type cannot hold is a
 * failure, too: NGX_DECLINED, *failures is the list.  NGX_OK; NGX_BUSY: see
 * api_body_read(); NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_body_field_read(api_body_reader_t *reader,
    ngx_pool_t *pool, api_json_t *document, ngx_array_t **failures);


/*
 * The document is not valid, as *failures says: makes reader->fields of what
 * these do not concern, for the checks that follow; other fields are NULL.
 * Further failures are appended.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_body_field_rest(api_body_reader_t *reader,
    ngx_pool_t *pool, const api_json_t *document, ngx_array_t **failures);


#endif /* API_BODY_FIELD_H */
