
#include "sql/lexer.h"


static ngx_int_t skip_blank(api_sql_lexer_t *l);
static void skip_line_comment(api_scan_t *in);
static ngx_int_t skip_block_comment(api_sql_lexer_t *l);
static ngx_int_t lex_quoted(api_sql_lexer_t *l, u_char quote,
    ngx_uint_t escapes);
static ngx_uint_t continues(api_scan_t *in);
static ngx_int_t lex_dollar(api_sql_lexer_t *l);
static ngx_int_t lex_dollar_quote(api_sql_lexer_t *l, size_t tag);
static size_t dollar_tag(const api_scan_t *in);
static ngx_int_t lex_param(api_sql_lexer_t *l);
static void lex_claim(api_sql_lexer_t *l);
static ngx_uint_t asks(const api_scan_t *in);
static ngx_int_t lex_number(api_sql_lexer_t *l);
static ngx_int_t lex_word(api_sql_lexer_t *l);
static ngx_int_t fault(api_sql_lexer_t *l, size_t offset, const char *why);
static ngx_uint_t is_space(int ch);
static ngx_uint_t is_digit(int ch);
static ngx_uint_t is_word_start(int ch);
static ngx_uint_t is_word(int ch);


void
api_sql_lexer_init(api_sql_lexer_t *l, const ngx_str_t *text)
{
    ngx_memzero(l, sizeof(api_sql_lexer_t));

    api_scan_init(&l->in, text);
}


ngx_int_t
api_sql_lexer_next(api_sql_lexer_t *l)
{
    int  ch, next;

    if (skip_blank(l) != NGX_OK) {
        return NGX_DECLINED;
    }

    l->start = api_scan_offset(&l->in);
    l->token = API_SQL_TOKEN_OTHER;

    ch = api_scan_peek(&l->in, 0);
    next = api_scan_peek(&l->in, 1);

    switch (ch) {

    case -1:
        l->token = API_SQL_TOKEN_END;
        return NGX_OK;

    case ';':
        l->token = API_SQL_TOKEN_SEMICOLON;
        l->in.pos++;
        return NGX_OK;

    case '\'':
    case '"':
        l->in.pos++;
        return lex_quoted(l, (u_char) ch, 0);

    case '$':
        return lex_dollar(l);
    }

    if (is_digit(ch) || (ch == '.' && is_digit(next))) {
        return lex_number(l);
    }

    if (is_word_start(ch)) {
        return lex_word(l);
    }

    l->in.pos++;

    return NGX_OK;
}


ngx_uint_t
api_sql_lexer_is(const api_sql_lexer_t *l, const char *keyword)
{
    return l->token == API_SQL_TOKEN_WORD
           && l->name.len == ngx_strlen(keyword)
           && ngx_strncasecmp(l->name.data, (u_char *) (uintptr_t) keyword,
                              l->name.len)
              == 0;
}


