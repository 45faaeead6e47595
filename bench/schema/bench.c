
/*
 * What a validation costs: SCHEMA DOCUMENT [SECONDS].  Prints nanoseconds,
 * steps of nothing but api_schema_validate(), and the same for reading.
 */


#include <stdio.h>
#include <time.h>

#include "json/read.h"
#include "schema/schema.h"
#include "shim.h"


static api_json_t *read_json(ngx_pool_t *pool, const char *name,
    ngx_str_t *text);
static api_json_t *parse(ngx_pool_t *pool, const ngx_str_t *text);
static double now(void);
static double validation(const api_schema_doc_t *doc, const api_json_t *json,
    double seconds, ngx_int_t *rc);
static double reading(const ngx_str_t *text, double seconds);


int
main(int argc, char **argv)
{
    double                ns, seconds;
    ngx_int_t             rc;
    ngx_str_t             text;
    ngx_pool_t           *pool;
    api_json_t           *schema, *json;
    api_schema_doc_t     *doc;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    if (argc < 3) {
        fprintf(stderr, "usage: %s SCHEMA DOCUMENT [SECONDS]\n", argv[0]);
        return 2;
    }

    if (api_json_pooled() != NGX_OK) {
        return 2;
    }

    seconds = argc > 3 ? atof(argv[3]) : 1;
    pool = ngx_create_pool(0, NULL);
    schema = read_json(pool, argv[1], &text);
    json = read_json(pool, argv[2], &text);

    ngx_memzero(&source, sizeof(api_schema_source_t));
    ngx_str_set(&source.file, "schema");

    if (api_schema_compile(pool, schema, &source, &doc, &fault) != NGX_OK) {
        fprintf(stderr, "%s: %.*s: %.*s\n", argv[1],
                (int) fault.pointer.len, fault.pointer.data,
                (int) fault.why.len, fault.why.data);
        return 1;
    }

    ns = validation(doc, json, seconds, &rc);

    printf("%s: %d bytes, %s, validation %.0f ns, reading %.0f ns\n", argv[2],
           (int) text.len, rc == NGX_OK ? "valid" : "invalid", ns,
           reading(&text, seconds));

    ngx_destroy_pool(pool);

    return 0;
}


static double
validation(const api_schema_doc_t *doc, const api_json_t *json,
    double seconds, ngx_int_t *rc)
{
    int           i, n;
    double        start, end;
    ngx_pool_t   *pool;
    ngx_array_t  *failures;

    start = now();
    n = 0;

    do {
        pool = ngx_create_pool(0, NULL);

        for (i = 0; i < 10; i++) {
            *rc = api_schema_validate(doc, json, pool, &failures);
        }

        n += i;
        end = now();
        ngx_destroy_pool(pool);

    } while (end - start < seconds);

    return (end - start) * 1e9 / n;
}


static double
reading(const ngx_str_t *text, double seconds)
{
    int          n;
    double       start, end;
    ngx_pool_t  *pool;

    start = now();
    n = 0;

    do {
        pool = ngx_create_pool(0, NULL);
        (void) parse(pool, text);
        ngx_destroy_pool(pool);
        n++;
        end = now();

    } while (end - start < seconds);

    return (end - start) * 1e9 / n;
}


static double
now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_MONOTONIC, &t);

    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}


static api_json_t *
read_json(ngx_pool_t *pool, const char *name, ngx_str_t *text)
{
    FILE        *f;
    api_json_t  *json;

    f = fopen(name, "rb");
    if (f == NULL) {
        perror(name);
        exit(2);
    }

    text->data = ngx_palloc(pool, 1 << 24);
    text->len = fread(text->data, 1, 1 << 24, f);
    fclose(f);

    json = parse(pool, text);

    if (json == NULL) {
        fprintf(stderr, "%s: not JSON\n", name);
        exit(1);
    }

    return json;
}


static api_json_t *
parse(ngx_pool_t *pool, const ngx_str_t *text)
{
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    return api_json_read(pool, text, &limits, &json, &err) == NGX_OK ? json
                                                                     : NULL;
}
