
#include <jansson.h>
#include <pthread.h>

#include "json/quick.h"
#include "json/read.h"
#include "json/scan.h"
#include "core/buf.h"
#include "core/scan.h"


/* a sentence about the text: before, the limit and after if there is one */
typedef struct {
    const char    *before;
    const char    *after;
} read_fault_t;


/*
 * The strings and numbers of the tree stand in one copy of the text, each
 * decoded where it was.
 */
typedef struct {
    ngx_pool_t    *pool;
    u_char        *pos;          /* behind the last string or number taken */
    u_char        *end;
} reader_t;


static void *allocate(size_t size);
static void release(void *p);
static ngx_int_t read_all(ngx_pool_t *pool, const ngx_str_t *text,
    const ngx_str_t *copy, const api_json_limits_t *limits, api_json_t **out,
    api_error_t *err);
static ngx_int_t parse(ngx_pool_t *pool, const ngx_str_t *text,
    const ngx_str_t *copy, json_t **root, api_error_t *err);
static ngx_int_t load(ngx_pool_t *pool, const u_char *text, size_t len,
    json_t **root, json_error_t *error);
static const u_char *place_of(const ngx_str_t *text, size_t position);
static ngx_int_t refuse(ngx_pool_t *pool, const ngx_str_t *text,
    const u_char *place, const read_fault_t *fault, ngx_uint_t limit,
    api_error_t *err);
static ngx_int_t convert(reader_t *r, json_t *json, api_json_t *value);
static ngx_int_t convert_array(reader_t *r, json_t *json, api_json_t *value);
static ngx_int_t convert_object(reader_t *r, json_t *json,
    api_json_t *value);
static ngx_int_t take(reader_t *r, api_json_scan_kind_e kind,
    api_json_t *value, ngx_str_t *out);


/* what jansson allocates from while it reads for us */
typedef struct {
    ngx_pool_t    *pool;
    ngx_uint_t     exhausted;    /* jansson calls some of that a fault of the
                                    text, and overlooks the rest */
} memory_t;


/* of each thread its memory_t, or NULL */
static pthread_key_t  memory_key;
static ngx_uint_t     is_pooled;


/* by api_json_fault_e */

static const read_fault_t  faults[] = {
    { NULL, NULL },
    { "the JSON text is empty", NULL },
    { "the JSON text contains a NUL byte", NULL },
    { "the JSON text begins with a byte order mark", NULL },
    { "the JSON text is not valid UTF-8", NULL },
    { "the JSON text contains half of an escaped surrogate pair", NULL },
    { "the JSON text contains a number that is not valid JSON", NULL },
    { "the JSON text is nested deeper than ", " levels" },
    { "the JSON text has more than ", " values" }
};

static const read_fault_t  fault_early = {
    "the JSON text ends too early", NULL
};
static const read_fault_t  fault_trailing = {
    "the JSON text continues after its value", NULL
};
static const read_fault_t  fault_duplicate = {
    "the JSON text has an object with the same key twice, the second one",
    NULL
};
static const read_fault_t  fault_syntax = {
    "the text is not valid JSON", NULL
};


ngx_int_t
api_json_pooled(void)
{
    if (is_pooled) {
        return NGX_OK;
    }

    if (pthread_key_create(&memory_key, NULL) != 0) {
        return NGX_ERROR;
    }

    is_pooled = 1;
    json_set_alloc_funcs(allocate, release);

    return NGX_OK;
}


ngx_int_t
api_json_read(ngx_pool_t *pool, const ngx_str_t *text,
    const api_json_limits_t *limits, api_json_t **out, api_error_t *err)
{
    ngx_int_t  rc;
    ngx_str_t  copy;

    static const api_json_limits_t  usual = {
        API_JSON_DEPTH, API_JSON_VALUES
    };

    limits = limits ? limits : &usual;

    copy.len = text->len;
    copy.data = ngx_pnalloc(pool, text->len + 1);
    if (copy.data == NULL) {
        return NGX_ERROR;
    }

    if (text->len != 0) {
        ngx_memcpy(copy.data, text->data, text->len);
    }

    rc = api_json_quick(pool, &copy, limits, out);

    return rc != NGX_DECLINED ? rc
                              : read_all(pool, text, &copy, limits, out, err);
}


/* with jansson; the copy's bytes are whatever was left of them */

