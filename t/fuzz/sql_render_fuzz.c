
/*
 * The first byte chooses a type, the rest is its text as PostgreSQL would
 * write it: whatever it is, JSON comes out, and nothing of what was written
 * before is lost.  sql/grammar and json/read agree on what JSON is, but for
 * what the latter refuses for reasons of its own.
 */


#include "core/scan.h"
#include "core/value_number.h"
#include "fuzz_json.h"
#include "sql/grammar.h"
#include "sql/render.h"


static ngx_uint_t is_text(const ngx_str_t *s);
static void check_render(ngx_pool_t *pool, const api_sql_type_t *type,
    const ngx_str_t *text);
static void check_grammar(ngx_pool_t *pool, const ngx_str_t *text);
static void check_number(const ngx_str_t *text);


#define scalar(kind)  { 0, API_SQL_##kind, 0, NULL, 0, NULL }
#define array(item)   { 0, API_SQL_ARRAY, ',', item, 0, NULL }
#define composite(fields)                                                     \
    { 0, API_SQL_COMPOSITE, ',', NULL, sizeof(fields) / sizeof(fields[0]),    \
      fields }

enum {
    TEXT = 0, BOOL, INT, FLOAT, JSON, TIMESTAMP, TIMESTAMPTZ, BYTEA,
    TEXTS, BOOLS, INTS, JSONS, STAMPS, BYTEAS, VECTOR, BOXES, UNKNOWNS,
    EMPTY, ROW, ROWS, OUTER, OUTERS, LOOP, LOOPS, TYPES
};


static const api_sql_type_t  types[TYPES];


static api_sql_field_t  row[] = {
    { ngx_string("\"a\":"), 0, &types[INT] },
    { ngx_string("\"b\":"), 0, &types[TEXT] },
    { ngx_string("\"c\":"), 0, &types[TEXTS] },
    { ngx_string("\"d\":"), 0, NULL }
};

static api_sql_field_t  outer[] = {
    { ngx_string("\"rows\":"), 0, &types[ROWS] },
    { ngx_string("\"json\":"), 0, &types[JSON] },
    { ngx_string("\"row\":"), 0, &types[ROW] },
    { ngx_string("\"at\":"), 0, &types[TIMESTAMPTZ] }
};

/* no catalog has it, but the depth of text is bounded by itself */
static api_sql_field_t  loop[] = {
    { ngx_string("\"more\":"), 0, &types[LOOPS] },
    { ngx_string("\"n\":"), 0, &types[FLOAT] }
};

static const api_sql_type_t  types[TYPES] = {
    [TEXT] = scalar(TEXT),
    [BOOL] = scalar(BOOL),
    [INT] = scalar(INT),
    [FLOAT] = scalar(FLOAT),
    [JSON] = scalar(JSON),
    [TIMESTAMP] = scalar(TIMESTAMP),
    [TIMESTAMPTZ] = scalar(TIMESTAMPTZ),
    [BYTEA] = scalar(BYTEA),
    [TEXTS] = array(&types[TEXT]),
    [BOOLS] = array(&types[BOOL]),
    [INTS] = array(&types[INT]),
    [JSONS] = array(&types[JSON]),
    [STAMPS] = array(&types[TIMESTAMP]),
    [BYTEAS] = array(&types[BYTEA]),
    [VECTOR] = { 0, API_SQL_ARRAY, ' ', &types[INT], 0, NULL },
    [BOXES] = { 0, API_SQL_ARRAY, ';', &types[TEXT], 0, NULL },
    [UNKNOWNS] = array(NULL),
    [EMPTY] = { 0, API_SQL_COMPOSITE, ',', NULL, 0, NULL },
    [ROW] = composite(row),
    [ROWS] = array(&types[ROW]),
    [OUTER] = composite(outer),
    [OUTERS] = array(&types[OUTER]),
    [LOOP] = composite(loop),
    [LOOPS] = array(&types[LOOP])
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t              text;
    ngx_pool_t            *pool;
    const api_sql_type_t  *type;

    if (size == 0) {
        return 0;
    }

    pool = fuzz_pool();
    text = fuzz_copy(pool, data + 1, size - 1);

    if (is_text(&text)) {
        type = &types[data[0] % TYPES];

        /* that of a column PostgreSQL has read itself */
        if (type->kind != API_SQL_JSON
            || api_sql_grammar_json(text.data, text.len))
        {
            check_render(pool, type, &text);
        }

        check_grammar(pool, &text);
        check_number(&text);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_uint_t
is_text(const ngx_str_t *s)
{
    size_t         n;
    const u_char  *p, *end;

    end = s->data + s->len;

    for (p = s->data; p < end; p += n) {
        n = api_scan_utf8(p, end);

        if (n == 0 || *p == '\0') {
            return 0;
        }
    }

    return 1;
}


static void
check_render(ngx_pool_t *pool, const api_sql_type_t *type,
    const ngx_str_t *text)
{
    ngx_str_t          out, again;
    api_buf_t          b, small;
    ngx_uint_t         i;
    api_sql_render_t   r;

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 20) == NGX_OK);
    api_sql_render_init(&r, &b);

    /* twice: the scratch memory of the first is the second's, too */

    api_buf_add_char(&b, '[');

    for (i = 0; i < 2; i++) {
        api_sql_render_value(&r, type, text->data, text->len);
        fuzz_check(r.depth == 0);
        api_buf_add_char(&b, i == 0 ? ',' : ']');
    }

    fuzz_check(api_buf_string(&b, &out) == NGX_OK);
    fuzz_check(api_sql_grammar_json(out.data, out.len));

    again.len = (out.len - 3) / 2;
    again.data = out.data + 1;
    fuzz_check(memcmp(again.data, again.data + again.len + 1, again.len)
               == 0);

    /* an escape makes six bytes of one, and a field's key stands in front */
    fuzz_check(again.len <= 16 * text->len + 64);

    /* with less room it fails, and that is all */

    fuzz_check(api_buf_init(&small, pool, 0, again.len / 2 + 1) == NGX_OK);
    api_sql_render_init(&r, &small);
    api_sql_render_value(&r, type, text->data, text->len);
    fuzz_check(!api_buf_ok(&small) || again.len <= 2);
}


static void
check_grammar(ngx_pool_t *pool, const ngx_str_t *text)
{
    api_json_t         *json;
    api_error_t         err;
    ngx_uint_t          is_json;
    const char         *own;
    api_json_limits_t   limits;

    limits.depth = API_SQL_GRAMMAR_DEPTH;
    limits.values = API_JSON_VALUES;

    is_json = api_sql_grammar_json(text->data, text->len);

    if (api_json_read(pool, text, &limits, &json, &err) == NGX_OK) {
        fuzz_check(is_json);
        return;
    }

    if (is_json) {
        own = (const char *) err.detail.data;

        fuzz_check(strstr(own, "twice") != NULL
                   || strstr(own, "surrogate") != NULL);
    }
}


static void
check_number(const ngx_str_t *text)
{
    api_value_number_t  n;

    fuzz_check(api_sql_grammar_number(text->data, text->len)
               == api_value_number_parse(text, &n));
}
