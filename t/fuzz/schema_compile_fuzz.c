
/*
 * A text that may be a schema: a fault or a warning has a sentence and a place
 * that is there; what compiles says of any document what its copy says, with
 * other hashes too, and what binding is told of it holds for each document
 * that is valid.
 */


#include "fuzz_json.h"
#include "schema/schema.h"


/* schemas of one run whose answers are looked at */
#define ASKED  200


typedef struct {
    ngx_int_t     rc;
    ngx_array_t  *failures;
} answer_t;


static api_schema_doc_t *compile(ngx_pool_t *pool, const api_json_t *schema,
    uint64_t seed, api_schema_fault_t *fault);
static void check_fault(const api_json_t *schema,
    const api_schema_fault_t *fault);
static void check_warnings(const api_json_t *schema,
    const api_schema_doc_t *doc);
static const api_json_t *step(const api_json_t *json, const u_char *token,
    size_t len);
static ngx_uint_t is_key(const ngx_str_t *key, const u_char *token,
    size_t len);
static void check_documents(ngx_pool_t *pool, const api_schema_doc_t *one,
    const api_schema_doc_t *two, const api_json_t *schema);
static void check_document(ngx_pool_t *pool, const api_schema_doc_t *one,
    const api_schema_doc_t *two, const api_json_t *document);
static void check_same(const answer_t *a, const answer_t *b);
static void check_valid(const api_schema_node_t *node,
    const api_json_t *document);
static ngx_uint_t type_of(const api_json_t *json);
static void ask_all(const api_schema_node_t *node, ngx_uint_t *left);


static const char  *documents[] = {
    "null", "true", "0", "-1.5", "1e3", "\"\"", "\"a\"", "\"2026-01-31\"",
    "[]", "[1,1.0,\"a\",null]", "[[],[{}]]", "{}", "{\"a\":1}",
    "{\"a\":\"x\",\"b\":{\"a\":null},\"c\":[]}", NULL
};

static const char  *const  names[] = { "a", "b", "c", "", "items", NULL };


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t            text;
    api_json_t          *schema, *copy;
    ngx_uint_t           left;
    ngx_pool_t          *pool;
    api_schema_doc_t    *one, *two;
    api_schema_fault_t   fault, again;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);
    schema = fuzz_json(pool, &text);

    if (schema == NULL) {
        ngx_destroy_pool(pool);
        return 0;
    }

    text = fuzz_json_text(pool, schema);
    copy = fuzz_json(pool, &text);
    fuzz_check(copy != NULL);

    one = compile(pool, schema, 1, &fault);
    two = compile(pool, copy, 0x9e3779b97f4a7c15, &again);

    fuzz_check((one == NULL) == (two == NULL));

    if (one == NULL) {
        check_fault(schema, &fault);
        fuzz_check(api_str_equal(&fault.pointer, &again.pointer));
        fuzz_check(api_str_equal(&fault.why, &again.why));

    } else {
        check_warnings(schema, one);
        check_documents(pool, one, two, schema);

        left = ASKED;
        ask_all(api_schema_root(one), &left);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static api_schema_doc_t *
compile(ngx_pool_t *pool, const api_json_t *schema, uint64_t seed,
    api_schema_fault_t *fault)
{
    ngx_int_t             rc;
    api_schema_doc_t     *doc;
    api_schema_source_t   source;

    ngx_memzero(fault, sizeof(api_schema_fault_t));
    ngx_memzero(&source, sizeof(api_schema_source_t));
    source.seed = seed;
    source.base_uri = fuzz_str("file:///etc/nginx/a.json");
    source.file = fuzz_str("/etc/nginx/a.json");

    rc = api_schema_compile(pool, schema, &source, &doc, fault);
    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);

    return rc == NGX_OK ? doc : NULL;
}


static void
check_fault(const api_json_t *schema, const api_schema_fault_t *fault)
{
    const u_char  *p, *end, *token;

    fuzz_check(fault->why.len > 10 && fault->why.len < 8192);
    fuzz_check(fault->file.len != 0);

    end = fault->pointer.data + fault->pointer.len;

    for (p = fault->pointer.data; p < end; /* void */ ) {
        fuzz_check(*p == '/');
        token = ++p;

        while (p < end && *p != '/') {
            p++;
        }

        schema = step(schema, token, (size_t) (p - token));
        fuzz_check(schema != NULL);
    }
}


static void
check_warnings(const api_json_t *schema, const api_schema_doc_t *doc)
{
    ngx_uint_t                 i;
    const ngx_array_t         *warnings;
    const api_schema_fault_t  *fault;

    warnings = api_schema_warnings(doc);

    if (warnings == NULL) {
        return;
    }

    fault = warnings->elts;

    for (i = 0; i < warnings->nelts; i++) {
        check_fault(schema, &fault[i]);
    }
}


/* a reference token of RFC 6901: what it leads to, or NULL */

