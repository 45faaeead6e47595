
/*
 * The short form of a schema: a tree of named, typed fields with rules, and
 * the JSON Schema it stands for.
 *
 *     email   email required max=254;
 *     age     int min=0;
 *     tags    string[] max=10 "pattern=^[a-z]+$";
 *     address required { city string required; }
 *     items[] min=1 { sku string required; qty int default=1; }
 */


#ifndef API_BODY_SHORT_H
#define API_BODY_SHORT_H


#include "core/core.h"
#include "core/value.h"
#include "json/read.h"
#include "schema/names.h"
#include "schema/schema.h"


typedef struct api_body_short_s  api_body_short_t;

struct api_body_short_s {
    ngx_str_t           name;          /* empty: the body itself */
    api_rule_t          rule;          /* of an object: type json */
    unsigned            object:1;      /* with members; an array of such ones
                                          if the rule's type is an array */
    unsigned            additional:1;  /* and with any others */
    unsigned            changes:1;     /* one member at least: see
                                          conf/changes */
    ngx_str_t           pattern;       /* data is NULL: none; of an array's */
    ngx_str_t           format;        /* items */
    ngx_array_t         members;       /* of api_body_short_t *; for objects
                                          only, as are their */
    api_schema_names_t  names;         /* in the same order */
    ngx_uint_t          line;          /* for messages, the caller's: where */
    off_t               end;           /* in its file it ends */

    /* by api_body_short_defaults() */
    const api_json_t   *fallback;      /* default=, read; or NULL */
    ngx_uint_t          cost;          /* of it, in values */
    unsigned            defaults:1;    /* it has one, or what is inside */
    ngx_uint_t          room;          /* members, and those of the largest
                                          member, and so on inwards */
};


/*
 * The words behind a field's name, or of the whole body: a type with its rules
 * (open: 0), or "object" or "array" or neither and rules, and then a block
 * (open: 1).  list: the name had "[]" behind it.  NGX_OK: *out is filled but
 * for name, line, end and members; NGX_DECLINED: *why is a sentence with the
 * remedy, *word the word it is about (or NULL); NGX_ERROR: memory.  The words'
 * memory is kept.
 */
API_MUST_CHECK ngx_int_t api_body_short_words(ngx_pool_t *pool,
    const ngx_str_t *words, ngx_uint_t n, ngx_uint_t open, ngx_uint_t list,
    api_body_short_t *out, const ngx_str_t **word, const char **why);

/* a new member behind the others; NULL: memory */
api_body_short_t *api_body_short_add(ngx_pool_t *pool,
    api_body_short_t *object, const ngx_str_t *name);

/* the member of that name, or NULL */
api_body_short_t *api_body_short_member(const api_body_short_t *object,
    const ngx_str_t *name);

/* the JSON text of the schema; NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_body_short_text(ngx_pool_t *pool,
    const api_body_short_t *form, ngx_str_t *text);

/*
 * The defaults of a schema made of the form's text, once it is compiled: node
 * is its root.  NGX_OK; NGX_DECLINED: the default of *wrong breaks its own
 * pattern or format; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_body_short_defaults(ngx_pool_t *pool,
    const api_schema_doc_t *doc, const api_schema_node_t *node,
    api_body_short_t *form, const api_body_short_t **wrong);

/* bytes of a default that count as a value more */
#define API_BODY_SHORT_BYTES  32

/*
 * The defaults of what is absent, into a document that is valid: absent members
 * of objects that are there, at any depth.  NGX_OK: *document is changed;
 * NGX_DECLINED: nothing was absent; NGX_BUSY: more than most values were (at
 * the most API_JSON_VALUES), or their texts are long; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_body_short_fill(ngx_pool_t *pool,
    const api_body_short_t *form, api_json_t *document, ngx_uint_t most);

/*
 * The timestamps of a valid document in UTC, at any depth: PostgreSQL may read
 * them out of JSON as a type that has no zone.  NGX_OK: *document is changed;
 * NGX_DECLINED: they are, or there are none; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_body_short_utc(ngx_pool_t *pool,
    const api_body_short_t *form, api_json_t *document);


#endif /* API_BODY_SHORT_H */
