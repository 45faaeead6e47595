
/*
 * Any JSON against a schema with every type: a document that is refused has
 * failures, not too many, each with a code, a sentence and a JSON Pointer.
 */


#include "fuzz.h"
#include "json/schema.h"


static void make(ngx_pool_t *pool, api_schema_t *schema);
static void check_failure(const api_failure_t *f);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t          rc;
    ngx_str_t          in;
    ngx_uint_t         i;
    api_json_t        *json;
    ngx_pool_t        *pool;
    ngx_array_t       *failures;
    api_error_t        err;
    api_schema_t       schema;
    api_json_limits_t  limits;

    pool = fuzz_pool();
    in = fuzz_copy(pool, data, size);

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    if (api_json_read(pool, &in, &limits, &json, &err) == NGX_OK) {
        make(pool, &schema);
        schema.array = (json->type == API_JSON_ARRAY);

        rc = api_schema_check(&schema, json, pool, &failures);

        if (rc == NGX_OK) {
            fuzz_check(failures == NULL);

        } else {
            fuzz_check(rc == NGX_DECLINED && failures != NULL);
            fuzz_check(failures->nelts >= 1
                       && failures->nelts <= API_SCHEMA_FAILURES);

            for (i = 0; i < failures->nelts; i++) {
                check_failure((api_failure_t *) failures->elts + i);
            }
        }
    }

    ngx_destroy_pool(pool);

    return 0;
}


/* a field of each type, named by one letter */

static void
make(ngx_pool_t *pool, api_schema_t *schema)
{
    ngx_str_t            type;
    ngx_uint_t           i;
    const char          *why;
    api_schema_field_t  *field;
    static const char   *types[] = {
        "int", "bigint", "number", "bool", "string", "uuid", "email", "date",
        "timestamp", "time", "json", "uri", "ipv4", "ipv6", "enum(a,b)",
        "int[]", "string[]", "json[]", NULL
    };

    ngx_memzero(schema, sizeof(api_schema_t));
    fuzz_check(ngx_array_init(&schema->fields, pool, 20,
                              sizeof(api_schema_field_t))
               == NGX_OK);

    for (i = 0; types[i] != NULL; i++) {
        field = ngx_array_push(&schema->fields);
        fuzz_check(field != NULL);
        ngx_memzero(field, sizeof(api_schema_field_t));

        field->name = fuzz_copy(pool, (const uint8_t *)
                                      "abcdefghijklmnopqrst" + i, 1);

        type = fuzz_copy(pool, (const uint8_t *) types[i], strlen(types[i]));
        fuzz_check(api_type_parse(pool, &type, &field->rule.type, &why)
                   == NGX_OK);

        field->rule.required = (i == 0);
        field->rule.nullable = (i % 2);
    }
}


static void
check_failure(const api_failure_t *f)
{
    size_t  i;

    fuzz_check(api_str_is(&f->in, "body"));
    fuzz_check(f->code.len >= 3);
    fuzz_check(f->message.len > 5 && f->message.len < 100);
    fuzz_check(f->field.len == 0 || f->field.data[0] == '/');
    fuzz_check(f->field.len < 32 * 300);

    for (i = 0; i < f->field.len; i++) {
        fuzz_check(f->field.data[i] != '~'
                   || f->field.data[i + 1] == '0'
                   || f->field.data[i + 1] == '1');
    }
}
