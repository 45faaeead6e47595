
#include <pthread.h>

#include "schema_text.h"


#define THREADS  4
#define ROUNDS   200


typedef struct {
    const api_schema_doc_t   *doc;
    const api_json_t         *good;
    const api_json_t         *bad;
    ngx_uint_t                wrong;     /* verdicts */
} shared_t;


static void *validate_some(void *data);


/* a compiled schema is const: several threads have it at once */

static void
serves_many_threads(ngx_pool_t *pool)
{
    char        *text;
    size_t       i;
    shared_t     shared[THREADS];
    pthread_t    thread[THREADS];

    static const char  schema[] =
        "{\"items\":{\"anyOf\":["
        "{\"pattern\":\"^(?:[a-z]+ )*$\"},"
        "{\"pattern\":\"^([0-9]|[0-9]x)*$\"},"
        "{\"type\":\"object\",\"patternProperties\":{\"^k\":"
        "{\"format\":\"idn-email\"}},\"additionalProperties\":false}],"
        "\"unevaluatedProperties\":false},\"uniqueItems\":true}";

    /* the second is longer than PCRE2's smallest stack likes */

    text = ngx_pcalloc(pool, 20000);
    check(text != NULL);

    strcpy(text, "[\"ab cd \",{\"k\":\"\xc3\xbc@b\xc3\xbc""cher.de\"},\"");
    memset(text + strlen(text), '7', 3000);
    strcat(text, "\"]");

    shared[0].doc = schema_text_compile(pool, schema);
    shared[0].good = schema_text_json(pool, text);

    text[strlen(text) - 2] = '!';
    strcat(text, "\"]");
    shared[0].bad = schema_text_json(pool, text);

    for (i = 1; i < THREADS; i++) {
        shared[i] = shared[0];
    }

    for (i = 0; i < THREADS; i++) {
        check_int(pthread_create(&thread[i], NULL, validate_some, &shared[i]),
                  0);
    }

    for (i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        check_int(shared[i].wrong, 0);
    }
}


static void *
validate_some(void *data)
{
    shared_t            *shared;
    ngx_uint_t           i;
    ngx_pool_t          *pool;
    ngx_array_t         *failures;
    const api_failure_t *f;

    shared = data;
    shared->wrong = 0;

    for (i = 0; i < ROUNDS; i++) {

        pool = ngx_create_pool(4096, NULL);

        if (api_schema_validate(shared->doc, shared->good, pool, &failures)
            != NGX_OK)
        {
            shared->wrong++;
        }

        if (api_schema_validate(shared->doc, shared->bad, pool, &failures)
            != NGX_DECLINED)
        {
            shared->wrong++;

        } else {
            f = failures->elts;
            shared->wrong += !api_str_is(&f->field, "/2");
        }

        ngx_destroy_pool(pool);
    }

    return NULL;
}


static const test_case_t  cases[] = {
    { "serves many threads", serves_many_threads },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
