
/*
 * [schema, document], any JSON both: what compiles validates the same twice,
 * quickly or not, and whether failures are collected or not; in another schema,
 * or the document in another one, it says what that makes of it; and a document
 * that is refused has failures of the promised form.
 */


#include "fuzz_json.h"
#include "schema/check.h"
#include "schema/schema.h"


/* more than "too_complex" may differ in where it comes */
typedef enum {
    FUZZ_NONE = 0,       /* does not compile */
    FUZZ_VALID,
    FUZZ_INVALID,
    FUZZ_LOST            /* too complex, or \u0000, which nothing excuses */
} fuzz_result_e;


/* "$ref" to the schema in another, and what the document is put into */
typedef struct {
    const char  *schema;
    const char  *before;
    const char  *behind;
    unsigned     opposite:1;
} wrapped_t;


static void ask(ngx_pool_t *pool, api_json_t *schema,
    const api_json_t *document, size_t size);
static fuzz_result_e validate(ngx_pool_t *pool, const api_json_t *schema,
    const api_json_t *document, size_t *told);
static void check_collected(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_json_t *document, ngx_int_t rc);
static void check_quickly(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_json_t *document, ngx_int_t rc, const ngx_array_t *failures);
static api_schema_doc_t *compile(ngx_pool_t *pool, const api_json_t *schema);
static void check_failure(const api_failure_t *f);
static api_json_t *wrap(ngx_pool_t *pool, const api_json_t *schema,
    const wrapped_t *w);
static api_json_t *enclose(ngx_pool_t *pool, const api_json_t *document,
    const wrapped_t *w);
static void identify(ngx_pool_t *pool, api_json_t *schema);


#define REF  "{\"$ref\":\"#/$defs/s\"}"

static const wrapped_t  wrapped[] = {
    { "\"not\":" REF, "", "", 1 },
    { "\"not\":{\"not\":" REF "}", "", "", 0 },
    { "\"allOf\":[" REF "," REF "]", "", "", 0 },
    { "\"anyOf\":[false," REF "]", "", "", 0 },
    { "\"oneOf\":[" REF ",false]", "", "", 0 },
    { "\"oneOf\":[true," REF "]", "", "", 1 },
    { "\"if\":" REF ",\"else\":false", "", "", 0 },
    { "\"if\":" REF ",\"then\":false", "", "", 1 },
    { "\"$ref\":\"#/$defs/s\",\"unevaluatedItems\":true,"
      "\"unevaluatedProperties\":true", "", "", 0 },

    { "\"items\":" REF, "[", "]", 0 },
    { "\"prefixItems\":[true," REF "],\"items\":false", "[0,", "]", 0 },
    { "\"contains\":" REF, "[", "]", 0 },
    { "\"contains\":" REF ",\"maxContains\":0,\"minContains\":0", "[", "]",
      1 },
    { "\"unevaluatedItems\":" REF, "[", "]", 0 },
    { "\"properties\":{\"k\":" REF "},\"additionalProperties\":false",
      "{\"k\":", "}", 0 },
    { "\"patternProperties\":{\"^k$\":" REF "}", "{\"k\":", "}", 0 },
    { "\"additionalProperties\":" REF, "{\"k\":", "}", 0 },
    { "\"unevaluatedProperties\":" REF, "{\"k\":", "}", 0 },
    { "\"dependentSchemas\":{\"k\":{\"properties\":{\"k\":" REF "}}}",
      "{\"k\":", "}", 0 }
};

