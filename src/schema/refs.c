
#include "schema/compile.h"
#include "schema/uri.h"
#include "core/scan.h"


/* a walk along a JSON Pointer */
typedef struct {
    const api_json_t          *json;
    ngx_str_t                  pointer;  /* of json in its document */
    const api_schema_place_t  *place;    /* the last one passed */
} refs_walk_t;


static ngx_int_t find_resource(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    const ngx_str_t *uri, api_schema_resource_t **resource);
static ngx_int_t go_on(ngx_pool_t *pool, ngx_str_t *why,
    const ngx_str_t *more);
static ngx_int_t find_pointer(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    const api_schema_resource_t *resource, const ngx_str_t *fragment,
    api_schema_place_t **target);
static ngx_int_t step(api_schema_compiler_t *c, refs_walk_t *walk,
    const ngx_str_t *token);
static ngx_int_t unescape(ngx_pool_t *pool, const u_char *from,
    const u_char *to, ngx_str_t *token);
static const api_json_t *item(const api_json_t *array,
    const ngx_str_t *token);


ngx_int_t
api_schema_refs_resolve(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *value,
    api_schema_place_t **target, ngx_str_t *anchor)
{
    ngx_int_t                         rc;
    ngx_str_t                         uri, fragment;
    api_schema_resource_t            *resource;
    const api_schema_anchor_place_t  *found;

    ngx_str_null(anchor);
    resource = NULL;

    if (value->type != API_JSON_STRING) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "must be a string, a reference such "
                                        "as \"#/$defs/address\"", NULL, "");
    }

    rc = api_schema_uri_resolve(c->pool, &place->resource->uri, &value->text,
                                &uri, &fragment);

    if (rc == NGX_DECLINED) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "is not a valid reference, because a % "
                                        "is not followed by two hex digits: ",
                                        &value->text, "");
    }

    if (rc == NGX_OK) {
        rc = find_resource(c, place, value, &uri, &resource);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (fragment.len == 0) {
        *target = resource->root;
        return NGX_OK;
    }

    if (fragment.data[0] == '/') {
        return find_pointer(c, place, value, resource, &fragment, target);
    }

    found = api_schema_refs_anchor(resource, &fragment);

    if (found == NULL) {
        return api_schema_compile_fault(c, place, &value->key,
                                        "names an anchor that is not there: ",
                                        &value->text, "; a \"$anchor\" of the "
                                        "schema it is to mean is missing");
    }

    *target = found->place;
    *anchor = found->name;

    return NGX_OK;
}


static ngx_int_t
find_resource(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *value, const ngx_str_t *uri,
    api_schema_resource_t **resource)
{
    ngx_int_t            rc;
    ngx_str_t            why;
    api_schema_file_t   *file;
    api_schema_place_t  *root;

    root = NULL;

    *resource = api_schema_registry_resource(c, uri);

    if (*resource != NULL) {
        return NGX_OK;
    }

    rc = api_schema_registry_open(c, uri, &file, &why);

    if (rc == NGX_DECLINED) {
        if (api_schema_compile_fault(c, place, &value->key,
                                     "names a document that cannot be read, ",
                                     uri, ": ")
            == NGX_ERROR)
        {
            return NGX_ERROR;
        }

        return go_on(c->pool, &c->fault->why, &why);
    }

    if (rc == NGX_OK) {
        rc = api_schema_registry_root(c, file, &root);
    }

    if (rc == NGX_OK) {
        *resource = root->resource;
    }

    return rc;
}


/* the sentence ends with the reader's own */

static ngx_int_t
go_on(ngx_pool_t *pool, ngx_str_t *why, const ngx_str_t *more)
{
    u_char  *p;

    p = ngx_pnalloc(pool, why->len + more->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, why->data, why->len);
    ngx_memcpy(p + why->len, more->data, more->len);

    why->data = p;
    why->len += more->len;
    p[why->len] = '\0';

    return NGX_DECLINED;
}


