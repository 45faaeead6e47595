
/*
 * The first byte chooses a type, the rest is what a client sends, as text and,
 * where it is JSON, as a value.  What is refused has a code, a sentence and a
 * place; what is taken ends in a NUL byte, and times in UTC stay as they are.
 */


#include "fuzz.h"
#include "sql/form.h"

#include <string.h>


static api_sql_field_t       fields[4];
static const api_sql_type_t  kept = {
    50000, API_SQL_COMPOSITE, ',', NULL, 4, fields, NULL
};
static const api_sql_type_t  many = {
    50001, API_SQL_ARRAY, ',', &kept, 0, NULL, NULL
};


static const api_sql_type_t *choose(ngx_pool_t *pool, unsigned n);
static void check_outcome(ngx_int_t rc, const ngx_str_t *text,
    const api_failure_t *failure);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t              rc;
    ngx_str_t              in, text, again;
    api_json_t            *json;
    ngx_pool_t            *pool;
    api_error_t            error;
    api_value_t            value;
    api_failure_t          failure;
    api_json_limits_t      limits;
    const api_sql_type_t  *type;

    if (size == 0) {
        return 0;
    }

    pool = fuzz_pool();
    type = choose(pool, data[0] >> 1);
    in = fuzz_copy(pool, data + 1, size - 1);

    text = in;
    rc = api_sql_form_text(pool, type, data[0] & 1, &text, &failure);
    check_outcome(rc, text.data != in.data ? &text : NULL, &failure);

    if (rc == NGX_OK && type->kind != API_SQL_BYTEA
        && type->kind != API_SQL_COMPOSITE && type->element != NULL
        && type->element->kind == API_SQL_TIMESTAMP)
    {
        again = text;
        fuzz_check(api_sql_form_text(pool, type, 0, &again, &failure)
                   == NGX_OK);
        fuzz_check(api_str_equal(&again, &text));
    }

    limits.depth = API_JSON_DEPTH;
    limits.values = 1000;
    ngx_memzero(&error, sizeof(api_error_t));

    if (api_json_read(pool, &in, &limits, &json, &error) == NGX_OK
        && json->type != API_JSON_NULL)
    {
        rc = api_sql_form_json(pool, type, json, &value, &failure);
        check_outcome(rc, &value.text, &failure);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static const api_sql_type_t *
choose(ngx_pool_t *pool, unsigned n)
{
    ngx_uint_t  i;

    static const unsigned     oids[] = { 17, 1001, 1114, 1115, 1184, 1082,
                                         1083, 1266, 3908, 4533, 22, 1020,
                                         3909 };
    static const char *const  names[] = { "n", "data", "at", "in" };
    static const unsigned     parts[] = { 23, 17, 1114, 0 };

    for (i = 0; i < 4; i++) {
        fuzz_check(api_sql_types_key(pool, "", names[i], &fields[i].key)
                   == NGX_OK);
        fields[i].type = parts[i] ? api_sql_types_find(NULL, parts[i]) : &many;
    }

    n %= sizeof(oids) / sizeof(oids[0]) + 2;

    if (n < sizeof(oids) / sizeof(oids[0])) {
        return api_sql_types_find(NULL, oids[n]);
    }

    return n & 1 ? &kept : &many;
}


static void
check_outcome(ngx_int_t rc, const ngx_str_t *text,
    const api_failure_t *failure)
{
    if (rc == NGX_OK) {
        fuzz_check(text == NULL || text->data[text->len] == '\0');
        return;
    }

    fuzz_check(rc == NGX_DECLINED);
    fuzz_check(failure->code.len >= 3);
    fuzz_check(failure->message.len > 10 && failure->message.len < 100);
    fuzz_check(failure->field.len == 0 || failure->field.data[0] == '/');
}
