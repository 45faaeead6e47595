
#include "core/words.h"


static api_words_e byte_blank(api_words_t *w, u_char ch);
static api_words_e byte_first(api_words_t *w, u_char ch);
static api_words_e byte_bare(api_words_t *w, u_char ch);
static api_words_e byte_quoted(api_words_t *w, u_char ch);
static api_words_e byte_behind(api_words_t *w, u_char ch);
static void add(api_words_t *w, u_char ch);
static api_words_e finish(api_words_t *w, u_char ch);
static api_words_e fault(api_words_t *w, const char *why);
static ngx_uint_t is_space(u_char ch);
static ngx_uint_t ends_word(u_char ch);
static const u_char *ahead_word(const u_char *p, const u_char *end);


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
    if (is_space(ch)) {
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
        return fault(w, "something stands right behind a closing quote, part "
                        "them with a space");
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

    switch (ch) {

    case '"':
    case '\'':
    case '\\':
        break;

    case 't':
        ch = '\t';
        break;

    case 'r':
        ch = CR;
        break;

    case 'n':
        ch = LF;
        break;

    default:
        api_buf_add_char(&w->word, '\\');
    }

    api_buf_add_char(&w->word, ch);
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


static ngx_uint_t
is_space(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == CR || ch == LF;
}


static ngx_uint_t
ends_word(u_char ch)
{
    return is_space(ch) || ch == ';' || ch == '{';
}


api_words_e
api_words_ahead(const u_char *p, const u_char *end, const char *name)
{
    size_t         len;
    ngx_uint_t     depth, first, hit;
    const u_char  *word;

    len = ngx_strlen(name);
    depth = 0;
    first = 1;
    hit = 0;

    while (p < end) {

        if (is_space(*p)) {
            p++;
            continue;
        }

        if (*p == '#') {
            while (p < end && *p != LF) {
                p++;
            }

            continue;
        }

        if (*p == ';' || *p == '{' || *p == '}') {

            if (hit) {
                return *p == ';' ? API_WORDS_LINE : API_WORDS_OPEN;
            }

            if (*p == '}' && depth-- == 0) {
                return API_WORDS_CLOSE;
            }

            depth += (*p == '{');
            first = 1;
            p++;
            continue;
        }

        word = p;
        p = ahead_word(p, end);

        if (p < end && first && depth == 0 && (size_t) (p - word) == len
            && ngx_memcmp(word, name, len) == 0)
        {
            hit = 1;
        }

        first = 0;
    }

    return API_WORDS_MORE;
}


static const u_char *
ahead_word(const u_char *p, const u_char *end)
{
    u_char  quote;

    quote = (*p == '"' || *p == '\'') ? *p++ : 0;

    for ( /* void */ ; p < end; p++) {

        if (*p == '\\' && p + 1 < end) {
            p++;
            continue;
        }

        if (quote && *p == quote) {
            return p + 1;
        }

        if (!quote && ends_word(*p) && !(*p == '{' && p[-1] == '$')) {
            break;
        }
    }

    return p;
}
