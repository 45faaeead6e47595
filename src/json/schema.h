
/*
 * What a body must look like, fixed when nginx starts; all failures out.
 *
 * This is the short form of api_body: an object of typed fields, or an array
 * of such objects.
 */


#ifndef API_JSON_SCHEMA_H
#define API_JSON_SCHEMA_H


#include "core/core.h"
#include "core/error.h"
#include "core/value.h"
#include "json/read.h"


typedef struct {
    ngx_str_t         name;
    api_rule_t        rule;
    ngx_uint_t        line;     /* of its declaration, for messages */
    ngx_uint_t        used;     /* by a statement; set while configuring */
} api_schema_field_t;


typedef struct {
    unsigned          array:1;      /* an array of the objects */
    api_rule_t        items;        /* min and max of the array */
    ngx_array_t       fields;       /* of api_schema_field_t */
} api_schema_t;


/* beyond so many failures the answer names no more */
#define API_SCHEMA_FAILURES  100


/*
 * NGX_OK: the document keeps every rule; NGX_DECLINED: *failures holds each
 * failing place (in "body", field a JSON Pointer, order of the document then
 * of the declaration); NGX_ERROR: memory.  Codes: "type", "required",
 * "unknown", "min", "max", "min_length", "max_length", "min_items",
 * "max_items", "nul", "format", "enum", "null".  Nested objects and arrays
 * have no rules of their own here but those of a field's array type; a json
 * field takes anything, null included, \u0000 excepted at any depth.
 *
 * An int or bigint is an optional minus and digits: 1.0 and 1e2 are refused,
 * so what passes PostgreSQL reads.  A key of more than 128 bytes is cut short
 * in the pointer, with "..." behind it.
 */
API_MUST_CHECK ngx_int_t api_schema_check(const api_schema_t *schema,
    const api_json_t *document, ngx_pool_t *pool, ngx_array_t **failures);


#endif /* API_JSON_SCHEMA_H */