ngx_uint_t
api_sql_lexer_in(const api_sql_lexer_t *l, const char *const *keywords)
{
    for ( /* void */ ; *keywords != NULL; keywords++) {
        if (api_sql_lexer_is(l, *keywords)) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
skip_blank(api_sql_lexer_t *l)
{
    int  ch, next;

    for ( ;; ) {
        ch = api_scan_peek(&l->in, 0);
        next = api_scan_peek(&l->in, 1);

        if (is_space(ch)) {
            l->in.pos++;

        } else if (ch == '-' && next == '-') {
            skip_line_comment(&l->in);

        } else if (ch == '/' && next == '*') {
            if (skip_block_comment(l) != NGX_OK) {
                return NGX_DECLINED;
            }

        } else {
            return NGX_OK;
        }
    }
}


/* up to the line's end, which is not read: a continued string needs it */

static void
skip_line_comment(api_scan_t *in)
{
    while (!api_scan_done(in) && *in->pos != '\n' && *in->pos != '\r') {
        in->pos++;
    }
}


static ngx_int_t
skip_block_comment(api_sql_lexer_t *l)
{
    size_t      start;
    ngx_uint_t  depth;

    start = api_scan_offset(&l->in);
    depth = 0;

    do {
        if (api_scan_done(&l->in)) {
            return fault(l, start, "this comment does not end: add \"*/\", "
                                   "one for each \"/*\" inside it, too");
        }

        if (api_scan_accept(&l->in, "/*")) {
            depth++;

        } else if (api_scan_accept(&l->in, "*/")) {
            depth--;

        } else {
            l->in.pos++;
        }
    } while (depth != 0);

    return NGX_OK;
}


/*
 * Behind the opening quote.  Two quotes stand for one; with escapes (E'') a
 * backslash protects the next byte, in each part of a continued string.
 */

static ngx_int_t
lex_quoted(api_sql_lexer_t *l, u_char quote, ngx_uint_t escapes)
{
    u_char  ch;

    while (!api_scan_done(&l->in)) {
        ch = *l->in.pos++;

        if (ch == '\\' && escapes && !api_scan_done(&l->in)) {
            l->in.pos++;
            continue;
        }

        if (ch != quote) {
            continue;
        }

        if (api_scan_peek(&l->in, 0) == quote) {
            l->in.pos++;
            continue;
        }

        if (quote == '\'' && continues(&l->in)) {
            continue;
        }

        return NGX_OK;
    }

    if (quote == '"') {
        return fault(l, l->start, "this quoted identifier does not end: "
                                  "add a double quote");
    }

    return fault(l, l->start, "this string does not end: add a quote (a quote "
                              "inside a string is written twice)");
}


/*
 * Chapter 4.1.2.1: strings that only white space with a newline parts are
 * one; a comment up to the line's end counts as white space.  1 and behind
 * the next part's quote, else 0 and unmoved.
 */

static ngx_uint_t
continues(api_scan_t *in)
{
    ngx_uint_t     newline;
    api_scan_t     ahead;

    ahead = *in;
    newline = 0;

    for ( ;; ) {
        if (api_scan_peek(&ahead, 0) == '-' && api_scan_peek(&ahead, 1) == '-')
        {
            skip_line_comment(&ahead);
            continue;
        }

        if (!is_space(api_scan_peek(&ahead, 0))) {
            break;
        }

        if (*ahead.pos == '\n' || *ahead.pos == '\r') {
            newline = 1;
        }

        ahead.pos++;
    }

    if (!newline || !api_scan_accept(&ahead, "'")) {
        return 0;
    }

    *in = ahead;

    return 1;
}


static ngx_int_t
lex_dollar(api_sql_lexer_t *l)
{
    int     next;
    size_t  tag;

    tag = dollar_tag(&l->in);

    if (tag != 0) {
        return lex_dollar_quote(l, tag);
    }

    next = api_scan_peek(&l->in, 1);

    if (api_scan_is_name_start(next)) {
        return lex_param(l);
    }

    if (is_digit(next)) {
        return fault(l, l->start, "parameters have names here: "
                                  "write $name instead of a number");
    }

    if (next >= 0x80) {
        return fault(l, l->start, "a parameter's name has only the letters "
                                  "A to Z, digits and \"_\"");
    }

    if (next == '{') {
        return fault(l, l->start, "a parameter's name has no braces here: "
                                  "write $name for ${name}");
    }

    return fault(l, l->start, "a \"$\" alone: a parameter is $name, "
                              "text belongs in quotes");
}


/* the length of "$$" or "$tag$" when it stands here, else 0 */

static size_t
dollar_tag(const api_scan_t *in)
{
    int     ch;
    size_t  n;

    n = 1;

    if (is_word_start(api_scan_peek(in, n))) {
        do {
            n++;
            ch = api_scan_peek(in, n);
        } while (is_word(ch) && ch != '$');
    }

    return api_scan_peek(in, n) == '$' ? n + 1 : 0;
}


static ngx_int_t
lex_dollar_quote(api_sql_lexer_t *l, size_t tag)
{
    const u_char  *start;

    start = l->in.pos;
    l->in.pos += tag;

    while ((size_t) (l->in.end - l->in.pos) >= tag) {
        if (ngx_memcmp(l->in.pos, start, tag) == 0) {
            l->in.pos += tag;
            return NGX_OK;
        }

        l->in.pos++;
    }

    return fault(l, l->start, "this dollar quote does not end: add its $tag$ "
                              "(a parameter is $name, without a second \"$\")");
}


static ngx_int_t
lex_param(api_sql_lexer_t *l)
{
    int        ch;
    ngx_str_t  field;

    l->in.pos++;

    if (!api_scan_name(&l->in, &l->name)) {
        return fault(l, l->start, "a parameter is $name");
    }

    while (api_scan_peek(&l->in, 0) == '.'
           && api_scan_is_name_start(api_scan_peek(&l->in, 1)))
    {
        l->in.pos++;

        if (api_scan_name(&l->in, &field)) {
            l->name.len += 1 + field.len;
        }
    }

    if (l->name.len >= 3 && ngx_memcmp(l->name.data, "jwt", 3) == 0
        && (l->name.len == 3 || l->name.data[3] == '.'))
    {
        lex_claim(l);
    }

    if (asks(&l->in)) {
        l->in.pos++;
        l->name.len++;
    }

    ch = api_scan_peek(&l->in, 0);

    if (ch >= 0x80) {
        return fault(l, l->start, "a parameter's name has only the letters "
                                  "A to Z, digits and \"_\"");
    }

    if (ch == '$') {
        return fault(l, api_scan_offset(&l->in), "a \"$\" right behind a "
                     "parameter: part them with a space or an operator");
    }

    l->token = API_SQL_TOKEN_PARAM;

    return NGX_OK;
}


/*
 * $jwt."https://example.com/role": a claim may have any name.  Within the
 * quotes a backslash protects the next byte, as in auth/path.
 */

static void
lex_claim(api_sql_lexer_t *l)
{
    ngx_str_t      name;
    const u_char  *p;

    while (api_scan_peek(&l->in, 0) == '.') {

        if (api_scan_peek(&l->in, 1) == '"') {

            for (p = l->in.pos + 2; p < l->in.end && *p != '"'; p++) {
                p += (*p == '\\' && p + 1 < l->in.end);
            }

            if (p >= l->in.end) {
                return;
            }

            l->in.pos = p + 1;

        } else if (api_scan_is_name_start(api_scan_peek(&l->in, 1))) {
            l->in.pos++;
            (void) api_scan_name(&l->in, &name);

        } else {
            return;
        }

        l->name.len = (size_t) (l->in.pos - l->name.data);
    }
}


/*
 * $name?: was it sent?  "?" also begins operators of PostgreSQL's (jsonb's ?,
 * ?| and ?&): it belongs to the name only where a value may end.
 */

static ngx_uint_t
asks(const api_scan_t *in)
{
    int  ch, next;

    if (api_scan_peek(in, 0) != '?') {
        return 0;
    }

    ch = api_scan_peek(in, 1);
    next = api_scan_peek(in, 2);

    return ch == -1 || is_space(ch) || ch == ')' || ch == ',' || ch == ';'
           || ch == ':' || ch == ']'
           || (ch == '-' && next == '-') || (ch == '/' && next == '*');
}


/*
 * Any form that any version knows (0x1F, 1_000, 1.5e-3), and letters directly
 * behind a number, which PostgreSQL refuses since 15 with an error of its own.
 */

static ngx_int_t
lex_number(api_sql_lexer_t *l)
{
    int  ch, next;

    for ( ;; ) {
        ch = api_scan_peek(&l->in, 0);
        next = api_scan_peek(&l->in, 1);

        if (ch == '$') {
            return fault(l, api_scan_offset(&l->in), "a \"$\" right behind a "
                         "number: part them with a space or an operator");
        }

        if ((ch == 'e' || ch == 'E') && (next == '+' || next == '-')
            && is_digit(api_scan_peek(&l->in, 2)))
        {
            l->in.pos += 2;
            continue;
        }

        /* "1..2" is a range in PL/pgSQL: two numbers */
        if (!is_word(ch) && (ch != '.' || next == '.')) {
            return NGX_OK;
        }

        l->in.pos++;
    }
}


/* an identifier contains every "$" in it: a$b is one, and foo$$, too */

static ngx_int_t
lex_word(api_sql_lexer_t *l)
{
    int     first, next;
    size_t  prefix;

    first = api_scan_peek(&l->in, 0) | 0x20;
    next = api_scan_peek(&l->in, 1);
    prefix = 0;

    if (next == '\'' && ngx_strchr("ebxn", first) != NULL) {
        prefix = 2;

    } else if (first == 'u' && next == '&') {
        next = api_scan_peek(&l->in, 2);
        prefix = (next == '\'' || next == '"') ? 3 : 0;
    }

    if (prefix != 0) {
        l->in.pos += prefix;
        return lex_quoted(l, (u_char) next, first == 'e');
    }

    /* ngx_str_t has no const; nothing is written through it */
    l->name.data = (u_char *) (uintptr_t) l->in.pos;

    while (is_word(api_scan_peek(&l->in, 0))) {
        l->in.pos++;
    }

    l->name.len = (size_t) (l->in.pos - l->name.data);
    l->token = API_SQL_TOKEN_WORD;

    return NGX_OK;
}


static ngx_int_t
fault(api_sql_lexer_t *l, size_t offset, const char *why)
{
    l->offset = offset;
    l->why = why;

    return NGX_DECLINED;
}


static ngx_uint_t
is_space(int ch)
{
    return ch == ' ' || ch == '\n' || ch == '\r' || ch == '\t' || ch == '\f'
           || ch == '\v';
}


static ngx_uint_t
is_digit(int ch)
{
    return ch >= '0' && ch <= '9';
}


static ngx_uint_t
is_word_start(int ch)
{
    return api_scan_is_name_start(ch) || ch >= 0x80;
}


static ngx_uint_t
is_word(int ch)
{
    return api_scan_is_name(ch) || ch >= 0x80 || ch == '$';
}


ngx_uint_t
api_sql_lexer_begins(const ngx_str_t *text, const char *word)
{
    api_sql_lexer_t  l;

    api_sql_lexer_init(&l, text);

    return api_sql_lexer_next(&l) == NGX_OK
           && l.token == API_SQL_TOKEN_WORD
           && l.name.len == ngx_strlen(word)
           && ngx_strncasecmp(l.name.data, (u_char *) (uintptr_t) word,
                              l.name.len)
              == 0;
}