static ngx_int_t
read_all(ngx_pool_t *pool, const ngx_str_t *text, const ngx_str_t *copy,
    const api_json_limits_t *limits, api_json_t **out, api_error_t *err)
{
    json_t            *root;
    reader_t           r;
    ngx_int_t          rc;
    ngx_uint_t         depth;
    const u_char      *place;
    api_json_fault_e   fault;

    if (text->len != 0) {
        ngx_memcpy(copy->data, text->data, text->len);
    }

    /* jansson has a limit of its own, and counts what is innermost, too */
    depth = ngx_min(limits->depth, JSON_PARSER_MAX_DEPTH - 1);

    fault = api_json_scan_prepare(copy->data, copy->len, depth, limits->values,
                                  &place);

    if (fault != API_JSON_FAULT_NONE) {
        return refuse(pool, text, text->data + (place - copy->data),
                      &faults[fault],
                      fault == API_JSON_FAULT_DEPTH ? depth : limits->values,
                      err);
    }

    rc = parse(pool, text, copy, &root, err);
    if (rc != NGX_OK) {
        return rc;
    }

    /* jansson has seen what was prepared for it: the text itself again */
    ngx_memcpy(copy->data, text->data, text->len);

    r.pool = pool;
    r.pos = copy->data;
    r.end = copy->data + copy->len;

    *out = ngx_pcalloc(pool, sizeof(api_json_t));
    rc = (*out != NULL) ? convert(&r, root, *out) : NGX_ERROR;

    if (!is_pooled) {
        json_decref(root);
    }

    return rc;
}


static ngx_int_t
parse(ngx_pool_t *pool, const ngx_str_t *text, const ngx_str_t *copy,
    json_t **root, api_error_t *err)
{
    size_t               len, position;
    u_char              *skeleton;
    ngx_int_t            rc;
    json_error_t         error;
    const read_fault_t  *fault;

    skeleton = ngx_pnalloc(pool, copy->len + 1);
    if (skeleton == NULL) {
        return NGX_ERROR;
    }

    len = api_json_scan_skeleton(copy->data, copy->len, skeleton);
    rc = load(pool, skeleton, len, root, &error);

    (void) ngx_pfree(pool, skeleton);

    if (rc == NGX_DECLINED) {
        /* once more for the place, which the skeleton does not have */
        rc = load(pool, copy->data, copy->len, root, &error);
    }

    if (rc != NGX_DECLINED) {
        return rc;
    }

    switch (json_error_code(&error)) {
    case json_error_premature_end_of_input:
        fault = &fault_early;
        break;
    case json_error_end_of_input_expected:
        fault = &fault_trailing;
        break;
    case json_error_duplicate_key:
        fault = &fault_duplicate;
        break;
    default:
        fault = &fault_syntax;
        break;
    }

    position = error.position > 0 ? (size_t) error.position : 0;

    return refuse(pool, text, place_of(text, position), fault, 0, err);
}


static ngx_int_t
load(ngx_pool_t *pool, const u_char *text, size_t len, json_t **root,
    json_error_t *error)
{
    memory_t  memory;

    memory.pool = pool;
    memory.exhausted = 0;

    if (is_pooled && pthread_setspecific(memory_key, &memory) != 0) {
        return NGX_ERROR;
    }

    *root = json_loadb((const char *) text, len,
                       JSON_REJECT_DUPLICATES|JSON_DECODE_ANY|JSON_ALLOW_NUL,
                       error);

    if (is_pooled) {
        (void) pthread_setspecific(memory_key, NULL);
    }

    if (memory.exhausted
        || (*root == NULL
            && json_error_code(error) == json_error_out_of_memory))
    {
        return NGX_ERROR;
    }

    return *root != NULL ? NGX_OK : NGX_DECLINED;
}


/* for those who use jansson beside us, and what they have already, these are
   malloc() and free() */

static void *
allocate(size_t size)
{
    void      *p;
    memory_t  *memory;

    memory = pthread_getspecific(memory_key);

    if (memory == NULL) {
        return malloc(size);
    }

    p = ngx_palloc(memory->pool, size);

    if (p == NULL) {
        memory->exhausted = 1;
    }

    return p;
}


static void
release(void *p)
{
    if (pthread_getspecific(memory_key) == NULL) {
        free(p);
    }
}


/* jansson's position is behind the token, or the byte, it did not like */

static const u_char *
place_of(const ngx_str_t *text, size_t position)
{
    const u_char           *end, *last;
    api_json_scan_token_t   token;

    end = text->data + text->len;
    last = text->data + ngx_min(position, text->len);
    token.end = text->data;

    while (api_json_scan_token(token.end, end, &token) != API_JSON_SCAN_END) {

        if (token.end < last) {
            continue;
        }

        if (token.end == last || last - token.start < 2) {
            return token.start;
        }

        /* in a string the byte itself; a control character is put back */
        return (*last < 0x20) ? last : last - 1;
    }

    return end;
}


