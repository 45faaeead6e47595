
#include "schema/compile.h"
#include "schema/equal.h"
#include "schema/uri.h"
#include "core/buf.h"


/* arrays and objects within each other in a built-in schema */
#define REGISTRY_DEPTH  32

/* to compare two documents */
#define REGISTRY_STEPS  10000000


static ngx_int_t load(api_schema_compiler_t *c, const ngx_str_t *uri,
    api_schema_file_t *file, ngx_str_t *why);
static ngx_int_t find_twin(api_schema_compiler_t *c,
    api_schema_file_t *file);
static ngx_int_t identify(api_schema_compiler_t *c,
    api_schema_place_t *place);
static ngx_int_t add_resource(api_schema_compiler_t *c,
    api_schema_place_t *place, const api_json_t *id, const ngx_str_t *uri);
static ngx_int_t name_resource(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *id,
    const ngx_str_t *base, ngx_str_t *uri);
static ngx_int_t add_anchor(api_schema_compiler_t *c,
    api_schema_place_t *place, const char *keyword, ngx_uint_t dynamic);
static ngx_int_t scan_members(api_schema_compiler_t *c,
    api_schema_place_t *place);
static ngx_int_t scan_value(api_schema_compiler_t *c,
    api_schema_place_t *place, const api_json_t *value,
    api_schema_shape_e shape);
static ngx_int_t scan_items(api_schema_compiler_t *c,
    api_schema_place_t *place, const api_json_t *value,
    const ngx_str_t *pointer, ngx_uint_t mixed);
static const api_json_t *member(const api_json_t *object, const char *name);
static ngx_uint_t bucket_of(const api_json_t *json);


ngx_int_t
api_schema_registry_open(api_schema_compiler_t *c, const ngx_str_t *uri,
    api_schema_file_t **out, ngx_str_t *why)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    api_schema_file_t  **files, **listed;

    files = c->files.elts;

    for (i = 0; i < c->files.nelts; i++) {
        if (api_str_equal(&files[i]->uri, uri)) {
            *out = files[i];
            return NGX_OK;
        }
    }

    *out = ngx_pcalloc(c->pool, sizeof(api_schema_file_t));
    if (*out == NULL) {
        return NGX_ERROR;
    }

    rc = load(c, uri, *out, why);
    if (rc != NGX_OK) {
        return rc;
    }

    (*out)->uri = *uri;

    if ((*out)->name.len == 0) {
        (*out)->name = *uri;
    }

    listed = ngx_array_push(&c->files);
    if (listed == NULL) {
        return NGX_ERROR;
    }

    *listed = *out;

    return NGX_OK;
}


static ngx_int_t
load(api_schema_compiler_t *c, const ngx_str_t *uri, api_schema_file_t *file,
    ngx_str_t *why)
{
    ngx_int_t           rc;
    ngx_str_t           text;
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    text = api_schema_metaschema_text(uri);

    if (text.len != 0) {
        limits.depth = REGISTRY_DEPTH;
        limits.values = API_JSON_VALUES;

        rc = api_json_read(c->pool, &text, &limits, &json, &err);
        file->json = json;

        return rc == NGX_OK ? NGX_OK : NGX_ERROR;
    }

    ngx_str_null(why);

    if (c->source->load == NULL) {
        ngx_str_set(why, "no other document can be read here");
        return NGX_DECLINED;
    }

    rc = c->source->load(c->source->data, uri, &json, &file->name, why);

    if (rc == NGX_DECLINED && why->len == 0) {
        ngx_str_set(why, "there is no such document");
    }

    file->json = json;

    return rc;
}


