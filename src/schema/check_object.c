
#include "schema/check.h"


/* members looked up in a step */
#define OBJECT_MEMBERS  2

/*
 * a bit for each name that is there, in words of 64, if other names depend on
 * it
 */
#define OBJECT_WORDS    64
#define OBJECT_NEEDS    8


/* one object on its way */
typedef struct {
    const api_schema_object_t  *object;
    const api_json_t           *json;
    const api_schema_path_t    *path;
    api_schema_seen_t          *seen;
    ngx_uint_t                  required;    /* how many of those were met */
    ngx_uint_t                  noted;       /* is "there" needed? */
    api_schema_seen_t           there;       /* which of the schema's names
                                                the object has */
} object_check_t;


static ngx_uint_t check_members(api_schema_check_t *c, object_check_t *o);
static ngx_uint_t check_member(api_schema_check_t *c, object_check_t *o,
    const api_json_t *member, const api_schema_path_t *path);
static ngx_uint_t check_unnamed(api_schema_check_t *c, object_check_t *o,
    const api_json_t *member, const api_schema_path_t *path);
static ngx_uint_t check_name(api_schema_check_t *c,
    const api_schema_node_t *node, const api_json_t *member,
    const api_schema_path_t *path);
static ngx_uint_t check_count(api_schema_check_t *c, object_check_t *o);
static void tell_missing(api_schema_check_t *c, object_check_t *o);
static ngx_uint_t check_dependent(api_schema_check_t *c, object_check_t *o);
static ngx_uint_t check_needs(api_schema_check_t *c, object_check_t *o,
    const api_schema_name_t *name);


ngx_uint_t
api_schema_check_object(api_schema_check_t *c,
    const api_schema_object_t *object, const api_json_t *json,
    const api_schema_path_t *path, api_schema_seen_t *seen)
{
    ngx_uint_t      ok;
    object_check_t  o;

    o.object = object;
    o.json = json;
    o.path = path;
    o.seen = seen;
    o.required = 0;

    /* dependencies need it, and so does the list of missing names */

    o.noted = object->dependent || (c->collect && object->nrequired != 0);

    if (o.noted
        && api_schema_seen_open(c, &o.there, object->names.list.nelts)
           != NGX_OK)
    {
        return 0;
    }

    ok = check_members(c, &o);

    if (ok || c->collect) {
        ok &= check_count(c, &o);
    }

    if (object->dependent && (ok || c->collect)) {
        ok &= check_dependent(c, &o);
    }

    if (o.noted) {
        api_schema_seen_close(c, &o.there);
    }

    return ok;
}


static ngx_uint_t
check_members(api_schema_check_t *c, object_check_t *o)
{
    ngx_uint_t         ok;
    const api_json_t  *member;
    api_schema_path_t  path;

    ok = 1;
    path.up = o->path;

    if (!api_schema_check_spend(c, o->json->count / OBJECT_MEMBERS)) {
        return 0;
    }

    for (path.index = 0; path.index < o->json->count; path.index++) {

        member = &o->json->items[path.index];
        path.key = &member->key;

        ok &= check_member(c, o, member, &path);

        if (!ok && (!c->collect || api_schema_fail_full(c))) {
            return 0;
        }
    }

    return ok;
}


static ngx_uint_t
check_member(api_schema_check_t *c, object_check_t *o,
    const api_json_t *member, const api_schema_path_t *path)
{
    ngx_uint_t                  i, ok, known;
    const api_schema_name_t    *name;
    const api_schema_object_t  *object;

    ok = 1;
    known = 0;
    object = o->object;
    name = api_schema_names_find(&object->names, &member->key);

    if (name != NULL) {
        o->required += name->required;

        if (o->noted) {
            i = (ngx_uint_t) (name - (const api_schema_name_t *)
                                     object->names.list.elts);
            api_schema_seen_add(&o->there, i);
        }

        if (name->node != NULL) {
            known = 1;
            ok = api_schema_check_node(c, name->node, member, path, NULL);
        }
    }

    for (i = 0; i < object->npatterns && (ok || c->collect); i++) {

        if (api_schema_check_pattern(c, object->patterns[i].regex,
                                     &member->key))
        {
            known = 1;
            ok &= api_schema_check_node(c, object->patterns[i].node, member,
                                        path, NULL);
        }
    }

    if (!known && object->additional != NULL) {
        known = 1;
        ok &= check_unnamed(c, o, member, path);
    }

    if (object->property_names != NULL && (ok || c->collect)) {
        ok &= check_name(c, object->property_names, member, path);
    }

    if (known && o->seen != NULL) {
        api_schema_seen_add(o->seen, path->index);
    }

    return ok;
}


