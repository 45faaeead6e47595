
/*
 * The fields of a body that statements name, as values to bind.
 */


#ifndef API_BODY_FIELD_H
#define API_BODY_FIELD_H


#include "body/reader.h"


/*
 * The document has kept its schema: reader->fields from it, and reader->text
 * where the whole is bound.  What PostgreSQL's type cannot hold is a failure,
 * too: NGX_DECLINED, *failures is its list.  NGX_OK; NGX_BUSY: see there;
 * NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_body_field_read(api_body_reader_t *reader,
    ngx_pool_t *pool, api_json_t *document, ngx_array_t **failures);


/*
 * The document has not kept its schema, as *failures says: reader->fields from
 * what they do not concern, for the checks behind it; the others are NULL.
 * What else is wrong is appended.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_body_field_rest(api_body_reader_t *reader,
    ngx_pool_t *pool, const api_json_t *document, ngx_array_t **failures);


#endif /* API_BODY_FIELD_H */
