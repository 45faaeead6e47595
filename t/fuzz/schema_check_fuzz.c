
/*
 * [schema, document], any JSON both: what compiles validates the same twice,
 * "not" of it says the opposite, "allOf" of it and itself the same, and a
 * document that is refused has failures of the promised form.
 */


#include "fuzz.h"
#include "schema/schema.h"


/* more than "too_complex" may differ in where it comes */
typedef enum {
    FUZZ_NONE = 0,       /* does not compile */
    FUZZ_VALID,
    FUZZ_INVALID,
    FUZZ_LOST            /* too complex, or \u0000, which nothing excuses */
} fuzz_result_e;


static void ask(ngx_pool_t *pool, api_json_t *schema,
    const api_json_t *document);
static fuzz_result_e validate(ngx_pool_t *pool, const api_json_t *schema,
    const api_json_t *document, size_t *told);
static api_schema_doc_t *compile(ngx_pool_t *pool, const api_json_t *schema);
static void check_failure(const api_failure_t *f);
static api_json_t *wrap(ngx_pool_t *pool, const api_json_t *schema,
    const char *keyword);
static void identify(ngx_pool_t *pool, api_json_t *schema);
static api_json_t *object(ngx_pool_t *pool, ngx_uint_t count);
static ngx_str_t text(const char *s);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t           in;
    api_json_t         *json;
    ngx_pool_t         *pool;
    api_error_t         err;
    api_json_limits_t   limits;

    pool = fuzz_pool();
    in = fuzz_copy(pool, data, size);

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    if (api_json_read(pool, &in, &limits, &json, &err) == NGX_OK
        && json->type == API_JSON_ARRAY && json->count == 2)
    {
        ask(pool, &json->items[0], &json->items[1]);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
ask(ngx_pool_t *pool, api_json_t *schema, const api_json_t *document)
{
    size_t          told, again;
    fuzz_result_e   result, other;

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

    other = validate(pool, wrap(pool, schema, "not"), document, &again);
    fuzz_check(other == FUZZ_NONE || other == FUZZ_LOST || other != result);

    other = validate(pool, wrap(pool, schema, "allOf"), document, &again);
    fuzz_check(other == FUZZ_NONE || other == FUZZ_LOST || other == result);
    fuzz_check(other != result || again == told);
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

    if (rc == NGX_OK) {
        fuzz_check(failures == NULL);
        return FUZZ_VALID;
    }

    fuzz_check(rc == NGX_DECLINED && failures != NULL);
    fuzz_check(failures->nelts >= 1
               && failures->nelts <= API_SCHEMA_FAILURES);

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


/* {keyword: one or two references to it, "$defs": {"s": schema}} */

static api_json_t *
wrap(ngx_pool_t *pool, const api_json_t *schema, const char *keyword)
{
    api_json_t  *outer, *defs, *ref, *list;

    outer = object(pool, 2);
    defs = object(pool, 1);
    ref = object(pool, 1);

    defs->items[0] = *schema;
    defs->items[0].key = text("s");

    ref->items[0].type = API_JSON_STRING;
    ref->items[0].key = text("$ref");
    ref->items[0].text = text("#/$defs/s");

    outer->items[0] = *ref;

    if (ngx_strcmp(keyword, "allOf") == 0) {
        list = object(pool, 2);
        list->type = API_JSON_ARRAY;
        list->items[0] = *ref;
        list->items[1] = *ref;
        outer->items[0] = *list;
    }

    outer->items[0].key = text(keyword);
    outer->items[1] = *defs;
    outer->items[1].key = text("$defs");

    return outer;
}


/* its own references are to stay its own */

static void
identify(ngx_pool_t *pool, api_json_t *schema)
{
    ngx_str_t    id;
    api_json_t  *with;

    id = text("$id");

    if (schema->type != API_JSON_OBJECT
        || api_json_member(schema, &id) != NULL)
    {
        return;
    }

    with = object(pool, schema->count + 1);
    ngx_memcpy(with->items, schema->items,
               schema->count * sizeof(api_json_t));

    with->items[schema->count].type = API_JSON_STRING;
    with->items[schema->count].key = id;
    with->items[schema->count].text = text("http://fuzz/itself");

    schema->items = with->items;
    schema->count++;
}


static api_json_t *
object(ngx_pool_t *pool, ngx_uint_t count)
{
    api_json_t  *json;

    json = ngx_pcalloc(pool, (count + 1) * sizeof(api_json_t));
    fuzz_check(json != NULL);

    json->type = API_JSON_OBJECT;
    json->count = count;
    json->items = json + 1;

    return json;
}


static ngx_str_t
text(const char *s)
{
    ngx_str_t  str;

    str.data = (u_char *) (uintptr_t) s;
    str.len = strlen(s);

    return str;
}
