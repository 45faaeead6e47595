
/*
 * A schema document on its way to nodes: for this folder only.
 *
 * Every schema in a document has a place, found by scanning; a place gets its
 * node when somebody refers to it, and the node is filled from a queue, so
 * that schemas may refer to each other in circles.
 */


#ifndef API_SCHEMA_COMPILE_H
#define API_SCHEMA_COMPILE_H


#include "schema/node.h"
#include "core/core.h"


#define API_SCHEMA_BUCKETS  1024

/* bits of a resource's vocabularies */
#define API_SCHEMA_CORE        0x01
#define API_SCHEMA_APPLICATOR  0x02
#define API_SCHEMA_UNEVALUATED 0x04
#define API_SCHEMA_VALIDATION  0x08
#define API_SCHEMA_METADATA    0x10
#define API_SCHEMA_FORMAT      0x20
#define API_SCHEMA_ASSERTION   0x40      /* format-assertion */
#define API_SCHEMA_CONTENT     0x80
#define API_SCHEMA_VOCABULARY  0xff


typedef struct api_schema_place_s     api_schema_place_t;
typedef struct api_schema_compiler_s  api_schema_compiler_t;

/* a document */
typedef struct {
    ngx_str_t                 uri;
    ngx_str_t                 name;      /* for faults */
    const api_json_t         *json;
    api_schema_place_t       *root;      /* NULL: not scanned yet */
} api_schema_file_t;


struct api_schema_place_s {
    const api_json_t         *json;
    const api_schema_file_t  *file;
    ngx_str_t                 pointer;   /* in the file */
    api_schema_resource_t    *resource;
    api_schema_node_t        *node;      /* NULL: not asked for yet */
    api_schema_place_t       *next;      /* of the same bucket */
};


typedef struct {
    ngx_str_t                 name;
    api_schema_place_t       *place;
    unsigned                  dynamic:1;
} api_schema_anchor_place_t;


struct api_schema_compiler_s {
    ngx_pool_t                 *pool;
    const api_schema_source_t  *source;
    api_schema_fault_t         *fault;
    api_schema_doc_t           *doc;
    ngx_array_t                 files;       /* api_schema_file_t * */
    ngx_array_t                 resources;   /* api_schema_resource_t * */
    ngx_array_t                 places;      /* api_schema_place_t *, as they
                                                were found */
    ngx_array_t                 queue;       /* those with a node */
    ngx_array_t                 dynamics;    /* api_schema_dynamic_t * */
    api_schema_place_t         *buckets[API_SCHEMA_BUCKETS];
};


/* which schemas a keyword's value contains */
typedef enum {
    API_SCHEMA_SHAPE_NONE = 0,
    API_SCHEMA_SHAPE_ONE,
    API_SCHEMA_SHAPE_LIST,
    API_SCHEMA_SHAPE_MAP,
    API_SCHEMA_SHAPE_MIXED        /* a map of schemas and other things */
} api_schema_shape_e;


/*
 * Fills place->node with what a keyword says: value->key is the keyword.
 * NGX_OK, NGX_DECLINED (fault), NGX_ERROR.
 */
typedef ngx_int_t (*api_schema_fill_pt)(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);


/* the part of a node that a keyword belongs to */
typedef enum {
    API_SCHEMA_GROUP_NODE = 0,
    API_SCHEMA_GROUP_NUMERIC,
    API_SCHEMA_GROUP_TEXT,
    API_SCHEMA_GROUP_ARRAY,
    API_SCHEMA_GROUP_OBJECT,
    API_SCHEMA_GROUP_LOGIC
} api_schema_group_e;


typedef struct {
    ngx_str_t                 name;
    ngx_uint_t                vocabularies;  /* one of these is enough */
    api_schema_shape_e        shape;
    api_schema_fill_pt        fill;          /* NULL: nothing to do */
    api_schema_group_e        group;
    size_t                    offset;        /* of its field, if it has one */
} api_schema_keyword_t;


/* keyword.c: NULL for an unknown one */
const api_schema_keyword_t *api_schema_keyword_find(const ngx_str_t *name);

/* what an unknown keyword was perhaps meant to be, or NULL */
const char *api_schema_keyword_near(const ngx_str_t *name);


/*
 * compile.c.  A fault at a place or at its keyword (NULL: the place itself):
 * the sentence is before, what in quotes unless it is NULL, after.  Returns
 * NGX_DECLINED or NGX_ERROR.
 */
API_MUST_CHECK ngx_int_t api_schema_compile_fault(api_schema_compiler_t *c,
    const api_schema_place_t *place, const ngx_str_t *keyword,
    const char *before, const ngx_str_t *what, const char *after);

