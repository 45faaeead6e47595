
/*
 * The short form as it stands in a configuration: what it is made of compiles,
 * or a pattern or a default is at fault; a document that is valid is so with
 * its defaults, and they are there; a form says what the same JSON says.
 */


#include "core/words.h"
#include "fuzz_json.h"
#include "json/form.h"
#include "body/form.h"
#include "body/short.h"


#define DEPTH   8
#define LIMIT   512     /* of the schema itself, as in a configuration */


typedef struct {
    ngx_pool_t    *pool;
    const u_char  *p;
    const u_char  *end;
} reader_t;


static ngx_int_t read_form(reader_t *r, api_body_short_t *form);
static ngx_int_t read_block(reader_t *r, api_body_short_t *object,
    ngx_uint_t depth);
static ngx_int_t read_field(reader_t *r, const ngx_array_t *words,
    ngx_uint_t open, api_body_short_t *object, api_body_short_t **field);
static api_words_e read_words(reader_t *r, ngx_array_t **words);
static ngx_int_t read_rules(reader_t *r, const ngx_str_t *words, ngx_uint_t n,
    ngx_uint_t open, ngx_uint_t list, api_body_short_t *form);
static api_schema_doc_t *compile(ngx_pool_t *pool,
    const api_body_short_t *form);
static void check_documents(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_body_short_t *form);
static void check_filled(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_body_short_t *form, api_json_t *document);
static void check_defaults(const api_body_short_t *form,
    const api_json_t *object);
static void check_form(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const char *text);
static void check_ahead(ngx_pool_t *pool, const ngx_str_t *text);


static const char  *documents[] = {
    "null", "{}", "[]", "[{},{}]", "\"a\"", "1", "{\"a\":1,\"b\":\"x\"}",
    "{\"a\":{},\"b\":[{}],\"c\":null}", "{\"a\":[1,2],\"b\":true,\"c\":{}}",
    NULL
};

static const char  *forms[] = {
    "", "a=1&b=x", "a=&b=&c=", "a=1&a=2", "a=true&b=1.5&c=null", NULL
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t                rc;
    ngx_str_t                text;
    reader_t                 r;
    ngx_uint_t               i;
    api_schema_doc_t        *doc;
    api_body_short_t         form;
    const api_body_short_t  *wrong;

    r.pool = fuzz_pool();
    text = fuzz_copy(r.pool, data, size);
    r.p = text.data;
    r.end = text.data + text.len;

    check_ahead(r.pool, &text);

    if (read_form(&r, &form) != NGX_OK) {
        ngx_destroy_pool(r.pool);
        return 0;
    }

    doc = compile(r.pool, &form);

    if (doc != NULL) {
        wrong = NULL;
        rc = api_body_short_defaults(r.pool, doc, api_schema_root(doc),
                                     &form, &wrong);
        fuzz_check(rc == NGX_OK || (rc == NGX_DECLINED && wrong != NULL));

        if (rc == NGX_OK) {
            check_documents(r.pool, doc, &form);

            for (i = 0; forms[i] != NULL; i++) {
                check_form(r.pool, doc, forms[i]);
            }
        }
    }

    ngx_destroy_pool(r.pool);

    return 0;
}


/* the words behind api_body, then a block or not */