static const api_json_t *
step(const api_json_t *json, const u_char *token, size_t len)
{
    size_t      n;
    ngx_uint_t  i;

    if (json->type == API_JSON_OBJECT) {

        for (i = 0; i < json->count; i++) {
            if (is_key(&json->items[i].key, token, len)) {
                return &json->items[i];
            }
        }

        return NULL;
    }

    if (json->type != API_JSON_ARRAY || len == 0) {
        return NULL;
    }

    for (n = 0; len != 0; len--, token++) {
        fuzz_check(*token >= '0' && *token <= '9');
        n = n * 10 + (size_t) (*token - '0');
    }

    return n < json->count ? &json->items[n] : NULL;
}


/* a long key is cut short, with "..." behind it */

static ngx_uint_t
is_key(const ngx_str_t *key, const u_char *token, size_t len)
{
    u_char  ch;
    size_t  i, n;

    n = 0;

    for (i = 0; i < key->len; i++) {

        if (n == len) {
            return 0;
        }

        if (i > API_ERROR_KEY - 4 && len - n == 3
            && memcmp(token + n, "...", 3) == 0)
        {
            return 1;
        }

        ch = token[n++];

        if (ch == '~') {
            fuzz_check(n < len && (token[n] == '0' || token[n] == '1'));
            ch = token[n++] == '0' ? '~' : '/';
        }

        if (ch != key->data[i]) {
            return 0;
        }
    }

    return n == len;
}


static void
check_documents(ngx_pool_t *pool, const api_schema_doc_t *one,
    const api_schema_doc_t *two, const api_json_t *schema)
{
    ngx_str_t    text;
    ngx_uint_t   i;

    for (i = 0; documents[i] != NULL; i++) {
        text = fuzz_str(documents[i]);
        check_document(pool, one, two, fuzz_json(pool, &text));
    }

    check_document(pool, one, two, schema);
}


static void
check_document(ngx_pool_t *pool, const api_schema_doc_t *one,
    const api_schema_doc_t *two, const api_json_t *document)
{
    answer_t  a, b;

    a.rc = api_schema_validate(one, document, pool, &a.failures);
    b.rc = api_schema_validate(two, document, pool, &b.failures);

    check_same(&a, &b);

    if (a.rc == NGX_OK) {
        check_valid(api_schema_root(one), document);
    }
}


static void
check_same(const answer_t *a, const answer_t *b)
{
    ngx_uint_t            i;
    const api_failure_t  *f, *g;

    fuzz_check(a->rc == NGX_OK || a->rc == NGX_DECLINED);
    fuzz_check(a->rc == b->rc);
    fuzz_check((a->rc == NGX_OK) == (a->failures == NULL));

    if (a->failures == NULL) {
        return;
    }

    fuzz_check(a->failures->nelts == b->failures->nelts);
    fuzz_check(a->failures->nelts >= 1
               && a->failures->nelts <= API_ERROR_FAILURES);

    f = a->failures->elts;
    g = b->failures->elts;

    for (i = 0; i < a->failures->nelts; i++) {
        fuzz_check(api_str_equal(&f[i].field, &g[i].field));
        fuzz_check(api_str_equal(&f[i].code, &g[i].code));
        fuzz_check(api_str_equal(&f[i].message, &g[i].message));
    }
}


static void
check_valid(const api_schema_node_t *node, const api_json_t *document)
{
    fuzz_check(api_schema_types(node) & type_of(document));
}


static ngx_uint_t
type_of(const api_json_t *json)
{
    switch (json->type) {

    case API_JSON_NULL:
        return API_SCHEMA_NULL;

    case API_JSON_FALSE:
    case API_JSON_TRUE:
        return API_SCHEMA_BOOLEAN;

    case API_JSON_NUMBER:

        /* of the numbers here these have no fraction */
        return memchr(json->text.data, '.', json->text.len) == NULL
               && memchr(json->text.data, '-', json->text.len) == NULL
               ? API_SCHEMA_INTEGER : API_SCHEMA_NUMBER;

    case API_JSON_STRING:
        return API_SCHEMA_STRING;

    case API_JSON_ARRAY:
        return API_SCHEMA_ARRAY;

    default:
        return API_SCHEMA_OBJECT;
    }
}


/* whatever it is, the answer comes */

static void
ask_all(const api_schema_node_t *node, ngx_uint_t *left)
{
    ngx_str_t                 name;
    ngx_uint_t                i;
    const api_schema_node_t  *inner;

    if (*left == 0) {
        return;
    }

    (*left)--;

    fuzz_check((api_schema_types(node) & ~(ngx_uint_t) API_SCHEMA_ANY) == 0);
    (void) api_schema_default(node);
    (void) api_schema_format(node);

    for (i = 0; names[i] != NULL; i++) {
        name = fuzz_str(names[i]);
        inner = api_schema_member(node, &name);

        if (inner != NULL) {
            ask_all(inner, left);
        }
    }

    inner = api_schema_items(node);

    if (inner != NULL) {
        ask_all(inner, left);
    }
}
