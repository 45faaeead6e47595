
/*
 * What a schema is compiled to: for this folder only.
 *
 * A keyword's group is there when one of its keywords is, so that a value
 * meets only what concerns it.  All of it is const once compiled.
 */


#ifndef API_SCHEMA_NODE_H
#define API_SCHEMA_NODE_H


#include "schema/format.h"
#include "schema/names.h"
#include "schema/number.h"
#include "schema/schema.h"
#include "core/core.h"
#include "core/value_number.h"
#include "json/read.h"
#include "regex/regex.h"


/* larger than any size */
#define API_SCHEMA_NO_MAX  ((size_t) -1)


typedef struct api_schema_resource_s  api_schema_resource_t;

/* several schemas */
typedef struct {
    ngx_uint_t                      count;
    const api_schema_node_t       **nodes;
} api_schema_list_t;


typedef struct {
    const api_schema_number_t      *min;
    const api_schema_number_t      *max;
    const api_schema_number_t      *above;      /* exclusiveMinimum */
    const api_schema_number_t      *below;
    const api_schema_number_t      *multiple;
} api_schema_numeric_t;


typedef struct {
    size_t                          min;        /* characters */
    size_t                          max;
    const api_regex_t              *pattern;
    ngx_str_t                       shown;      /* a short one, for people */
    api_schema_format_pt            format;
    const char                     *form;       /* the sentence about it */
    unsigned                        hosts:1;    /* it may ask libidn2 */
    unsigned                        regex:1;    /* each byte counts as a step */
} api_schema_text_t;


typedef struct {
    size_t                          min;
    size_t                          max;
    size_t                          min_contains;
    size_t                          max_contains;
    const api_schema_node_t        *contains;
    const api_schema_node_t        *items;      /* behind prefix */
    api_schema_list_t               prefix;
    unsigned                        unique:1;
} api_schema_array_t;


typedef struct {
    const api_regex_t              *regex;
    const api_schema_node_t        *node;
} api_schema_pattern_t;


typedef struct {
    api_schema_names_t              names;
    ngx_uint_t                      nrequired;
    size_t                          min;
    size_t                          max;
    ngx_uint_t                      npatterns;
    api_schema_pattern_t           *patterns;
    const api_schema_node_t        *additional;
    const api_schema_node_t        *property_names;
    unsigned                        dependent:1;  /* some name requires
                                                     others */
} api_schema_object_t;


typedef struct {
    ngx_uint_t                      count;
    const api_json_t               *items;
    uint64_t                       *hashes;      /* of items; NULL for few */
    uint32_t                       *table;       /* place + 1 by hash, or 0 */
    uint32_t                        mask;
} api_schema_values_t;


/* $dynamicRef: the outermost resource in scope that has the anchor */
typedef struct {
    ngx_str_t                       anchor;
    const api_schema_node_t        *first;       /* what $ref would find */
} api_schema_dynamic_t;


/* schemas for the value itself, not for its parts */
typedef struct {
    const api_schema_node_t        *ref;
    const api_schema_dynamic_t     *dynamic;
    api_schema_list_t               all;
    api_schema_list_t               any;
    api_schema_list_t               one;
    const api_schema_node_t        *not;
    const api_schema_node_t        *condition;
    const api_schema_node_t        *then;
    const api_schema_node_t        *otherwise;
} api_schema_logic_t;


struct api_schema_node_s {
    uint8_t                         types;       /* that "type" allows */
    uint8_t                         may;         /* that can be valid at all */
    unsigned                        never:1;     /* the schema false */
    unsigned                        checked:2;   /* while compiling */
    api_schema_numeric_t           *numeric;
    api_schema_text_t              *text;
    api_schema_array_t             *array;
    api_schema_object_t            *object;
    api_schema_values_t            *values;      /* enum */
    api_schema_values_t            *constant;
    api_schema_logic_t             *logic;
    const api_schema_node_t        *unevaluated_items;
    const api_schema_node_t        *unevaluated_properties;
    const api_schema_resource_t    *resource;
    const api_json_t               *fallback;    /* default */
    ngx_str_t                       format;
};


typedef struct {
    ngx_str_t                       name;
    const api_schema_node_t        *node;
} api_schema_anchor_t;


/* a schema with a URI of its own, and what is below it without one */
struct api_schema_resource_s {
    ngx_str_t                       uri;
    ngx_uint_t                      vocabularies;
    struct api_schema_place_s      *root;
    ngx_array_t                     anchors;     /* api_schema_anchor_place_t,
                                                    while compiling */
    ngx_uint_t                      ndynamic;
    api_schema_anchor_t            *dynamic;     /* $dynamicAnchor */
};


struct api_schema_doc_s {
    const api_schema_node_t        *root;
    ngx_array_t                    *warnings;
    uint64_t                        seed;
    unsigned                        scopes:1;    /* some $dynamicRef depends
                                                    on who asks */
};


#endif /* API_SCHEMA_NODE_H */
