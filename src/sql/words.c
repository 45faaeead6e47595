
#include "sql/words.h"

#include "core/buf.h"


static ngx_uint_t walk(const ngx_str_t *source, api_sql_word_t *words);


const char *const  api_sql_words_list_ends[] = {
    "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "UNION", "INTERSECT",
    "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "ON", "RETURNING",
    NULL
};

const char *const  api_sql_words_set_ends[] = {
    "FROM", "WHERE", "RETURNING", "WHEN", NULL
};

const char *const  api_sql_words_queries[] = {
    "SELECT", "VALUES", "WITH", "TABLE", NULL
};


ngx_int_t
api_sql_words_read(ngx_pool_t *pool, const ngx_str_t *source,
    api_sql_words_t *words)
{
    /* counted first */

    words->n = walk(source, NULL);
    words->elts = ngx_palloc(pool, (words->n + 1) * sizeof(api_sql_word_t));

    if (words->elts == NULL) {
        return NGX_ERROR;
    }

    (void) walk(source, words->elts);

    return NGX_OK;
}


static ngx_uint_t
walk(const ngx_str_t *source, api_sql_word_t *words)
{
    ngx_uint_t       n;
    api_sql_lexer_t  lexer;

    api_sql_lexer_init(&lexer, source);

    for (n = 0; api_sql_lexer_next(&lexer) == NGX_OK; n++) {

        if (lexer.token == API_SQL_TOKEN_END
            || lexer.token == API_SQL_TOKEN_SEMICOLON)
        {
            break;
        }

        if (words == NULL) {
            continue;
        }

        words[n].token = lexer.token;
        words[n].text.data = source->data + lexer.start;
        words[n].text.len = api_scan_offset(&lexer.in) - lexer.start;

        if (lexer.token == API_SQL_TOKEN_PARAM) {
            words[n].text = lexer.name;
        }
    }

    return n;
}


ngx_uint_t
api_sql_words_is(const api_sql_words_t *words, ngx_uint_t i,
    const char *keyword)
{
    const ngx_str_t  *text;

    if (i >= words->n || words->elts[i].token != API_SQL_TOKEN_WORD) {
        return 0;
    }

    text = &words->elts[i].text;

    return text->len == ngx_strlen(keyword)
           && ngx_strncasecmp(text->data, (u_char *) (uintptr_t) keyword,
                              text->len)
              == 0;
}


ngx_uint_t
api_sql_words_in(const api_sql_words_t *words, ngx_uint_t i,
    const char *const *keywords)
{
    for ( /* void */ ; *keywords != NULL; keywords++) {
        if (api_sql_words_is(words, i, *keywords)) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
api_sql_words_char(const api_sql_words_t *words, ngx_uint_t i, u_char ch)
{
    const api_sql_word_t  *word;

    if (i >= words->n) {
        return 0;
    }

    word = &words->elts[i];

    return word->token == API_SQL_TOKEN_OTHER && word->text.len == 1
           && word->text.data[0] == ch;
}


ngx_uint_t
api_sql_words_name(const api_sql_words_t *words, ngx_uint_t i)
{
    const api_sql_word_t  *word;

    if (i >= words->n) {
        return 0;
    }

    word = &words->elts[i];

    return word->token == API_SQL_TOKEN_WORD
           || (word->token == API_SQL_TOKEN_OTHER
               && word->text.data[0] == '"');
}


ngx_uint_t
api_sql_words_end(const api_sql_words_t *words, ngx_uint_t i,
    const char *const *keywords)
{
    ngx_uint_t  depth, cases;

    depth = 0;
    cases = 0;

    for ( /* void */ ; i < words->n; i++) {

        if (api_sql_words_char(words, i, '(')
            || api_sql_words_char(words, i, '['))
        {
            depth++;

        } else if (api_sql_words_char(words, i, ')')
                   || api_sql_words_char(words, i, ']'))
        {
            if (depth == 0) {
                return i;
            }

            depth--;

        } else if (api_sql_words_is(words, i, "CASE")) {
            cases++;

        } else if (api_sql_words_is(words, i, "END")) {
            cases -= (cases > 0);

        } else if (depth == 0 && cases == 0
                   && (api_sql_words_char(words, i, ',')
                       || api_sql_words_in(words, i, keywords)))
        {
            return i;
        }
    }

    return i;
}


ngx_int_t
api_sql_words_fold(ngx_pool_t *pool, const ngx_str_t *name, ngx_str_t *out)
{
    size_t   i, end;
    u_char  *p;

    p = ngx_pnalloc(pool, name->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    if (name->data[0] != '"') {
        ngx_strlow(p, name->data, name->len);
        p[name->len] = '\0';
        out->len = name->len;
        return NGX_OK;
    }

    end = name->len - 1;

    for (i = 1; i < end; i++) {
        i += (name->data[i] == '"');
        *p++ = name->data[i];
    }

    *p = '\0';
    out->len = (size_t) (p - out->data);

    return NGX_OK;
}


ngx_int_t
api_sql_words_table(ngx_pool_t *pool, const api_sql_words_t *words,
    ngx_uint_t *i, ngx_str_t *table, ngx_str_t *relation)
{
    api_buf_t   b;
    ngx_uint_t  last;

    if (api_buf_init(&b, pool, 64, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    for ( ;; ) {

        if (!api_sql_words_name(words, *i)) {
            return NGX_DECLINED;
        }

        last = (*i)++;
        api_buf_add_str(&b, &words->elts[last].text);

        if (!api_sql_words_char(words, *i, '.')) {
            break;
        }

        (*i)++;
        api_buf_add_char(&b, '.');
    }

    if (api_sql_words_fold(pool, &words->elts[last].text, relation)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return api_buf_string(&b, table);
}


ngx_uint_t
api_sql_words_begins(const api_sql_words_t *words, ngx_uint_t i)
{
    return i == 0
           || api_sql_words_char(words, i - 1, '(')
           || api_sql_words_char(words, i - 1, ')')
           || api_sql_words_is(words, i - 1, "DO")
           || api_sql_words_is(words, i - 1, "THEN");
}


ngx_uint_t
api_sql_words_opening(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  depth;

    for (depth = 0; /* void */ ; i--) {

        if (api_sql_words_char(words, i, '(')) {
            if (depth == 0) {
                return i;
            }

            depth--;

        } else if (api_sql_words_char(words, i, ')')) {
            depth++;
        }

        if (i == 0) {
            return words->n;
        }
    }
}


ngx_uint_t
api_sql_words_closing(const api_sql_words_t *words, ngx_uint_t i)
{
    ngx_uint_t  depth;

    for (depth = 0; i < words->n; i++) {

        if (api_sql_words_char(words, i, '(')) {
            depth++;

        } else if (api_sql_words_char(words, i, ')') && --depth == 0) {
            break;
        }
    }

    return i;
}
