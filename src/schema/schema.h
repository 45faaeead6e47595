
/*
 * JSON Schema 2020-12: a schema is compiled while the configuration is read,
 * a document is validated against it in a request.
 *
 * The source is the standard, draft-bhutton-json-schema-01 (core) and
 * draft-bhutton-json-schema-validation-01, every vocabulary of it; format is
 * an assertion.  Numbers are decimal text: no digit is lost in a comparison.
 * Other drafts are refused by name ("$schema").
 */


#ifndef API_SCHEMA_H
#define API_SCHEMA_H


#include "core/core.h"
#include "core/error.h"
#include "json/read.h"


typedef struct api_schema_node_s  api_schema_node_t;   /* a (sub)schema */
typedef struct api_schema_doc_s   api_schema_doc_t;    /* its root and all */


/* what is wrong with a schema, and where */
typedef struct {
    ngx_str_t            file;
    ngx_str_t            pointer;    /* JSON Pointer in it; "" is its root */
    ngx_str_t            why;        /* a sentence with the remedy */
} api_schema_fault_t;


/*
 * A document that a $ref or $schema names and that is not known yet.  uri is
 * absolute (as far as the base was), normalized, without a fragment.
 * NGX_OK: *document (read with api_json_read(), kept as long as the compiled
 * schema) and *file, its name for messages; NGX_DECLINED: there is none, *why
 * is a sentence ("is not below any api_schema_path"), or empty: the usual one;
 * NGX_ERROR: memory.  Called once for each uri.  This tier opens no file.
 */
typedef ngx_int_t (*api_schema_load_pt)(void *data, const ngx_str_t *uri,
    api_json_t **document, ngx_str_t *file, ngx_str_t *why);


/* where a schema comes from; all zero is allowed */
typedef struct {
    ngx_str_t            base_uri;   /* what "$id" and "$ref" are relative to,
                                        as "file:///etc/nginx/user.json" */
    ngx_str_t            file;       /* for faults */
    api_schema_load_pt   load;       /* NULL: there are no other documents */
    void                *data;       /* handed to load() */
    uint64_t             seed;       /* of the hashes of what clients send;
                                        a secret one is wanted, 0: made of
                                        the pool's address */
    unsigned             annotate:1; /* format says nothing about validity */
} api_schema_source_t;


/*
 * NGX_OK: *out lives in the pool, as document must; const from then on, so
 * it may be used by many at once.  NGX_DECLINED: *fault; NGX_ERROR: memory.
 * Wrong types of keywords, unknown types, bad patterns, references that lead
 * nowhere or round in a circle are faults.  Unknown keywords and formats are
 * allowed, as the standard wants it.
 */
API_MUST_CHECK ngx_int_t api_schema_compile(ngx_pool_t *pool,
    const api_json_t *document, const api_schema_source_t *source,
    api_schema_doc_t **out, api_schema_fault_t *fault);

/*
 * What is allowed and yet hardly meant, as "requird" or a format that nobody
 * knows: of api_schema_fault_t, or NULL.
 */
const ngx_array_t *api_schema_warnings(const api_schema_doc_t *doc);


/*
 * NGX_OK: the document keeps every rule, *failures is NULL and the pool was
 * hardly touched; NGX_DECLINED: *failures (of api_failure_t, 1 to
 * API_ERROR_FAILURES) holds each failing place: in "body", field a JSON
 * Pointer, in the order of the document, names that are missing behind those
 * that are there; NGX_ERROR: memory.
 *
 * code, keyword ("" where there is none): "type", "required", "null" (a null
 * where the type has none), "unknown" (additional- and unevaluatedProperties
 * false), "min", "max", "exclusive_min", "exclusive_max", "min_length",
 * "max_length", "min_items", "max_items", "enum", "format", "nul" (\u0000 in
 * a string or key, at any depth); else the keyword in snake_case, as
 * "multiple_of", "pattern", "unique_items", "any_of", "dependent_required";
 * "forbidden" for a schema that is false; "too_complex" where validation was
 * given up: work and depth are bounded.  The value is never quoted.
 * A key of more than 128 bytes is cut short in the pointer, "..." behind it.
 */
API_MUST_CHECK ngx_int_t api_schema_validate(const api_schema_doc_t *doc,
    const api_json_t *document, ngx_pool_t *pool, ngx_array_t **failures);

/*
 * The same for callers that must not be held up: NGX_BUSY if it would take
 * more than a millisecond or two; then nothing is known.
 */
API_MUST_CHECK ngx_int_t api_schema_validate_quickly(
    const api_schema_doc_t *doc, const api_json_t *document, ngx_pool_t *pool,
    ngx_array_t **failures);

/* api_schema_validate() for one subschema */
API_MUST_CHECK ngx_int_t api_schema_validate_node(const api_schema_doc_t *doc,
    const api_schema_node_t *node, const api_json_t *document,
    ngx_pool_t *pool, ngx_array_t **failures);


/*
 * What binding asks while the configuration is read.  Each looks through
 * $ref, $dynamicRef (as far as it is one place) and allOf.
 */

/* bits of api_schema_types() */
#define API_SCHEMA_NULL      0x01
#define API_SCHEMA_BOOLEAN   0x02
#define API_SCHEMA_INTEGER   0x04     /* numbers without a fraction */
#define API_SCHEMA_FRACTION  0x08     /* the other numbers */
#define API_SCHEMA_NUMBER    (API_SCHEMA_INTEGER|API_SCHEMA_FRACTION)
#define API_SCHEMA_STRING    0x10
#define API_SCHEMA_ARRAY     0x20
#define API_SCHEMA_OBJECT    0x40
#define API_SCHEMA_ANY       0x7f

const api_schema_node_t *api_schema_root(const api_schema_doc_t *doc);

/* the schema of an object's member, named in properties; or NULL */
const api_schema_node_t *api_schema_member(const api_schema_node_t *node,
    const ngx_str_t *name);

/*
 * Called for each name in properties, until it returns other than NGX_OK, which
 * is returned then.
 */
typedef ngx_int_t (*api_schema_each_pt)(void *data, const ngx_str_t *name,
    const api_schema_node_t *member);

ngx_int_t api_schema_each(const api_schema_node_t *node,
    api_schema_each_pt each, void *data);

/* the schema of an array's items (behind prefixItems); or NULL */
const api_schema_node_t *api_schema_items(const api_schema_node_t *node);

/* the JSON types a valid value may have, through anyOf, oneOf, enum, const */
ngx_uint_t api_schema_types(const api_schema_node_t *node);

/* of "default"; or NULL */
const api_json_t *api_schema_default(const api_schema_node_t *node);

/* of "format", as "uuid"; empty if none */
ngx_str_t api_schema_format(const api_schema_node_t *node);


#endif /* API_SCHEMA_H */
