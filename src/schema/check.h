
/*
 * A validation under way: for this folder only.
 *
 * If something is wrong it runs twice: first only to find that out, ending at
 * the first failure and without memory, then to collect what to tell.
 */


#ifndef API_SCHEMA_CHECK_H
#define API_SCHEMA_CHECK_H


#include "schema/node.h"
#include "core/core.h"


/*
 * What a validation may cost.  A step is a value checked by a schema, some 20
 * ns, or a few bytes of a text.
 */
#define API_SCHEMA_STEPS  500000
#define API_SCHEMA_BYTES  8

/* the part of it, and of the work for patterns, that counts as quick */
#define API_SCHEMA_QUICKLY  10

/* schemas within each other, for a whole document */
#define API_SCHEMA_DEPTH  1000


typedef struct api_schema_path_s   api_schema_path_t;
typedef struct api_schema_scope_s  api_schema_scope_t;

/*
 * the way to the value in the document, innermost first; NULL: the document
 * itself
 */
struct api_schema_path_s {
    const api_schema_path_t      *up;
    const ngx_str_t              *key;       /* NULL: an item of an array */
    ngx_uint_t                    index;     /* of the item or the member */
};


/* the resources on the way to this schema, innermost first */
struct api_schema_scope_s {
    const api_schema_scope_t     *up;
    const api_schema_resource_t  *resource;
};


/* which items or members of a value some schema has looked at */
typedef struct {
    uint64_t                     *bits;
    ngx_uint_t                    words;
    uint64_t                     *room;      /* where it was taken from */
    uint64_t                      few[2];
    unsigned                      all:1;
} api_schema_seen_t;


typedef struct {
    api_failure_t                 failure;
    uint32_t                     *places;    /* of the path, outermost first */
    ngx_uint_t                    nplaces;
} api_schema_failed_t;


typedef struct {
    const api_schema_doc_t       *doc;
    ngx_pool_t                   *pool;
    const api_schema_scope_t     *scope;
    ngx_uint_t                    steps;
    ngx_uint_t                    most;      /* of steps */
    ngx_uint_t                    depth;
    size_t                        work;      /* left for patterns */
    api_regex_room_t             *matching;  /* NULL: no pattern was met */
    ngx_array_t                  *failed;    /* of api_schema_failed_t */
    unsigned                      quickly:1; /* stop rather than take long */
    unsigned                      collect:1;
    unsigned                      nul:1;     /* some string has \u0000 */
    unsigned                      stopped:1; /* too complex */
    unsigned                      broken:1;  /* out of memory */

    uint64_t                     *room;      /* for api_schema_seen_t */
    ngx_uint_t                    room_size;
    ngx_uint_t                    room_used;
} api_schema_check_t;


/*
 * check.c: 1 or 0; 0 also when the validation was stopped or is broken.  seen:
 * receives what was looked at in a valid value, or NULL.
 */
ngx_uint_t api_schema_check_node(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);

/* the same, but no failure is told, and seen is unchanged if it returns 0 */
ngx_uint_t api_schema_check_try(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);

/* counts so much work; 0 when that was too much */
ngx_uint_t api_schema_check_spend(api_schema_check_t *c, ngx_uint_t steps);


/* check_object.c, check_array.c, check_scalar.c, check_logic.c: as above */
ngx_uint_t api_schema_check_object(api_schema_check_t *c,
    const api_schema_object_t *object, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
ngx_uint_t api_schema_check_array(api_schema_check_t *c,
    const api_schema_array_t *array, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
ngx_uint_t api_schema_check_logic(api_schema_check_t *c,
    const api_schema_logic_t *logic, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen);
ngx_uint_t api_schema_check_numeric(api_schema_check_t *c,
    const api_schema_numeric_t *numeric, const api_json_t *json,
    const api_schema_path_t *path);
ngx_uint_t api_schema_check_text(api_schema_check_t *c,
    const api_schema_text_t *text, const api_json_t *json,
    const api_schema_path_t *path);

/* is the value one of them?  No failure is told. */
ngx_uint_t api_schema_check_values(api_schema_check_t *c,
    const api_schema_values_t *values, const api_json_t *json);

/* a pattern against a text: 1 or 0 */
ngx_uint_t api_schema_check_pattern(api_schema_check_t *c,
    const api_regex_t *regex, const ngx_str_t *text);

/* are two values the same?  0 also when there were too many to look at */
ngx_uint_t api_schema_check_equal(api_schema_check_t *c, const api_json_t *a,
    const api_json_t *b);

/* has the value one of these types? */
ngx_uint_t api_schema_check_type(ngx_uint_t types, const api_json_t *json);


/*
 * explain.c: why none of several schemas is valid; tells one sentence or more
 */
void api_schema_explain(api_schema_check_t *c, const api_schema_list_t *list,
    const api_json_t *json, const api_schema_path_t *path,
    const char *code, const char *keyword);


/* seen.c: for count items or members; close in the opposite order */
API_MUST_CHECK ngx_int_t api_schema_seen_open(api_schema_check_t *c,
    api_schema_seen_t *seen, ngx_uint_t count);
void api_schema_seen_close(api_schema_check_t *c, api_schema_seen_t *seen);
void api_schema_seen_merge(api_schema_seen_t *to,
    const api_schema_seen_t *from);

#define api_schema_seen_add(seen, i)                                          \
    ((seen)->bits[(i) / 64] |= (uint64_t) 1 << ((i) % 64))

#define api_schema_seen_has(seen, i)                                          \
    ((seen)->all || ((seen)->bits[(i) / 64] >> ((i) % 64)) & 1)


/*
 * fail.c: one more failure, if failures are collected.  The sentence is
 * before, middle unless it is NULL, and after.  Always returns 0.
 */
ngx_uint_t api_schema_fail(api_schema_check_t *c,
    const api_schema_path_t *path, const char *code, const char *keyword,
    const char *before, const ngx_str_t *middle, const char *after);

/* the same with a number, which the failure also keeps */
ngx_uint_t api_schema_fail_limit(api_schema_check_t *c,
    const api_schema_path_t *path, const char *code, const char *keyword,
    const char *before, const ngx_str_t *limit);

/* "before 3 units after": one unit without the s */
ngx_uint_t api_schema_fail_count(api_schema_check_t *c,
    const api_schema_path_t *path, const char *code, const char *keyword,
    const char *before, size_t count, const char *unit, const char *after);

/* "must be a string or null" */
ngx_uint_t api_schema_fail_type(api_schema_check_t *c,
    const api_schema_path_t *path, const char *code, const char *keyword,
    ngx_uint_t types);

/* "must be one of: a, b" */
ngx_uint_t api_schema_fail_values(api_schema_check_t *c,
    const api_schema_path_t *path, const char *code, const char *keyword,
    const api_schema_values_t *values);

/* are there as many as wanted? */
ngx_uint_t api_schema_fail_full(const api_schema_check_t *c);

/* the failures that were collected, in the order of the document */
API_MUST_CHECK ngx_int_t api_schema_fail_list(api_schema_check_t *c,
    ngx_array_t **failures);


#endif /* API_SCHEMA_CHECK_H */