static ngx_uint_t
check_unnamed(api_schema_check_t *c, object_check_t *o,
    const api_json_t *member, const api_schema_path_t *path)
{
    if (!o->object->additional->never || (c->nul && member->has_nul)) {
        return api_schema_check_node(c, o->object->additional, member, path,
                                     NULL);
    }

    return api_schema_fail(c, path, "unknown", "additionalProperties",
                           "is not a known field", NULL, "");
}


static ngx_uint_t
check_name(api_schema_check_t *c, const api_schema_node_t *node,
    const api_json_t *member, const api_schema_path_t *path)
{
    api_json_t  name;

    ngx_memzero(&name, sizeof(api_json_t));

    name.type = API_JSON_STRING;
    name.text = member->key;

    if ((c->nul && member->has_nul)
        || api_schema_check_try(c, node, &name, path, NULL))
    {
        return 1;
    }

    return api_schema_fail(c, path, "property_names", "propertyNames",
                           "is not an allowed name", NULL, "");
}


static ngx_uint_t
check_count(api_schema_check_t *c, object_check_t *o)
{
    ngx_uint_t                  ok;
    const api_schema_object_t  *object;

    ok = 1;
    object = o->object;

    if (o->required < object->nrequired) {

        if (!c->collect) {
            return 0;
        }

        tell_missing(c, o);
        ok = 0;
    }

    if (o->json->count < object->min) {
        ok = api_schema_fail_count(c, o->path, "min_properties",
                                   "minProperties", "must have at least ",
                                   object->min, "field", "");
    }

    if (o->json->count > object->max) {
        ok = api_schema_fail_count(c, o->path, "max_properties",
                                   "maxProperties", "must have at most ",
                                   object->max, "field", "");
    }

    return ok;
}


/* behind the failures of members that are there */

static void
tell_missing(api_schema_check_t *c, object_check_t *o)
{
    ngx_uint_t                i;
    api_schema_path_t         path;
    const api_schema_name_t  *name;

    name = o->object->names.list.elts;
    path.up = o->path;

    for (i = 0; i < o->object->names.list.nelts; i++) {

        if (!name[i].required || api_schema_seen_has(&o->there, i)) {
            continue;
        }

        path.key = &name[i].name;
        path.index = o->json->count + i;

        (void) api_schema_fail(c, &path, "required", "required",
                               "is required", NULL, "");

        if (api_schema_fail_full(c)) {
            return;
        }
    }
}


static ngx_uint_t
check_dependent(api_schema_check_t *c, object_check_t *o)
{
    ngx_uint_t                i, ok;
    const api_schema_name_t  *name;

    ok = 1;
    name = o->object->names.list.elts;

    if (!api_schema_check_spend(c, o->there.words / OBJECT_WORDS)) {
        return 0;
    }

    for (i = 0; i < o->object->names.list.nelts; i++) {

        /*
         * a schema may name thousands of members, and an object have none of
         * them
         */

        if (i % 64 == 0 && o->there.bits[i / 64] == 0) {
            i += 63;
            continue;
        }

        if (!api_schema_seen_has(&o->there, i)) {
            continue;
        }

        if (name[i].nneeds != 0) {
            ok &= check_needs(c, o, &name[i]);
        }

        if (name[i].dependent != NULL && (ok || c->collect)) {
            ok &= api_schema_check_node(c, name[i].dependent, o->json,
                                        o->path, o->seen);
        }

        if (!ok && (!c->collect || api_schema_fail_full(c))) {
            return 0;
        }
    }

    return ok;
}


static ngx_uint_t
check_needs(api_schema_check_t *c, object_check_t *o,
    const api_schema_name_t *name)
{
    ngx_uint_t                i, ok;
    api_schema_path_t         path;
    const api_schema_name_t  *other;

    ok = 1;
    path.up = o->path;

    if (!api_schema_check_spend(c, name->nneeds / OBJECT_NEEDS)) {
        return 0;
    }

    for (i = 0; i < name->nneeds && (ok || c->collect); i++) {

        if (api_schema_seen_has(&o->there, name->needs[i])) {
            continue;
        }

        other = (const api_schema_name_t *) o->object->names.list.elts
                + name->needs[i];

        path.key = &other->name;
        path.index = o->json->count + name->needs[i];

        ok = api_schema_fail(c, &path, "dependent_required",
                             "dependentRequired", "is required together with ",
                             &name->name, "");
    }

    return ok;
}
