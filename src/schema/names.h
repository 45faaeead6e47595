
/*
 * The names an object schema knows, found by hash.
 */


#ifndef API_SCHEMA_NAMES_H
#define API_SCHEMA_NAMES_H


#include "core/core.h"
#include "json/read.h"


struct api_schema_node_s;


typedef struct {
    ngx_str_t                        name;
    const struct api_schema_node_s  *node;       /* properties */
    const struct api_schema_node_s  *dependent;  /* dependentSchemas */
    ngx_uint_t                       nneeds;     /* dependentRequired: places */
    uint32_t                        *needs;      /* of other names */
    unsigned                         required:1;
} api_schema_name_t;


/* built by add() until finish(), looked up from then on */
typedef struct {
    ngx_array_t                      list;       /* api_schema_name_t */
    uint32_t                        *table;      /* place + 1, or 0 */
    uint32_t                         mask;
    uint32_t                         shift;      /* of a hash, to its slot */
    size_t                           longest;
} api_schema_names_t;


API_MUST_CHECK ngx_int_t api_schema_names_init(api_schema_names_t *names,
    ngx_pool_t *pool);

/* the name's place in the list, where it is added if it is new; -1: memory */
ngx_int_t api_schema_names_add(api_schema_names_t *names,
    const ngx_str_t *name);

API_MUST_CHECK ngx_int_t api_schema_names_finish(api_schema_names_t *names,
    ngx_pool_t *pool);

/* the name, or NULL; NULL also when the table was not finished */
api_schema_name_t *api_schema_names_find(const api_schema_names_t *names,
    const ngx_str_t *name);

/*
 * found[i] becomes the object's member of the i-th name, or NULL. Each member
 * is looked up once: there may be thousands that no schema names.
 */
void api_schema_names_match(const api_schema_names_t *names,
    const api_json_t *object, api_json_t **found);


#endif /* API_SCHEMA_NAMES_H */
