
/*
 * Schemas and documents from text, failures to text, for the tests of schema/.
 */


#ifndef API_SCHEMA_TEXT_H
#define API_SCHEMA_TEXT_H


#include "core/buf.h"
#include "schema/schema.h"
#include "test.h"


static inline api_json_t *
schema_text_json(ngx_pool_t *pool, const char *text)
{
    ngx_str_t           s;
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    limits.depth = 64;
    limits.values = API_JSON_VALUES;

    s = test_str(text);

    if (api_json_read(pool, &s, &limits, &json, &err) != NGX_OK) {
        test_note("%s", text);
        check(!"the text is JSON");
    }

    return json;
}


/* a schema that compiles */
static inline api_schema_doc_t *
schema_text_compile(ngx_pool_t *pool, const char *text)
{
    ngx_int_t             rc;
    api_schema_doc_t     *doc;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    ngx_memzero(&source, sizeof(source));
    source.seed = 42;

    rc = api_schema_compile(pool, schema_text_json(pool, text), &source, &doc,
                            &fault);

    if (rc != NGX_OK) {
        test_note("%s: %.*s", text, (int) fault.why.len, fault.why.data);
    }

    check_int(rc, NGX_OK);

    return doc;
}


/* "field code keyword; …", or "field message; …" */
static inline ngx_str_t
schema_text_failures(ngx_pool_t *pool, const ngx_array_t *failures,
    int messages)
{
    api_buf_t             b;
    ngx_str_t             s;
    ngx_uint_t            i;
    const api_failure_t  *f;

    check_int(api_buf_init(&b, pool, 256, 1 << 20), NGX_OK);

    f = failures != NULL ? failures->elts : NULL;

    for (i = 0; failures != NULL && i < failures->nelts; i++) {

        check(api_str_is(&f[i].in, "body"));

        if (i != 0) {
            api_buf_add_literal(&b, "; ");
        }

        api_buf_add_str(&b, &f[i].field);
        api_buf_add_char(&b, ' ');

        if (messages) {
            api_buf_add_str(&b, &f[i].message);
            continue;
        }

        api_buf_add_str(&b, &f[i].code);

        if (f[i].keyword.len != 0) {
            api_buf_add_char(&b, ' ');
            api_buf_add_str(&b, &f[i].keyword);
        }
    }

    check_int(api_buf_string(&b, &s), NGX_OK);

    return s;
}


typedef struct {
    const char   *schema;
    const char   *document;
    const char   *failures;      /* "" for none */
} schema_text_t;


static inline void
schema_text_run(ngx_pool_t *pool, const schema_text_t *tests, int messages)
{
    ngx_int_t          rc;
    ngx_str_t          got;
    ngx_array_t       *failures;
    api_schema_doc_t  *doc;

    for ( /* void */ ; tests->schema != NULL; tests++) {
        test_note("%s against %s", tests->document, tests->schema);

        doc = schema_text_compile(pool, tests->schema);
        rc = api_schema_validate(doc,
                                 schema_text_json(pool, tests->document),
                                 pool, &failures);

        got = schema_text_failures(pool, failures, messages);
        check_cstr(got.data, tests->failures);
        check_int(rc, *tests->failures == '\0' ? NGX_OK : NGX_DECLINED);
    }
}


#endif /* API_SCHEMA_TEXT_H */