ngx_int_t
api_schema_registry_root(api_schema_compiler_t *c, api_schema_file_t *file,
    api_schema_place_t **root)
{
    ngx_int_t  rc;
    ngx_str_t  pointer;

    if (file->root == NULL) {
        rc = find_twin(c, file);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (file->root == NULL) {
        ngx_str_set(&pointer, "");

        rc = api_schema_registry_scan(c, file, file->json, NULL, &pointer,
                                      &file->root);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    *root = file->root;

    return NGX_OK;
}


/*
 * The file may have been read before, by its "$id": if the documents are
 * equal, they are one.
 */

static ngx_int_t
find_twin(api_schema_compiler_t *c, api_schema_file_t *file)
{
    ngx_int_t               rc;
    ngx_str_t               uri, fragment;
    ngx_uint_t              steps;
    const api_json_t       *id;
    api_schema_resource_t  *resource;

    id = member(file->json, "$id");

    if (id == NULL || id->type != API_JSON_STRING) {
        return NGX_OK;
    }

    rc = api_schema_uri_resolve(c->pool, &file->uri, &id->text, &uri,
                                &fragment);
    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : rc;
    }

    steps = 0;
    resource = api_schema_registry_resource(c, &uri);

    if (resource != NULL
        && api_schema_equal(resource->root->json, file->json, &steps,
                            REGISTRY_STEPS))
    {
        file->root = resource->root;
    }

    return NGX_OK;
}


/* recursion goes as deep as the document, whose depth the reader bounds */

ngx_int_t
api_schema_registry_scan(api_schema_compiler_t *c,
    const api_schema_file_t *file, const api_json_t *json,
    api_schema_resource_t *resource, const ngx_str_t *pointer,
    api_schema_place_t **out)
{
    ngx_int_t             rc;
    api_schema_place_t   *place, **bucket, **listed;

    place = api_schema_registry_place(c, json);

    if (place != NULL) {
        *out = place;
        return NGX_OK;
    }

    place = ngx_pcalloc(c->pool, sizeof(api_schema_place_t));
    listed = ngx_array_push(&c->places);

    if (place == NULL || listed == NULL) {
        return NGX_ERROR;
    }

    *listed = place;

    place->json = json;
    place->file = file;
    place->pointer = *pointer;
    place->resource = resource;

    bucket = &c->buckets[bucket_of(json)];
    place->next = *bucket;
    *bucket = place;

    *out = place;

    rc = identify(c, place);

    if (rc == NGX_OK && json->type == API_JSON_OBJECT) {
        rc = scan_members(c, place);
    }

    return rc;
}


/* $id, $schema and anchors */

static ngx_int_t
identify(api_schema_compiler_t *c, api_schema_place_t *place)
{
    ngx_int_t          rc;
    ngx_str_t          uri;
    const ngx_str_t   *base;
    const api_json_t  *id, *schema;

    id = member(place->json, "$id");
    base = place->resource != NULL ? &place->resource->uri : &place->file->uri;

    if (place->resource == NULL || id != NULL) {

        rc = name_resource(c, place, id, base, &uri);

        if (rc == NGX_OK) {
            rc = add_resource(c, place, id, &uri);
        }

        schema = member(place->json, "$schema");

        if (rc == NGX_OK && schema != NULL) {
            rc = api_schema_dialect(c, place, schema,
                                    &place->resource->vocabularies);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = add_anchor(c, place, "$anchor", 0);

    return rc == NGX_OK ? add_anchor(c, place, "$dynamicAnchor", 1) : rc;
}


static ngx_int_t
name_resource(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *id, const ngx_str_t *base, ngx_str_t *uri)
{
    ngx_int_t  rc;
    ngx_str_t  fragment;

    if (id == NULL) {
        *uri = *base;
        return NGX_OK;
    }

    if (id->type != API_JSON_STRING) {
        return api_schema_compile_fault(c, place, &id->key,
                                        "must be a string, a URI", NULL, "");
    }

    rc = api_schema_uri_resolve(c->pool, base, &id->text, uri, &fragment);

    if (rc == NGX_DECLINED || (rc == NGX_OK && fragment.len != 0)) {
        return api_schema_compile_fault(c, place, &id->key,
                                        "must have no fragment: write "
                                        "\"$anchor\" beside it", NULL, "");
    }

    return rc;
}


static ngx_int_t
add_resource(api_schema_compiler_t *c, api_schema_place_t *place,
    const api_json_t *id, const ngx_str_t *uri)
{
    api_schema_resource_t  *resource, *other, **listed;

    other = api_schema_registry_resource(c, uri);

    if (other != NULL && id != NULL && uri->len != 0) {
        return api_schema_compile_fault(c, place, &id->key,
                                        "is that of another schema, too: ",
                                        uri, "; give each its own");
    }

    resource = ngx_pcalloc(c->pool, sizeof(api_schema_resource_t));
    listed = ngx_array_push(&c->resources);

    if (resource == NULL || listed == NULL
        || ngx_array_init(&resource->anchors, c->pool, 2,
                          sizeof(api_schema_anchor_place_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    resource->uri = *uri;
    resource->root = place;
    resource->vocabularies = place->resource != NULL
                             ? place->resource->vocabularies
                             : API_SCHEMA_VOCABULARY & ~API_SCHEMA_ASSERTION;

    place->resource = resource;
    *listed = resource;

    return NGX_OK;
}


static ngx_int_t
add_anchor(api_schema_compiler_t *c, api_schema_place_t *place,
    const char *keyword, ngx_uint_t dynamic)
{
    const api_json_t           *value;
    api_schema_anchor_place_t  *anchor;

    value = member(place->json, keyword);

    if (value == NULL) {
        return NGX_OK;
    }

    if (value->type != API_JSON_STRING
        || !api_schema_refs_is_anchor(&value->text))
    {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be a name, as \"address\"",
                                        NULL, "");
    }

    anchor = api_schema_refs_anchor(place->resource, &value->text);

    if (anchor != NULL && anchor->place != place) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "is used twice in one schema: ",
                                        &value->text, "");
    }

    /* a schema may have both, with one name */

    if (anchor == NULL) {
        anchor = ngx_array_push(&place->resource->anchors);
        if (anchor == NULL) {
            return NGX_ERROR;
        }
    }

    anchor->name = value->text;
    anchor->place = place;
    anchor->dynamic = dynamic ? 1 : 0;

    return NGX_OK;
}


static ngx_int_t
scan_members(api_schema_compiler_t *c, api_schema_place_t *place)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    const api_json_t            *value;
    const api_schema_keyword_t  *keyword;

    for (i = 0; i < place->json->count; i++) {
        value = &place->json->items[i];
        keyword = api_schema_keyword_find(&value->key);

        if (keyword == NULL || keyword->shape == API_SCHEMA_SHAPE_NONE) {
            continue;
        }

        rc = scan_value(c, place, value, keyword->shape);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/*
 * a value of the wrong type is skipped: the keyword's own function reports it
 */

static ngx_int_t
scan_value(api_schema_compiler_t *c, api_schema_place_t *place,
    const api_json_t *value, api_schema_shape_e shape)
{
    ngx_str_t            pointer;
    api_schema_place_t  *child;

    if (api_schema_registry_pointer(c->pool, &place->pointer, &value->key,
                                    &pointer) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (shape == API_SCHEMA_SHAPE_ONE) {
        return api_schema_registry_scan(c, place->file, value,
                                        place->resource, &pointer, &child);
    }

    if (value->type != (shape == API_SCHEMA_SHAPE_LIST ? API_JSON_ARRAY
                                                       : API_JSON_OBJECT))
    {
        return NGX_OK;
    }

    return scan_items(c, place, value, &pointer,
                      shape == API_SCHEMA_SHAPE_MIXED);
}


static ngx_int_t
scan_items(api_schema_compiler_t *c, api_schema_place_t *place,
    const api_json_t *value, const ngx_str_t *pointer, ngx_uint_t mixed)
{
    u_char               number[NGX_INT_T_LEN];
    u_char              *p;
    ngx_int_t            rc;
    ngx_str_t            token, inner;
    ngx_uint_t           i, n;
    api_schema_place_t  *child;

    for (i = 0; i < value->count; i++) {

        if (mixed && value->items[i].type == API_JSON_ARRAY) {
            continue;
        }

        token = value->items[i].key;

        if (value->type == API_JSON_ARRAY) {
            p = number + sizeof(number);
            n = i;

            do {
                *--p = (u_char) ('0' + n % 10);
                n /= 10;
            } while (n != 0);

            token.data = p;
            token.len = (size_t) (number + sizeof(number) - p);
        }

        if (api_schema_registry_pointer(c->pool, pointer, &token, &inner)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        rc = api_schema_registry_scan(c, place->file, &value->items[i],
                                      place->resource, &inner, &child);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


api_schema_place_t *
api_schema_registry_place(api_schema_compiler_t *c, const api_json_t *json)
{
    api_schema_place_t  *place;

    for (place = c->buckets[bucket_of(json)];
         place != NULL && place->json != json;
         place = place->next)
    {
        /* void */
    }

    return place;
}


static ngx_uint_t
bucket_of(const api_json_t *json)
{
    return ((uintptr_t) json / sizeof(api_json_t)) % API_SCHEMA_BUCKETS;
}


/* by its own URI, else by that of its document */

api_schema_resource_t *
api_schema_registry_resource(api_schema_compiler_t *c, const ngx_str_t *uri)
{
    ngx_uint_t               i;
    api_schema_file_t      **files;
    api_schema_resource_t  **resources;

    resources = c->resources.elts;

    for (i = 0; i < c->resources.nelts; i++) {
        if (api_str_equal(&resources[i]->uri, uri)) {
            return resources[i];
        }
    }

    files = c->files.elts;

    for (i = 0; i < c->files.nelts; i++) {
        if (files[i]->root != NULL && api_str_equal(&files[i]->uri, uri)) {
            return files[i]->root->resource;
        }
    }

    return NULL;
}


/* RFC 6901, section 4 */

ngx_int_t
api_schema_registry_pointer(ngx_pool_t *pool, const ngx_str_t *pointer,
    const ngx_str_t *token, ngx_str_t *out)
{
    size_t     i;
    api_buf_t  b;

    if (api_buf_init(&b, pool, pointer->len + token->len + 4,
                     NGX_MAX_INT_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_buf_add_str(&b, pointer);
    api_buf_add_char(&b, '/');

    for (i = 0; i < token->len; i++) {
        switch (token->data[i]) {
        case '~':
            api_buf_add_literal(&b, "~0");
            break;
        case '/':
            api_buf_add_literal(&b, "~1");
            break;
        default:
            api_buf_add_char(&b, token->data[i]);
        }
    }

    return api_buf_string(&b, out);
}


static const api_json_t *
member(const api_json_t *object, const char *name)
{
    ngx_str_t  key;

    key.data = api_unconst(name);
    key.len = ngx_strlen(name);

    return api_json_member(object, &key);
}
