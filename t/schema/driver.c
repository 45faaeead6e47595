
/*
 * Answers what t/schema/run asks: REMOTES is the suite's folder of documents,
 * which it refers to as http://localhost:1234/.  Each line of the input is
 * {"schema": any, "data": [any, …], "annotate": true or false}; the answer is
 * "fault: …", or a digit for each of data (1: valid), and with
 * "tell" true the failures behind it.
 */


#include <stdio.h>

#include "json/read.h"
#include "schema/schema.h"
#include "shim.h"


#define DRIVER_HOST  "http://localhost:1234/"


static void answer(ngx_pool_t *pool, const api_json_t *question);
static void tell(const ngx_array_t *failures);
static const api_json_t *member(const api_json_t *object, const char *name);
static api_json_t *parse(ngx_pool_t *pool, const ngx_str_t *text);
static ngx_int_t load(void *data, const ngx_str_t *uri,
    api_json_t **document, ngx_str_t *file, ngx_str_t *why);


static const char  *remotes;
static ngx_pool_t  *loaded;


int
main(int argc, char **argv)
{
    char        *line;
    size_t       size;
    ssize_t      n;
    ngx_str_t    text;
    ngx_pool_t  *pool;
    api_json_t  *question;

    if (argc != 2) {
        fprintf(stderr, "usage: %s REMOTES\n", argv[0]);
        return 2;
    }

    remotes = argv[1];
    line = NULL;
    size = 0;

    for (n = getline(&line, &size, stdin); n > 0;
         n = getline(&line, &size, stdin))
    {
        pool = ngx_create_pool(0, NULL);
        loaded = pool;

        text.data = (u_char *) line;
        text.len = (size_t) n;
        question = parse(pool, &text);

        if (question == NULL) {
            printf("fault: the question is not JSON\n");

        } else {
            answer(pool, question);
        }

        fflush(stdout);
        ngx_destroy_pool(pool);
    }

    free(line);

    return 0;
}


static void
answer(ngx_pool_t *pool, const api_json_t *question)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    ngx_array_t          *failures;
    const api_json_t     *data, *option;
    api_schema_doc_t     *doc;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    ngx_memzero(&source, sizeof(api_schema_source_t));

    ngx_str_set(&source.file, "schema");
    source.load = load;

    option = member(question, "annotate");
    source.annotate = (option != NULL && option->type == API_JSON_TRUE);

    rc = api_schema_compile(pool, member(question, "schema"), &source, &doc,
                            &fault);

    if (rc != NGX_OK) {
        printf("fault: %.*s %.*s: %.*s\n",
               (int) fault.file.len, fault.file.data,
               (int) fault.pointer.len, fault.pointer.data,
               (int) fault.why.len, fault.why.data);
        return;
    }

    data = member(question, "data");
    option = member(question, "tell");

    for (i = 0; i < data->count; i++) {
        rc = api_schema_validate(doc, &data->items[i], pool, &failures);
        putchar(rc == NGX_OK ? '1' : rc == NGX_DECLINED ? '0' : '?');

        if (option != NULL && failures != NULL) {
            tell(failures);
        }
    }

    putchar('\n');
}


static void
tell(const ngx_array_t *failures)
{
    ngx_uint_t            i;
    const api_failure_t  *f;

    f = failures->elts;

    for (i = 0; i < failures->nelts; i++) {
        printf(" [%.*s %.*s %.*s: %.*s]",
               (int) f[i].field.len, f[i].field.data,
               (int) f[i].code.len, f[i].code.data,
               (int) f[i].keyword.len, f[i].keyword.data,
               (int) f[i].message.len, f[i].message.data);
    }
}


static const api_json_t *
member(const api_json_t *object, const char *name)
{
    ngx_str_t  key;

    key.data = api_unconst(name);
    key.len = ngx_strlen(name);

    return api_json_member(object, &key);
}


static api_json_t *
parse(ngx_pool_t *pool, const ngx_str_t *text)
{
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    limits.depth = 64;
    limits.values = API_JSON_VALUES;

    if (api_json_read(pool, text, &limits, &json, &err) != NGX_OK) {
        return NULL;
    }

    return json;
}


static ngx_int_t
load(void *data, const ngx_str_t *uri, api_json_t **document,
    ngx_str_t *file, ngx_str_t *why)
{
    FILE      *f;
    char       name[4096];
    size_t     skip;
    ngx_str_t  text;

    (void) data;
    (void) why;

    skip = sizeof(DRIVER_HOST) - 1;

    if (uri->len <= skip || memcmp(uri->data, DRIVER_HOST, skip) != 0) {
        return NGX_DECLINED;
    }

    snprintf(name, sizeof(name), "%s/%.*s", remotes, (int) (uri->len - skip),
             uri->data + skip);

    f = fopen(name, "rb");
    if (f == NULL) {
        return NGX_DECLINED;
    }

    text.data = ngx_palloc(loaded, 1 << 20);
    if (text.data == NULL) {
        fclose(f);
        return NGX_ERROR;
    }

    text.len = fread(text.data, 1, 1 << 20, f);
    fclose(f);

    file->len = 0;
    *document = parse(loaded, &text);

    return *document != NULL ? NGX_OK : NGX_DECLINED;
}
