
#include "core/words.h"


static api_words_e byte_blank(api_words_t *w, u_char ch);
static api_words_e byte_first(api_words_t *w, u_char ch);
static api_words_e byte_bare(api_words_t *w, u_char ch);
static api_words_e byte_quoted(api_words_t *w, u_char ch);
static api_words_e byte_behind(api_words_t *w, u_char ch);
static void add(api_words_t *w, u_char ch);
static api_words_e finish(api_words_t *w, u_char ch);
static api_words_e fault(api_words_t *w, const char *why);
static ngx_uint_t ends_word(u_char ch);
static const u_char *next_token(const u_char **next, const u_char *end,
    ngx_str_t *word);
static const u_char *skip_comment(const u_char *p, const u_char *end);
static ngx_uint_t is_bare(const u_char *start, const ngx_str_t *word,
    const char *name);
static ngx_uint_t is_code(const ngx_str_t *word);


void
api_words_begin(api_words_t *w, ngx_pool_t *pool, ngx_array_t *words)
{
    ngx_memzero(w, sizeof(api_words_t));

    w->pool = pool;
    w->words = words;
    words->nelts = 0;
}


api_words_e
api_words_byte(api_words_t *w, u_char ch)
{
    switch (w->in) {

    case API_WORDS_IN_COMMENT:
        w->in = (ch == LF) ? API_WORDS_IN_BLANK : API_WORDS_IN_COMMENT;
        return API_WORDS_MORE;

    case API_WORDS_IN_BARE:
        return byte_bare(w, ch);

    case API_WORDS_IN_QUOTES:
        return byte_quoted(w, ch);

    case API_WORDS_BEHIND_QUOTES:
        return byte_behind(w, ch);

    default: /* API_WORDS_IN_BLANK */
        return byte_blank(w, ch);
    }
}


static api_words_e
byte_blank(api_words_t *w, u_char ch)
{
    if (api_words_is_space(ch)) {
        return API_WORDS_MORE;
    }

    switch (ch) {

    case '#':
        w->in = API_WORDS_IN_COMMENT;
        return API_WORDS_MORE;

    case ';':
        return w->words->nelts != 0 ? API_WORDS_LINE
                                    : fault(w, "unexpected \";\"");

    case '{':
        return API_WORDS_OPEN;

    case '}':
        return w->words->nelts == 0 ? API_WORDS_CLOSE
                                    : fault(w, "unexpected \"}\": each "
                                               "line ends in \";\", the last "
                                               "one, too");

    default:
        return byte_first(w, ch);
    }
}


static api_words_e
byte_first(api_words_t *w, u_char ch)
{
    if (w->words->nelts == API_WORDS_COUNT) {
        return fault(w, "more than 256 words, probably a \";\" is missing");
    }

    if (api_buf_init(&w->word, w->pool, 32, API_WORDS_LENGTH) != NGX_OK) {
        return API_WORDS_ERROR;
    }

    w->in = API_WORDS_IN_BARE;
    w->last = '=';

    return byte_bare(w, ch);
}


static api_words_e
byte_bare(api_words_t *w, u_char ch)
{
    if (!w->escape) {

        if ((ch == '"' || ch == '\'') && w->last == '=') {
            w->in = API_WORDS_IN_QUOTES;
            w->quote = ch;
            return API_WORDS_MORE;
        }

        if (ends_word(ch)) {
            return finish(w, ch);
        }

        w->last = ch;
    }

    add(w, ch);

    return API_WORDS_MORE;
}


static api_words_e
byte_quoted(api_words_t *w, u_char ch)
{
    if (!w->escape && ch == w->quote) {
        w->in = API_WORDS_BEHIND_QUOTES;
        return API_WORDS_MORE;
    }

    add(w, ch);

    return API_WORDS_MORE;
}


static api_words_e
byte_behind(api_words_t *w, u_char ch)
{
    if (!ends_word(ch)) {
        return fault(w, "a space is missing behind a closing quote");
    }

    return finish(w, ch);
}


/* a byte of a word; a backslash stays where it means nothing to nginx */

static void
add(api_words_t *w, u_char ch)
{
    if (!w->escape) {

        if (ch == '\\') {
            w->escape = 1;

        } else {
            api_buf_add_char(&w->word, ch);
        }

        return;
    }

    w->escape = 0;

    if (!api_words_unescape(&ch)) {
        api_buf_add_char(&w->word, '\\');
    }

    api_buf_add_char(&w->word, ch);
}


ngx_uint_t
api_words_unescape(u_char *ch)
{
    switch (*ch) {

    case '"':
    case '\'':
    case '\\':
        return 1;

    case 't':
        *ch = '\t';
        return 1;

    case 'r':
        *ch = CR;
        return 1;

    case 'n':
        *ch = LF;
        return 1;

    default:
        return 0;
    }
}


