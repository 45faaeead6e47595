
/*
 * The time a document of 1 MB takes when it is made to take long: reading it,
 * and validating it against a schema that meets what is bad about it, both a
 * thread's task at that size.  One line a case; the exit code is 1 where a
 * validation is above LIMIT ms (the first argument, 10).
 *
 * The best of several runs, for the machine may have other work.
 */


#include <stdio.h>
#include <time.h>

#include "json/read.h"
#include "schema/schema.h"
#include "shim.h"


#define BENCH_SIZE  (1024 * 1024)
#define BENCH_RUNS  7


typedef struct {
    const char  *name;
    const char  *schema;
    const char  *begin;
    const char  *piece;      /* % is a number that grows, ~ one in letters */
    const char  *end;
    unsigned     most;       /* pieces, 0: as many as there is room for */
} bench_case_t;


static double run(const bench_case_t *c);
static ngx_str_t document(const bench_case_t *c);
static char *piece(char *p, const char *text, unsigned n);
static void measure(const ngx_str_t *schema, const ngx_str_t *text,
    double *read, double *valid, const char **outcome);
static double now(void);


static const bench_case_t  cases[] = {
    { "one string", "true", "\"", "a", "\"", 0 },
    { "escapes", "true", "\"", "\\u00e4", "\"", 0 },
    { "surrogate pairs", "true", "\"", "\\ud83d\\ude00", "\"", 0 },
    { "backslashes", "true", "\"", "\\\\", "\"", 0 },
    { "characters of four bytes", "true", "\"", "\xf0\x9f\x98\x80", "\"", 0 },
    { "nesting, refused", "true", "", "[", "", 0 },
    { "nesting of objects, refused", "true", "", "{\"a\":", "", 0 },
    { "nesting to the limit, often", "true", "[",
      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],",
      "0]", 3100 },
    { "empty arrays", "true", "[", "[],", "0]", 99990 },
    { "empty objects", "true", "[", "{},", "0]", 99990 },
    { "digits, to the limit", "true", "[", "1,", "0]", 99990 },
    { "digits, refused", "true", "[", "1,", "0]", 0 },
    { "numbers of ten digits", "true", "[", "1234567.89,", "0]", 0 },
    { "one number of 1 MB", "{\"multipleOf\":3}", "1", "7", "1", 0 },
    { "one fraction of 1 MB", "{\"maximum\":3}", "1.", "7", "1", 0 },
    { "exponents", "{\"items\":{\"multipleOf\":0.01}}", "[", "1e%,", "0]",
      99990 },
    { "short strings", "true", "[", "\"a\",", "0]", 99990 },
    { "strings of eight", "true", "[", "\"abcdef\",", "0]", 99990 },
    { "keys", "true", "{", "\"~\":0,", "\"\":0}", 99990 },
    { "long keys", "true", "{", "\"~aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0,", "\"\":0}", 0 },
    { "keys, none allowed", "{\"additionalProperties\":false}", "{",
      "\"~\":0,", "\"\":0}", 99990 },
    { "keys, names with a pattern", "{\"propertyNames\":{\"pattern\":"
      "\"^[a-z]+$\"}}", "{", "\"~\":0,", "\"\":0}", 99990 },
    { "a key twice, at the end", "true", "{", "\"~\":0,", "\"a\":0}",
      99990 },
    { "objects of one key", "true", "[", "{\"a\":1},", "0]", 49990 },
    { "unique numbers", "{\"uniqueItems\":true}", "[", "%,", "-1]", 99990 },
    { "numbers equal in value", "{\"uniqueItems\":true}", "[", "%e-5,",
      "-1]", 99990 },
    { "unique arrays", "{\"uniqueItems\":true}", "[", "[%],", "-1]", 49990 },
    { "unique objects", "{\"uniqueItems\":true}", "[", "{\"a\":%},", "-1]",
      49990 },
    { "pattern, many strings", "{\"items\":{\"pattern\":\"^(a+)+$\"}}", "[",
      "\"aaaaaaaaaaaaaaaaaaaaaaaaaab\",", "\"a\"]", 0 },
    { "pattern, one string", "{\"pattern\":\"^(([a-z])+.)+[A-Z]([a-z])+$\"}",
      "\"", "a", "\"", 0 },
    { "pattern that runs to the end", "{\"pattern\":\"\\\\s+[^ ]$\"}", "\"",
      " ", "\"", 0 },
    { "formats", "{\"items\":{\"format\":\"idn-hostname\"}}", "[",
      "\"\xc3\xa4~.de\",", "\"a\"]", 0 },
    { "regexes", "{\"items\":{\"format\":\"regex\"}}", "[",
      "\"\\\\p{XIDS}[^\\\\S]\",", "\"a\"]", 0 },
    { "anyOf of ten, all fail", "{\"items\":{\"anyOf\":[{\"maximum\":-1},"
      "{\"maximum\":-2},{\"maximum\":-3},{\"maximum\":-4},{\"maximum\":-5},"
      "{\"maximum\":-6},{\"maximum\":-7},{\"maximum\":-8},{\"maximum\":-9},"
      "{\"maximum\":-10}]}}", "[", "%,", "0]", 99990 },
    { "contains, unevaluated", "{\"contains\":{\"maximum\":-1},"
      "\"minContains\":0,\"unevaluatedItems\":{\"type\":\"number\"}}", "[",
      "%,", "0]", 99990 },
    { "a tree that refers to itself", "{\"$defs\":{\"n\":{\"items\":{\"$ref\":"
      "\"#/$defs/n\"}}},\"$ref\":\"#/$defs/n\"}", "[",
      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],",
      "0]", 3100 }
};