/* the value a pointer leads to is taken as a schema, wherever it is */

static ngx_int_t
find_pointer(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *value, const api_schema_resource_t *resource,
    const ngx_str_t *fragment, api_schema_place_t **target)
{
    ngx_int_t      rc;
    ngx_str_t      token;
    refs_walk_t    walk;
    const u_char  *p, *end, *last;

    walk.json = resource->root->json;
    walk.pointer = resource->root->pointer;
    walk.place = resource->root;

    p = fragment->data;
    end = fragment->data + fragment->len;

    while (p < end) {

        for (last = p + 1; last < end && *last != '/'; last++) { /* void */ }

        rc = unescape(c->pool, p + 1, last, &token);

        if (rc == NGX_OK) {
            rc = step(c, &walk, &token);
        }

        if (rc == NGX_DECLINED) {
            return api_schema_compile_fault(c, place, &value->key,
                                            "leads nowhere, because there is "
                                            "no ",
                                            &token, " on its way");
        }

        if (rc != NGX_OK) {
            return rc;
        }

        p = last;
    }

    return api_schema_registry_scan(c, walk.place->file, walk.json,
                                    walk.place->resource, &walk.pointer,
                                    target);
}


static ngx_int_t
step(api_schema_compiler_t *c, refs_walk_t *walk, const ngx_str_t *token)
{
    const api_json_t          *next;
    const api_schema_place_t  *place;

    next = walk->json->type == API_JSON_ARRAY
           ? item(walk->json, token)
           : api_json_member(walk->json, token);

    if (next == NULL) {
        return NGX_DECLINED;
    }

    if (api_schema_registry_pointer(c->pool, &walk->pointer, token,
                                    &walk->pointer) != NGX_OK)
    {
        return NGX_ERROR;
    }

    walk->json = next;

    place = api_schema_registry_place(c, next);

    if (place != NULL) {
        walk->place = place;
    }

    return NGX_OK;
}


/* RFC 6901, section 4 */

static ngx_int_t
unescape(ngx_pool_t *pool, const u_char *from, const u_char *to,
    ngx_str_t *token)
{
    u_char     *p;
    ngx_int_t   rc;

    p = ngx_pnalloc(pool, (size_t) (to - from) + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    token->data = p;
    rc = NGX_OK;

    for ( /* void */ ; from < to; from++) {

        if (*from != '~') {
            *p++ = *from;

        } else if (to - from > 1 && (from[1] == '0' || from[1] == '1')) {
            *p++ = (*++from == '1') ? '/' : '~';

        } else {
            /* no name is written so: the token is for the message */
            *p++ = '~';
            rc = NGX_DECLINED;
        }
    }

    *p = '\0';
    token->len = (size_t) (p - token->data);

    return rc;
}


static const api_json_t *
item(const api_json_t *array, const ngx_str_t *token)
{
    size_t  n;

    if (!api_value_number_size(token, &n) || n >= array->count
        || (token->len > 1 && token->data[0] == '0'))
    {
        return NULL;
    }

    return &array->items[n];
}


api_schema_anchor_place_t *
api_schema_refs_anchor(const api_schema_resource_t *resource,
    const ngx_str_t *name)
{
    ngx_uint_t                  i;
    api_schema_anchor_place_t  *anchor;

    anchor = resource->anchors.elts;

    for (i = 0; i < resource->anchors.nelts; i++) {
        if (api_str_equal(&anchor[i].name, name)) {
            return &anchor[i];
        }
    }

    return NULL;
}


/* XML's NCName in ASCII, as the meta-schema says */

ngx_uint_t
api_schema_refs_is_anchor(const ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (!api_scan_is_name(name->data[i])
            && (i == 0 || (name->data[i] != '-' && name->data[i] != '.')))
        {
            return 0;
        }
    }

    return name->len != 0 && !api_scan_is_digit(name->data[0]);
}