/* ch: the byte behind the word */

static api_words_e
finish(api_words_t *w, u_char ch)
{
    ngx_str_t  text, *word;

    if (api_buf_string(&w->word, &text) != NGX_OK) {
        return w->word.full ? fault(w, "too long parameter, probably a "
                                       "closing quote is missing")
                            : API_WORDS_ERROR;
    }

    word = ngx_array_push(w->words);
    if (word == NULL) {
        return API_WORDS_ERROR;
    }

    *word = text;

    w->in = API_WORDS_IN_BLANK;

    return byte_blank(w, ch);
}


static api_words_e
fault(api_words_t *w, const char *why)
{
    w->why = why;

    return API_WORDS_FAULT;
}


ngx_uint_t
api_words_is_space(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == CR || ch == LF;
}


static ngx_uint_t
ends_word(u_char ch)
{
    return api_words_is_space(ch) || ch == ';' || ch == '{';
}


api_words_e
api_words_ahead(const u_char *p, const u_char *end, const char *name)
{
    ngx_str_t      word;
    ngx_uint_t     depth, first, hit;
    const u_char  *start;

    depth = 0;
    first = 1;
    hit = 0;

    while ((start = next_token(&p, end, &word)) != NULL) {

        if (word.data == NULL) {

            if (hit) {
                return *start == ';' ? API_WORDS_LINE : API_WORDS_OPEN;
            }

            if (*start == '}' && depth-- == 0) {
                return API_WORDS_CLOSE;
            }

            depth += (*start == '{');
            first = 1;
            continue;
        }

        if (first && depth == 0 && is_bare(start, &word, name)) {
            hit = 1;
        }

        first = 0;
    }

    return API_WORDS_MORE;
}


api_words_e
api_words_among(const u_char *p, const u_char *end, const char *const *names,
    const char **found)
{
    ngx_str_t           word;
    ngx_uint_t          depth, first;
    const u_char       *start;
    const char *const  *name;

    depth = 0;
    first = 1;

    while ((start = next_token(&p, end, &word)) != NULL) {

        if (word.data == NULL) {

            if (*start == '}' && depth-- == 0) {
                return API_WORDS_CLOSE;
            }

            depth += (*start == '{');
            first = 1;
            continue;
        }

        /* a word at the end may go on */

        if (p == end) {
            break;
        }

        if (first && depth == 0) {

            for (name = names; *name != NULL; name++) {
                if (is_bare(start, &word, *name)) {
                    *found = *name;
                    return API_WORDS_OPEN;
                }
            }

            if (is_code(&word)) {
                return API_WORDS_CLOSE;
            }
        }

        first = 0;
    }

    return API_WORDS_MORE;
}


/* a word, with data; or one byte: ";", "{" or "}".  Where it begins, or NULL:
   there is none */

static const u_char *
next_token(const u_char **next, const u_char *end, ngx_str_t *word)
{
    const u_char  *p;

    ngx_str_null(word);

    p = *next;

    while (p < end && (*p == '#' || api_words_is_space(*p))) {
        p = (*p == '#') ? skip_comment(p, end) : p + 1;
    }

    if (p == end) {
        *next = end;
        return NULL;
    }

    *next = (*p == ';' || *p == '{' || *p == '}')
            ? p + 1 : api_words_skip(p, end, word);

    return p;
}


/* to its line's end */

static const u_char *
skip_comment(const u_char *p, const u_char *end)
{
    while (p < end && *p != LF) {
        p++;
    }

    return p;
}


/* without quotes: a directive's name */

static ngx_uint_t
is_bare(const u_char *start, const ngx_str_t *word, const char *name)
{
    return word->data == start
           && word->len == ngx_strlen(name)
           && ngx_memcmp(start, name, word->len) == 0;
}


/* a block whose words are not nginx's */

static ngx_uint_t
is_code(const ngx_str_t *word)
{
    static const char  code[] = "_by_lua_block";

    return word->len >= sizeof(code) - 1
           && ngx_memcmp(word->data + word->len - (sizeof(code) - 1), code,
                         sizeof(code) - 1)
              == 0;
}


const u_char *
api_words_skip(const u_char *p, const u_char *end, ngx_str_t *raw)
{
    u_char  quote;

    quote = (*p == '"' || *p == '\'') ? *p++ : 0;

    raw->data = api_unconst(p);

    for ( /* void */ ; p < end; p++) {

        if (*p == '\\' && p + 1 < end) {
            p++;
            continue;
        }

        /* "${" does not end a word */

        if (quote ? *p == quote
                  : (ends_word(*p)
                     && !(*p == '{' && p > raw->data && p[-1] == '$')))
        {
            break;
        }
    }

    raw->len = (size_t) (p - raw->data);

    return (quote && p < end) ? p + 1 : p;
}
