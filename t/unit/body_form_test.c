
#include "json/form.h"
#include "json/read.h"
#include "body/form.h"
#include "schema/schema.h"
#include "body/short.h"
#include "shim.h"
#include "test.h"

#include <stdio.h>
#include <string.h>


typedef struct {
    const char  *form;
    const char  *document;     /* "name=kind:text ", kinds n f t # " [ */
} form_test_t;


static const char  schema_text[] =
    "{\"properties\":{\"s\":{\"type\":\"string\"},"
    "\"i\":{\"type\":[\"integer\",\"null\"]},"
    "\"n\":{\"type\":\"number\"},\"b\":{\"type\":\"boolean\"},"
    "\"sn\":{\"type\":[\"string\",\"null\"]},"
    "\"l\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
    "\"t\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"u\":{\"type\":\"array\",\"items\":{\"type\":\"string\","
    "\"format\":\"uuid\"}},"
    "\"e\":{\"type\":\"array\",\"items\":{\"enum\":[\"a\",\"b\"]}},"
    "\"c\":{\"type\":\"array\",\"items\":{\"enum\":[\"a\",\"a,b\"]}},"
    "\"w[]\":{\"type\":\"array\"},"
    "\"w\":{\"type\":\"array\"},"
    "\"o\":{\"type\":\"object\"},\"any\":true}}";


static const form_test_t  forms[] = {
    { "", "" },
    { "&&", "" },
    { "s=a+b%20c", "s=\":a b c " },
    { "s", "s=\": " },
    { "=x", "=\":x " },
    { "s=a=b", "s=\":a=b " },
    { "%73=x&unknown=1", "s=\":x unknown=\":1 " },
    { "i=5&n=1.50&b=true", "i=#:5 n=#:1.50 b=t: " },
    { "i=&b=false&sn=", "i=n: b=f: sn=\": " },
    { "i=05&n=1,5&b=yes", "i=\":05 n=\":1,5 b=\":yes " },
    { "l=1&s=x&l=2&l=x", "l=[#:1 #:2 \":x ] s=\":x " },
    { "l=1,2", "l=[#:1 #:2 ] " },
    { "l=1, 2+,3&l=4", "l=[#:1 #:2 #:3 #:4 ] " },
    { "l=1,,x", "l=[#:1 \": \":x ] " },
    { "l=", "l=[] " },
    { "l[]=1&l%5B%5D=2&l[0]=3&l=4", "l=[#:1 #:2 #:3 #:4 ] " },
    { "l[]=", "l=[] " },
    { "l[]=&l[]=1", "l=[\": #:1 ] " },
    { "l=1&l=", "l=[#:1 \": ] " },
    { "t=&t=a", "t=[\": \":a ] " },
    { "l[a]=1&l[=2&[]=3&l[-1]=4", "l[a]=\":1 l[=\":2 []=\":3 l[-1]=\":4 " },
    { "t=a,b&t=c", "t=[\":a,b \":c ] " },
    { "t[]=a,b&t[]=&t[1]=c", "t=[\":a,b \": \":c ] " },
    { "t[]=", "t=[] " },
    { "t=", "t=[] " },
    { "u=x,y&u[]=z", "u=[\":x \":y \":z ] " },
    { "e=a,b", "e=[\":a \":b ] " },
    { "c=a,b", "c=[\":a,b ] " },
    { "s[]=1&n[]=2", "s[]=\":1 n[]=\":2 " },
    { "w[]=1&w=2", "w[]=[\":1 ] w=[\":2 ] " },
    { "o=%7B%7D&any=5", "o=\":{} any=\":5 " },
    { NULL, NULL }
};


static api_schema_doc_t *
compile(ngx_pool_t *pool)
{
    ngx_str_t             text;
    api_json_t           *json;
    api_error_t           err;
    api_schema_doc_t     *doc;
    api_json_limits_t     limits;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    limits.depth = 100;
    limits.values = 1000;

    ngx_memzero(&source, sizeof(api_schema_source_t));
    text = test_str(schema_text);

    check_int(api_json_read(pool, &text, &limits, &json, &err), NGX_OK);
    check_int(api_schema_compile(pool, json, &source, &doc, &fault), NGX_OK);

    return doc;
}


static char *
write_value(char *p, const api_json_t *json)
{
    ngx_uint_t  i;

    if (json->type != API_JSON_ARRAY) {
        return p + sprintf(p, "%c:%.*s ", "nft#\"[{"[json->type],
                           (int) json->text.len,
                           json->text.len != 0 ? (char *) json->text.data
                                               : "");
    }

    *p++ = '[';

    for (i = 0; i < json->count; i++) {
        p = write_value(p, &json->items[i]);
    }

    return p + sprintf(p, "] ");
}


static void
reads_forms(ngx_pool_t *pool)
{
    char               out[1000], *p;
    ngx_str_t          text;
    ngx_uint_t         i, n;
    api_json_t        *json;
    api_error_t        err;
    ngx_array_t        pairs, *failures;
    api_schema_doc_t  *doc;

    doc = compile(pool);

    for (i = 0; forms[i].form != NULL; i++) {
        test_note("%s", forms[i].form);

        text = test_str(forms[i].form);
        check_int(api_json_form(pool, &text, &pairs, &err), NGX_OK);
        check_int(api_body_form(pool, doc, &pairs, &json, &failures),
                  NGX_OK);
        check_int(json->type, API_JSON_OBJECT);

        p = out;
        *p = '\0';

        for (n = 0; n < json->count; n++) {
            p += sprintf(p, "%.*s=", (int) json->items[n].key.len,
                         json->items[n].key.data);
            p = write_value(p, &json->items[n]);
        }

        check_bytes(out, strlen(out), forms[i].document,
                    strlen(forms[i].document));
    }
}