#define WRAPPED  (sizeof(wrapped) / sizeof(wrapped[0]))
#define SHARE    4


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t    in;
    api_json_t  *json;
    ngx_pool_t  *pool;

    pool = fuzz_pool();
    in = fuzz_copy(pool, data, size);
    json = fuzz_json(pool, &in);

    if (json != NULL && json->type == API_JSON_ARRAY && json->count == 2) {
        ask(pool, &json->items[0], &json->items[1], size);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
ask(ngx_pool_t *pool, api_json_t *schema, const api_json_t *document,
    size_t size)
{
    size_t           told, again;
    fuzz_result_e    result, other;
    const wrapped_t  *w;

    result = validate(pool, schema, document, &told);

    if (result == FUZZ_NONE) {
        return;
    }

    fuzz_check(validate(pool, schema, document, &again) == result);
    fuzz_check(again == told);

    if (result == FUZZ_LOST) {
        return;
    }

    identify(pool, schema);

    /* not all of them each time: another input has another size */

    for (w = wrapped + size % SHARE; w < wrapped + WRAPPED; w += SHARE) {
        other = validate(pool, wrap(pool, schema, w),
                         enclose(pool, document, w), &again);

        fuzz_check(other == FUZZ_NONE || other == FUZZ_LOST
                   || (other == result) == !w->opposite);
    }
}


/* *told: a sum over the failures, the same for the same ones */

static fuzz_result_e
validate(ngx_pool_t *pool, const api_json_t *schema,
    const api_json_t *document, size_t *told)
{
    ngx_int_t          rc;
    ngx_uint_t         i, lost;
    ngx_array_t       *failures;
    api_failure_t     *f;
    api_schema_doc_t  *doc;

    *told = 0;

    doc = compile(pool, schema);
    if (doc == NULL) {
        return FUZZ_NONE;
    }

    rc = api_schema_validate(doc, document, pool, &failures);
    check_collected(pool, doc, document, rc);
    check_quickly(pool, doc, document, rc, failures);

    if (rc == NGX_OK) {
        fuzz_check(failures == NULL);
        return FUZZ_VALID;
    }

    fuzz_check(rc == NGX_DECLINED && failures != NULL);
    fuzz_check(failures->nelts >= 1
               && failures->nelts <= API_ERROR_FAILURES);

    f = failures->elts;
    lost = 0;

    for (i = 0; i < failures->nelts; i++) {
        check_failure(&f[i]);
        *told = *told * 31 + f[i].field.len + f[i].message.len * 7;
        lost |= api_str_is(&f[i].code, "too_complex")
                || api_str_is(&f[i].code, "nul");
    }

    return lost ? FUZZ_LOST : FUZZ_INVALID;
}


/* from the start, not only when something is known to be wrong */

static void
check_collected(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_json_t *document, ngx_int_t rc)
{
    ngx_uint_t          valid;
    api_schema_check_t  c;

    ngx_memzero(&c, sizeof(api_schema_check_t));

    c.doc = doc;
    c.pool = pool;
    c.most = API_SCHEMA_STEPS;
    c.work = API_REGEX_WORK;
    c.collect = 1;

    valid = api_schema_check_node(&c, api_schema_root(doc), document, NULL,
                                  NULL);

    if (c.matching != NULL) {
        api_regex_room_free(c.matching);
    }

    if (!c.stopped && rc == NGX_OK) {
        fuzz_check(valid && (c.failed == NULL || c.failed->nelts == 0));
    }
}


static void
check_quickly(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_json_t *document, ngx_int_t rc, const ngx_array_t *failures)
{
    ngx_int_t     quickly;
    ngx_array_t  *again;

    quickly = api_schema_validate_quickly(doc, document, pool, &again);

    fuzz_check(quickly == rc || quickly == NGX_BUSY);

    if (quickly == NGX_DECLINED) {
        fuzz_check(again->nelts == failures->nelts);
    }
}


static api_schema_doc_t *
compile(ngx_pool_t *pool, const api_json_t *schema)
{
    ngx_int_t             rc;
    api_schema_doc_t     *doc;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    ngx_memzero(&source, sizeof(api_schema_source_t));
    source.seed = 1;

    rc = api_schema_compile(pool, schema, &source, &doc, &fault);

    if (rc == NGX_OK) {
        return doc;
    }

    fuzz_check(rc == NGX_DECLINED);
    fuzz_check(fault.why.len > 10);
    fuzz_check(fault.pointer.len == 0 || fault.pointer.data[0] == '/');

    return NULL;
}


static void
check_failure(const api_failure_t *f)
{
    size_t  i;

    fuzz_check(api_str_is(&f->in, "body"));
    fuzz_check(f->code.len >= 3);

    /* a no without a reason */
    fuzz_check(!api_str_is(&f->code, "invalid"));

    fuzz_check(f->message.len > 5 && f->message.len < 4000);
    fuzz_check(f->field.len == 0 || f->field.data[0] == '/');
    fuzz_check(f->field.len < 32 * 300);

    for (i = 0; i < f->field.len; i++) {
        fuzz_check(f->field.data[i] != '~'
                   || f->field.data[i + 1] == '0'
                   || f->field.data[i + 1] == '1');
    }
}


static api_json_t *
wrap(ngx_pool_t *pool, const api_json_t *schema, const wrapped_t *w)
{
    char         text[300];
    ngx_str_t    s;
    api_json_t  *outer;

    sprintf(text, "{\"$defs\":{\"s\":0},%s}", w->schema);

    s = fuzz_str(text);
    outer = fuzz_json(pool, &s);
    fuzz_check(outer != NULL);

    s = outer->items[0].items[0].key;
    outer->items[0].items[0] = *schema;
    outer->items[0].items[0].key = s;

    return outer;
}


static api_json_t *
enclose(ngx_pool_t *pool, const api_json_t *document, const wrapped_t *w)
{
    char         text[30];
    ngx_str_t    s;
    api_json_t  *outer, *last;

    sprintf(text, "%s0%s", w->before, w->behind);

    s = fuzz_str(text);
    outer = fuzz_json(pool, &s);
    fuzz_check(outer != NULL);

    last = outer->count != 0 ? &outer->items[outer->count - 1] : outer;
    s = last->key;
    *last = *document;
    last->key = s;

    return outer;
}


/* its own references are to stay its own */

static void
identify(ngx_pool_t *pool, api_json_t *schema)
{
    ngx_str_t    id;
    api_json_t  *items;

    id = fuzz_str("$id");

    if (schema->type != API_JSON_OBJECT
        || api_json_member(schema, &id) != NULL)
    {
        return;
    }

    items = ngx_pcalloc(pool, (schema->count + 1) * sizeof(api_json_t));
    fuzz_check(items != NULL);

    if (schema->count != 0) {
        ngx_memcpy(items, schema->items, schema->count * sizeof(api_json_t));
    }

    items[schema->count].type = API_JSON_STRING;
    items[schema->count].key = id;
    items[schema->count].text = fuzz_str("http://fuzz/itself");

    schema->items = items;
    schema->count++;
}