static ngx_int_t
read_form(reader_t *r, api_body_short_t *form)
{
    api_words_e   end;
    ngx_array_t  *words;

    end = read_words(r, &words);

    if (end != API_WORDS_LINE && end != API_WORDS_OPEN) {
        return NGX_DECLINED;
    }

    if (read_rules(r, words->elts, words->nelts, end == API_WORDS_OPEN, 0,
                   form)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (form->rule.required || form->rule.has_default) {
        return NGX_DECLINED;
    }

    return end == API_WORDS_OPEN ? read_block(r, form, 1) : NGX_OK;
}


static ngx_int_t
read_block(reader_t *r, api_body_short_t *object, ngx_uint_t depth)
{
    api_words_e        end;
    ngx_array_t       *words;
    api_body_short_t  *field;

    if (depth > DEPTH) {
        return NGX_DECLINED;
    }

    for ( ;; ) {
        end = read_words(r, &words);

        if (end == API_WORDS_CLOSE) {
            return NGX_OK;
        }

        if ((end != API_WORDS_LINE && end != API_WORDS_OPEN)
            || read_field(r, words, end == API_WORDS_OPEN, object, &field)
               != NGX_OK)
        {
            return NGX_DECLINED;
        }

        if (end == API_WORDS_OPEN
            && read_block(r, field, depth + 1) != NGX_OK)
        {
            return NGX_DECLINED;
        }
    }
}


static ngx_int_t
read_field(reader_t *r, const ngx_array_t *words, ngx_uint_t open,
    api_body_short_t *object, api_body_short_t **field)
{
    ngx_str_t        *word, name;
    ngx_uint_t        list;
    api_body_short_t  read;

    if (words->nelts == 0) {
        return NGX_DECLINED;
    }

    word = words->elts;
    name = word[0];

    list = open && name.len > 2
           && memcmp(name.data + name.len - 2, "[]", 2) == 0;
    name.len -= list ? 2 : 0;

    /* a configuration's names are words, too */

    if (name.len == 0
        || strspn((char *) name.data, "abcdefghijklmnopqrstuvwxyz_")
           < name.len
        || api_body_short_member(object, &name) != NULL
        || read_rules(r, word + 1, words->nelts - 1, open, list, &read)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    *field = api_body_short_add(r->pool, object, &name);
    fuzz_check(*field != NULL);
    fuzz_check(api_body_short_member(object, &name) == *field);

    **field = read;
    (*field)->name = name;

    return NGX_OK;
}


static api_words_e
read_words(reader_t *r, ngx_array_t **words)
{
    api_words_t   w;
    api_words_e   end;

    *words = ngx_array_create(r->pool, 4, sizeof(ngx_str_t));
    fuzz_check(*words != NULL);

    api_words_begin(&w, r->pool, *words);
    end = API_WORDS_MORE;

    while (r->p < r->end && end == API_WORDS_MORE) {
        end = api_words_byte(&w, *r->p++);
    }

    fuzz_check(end != API_WORDS_ERROR);
    fuzz_check(end != API_WORDS_FAULT || strlen(w.why) > 10);
    fuzz_check((*words)->nelts <= API_WORDS_COUNT);

    return end;
}


static ngx_int_t
read_rules(reader_t *r, const ngx_str_t *words, ngx_uint_t n,
    ngx_uint_t open, ngx_uint_t list, api_body_short_t *form)
{
    ngx_int_t         rc;
    const char       *why;
    const ngx_str_t  *word;

    why = NULL;

    rc = api_body_short_words(r->pool, words, n, open, list, form, &word,
                              &why);

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(why != NULL && strlen(why) > 10);
        fuzz_check(word == NULL || (word >= words && word < words + n));
    }

    return rc;
}


static api_schema_doc_t *
compile(ngx_pool_t *pool, const api_body_short_t *form)
{
    ngx_int_t             rc;
    ngx_str_t             text;
    api_json_t           *json;
    api_error_t           err;
    api_schema_doc_t     *doc;
    api_json_limits_t     limits;
    api_schema_fault_t    fault;
    api_schema_source_t   source;

    limits.depth = LIMIT;
    limits.values = API_JSON_VALUES;

    ngx_memzero(&source, sizeof(api_schema_source_t));
    source.seed = 1;

    fuzz_check(api_body_short_text(pool, form, &text) == NGX_OK);
    fuzz_check(api_json_read(pool, &text, &limits, &json, &err) == NGX_OK);

    rc = api_schema_compile(pool, json, &source, &doc, &fault);

    if (rc == NGX_OK) {
        fuzz_check(api_schema_warnings(doc) == NULL
                   || api_schema_warnings(doc)->nelts == 0);
        return doc;
    }

    /* all else is ours */

    fuzz_check(rc == NGX_DECLINED && fault.pointer.len >= 8);
    fuzz_check(memcmp(fault.pointer.data + fault.pointer.len - 8, "/pattern",
                      8)
               == 0);

    return NULL;
}


static void
check_documents(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_body_short_t *form)
{
    ngx_str_t     text;
    ngx_uint_t    i;
    api_json_t   *document;
    ngx_array_t  *failures;

    for (i = 0; documents[i] != NULL; i++) {
        text = fuzz_str(documents[i]);
        document = fuzz_json(pool, &text);

        if (api_schema_validate(doc, document, pool, &failures) == NGX_OK) {
            check_filled(pool, doc, form, document);
        }
    }
}


static void
check_filled(ngx_pool_t *pool, const api_schema_doc_t *doc,
    const api_body_short_t *form, api_json_t *document)
{
    ngx_int_t      rc;
    ngx_array_t   *failures;

    rc = api_body_short_fill(pool, form, document, API_JSON_VALUES);

    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);
    fuzz_check(rc == NGX_DECLINED || form->defaults);

    fuzz_check(api_schema_validate(doc, document, pool, &failures) == NGX_OK);
    fuzz_check(api_body_short_fill(pool, form, document, API_JSON_VALUES)
               == NGX_DECLINED);

    if (form->object && document->type == API_JSON_OBJECT) {
        check_defaults(form, document);
    }
}


static void
check_defaults(const api_body_short_t *form, const api_json_t *object)
{
    ngx_uint_t          i;
    const api_json_t   *json;
    api_body_short_t  **member;

    member = form->members.elts;

    for (i = 0; i < form->members.nelts; i++) {
        json = api_json_member(object, &member[i]->name);

        fuzz_check(json != NULL || !member[i]->rule.has_default);
        fuzz_check(json != NULL || !member[i]->rule.required);
    }
}


/* of the object that a form becomes both ways to ask say the same */

static void
check_form(ngx_pool_t *pool, const api_schema_doc_t *doc, const char *text)
{
    ngx_int_t      rc;
    ngx_str_t      form;
    api_json_t    *document, *again;
    ngx_array_t    pairs, *failures;
    api_error_t    err;

    form = fuzz_str(text);

    fuzz_check(api_json_form(pool, &form, &pairs, &err) == NGX_OK);

    rc = api_body_form(pool, doc, &pairs, &document, &failures);
    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);

    if (rc != NGX_OK) {
        return;
    }

    form = fuzz_json_text(pool, document);
    again = fuzz_json(pool, &form);

    fuzz_check(again != NULL && fuzz_json_same(document, again));
    fuzz_check(api_schema_validate(doc, document, pool, &failures)
               == api_schema_validate(doc, again, pool, &failures));
}


/* what half of a text has told is true of the whole */

static void
check_ahead(ngx_pool_t *pool, const ngx_str_t *text)
{
    ngx_str_t    half;
    api_words_e  end, early;

    end = api_words_ahead(text->data, text->data + text->len, "b");

    fuzz_check(end == API_WORDS_LINE || end == API_WORDS_OPEN
               || end == API_WORDS_CLOSE || end == API_WORDS_MORE);

    half = fuzz_copy(pool, text->data, text->len / 2);
    early = api_words_ahead(half.data, half.data + half.len, "b");

    fuzz_check(early == API_WORDS_MORE || early == end);
}