static void
refuses_forms(ngx_pool_t *pool)
{
    ngx_str_t     text;
    ngx_uint_t    i;
    api_error_t   err;
    ngx_array_t   pairs;

    static const char *const  bad[] = {
        "%", "a=%", "a=%1", "a=%g0", "a=%0g", "%=a", "a=%ff", "a=\xc3",
        "a=%c3%28", "\xed\xa0\x80=x", NULL
    };

    for (i = 0; bad[i] != NULL; i++) {
        test_note("%s", bad[i]);

        text = test_str(bad[i]);
        check_int(api_json_form(pool, &text, &pairs, &err), NGX_DECLINED);
        check_int(api_error_status(&err), 400);
    }
}


static void
names_what_is_repeated(ngx_pool_t *pool)
{
    ngx_str_t          text;
    api_json_t        *json;
    api_error_t        err;
    ngx_array_t        pairs, *failures;
    api_failure_t     *f;
    api_schema_doc_t  *doc;

    doc = compile(pool);

    text = test_str("s=1&x~/=1&s=2&x~/=2&x~/=3&l=1&l=2");
    check_int(api_json_form(pool, &text, &pairs, &err), NGX_OK);
    check_int(api_body_form(pool, doc, &pairs, &json, &failures),
              NGX_DECLINED);

    check_int(failures->nelts, 2);
    f = failures->elts;
    check_str(&f[0].field, "/s");
    check_str(&f[0].code, "duplicate");
    check_str(&f[1].field, "/x~0~1");
}


static void
marks_nul(ngx_pool_t *pool)
{
    ngx_str_t          text;
    api_json_t        *json;
    api_error_t        err;
    ngx_array_t        pairs, *failures;
    api_schema_doc_t  *doc;

    doc = compile(pool);

    text = test_str("s=a%00b&%00=1&l=%00");
    check_int(api_json_form(pool, &text, &pairs, &err), NGX_OK);
    check_int(api_body_form(pool, doc, &pairs, &json, &failures), NGX_OK);

    check_int(json->items[0].has_nul, 1);
    check_int(json->items[1].has_nul, 1);
    check_int(json->items[2].items[0].has_nul, 1);
    check_int(api_schema_validate(doc, json, pool, &failures), NGX_DECLINED);
}


/* commas make more than pairs could */

static void
bounds_lists(ngx_pool_t *pool)
{
    ngx_str_t          text;
    ngx_uint_t         n;
    api_json_t        *json;
    api_error_t        err;
    ngx_array_t        pairs, *failures;
    api_failure_t     *f;
    api_schema_doc_t  *doc;

    doc = compile(pool);

    for (n = API_SCHEMA_FORM_ITEMS; n < API_SCHEMA_FORM_ITEMS + 2; n++) {

        text.len = 1 + 2 * n;
        text.data = ngx_palloc(pool, text.len);
        check(text.data != NULL);

        memset(text.data, ',', text.len);
        memcpy(text.data, "l=", 2);

        /* n items, n - 1 commas */
        text.len = 2 + n - 1;

        check_int(api_json_form(pool, &text, &pairs, &err), NGX_OK);
        check_int(api_body_form(pool, doc, &pairs, &json, &failures),
                  n == API_SCHEMA_FORM_ITEMS ? NGX_OK : NGX_DECLINED);
        check_int(json->items[0].count, n == API_SCHEMA_FORM_ITEMS ? n : 0);
    }

    f = failures->elts;
    check_str(&f[0].field, "/l");
    check_str(&f[0].code, "max_items");
}


/* as many as there may be, all of one name, all different, one too many */

static void
bounds_forms(ngx_pool_t *pool)
{
    char              *p;
    ngx_str_t          text;
    ngx_uint_t         i;
    api_json_t        *json;
    api_error_t        err;
    ngx_array_t        pairs, *failures;
    api_schema_doc_t  *doc;

    doc = compile(pool);

    text.data = ngx_palloc(pool, 200000);
    check(text.data != NULL);

    p = (char *) text.data;
    for (i = 0; i < API_JSON_PAIRS; i++) {
        p += sprintf(p, "a%d&", (int) (i * 7919 % API_JSON_PAIRS));
    }

    text.len = (size_t) (p - (char *) text.data);
    check_int(api_json_form(pool, &text, &pairs, &err), NGX_OK);
    check_int(api_body_form(pool, doc, &pairs, &json, &failures), NGX_OK);
    check_int(json->count, API_JSON_PAIRS);
    check_str(&json->items[1].key, "a7919");

    *p++ = 'a';
    text.len++;
    check_int(api_json_form(pool, &text, &pairs, &err), NGX_DECLINED);

    p = (char *) text.data;
    for (i = 0; i < API_JSON_PAIRS; i++) {
        p += sprintf(p, "l=1&");
    }

    text.len = (size_t) (p - (char *) text.data);
    check_int(api_json_form(pool, &text, &pairs, &err), NGX_OK);
    check_int(api_body_form(pool, doc, &pairs, &json, &failures), NGX_OK);
    check_int(json->count, 1);
    check_int(json->items[0].count, API_JSON_PAIRS);

    text.data[0] = 's';
    text.len = sizeof("s=1&l=1&s=1") - 1;
    text.data[sizeof("s=1&l=1&") - 1] = 's';
    check_int(api_json_form(pool, &text, &pairs, &err), NGX_OK);
    check_int(api_body_form(pool, doc, &pairs, &json, &failures),
              NGX_DECLINED);
}


static const test_case_t  cases[] = {
    { "reads forms", reads_forms },
    { "refuses forms", refuses_forms },
    { "names what is repeated", names_what_is_repeated },
    { "marks NUL", marks_nul },
    { "bounds forms", bounds_forms },
    { "bounds lists", bounds_lists },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
