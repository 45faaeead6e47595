
#include "schema/compile.h"
#include "schema/uri.h"
#include "core/buf.h"


static ngx_int_t start(api_schema_compiler_t *c, const api_json_t *document,
    api_schema_place_t **root);
static ngx_int_t ask_for_all(api_schema_compiler_t *c);
static ngx_int_t fill_queue(api_schema_compiler_t *c);
static ngx_int_t ask_for_anchors(api_schema_compiler_t *c,
    ngx_uint_t *asked);
static ngx_int_t fill(api_schema_compiler_t *c,
    const api_schema_place_t *place);
static ngx_int_t fill_unknown(api_schema_compiler_t *c,
    const api_schema_place_t *place, const ngx_str_t *name);
static ngx_int_t report(api_schema_compiler_t *c,
    const api_schema_place_t *place, const ngx_str_t *keyword,
    const char *before, const ngx_str_t *what, const char *after,
    api_schema_fault_t *fault);


ngx_int_t
api_schema_compile(ngx_pool_t *pool, const api_json_t *document,
    const api_schema_source_t *source, api_schema_doc_t **out,
    api_schema_fault_t *fault)
{
    ngx_int_t               rc;
    api_schema_place_t     *root;
    api_schema_compiler_t  *c;

    c = ngx_pcalloc(pool, sizeof(api_schema_compiler_t));
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->doc = ngx_pcalloc(pool, sizeof(api_schema_doc_t));
    if (c->doc == NULL) {
        return NGX_ERROR;
    }

    c->pool = pool;
    c->source = source;
    c->fault = fault;
    c->doc->seed = source->seed != 0 ? source->seed
                                     : (uint64_t) (uintptr_t) c;

    ngx_memzero(fault, sizeof(api_schema_fault_t));
    fault->file = source->file;

    rc = start(c, document, &root);

    if (rc == NGX_OK) {
        c->doc->root = api_schema_compile_node(c, root);
        rc = c->doc->root != NULL ? ask_for_all(c) : NGX_ERROR;
    }

    if (rc == NGX_OK) {
        rc = fill_queue(c);
    }

    if (rc == NGX_OK) {
        rc = api_schema_finish(c);
    }

    *out = c->doc;

    return rc;
}