/* the same as a warning; NGX_OK or NGX_ERROR */
API_MUST_CHECK ngx_int_t api_schema_compile_warn(api_schema_compiler_t *c,
    const api_schema_place_t *place, const ngx_str_t *keyword,
    const char *before, const ngx_str_t *what, const char *after);

/* the node of a place, to be filled later; NULL: memory */
api_schema_node_t *api_schema_compile_node(api_schema_compiler_t *c,
    api_schema_place_t *place);


/*
 * registry.c.  The document of a URI: known, built in or loaded.  NGX_OK;
 * NGX_DECLINED: there is none, *why is a sentence; NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_schema_registry_open(api_schema_compiler_t *c,
    const ngx_str_t *uri, api_schema_file_t **file, ngx_str_t *why);

/* the place of the root, scanned on first use; NGX_DECLINED: *fault */
API_MUST_CHECK ngx_int_t api_schema_registry_root(api_schema_compiler_t *c,
    api_schema_file_t *file, api_schema_place_t **root);

/*
 * Gives the schema json and all below it places.  resource: the one it is in,
 * NULL for a document's root.
 */
API_MUST_CHECK ngx_int_t api_schema_registry_scan(api_schema_compiler_t *c,
    const api_schema_file_t *file, const api_json_t *json,
    api_schema_resource_t *resource, const ngx_str_t *pointer,
    api_schema_place_t **out);

/* or NULL */
api_schema_place_t *api_schema_registry_place(api_schema_compiler_t *c,
    const api_json_t *json);
api_schema_resource_t *api_schema_registry_resource(api_schema_compiler_t *c,
    const ngx_str_t *uri);

/* pointer "/" token, escaped */
API_MUST_CHECK ngx_int_t api_schema_registry_pointer(ngx_pool_t *pool,
    const ngx_str_t *pointer, const ngx_str_t *token, ngx_str_t *out);


/*
 * dialect.c: the vocabularies that "$schema" at a resource's root stands for
 */
API_MUST_CHECK ngx_int_t api_schema_dialect(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *schema,
    ngx_uint_t *vocabularies);


/* refs.c: what a reference at place leads to; *anchor: it named an anchor */
API_MUST_CHECK ngx_int_t api_schema_refs_resolve(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_schema_place_t **target, ngx_str_t *anchor);

/* the anchor of a resource, or NULL */
api_schema_anchor_place_t *api_schema_refs_anchor(
    const api_schema_resource_t *resource, const ngx_str_t *name);

/* is this a valid name for an anchor? */
ngx_uint_t api_schema_refs_is_anchor(const ngx_str_t *name);


/* finish.c: circles, hashes of names, which types can be valid at all */
API_MUST_CHECK ngx_int_t api_schema_finish(api_schema_compiler_t *c);


/* metaschema.c: the text of a built-in metaschema; len 0: there is none */
ngx_str_t api_schema_metaschema_text(const ngx_str_t *uri);


/* fill_logic.c */
ngx_int_t api_schema_fill_ref(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_dynamic_ref(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_definitions(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_default(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_examples(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_words(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);

/* fill_object.c */
ngx_int_t api_schema_fill_properties(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_patterns(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_required(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_dependent(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);

/* fill_array.c */
ngx_int_t api_schema_fill_items(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_unique(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);

/* fill_scalar.c */
ngx_int_t api_schema_fill_type(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_enum(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_const(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_bound(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_multiple(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_pattern(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_format(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);

/*
 * fill_shape.c: keywords of one shape: a schema, at least one schema in an
 * array, a number that is not negative, true or false
 */
ngx_int_t api_schema_fill_schema(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_schemas(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_size(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);
ngx_int_t api_schema_fill_flag(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value);

/* a node's group, made on first use (the node itself is one); NULL: memory */
void *api_schema_fill_group(api_schema_compiler_t *c, api_schema_node_t *node,
    api_schema_group_e group);

/* the field of a keyword that has one; NULL: memory */
void *api_schema_fill_field(api_schema_compiler_t *c, api_schema_node_t *node,
    const ngx_str_t *keyword);

/* the node of a schema below place */
API_MUST_CHECK ngx_int_t api_schema_fill_child(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *json,
    const api_schema_node_t **node);

/* pattern, of the keyword value */
API_MUST_CHECK ngx_int_t api_schema_fill_regex(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    const ngx_str_t *pattern, const api_regex_t **regex);

/* "must be …" for a keyword of the wrong type; nothing if the type is right */
API_MUST_CHECK ngx_int_t api_schema_fill_expect(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_json_type_e type, const char *sentence);


#endif /* API_SCHEMA_COMPILE_H */
