
#include "sql/sequences.h"
#include "sql/lexer.h"
#include "core/scan.h"


static const u_char *sequences_next(const u_char *from, const u_char *p,
    const u_char *end);
static size_t sequences_constant(const u_char *p, const u_char *end,
    size_t *len);
static ngx_int_t sequences_push(ngx_pool_t *pool, ngx_array_t *names,
    const u_char *p, size_t len);
static ngx_uint_t sequences_is_moving(const ngx_str_t *word);


static const ngx_str_t  sequences_call = ngx_string("nextval('");
static const ngx_str_t  sequences_cast = ngx_string("::regclass)");


ngx_int_t
api_sql_sequences_add(ngx_pool_t *pool, ngx_array_t *names,
    const ngx_str_t *text)
{
    size_t         size, len;
    const u_char  *p, *end;

    end = text->data + text->len;
    p = text->data;

    for ( ;; ) {
        p = sequences_next(text->data, p, end);

        if (p == NULL) {
            return NGX_OK;
        }

        size = sequences_constant(p, end, &len);

        if (len != 0
            && (size_t) (end - p) - size >= sequences_cast.len
            && ngx_strncmp(p + size, sequences_cast.data, sequences_cast.len)
               == 0
            && sequences_push(pool, names, p, len) != NGX_OK)
        {
            return NGX_ERROR;
        }

        p += size;
    }
}


/* behind the next "nextval('" that is not the end of a longer name; or NULL */

static const u_char *
sequences_next(const u_char *from, const u_char *p, const u_char *end)
{
    for ( /* void */ ; (size_t) (end - p) >= sequences_call.len; p++) {

        if (ngx_strncmp(p, sequences_call.data, sequences_call.len) == 0
            && (p == from || (!api_scan_is_name(p[-1]) && p[-1] < 0x80
                              && p[-1] != '.' && p[-1] != '$')))
        {
            return p + sequences_call.len;
        }
    }

    return NULL;
}


/* bytes up to and with the quote that ends it; of them len without quotes */

static size_t
sequences_constant(const u_char *p, const u_char *end, size_t *len)
{
    const u_char  *start;

    *len = 0;

    for (start = p; p < end; p++, (*len)++) {

        if (*p != '\'') {
            continue;
        }

        if (p + 1 == end || p[1] != '\'') {
            return (size_t) (p - start) + 1;
        }

        p++;
    }

    *len = 0;

    return (size_t) (p - start);
}


/* len characters at p, of which two quotes are one */

static ngx_int_t
sequences_push(ngx_pool_t *pool, ngx_array_t *names, const u_char *p,
    size_t len)
{
    size_t      i;
    ngx_str_t  *name;

    name = ngx_array_push(names);
    if (name == NULL) {
        return NGX_ERROR;
    }

    name->len = len;
    name->data = ngx_pnalloc(pool, len);

    if (name->data == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < len; i++) {
        name->data[i] = *p;
        p += (*p == '\'') ? 2 : 1;
    }

    return NGX_OK;
}


ngx_uint_t
api_sql_sequences_moved(const ngx_str_t *text)
{
    u_char           before;
    api_sql_lexer_t  lexer;

    before = '\0';
    api_sql_lexer_init(&lexer, text);

    while (!api_scan_done(&lexer.in)) {

        /* $1 is allowed here */

        if (api_sql_lexer_next(&lexer) != NGX_OK) {
            lexer.in.pos += !api_scan_done(&lexer.in);
            before = '\0';
            continue;
        }

        /* a dot precedes the word if it is another schema's */

        if (lexer.token == API_SQL_TOKEN_WORD && before != '.'
            && sequences_is_moving(&lexer.name)
            && api_scan_peek(&lexer.in, 0) == '(')
        {
            return 1;
        }

        before = lexer.in.pos[-1];
    }

    return 0;
}


static ngx_uint_t
sequences_is_moving(const ngx_str_t *word)
{
    return api_str_is(word, "nextval") || api_str_is(word, "setval");
}