static ngx_int_t
start(api_schema_compiler_t *c, const api_json_t *document,
    api_schema_place_t **root)
{
    ngx_int_t           rc;
    ngx_str_t           none, fragment;
    api_schema_file_t  *file, **listed;

    ngx_str_null(&none);

    file = ngx_pcalloc(c->pool, sizeof(api_schema_file_t));
    if (file == NULL
        || ngx_array_init(&c->files, c->pool, 4, sizeof(void *)) != NGX_OK
        || ngx_array_init(&c->resources, c->pool, 4, sizeof(void *)) != NGX_OK
        || ngx_array_init(&c->places, c->pool, 64, sizeof(void *)) != NGX_OK
        || ngx_array_init(&c->queue, c->pool, 64, sizeof(void *)) != NGX_OK
        || ngx_array_init(&c->dynamics, c->pool, 4, sizeof(void *)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = api_schema_uri_resolve(c->pool, &none, &c->source->base_uri,
                                &file->uri, &fragment);

    if (rc == NGX_DECLINED) {
        file->uri = c->source->base_uri;

    } else if (rc != NGX_OK) {
        return rc;
    }

    file->name = c->source->file;
    file->json = document;

    listed = ngx_array_push(&c->files);
    if (listed == NULL) {
        return NGX_ERROR;
    }

    *listed = file;

    return api_schema_registry_root(c, file, root);
}


/*
 * In the user's own document schemas that nothing refers to are compiled, too,
 * so that their mistakes are found.
 */

static ngx_int_t
ask_for_all(api_schema_compiler_t *c)
{
    ngx_uint_t             i;
    api_schema_file_t    **files;
    api_schema_place_t   **places;

    files = c->files.elts;
    places = c->places.elts;

    for (i = 0; i < c->places.nelts; i++) {
        if (places[i]->file == files[0]
            && api_schema_compile_node(c, places[i]) == NULL)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* filling one may ask for others */

static ngx_int_t
fill_queue(api_schema_compiler_t *c)
{
    ngx_int_t              rc;
    ngx_uint_t             i, asked;
    api_schema_place_t   **places;

    i = 0;

    do {
        for ( /* void */ ; i < c->queue.nelts; i++) {
            places = c->queue.elts;

            rc = fill(c, places[i]);
            if (rc != NGX_OK) {
                return rc;
            }
        }

        rc = ask_for_anchors(c, &asked);
        if (rc != NGX_OK) {
            return rc;
        }

    } while (asked);

    return NGX_OK;
}


/* every schema that a $dynamicRef may lead to */

static ngx_int_t
ask_for_anchors(api_schema_compiler_t *c, ngx_uint_t *asked)
{
    ngx_uint_t                         i, n;
    api_schema_dynamic_t             **dynamics;
    api_schema_resource_t            **resources;
    const api_schema_anchor_place_t   *anchor;

    *asked = 0;
    dynamics = c->dynamics.elts;
    resources = c->resources.elts;

    for (i = 0; i < c->dynamics.nelts; i++) {
        for (n = 0; n < c->resources.nelts; n++) {

            anchor = api_schema_refs_anchor(resources[n],
                                            &dynamics[i]->anchor);

            if (anchor == NULL || !anchor->dynamic
                || anchor->place->node != NULL)
            {
                continue;
            }

            if (api_schema_compile_node(c, anchor->place) == NULL) {
                return NGX_ERROR;
            }

            *asked = 1;
        }
    }

    return NGX_OK;
}


api_schema_node_t *
api_schema_compile_node(api_schema_compiler_t *c, api_schema_place_t *place)
{
    api_schema_place_t  **queued;

    if (place->node != NULL) {
        return place->node;
    }

    queued = ngx_array_push(&c->queue);
    if (queued == NULL) {
        return NULL;
    }

    *queued = place;

    place->node = ngx_pcalloc(c->pool, sizeof(api_schema_node_t));
    if (place->node == NULL) {
        return NULL;
    }

    place->node->types = API_SCHEMA_ANY;
    place->node->may = API_SCHEMA_ANY;
    place->node->resource = place->resource;

    return place->node;
}


static ngx_int_t
fill(api_schema_compiler_t *c, const api_schema_place_t *place)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    const api_json_t            *value;
    const api_schema_keyword_t  *keyword;

    switch (place->json->type) {

    case API_JSON_OBJECT:
        break;

    case API_JSON_TRUE:
        return NGX_OK;

    case API_JSON_FALSE:
        place->node->types = 0;
        place->node->never = 1;
        return NGX_OK;

    default:
        return api_schema_compile_fault(c, place, NULL,
                                        "a schema is an object, true or false",
                                        NULL, "");
    }

    for (i = 0; i < place->json->count; i++) {
        value = &place->json->items[i];
        keyword = api_schema_keyword_find(&value->key);

        if (keyword == NULL) {
            rc = fill_unknown(c, place, &value->key);

        } else if (keyword->fill != NULL
                   && (keyword->vocabularies & place->resource->vocabularies))
        {
            rc = keyword->fill(c, place, value);

        } else {
            rc = NGX_OK;
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
fill_unknown(api_schema_compiler_t *c, const api_schema_place_t *place,
    const ngx_str_t *name)
{
    ngx_str_t    what;
    const char  *near;

    near = api_schema_keyword_near(name);

    if (near == NULL) {
        return NGX_OK;
    }

    what.data = api_unconst(near);
    what.len = ngx_strlen(near);

    return api_schema_compile_warn(c, place, name,
                                   "is not a keyword of JSON Schema 2020-12, "
                                   "and is ignored; perhaps ", &what,
                                   " is what you want");
}


ngx_int_t
api_schema_compile_fault(api_schema_compiler_t *c,
    const api_schema_place_t *place, const ngx_str_t *keyword,
    const char *before, const ngx_str_t *what, const char *after)
{
    if (report(c, place, keyword, before, what, after, c->fault) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


ngx_int_t
api_schema_compile_warn(api_schema_compiler_t *c,
    const api_schema_place_t *place, const ngx_str_t *keyword,
    const char *before, const ngx_str_t *what, const char *after)
{
    api_schema_fault_t  *warning;

    if (c->doc->warnings == NULL) {
        c->doc->warnings = ngx_array_create(c->pool, 4,
                                            sizeof(api_schema_fault_t));
        if (c->doc->warnings == NULL) {
            return NGX_ERROR;
        }
    }

    warning = ngx_array_push(c->doc->warnings);
    if (warning == NULL) {
        return NGX_ERROR;
    }

    return report(c, place, keyword, before, what, after, warning);
}


static ngx_int_t
report(api_schema_compiler_t *c, const api_schema_place_t *place,
    const ngx_str_t *keyword, const char *before, const ngx_str_t *what,
    const char *after, api_schema_fault_t *fault)
{
    api_buf_t  b;

    fault->file = place->file->name;
    fault->pointer = place->pointer;

    if (keyword != NULL
        && api_schema_registry_pointer(c->pool, &place->pointer, keyword,
                                       &fault->pointer) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (api_buf_init(&b, c->pool, 128, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    if (keyword != NULL) {
        api_buf_add_char(&b, '"');
        api_buf_add_str(&b, keyword);
        api_buf_add_literal(&b, "\" ");
    }

    api_buf_add(&b, before, ngx_strlen(before));

    if (what != NULL) {
        api_buf_add_char(&b, '"');
        api_buf_add_str(&b, what);
        api_buf_add_char(&b, '"');
    }

    api_buf_add(&b, after, ngx_strlen(after));

    return api_buf_string(&b, &fault->why);
}


const ngx_array_t *
api_schema_warnings(const api_schema_doc_t *doc)
{
    return doc->warnings;
}
