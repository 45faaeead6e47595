
#include "schema/compile.h"
#include "schema/uri.h"


#define DIALECT_PREFIX  "https://json-schema.org/draft/2020-12/"


typedef struct {
    const char  *name;
    ngx_uint_t   bit;
} dialect_vocabulary_t;


static ngx_int_t read_vocabularies(api_schema_compiler_t *c,
    const api_schema_place_t *place, const api_json_t *schema,
    const api_json_t *metaschema, ngx_uint_t *vocabularies);
static ngx_uint_t vocabulary_bit(const ngx_str_t *uri);
static ngx_uint_t is_other_draft(const ngx_str_t *uri);


static const dialect_vocabulary_t  vocabularies_known[] = {
    { DIALECT_PREFIX "vocab/core", API_SCHEMA_CORE },
    { DIALECT_PREFIX "vocab/applicator", API_SCHEMA_APPLICATOR },
    { DIALECT_PREFIX "vocab/unevaluated", API_SCHEMA_UNEVALUATED },
    { DIALECT_PREFIX "vocab/validation", API_SCHEMA_VALIDATION },
    { DIALECT_PREFIX "vocab/meta-data", API_SCHEMA_METADATA },
    { DIALECT_PREFIX "vocab/format-annotation", API_SCHEMA_FORMAT },
    { DIALECT_PREFIX "vocab/format-assertion", API_SCHEMA_ASSERTION },
    { DIALECT_PREFIX "vocab/content", API_SCHEMA_CONTENT },
    { NULL, 0 }
};


ngx_int_t
api_schema_dialect(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *schema, ngx_uint_t *vocabularies)
{
    ngx_int_t           rc;
    ngx_str_t           uri, fragment, none, why;
    api_schema_file_t  *file;

    if (schema->type != API_JSON_STRING) {
        return api_schema_compile_fault(c, place, &schema->key,
                                        "must be a string, a URI", NULL, "");
    }

    ngx_str_null(&none);

    rc = api_schema_uri_resolve(c->pool, &none, &schema->text, &uri,
                                &fragment);
    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (api_str_is(&uri, DIALECT_PREFIX "schema")) {
        return NGX_OK;
    }

    if (is_other_draft(&uri)) {
        return api_schema_compile_fault(c, place, &schema->key,
                                        "names another draft: JSON Schema "
                                        "2020-12 is what is read here, "
                                        "\"" DIALECT_PREFIX "schema\"", NULL,
                                        "");
    }

    rc = api_schema_registry_open(c, &uri, &file, &why);

    if (rc == NGX_DECLINED) {
        return api_schema_compile_fault(c, place, &schema->key,
                                        "names a dialect that is not known: ",
                                        &uri, "; use \"" DIALECT_PREFIX
                                        "schema\"");
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return read_vocabularies(c, place, schema, file->json, vocabularies);
}


/*
 * without "$vocabulary" the vocabularies are those of the standard's dialect
 */

static ngx_int_t
read_vocabularies(api_schema_compiler_t *c, const api_schema_place_t *place,
    const api_json_t *schema, const api_json_t *metaschema,
    ngx_uint_t *vocabularies)
{
    ngx_str_t          name;
    ngx_uint_t         i, bit;
    const api_json_t  *list;

    ngx_str_set(&name, "$vocabulary");
    list = api_json_member(metaschema, &name);

    if (list == NULL) {
        return NGX_OK;
    }

    *vocabularies = API_SCHEMA_CORE;

    for (i = 0; i < list->count; i++) {
        bit = vocabulary_bit(&list->items[i].key);

        if (bit == 0 && list->items[i].type == API_JSON_TRUE) {
            return api_schema_compile_fault(c, place, &schema->key,
                                            "names a dialect with a "
                                            "vocabulary that is not known "
                                            "here: ", &list->items[i].key,
                                            "");
        }

        *vocabularies |= bit;
    }

    return NGX_OK;
}


static ngx_uint_t
vocabulary_bit(const ngx_str_t *uri)
{
    const dialect_vocabulary_t  *v;

    for (v = vocabularies_known; v->name != NULL; v++) {
        if (ngx_strlen(v->name) == uri->len
            && ngx_memcmp(v->name, uri->data, uri->len) == 0)
        {
            return v->bit;
        }
    }

    return 0;
}


static ngx_uint_t
is_other_draft(const ngx_str_t *uri)
{
    size_t              n;
    const char        **p;
    static const char  *prefixes[] = {
        "http://json-schema.org/",
        "https://json-schema.org/draft-",
        "https://json-schema.org/draft/20",
        NULL
    };

    if (uri->len > sizeof(DIALECT_PREFIX) - 1
        && ngx_memcmp(uri->data, DIALECT_PREFIX, sizeof(DIALECT_PREFIX) - 1)
           == 0)
    {
        return 0;
    }

    for (p = prefixes; *p != NULL; p++) {
        n = ngx_strlen(*p);

        if (uri->len >= n && ngx_memcmp(uri->data, *p, n) == 0) {
            return 1;
        }
    }

    return 0;
}
