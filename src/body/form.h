
/*
 * The fields of a form as the JSON object that a schema expects: text is a
 * number or a bool where the schema takes no text.
 */


#ifndef API_BODY_FORM_H
#define API_BODY_FORM_H


#include "core/core.h"
#include "core/error.h"
#include "json/read.h"
#include "schema/schema.h"


/*
 * pairs: of api_json_pair_t.  NGX_OK: *document is an object in the pool, its
 * members in the order of their first occurrence; a name that is there more
 * than once is an array where the schema has one, and so is one with "[]" or
 * "[0]" behind it.  Items of types that hold no comma are parted by it, as in a
 * query (http/list.h).  NGX_DECLINED: *failures, "duplicate" for other repeated
 * names, "max_items" for lists of more than API_SCHEMA_FORM_ITEMS; NGX_ERROR:
 * memory.
 *
 * Text stays text where the schema takes text; else it is a number, true or
 * false, or null when it is empty and may be; what is none of these stays text,
 * and validation will say so.
 */
#define API_SCHEMA_FORM_ITEMS  10000

API_MUST_CHECK ngx_int_t api_body_form(ngx_pool_t *pool,
    const api_schema_doc_t *doc, const ngx_array_t *pairs,
    api_json_t **document, ngx_array_t **failures);


#endif /* API_BODY_FORM_H */
