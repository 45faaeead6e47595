
#include "schema/compile.h"


static ngx_int_t begin(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_json_type_e type, const char *sentence, api_schema_object_t **object);
static ngx_int_t add_name(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_schema_object_t *object, const api_json_t *name,
    api_schema_name_t **out);
static ngx_int_t fill_dependent_one(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_object_t *object,
    const api_json_t *value, const api_json_t *member);
static ngx_int_t fill_needs(api_schema_compiler_t *c,
    const api_schema_place_t *place, api_schema_object_t *object,
    const api_json_t *value, const api_json_t *member, ngx_uint_t at);
static api_schema_name_t *name_at(const api_schema_object_t *object,
    ngx_uint_t at);


ngx_int_t
api_schema_fill_properties(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t                 rc, at;
    ngx_uint_t                i;
    api_schema_object_t      *object;
    const api_schema_node_t  *child;

    rc = begin(c, place, value, API_JSON_OBJECT,
               "must be an object of schemas", &object);
    if (rc != NGX_OK) {
        return rc;
    }

    for (i = 0; i < value->count; i++) {

        rc = api_schema_fill_child(c, place, &value->items[i], &child);
        if (rc != NGX_OK) {
            return rc;
        }

        at = api_schema_names_add(&object->names, &value->items[i].key);
        if (at < 0) {
            return NGX_ERROR;
        }

        name_at(object, (ngx_uint_t) at)->node = child;
    }

    return NGX_OK;
}


/* for keywords that concern values of one type: the group they are in */

static ngx_int_t
begin(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *value, api_json_type_e type, const char *sentence,
    api_schema_object_t **object)
{
    ngx_int_t  rc;

    rc = api_schema_fill_expect(c, place, value, type, sentence);
    if (rc != NGX_OK) {
        return rc;
    }

    *object = api_schema_fill_group(c, place->node, API_SCHEMA_GROUP_OBJECT);

    return *object != NULL ? NGX_OK : NGX_ERROR;
}


ngx_int_t
api_schema_fill_patterns(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    api_schema_object_t   *object;
    api_schema_pattern_t  *pattern;

    rc = begin(c, place, value, API_JSON_OBJECT,
               "must be an object of schemas", &object);
    if (rc != NGX_OK) {
        return rc;
    }

    object->patterns = ngx_pcalloc(c->pool, (value->count + 1)
                                            * sizeof(api_schema_pattern_t));
    if (object->patterns == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < value->count; i++) {
        pattern = &object->patterns[i];

        rc = api_schema_fill_regex(c, place, value, &value->items[i].key,
                                   &pattern->regex);

        if (rc == NGX_OK) {
            rc = api_schema_fill_child(c, place, &value->items[i],
                                       &pattern->node);
        }

        if (rc != NGX_OK) {
            return rc;
        }

        object->npatterns++;
    }

    return NGX_OK;
}


ngx_int_t
api_schema_fill_required(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    api_schema_name_t    *name;
    api_schema_object_t  *object;

    rc = begin(c, place, value, API_JSON_ARRAY,
               "must be an array of names", &object);
    if (rc != NGX_OK) {
        return rc;
    }

    for (i = 0; i < value->count; i++) {

        rc = add_name(c, place, value, object, &value->items[i], &name);
        if (rc != NGX_OK) {
            return rc;
        }

        if (name->required) {
            return api_schema_compile_fault(c, place, &value->key,
                                            "has a name twice: ",
                                            &value->items[i].text, "");
        }

        name->required = 1;
        object->nrequired++;
    }

    return NGX_OK;
}


/*
 * dependentRequired, dependentSchemas, and "dependencies", which once was both
 */

ngx_int_t
api_schema_fill_dependent(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    api_schema_object_t  *object;

    rc = begin(c, place, value, API_JSON_OBJECT,
               "must be an object, of what each name "
               "depends on", &object);
    if (rc != NGX_OK) {
        return rc;
    }

    object->dependent = 1;

    for (i = 0; i < value->count; i++) {
        rc = fill_dependent_one(c, place, object, value, &value->items[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
fill_dependent_one(api_schema_compiler_t *c, const api_schema_place_t *place,
    api_schema_object_t *object, const api_json_t *value,
    const api_json_t *member)
{
    ngx_int_t           at;
    ngx_uint_t          schema;
    api_schema_name_t  *name;

    at = api_schema_names_add(&object->names, &member->key);
    if (at < 0) {
        return NGX_ERROR;
    }

    name = name_at(object, (ngx_uint_t) at);

    schema = (api_str_is(&value->key, "dependentSchemas")
              || (api_str_is(&value->key, "dependencies")
                  && member->type != API_JSON_ARRAY));

    if (schema ? name->dependent != NULL : name->needs != NULL) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "says again what goes with ",
                                        &member->key, ": drop the "
                                        "\"dependencies\" of older drafts");
    }

    return schema ? api_schema_fill_child(c, place, member, &name->dependent)
                  : fill_needs(c, place, object, value, member,
                               (ngx_uint_t) at);
}


static ngx_int_t
fill_needs(api_schema_compiler_t *c, const api_schema_place_t *place,
    api_schema_object_t *object, const api_json_t *value,
    const api_json_t *member, ngx_uint_t at)
{
    uint32_t           *needs;
    ngx_int_t           rc;
    ngx_uint_t          i;
    api_schema_name_t  *name;

    if (member->type != API_JSON_ARRAY) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must have arrays of names: look at ",
                                        &member->key, "");
    }

    needs = ngx_pcalloc(c->pool, (member->count + 1) * sizeof(uint32_t));
    if (needs == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < member->count; i++) {

        rc = add_name(c, place, value, object, &member->items[i], &name);
        if (rc != NGX_OK) {
            return rc;
        }

        needs[i] = (uint32_t) (name - name_at(object, 0));
    }

    name = name_at(object, at);
    name->needs = needs;
    name->nneeds = member->count;

    return NGX_OK;
}


static ngx_int_t
add_name(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *value, api_schema_object_t *object,
    const api_json_t *name, api_schema_name_t **out)
{
    ngx_int_t  at;

    *out = NULL;

    if (name->type != API_JSON_STRING) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must have names only, as strings",
                                        NULL, "");
    }

    at = api_schema_names_add(&object->names, &name->text);
    if (at < 0) {
        return NGX_ERROR;
    }

    *out = name_at(object, (ngx_uint_t) at);

    return NGX_OK;
}


/* the list moves when it grows, so this is valid until the next name */

static api_schema_name_t *
name_at(const api_schema_object_t *object, ngx_uint_t at)
{
    return (api_schema_name_t *) object->names.list.elts + at;
}