static ngx_int_t
refuse(ngx_pool_t *pool, const ngx_str_t *text, const u_char *place,
    const read_fault_t *fault, ngx_uint_t limit, api_error_t *err)
{
    api_buf_t      b;
    ngx_uint_t     line;
    const u_char  *p, *start;

    line = 1;
    start = text->data;

    for (p = text->data; p < place; p++) {
        if (*p == '\n') {
            line++;
            start = p + 1;
        }
    }

    if (api_buf_init(&b, pool, 128, 1024) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add(&b, fault->before, ngx_strlen(fault->before));

    if (fault->after != NULL) {
        api_buf_add_uint(&b, limit);
        api_buf_add(&b, fault->after, ngx_strlen(fault->after));
    }

    api_buf_add_literal(&b, ", line ");
    api_buf_add_uint(&b, line);
    api_buf_add_literal(&b, ", column ");
    api_buf_add_uint(&b, api_scan_utf8_length(start, place) + 1);

    api_error_set(err, API_ERROR_NOT_JSON, NULL);

    if (api_buf_string(&b, &err->detail) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


static ngx_int_t
convert(reader_t *r, json_t *json, api_json_t *value)
{
    switch (json_typeof(json)) {

    case JSON_OBJECT:
        return convert_object(r, json, value);

    case JSON_ARRAY:
        return convert_array(r, json, value);

    case JSON_STRING:
        value->type = API_JSON_STRING;
        return take(r, API_JSON_SCAN_STRING, value, &value->text);

    case JSON_INTEGER:
    case JSON_REAL:
        value->type = API_JSON_NUMBER;
        return take(r, API_JSON_SCAN_NUMBER, value, &value->text);

    case JSON_TRUE:
        value->type = API_JSON_TRUE;
        return NGX_OK;

    case JSON_FALSE:
        value->type = API_JSON_FALSE;
        return NGX_OK;

    default: /* JSON_NULL */
        value->type = API_JSON_NULL;
        return NGX_OK;
    }
}


static ngx_int_t
convert_array(reader_t *r, json_t *json, api_json_t *value)
{
    ngx_uint_t  i;

    value->type = API_JSON_ARRAY;
    value->count = json_array_size(json);
    value->items = ngx_pcalloc(r->pool, value->count * sizeof(api_json_t));

    if (value->items == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < value->count; i++) {
        if (convert(r, json_array_get(json, i), &value->items[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* jansson keeps members in the order they were inserted in */

static ngx_int_t
convert_object(reader_t *r, json_t *json, api_json_t *value)
{
    void        *iter;
    ngx_int_t    rc;
    api_json_t  *member;

    value->type = API_JSON_OBJECT;
    value->count = json_object_size(json);
    value->items = ngx_pcalloc(r->pool, value->count * sizeof(api_json_t));

    if (value->items == NULL) {
        return NGX_ERROR;
    }

    member = value->items;

    for (iter = json_object_iter(json);
         iter != NULL;
         iter = json_object_iter_next(json, iter))
    {
        rc = take(r, API_JSON_SCAN_STRING, member, &member->key);
        if (rc != NGX_OK) {
            return rc;
        }

        rc = convert(r, json_object_iter_value(iter), member);
        if (rc != NGX_OK) {
            return rc;
        }

        member++;
    }

    return NGX_OK;
}


/*
 * The tree is walked in the order of the text, so what it asks for is the
 * next string or number of the text; if it is not, something was lost.
 */

static ngx_int_t
take(reader_t *r, api_json_scan_kind_e kind, api_json_t *value,
    ngx_str_t *out)
{
    api_json_scan_token_t  token;

    do {
        (void) api_json_scan_token(r->pos, r->end, &token);
        r->pos += token.end - r->pos;

    } while (token.kind != API_JSON_SCAN_STRING
             && token.kind != API_JSON_SCAN_NUMBER
             && token.kind != API_JSON_SCAN_END);

    if (token.kind != kind) {
        return NGX_ERROR;
    }

    out->len = (size_t) (token.end - token.start);
    out->data = r->pos - out->len;

    if (kind == API_JSON_SCAN_STRING) {
        out->len = api_json_scan_decode(&token, out->data);
    }

    /* behind a number it replaces a comma or the like, no longer needed */
    out->data[out->len] = '\0';

    if (ngx_strlen(out->data) != out->len) {
        value->has_nul = 1;
    }

    return NGX_OK;
}


api_json_t *
api_json_member(const api_json_t *object, const ngx_str_t *key)
{
    ngx_uint_t  i;

    if (object->type != API_JSON_OBJECT) {
        return NULL;
    }

    for (i = 0; i < object->count; i++) {
        if (api_str_equal(&object->items[i].key, key)) {
            return &object->items[i];
        }
    }

    return NULL;
}