int
main(int argc, char **argv)
{
    size_t  i;
    double  ms, limit, worst;

    if (api_json_pooled() != NGX_OK) {
        return 2;
    }

    limit = argc > 1 ? atof(argv[1]) : 10;
    worst = 0;

    printf("%-34s %10s %8s %8s\n", "1 MB of", "read ms", "valid ms", "");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ms = run(&cases[i]);
        worst = ms > worst ? ms : worst;
    }

    printf("the worst validation: %.1f ms\n", worst);

    return worst > limit;
}


static double
run(const bench_case_t *c)
{
    double       read, valid;
    ngx_str_t    schema, text;
    const char  *outcome;

    schema.data = (u_char *) (uintptr_t) c->schema;
    schema.len = strlen(c->schema);
    text = document(c);

    measure(&schema, &text, &read, &valid, &outcome);

    printf("%-34s %10.2f %8.2f %s%s\n", c->name, read, valid, outcome,
           valid > 10 ? "  <- above 10 ms" : "");

    free(text.data);

    return valid;
}


static ngx_str_t
document(const bench_case_t *c)
{
    char       *p, *last;
    unsigned    n;
    ngx_str_t   text;

    p = malloc(BENCH_SIZE + 1024);

    if (p == NULL) {
        exit(2);
    }

    text.data = (u_char *) p;
    last = p + BENCH_SIZE - 512;

    strcpy(p, c->begin);
    p += strlen(p);

    for (n = 0; p < last && (c->most == 0 || n < c->most); n++) {
        p = piece(p, c->piece, n);
    }

    strcpy(p, c->end);
    text.len = strlen((char *) text.data);

    return text;
}


static char *
piece(char *p, const char *text, unsigned n)
{
    for ( /* void */ ; *text != '\0'; text++) {

        if (*text == '%') {
            p += sprintf(p, "%u", n);

        } else if (*text == '~') {
            do {
                *p++ = (char) ('a' + n % 26);
                n /= 26;
            } while (n != 0);

        } else {
            *p++ = *text;
        }
    }

    return p;
}


static void
measure(const ngx_str_t *schema, const ngx_str_t *text, double *read,
    double *valid, const char **outcome)
{
    int                   n;
    double                start, middle, end;
    ngx_int_t             rc;
    ngx_pool_t           *pool, *kept;
    api_json_t           *json;
    api_error_t           err;
    ngx_array_t          *failures;
    api_schema_doc_t     *doc;
    api_json_limits_t     limits;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;
    ngx_memzero(&source, sizeof(api_schema_source_t));
    ngx_str_set(&source.file, "schema");

    kept = ngx_create_pool(0, NULL);

    if (api_json_read(kept, schema, &limits, &json, &err) != NGX_OK
        || api_schema_compile(kept, json, &source, &doc, &fault) != NGX_OK)
    {
        fprintf(stderr, "no schema: %s\n", (char *) schema->data);
        exit(2);
    }

    *read = 1e9;
    *valid = 1e9;

    for (n = 0; n < BENCH_RUNS; n++) {
        pool = ngx_create_pool(0, NULL);
        start = now();

        rc = api_json_read(pool, text, &limits, &json, &err);
        middle = end = now();
        *outcome = "not read";

        if (rc == NGX_OK) {
            rc = api_schema_validate(doc, json, pool, &failures);
            end = now();
            *outcome = (rc == NGX_OK) ? "valid" : "invalid";
        }

        *read = ngx_min(*read, middle - start);
        *valid = ngx_min(*valid, end - middle);
        ngx_destroy_pool(pool);
    }

    ngx_destroy_pool(kept);
}


/* milliseconds of this thread alone */

static double
now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);

    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}
