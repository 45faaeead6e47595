
#include "sql/calls.h"
#include "core/scan.h"


static ngx_uint_t calls_is_word(u_char ch);
static ngx_uint_t calls_is_quoted(const u_char *p, const u_char *end);
static ngx_uint_t calls_is_nameless(const u_char *start, const u_char *p);
static ngx_uint_t calls_ends_in(const ngx_str_t *word, const ngx_str_t *name);
static ngx_uint_t calls_is_local(const u_char *p, const u_char *end);
static ngx_uint_t calls_is_odd(const u_char *p, const u_char *end);
static const u_char *calls_constant(const u_char *p, const u_char *end);
static ngx_uint_t calls_is_true(const u_char *p, const u_char *end);
static const u_char *calls_space(const u_char *p, const u_char *end);
static ngx_uint_t calls_is_one(const ngx_str_t *word, const ngx_str_t *list);
static ngx_int_t calls_parts(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *word);
static ngx_int_t calls_word(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *word);
static ngx_int_t calls_push(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *word);


/*
 * words that call something without being a function's name (gram.y,
 * ruleutils.c)
 */

static const ngx_str_t  calls_unsure[] = {
    ngx_string("current_date"),
    ngx_string("current_time"),
    ngx_string("current_timestamp"),
    ngx_string("localtime"),
    ngx_string("localtimestamp"),
    ngx_string("operator"),
    ngx_null_string
};

static const ngx_str_t  calls_writes[] = {
    ngx_string("insert"),
    ngx_string("update"),
    ngx_string("delete"),
    ngx_string("merge"),
    ngx_string("truncate"),
    ngx_string("copy"),
    ngx_string("call"),
    ngx_null_string
};

static const ngx_str_t  calls_dynamic[] = {
    ngx_string("execute"),
    ngx_string("prepare"),
    ngx_null_string
};

static const ngx_str_t  calls_set_config = ngx_string("set_config");
static const ngx_str_t  calls_true = ngx_string("true");


ngx_int_t
api_sql_calls_init(ngx_pool_t *pool, api_sql_calls_t *calls)
{
    ngx_memzero(calls, sizeof(api_sql_calls_t));

    return ngx_array_init(&calls->words, pool, 16, sizeof(ngx_str_t));
}


ngx_int_t
api_sql_calls_add(ngx_pool_t *pool, api_sql_calls_t *calls,
    const ngx_str_t *text)
{
    u_char     *p, *end;
    ngx_str_t   word;

    p = text->data;
    end = p + text->len;

    while (p < end) {

        if (*p == '"' && calls_is_quoted(p + 1, end)) {
            calls->unsure = 1;

            if (calls_is_nameless(text->data, p)) {
                calls->blind = 1;
            }
        }

        if (!calls_is_word(*p)) {
            p++;
            continue;
        }

        word.data = p;

        while (p < end && calls_is_word(*p)) {
            p++;
        }

        word.len = (size_t) (p - word.data);

        if (word.len >= calls_set_config.len
            && calls_ends_in(&word, &calls_set_config)
            && !calls_is_local(p, end))
        {
            calls->session = 1;
        }

        if (calls_word(pool, calls, &word) != NGX_OK
            || calls_parts(pool, calls, &word) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
calls_is_word(u_char ch)
{
    return api_scan_is_name(ch) || ch == '$' || ch >= 0x80;
}


/* behind a quote: is what was quoted called?  It may not be a word. */

static ngx_uint_t
calls_is_quoted(const u_char *p, const u_char *end)
{
    p = calls_space(p, end);

    /* a comment may come between, too */

    return p < end && (*p == '(' || *p == '/' || *p == '-');
}


/* before a quote: is the quoted text not one word? */

static ngx_uint_t
calls_is_nameless(const u_char *start, const u_char *p)
{
    while (p > start && calls_is_word(p[-1])) {
        p--;
    }

    return p == start || p[-1] != '"';
}


/* a dollar quote may come directly before it */

static ngx_uint_t
calls_ends_in(const ngx_str_t *word, const ngx_str_t *name)
{
    size_t  before;

    before = word->len - name->len;

    return (before == 0 || word->data[before - 1] == '$')
           && ngx_strncasecmp(word->data + before, name->data, name->len) == 0;
}


/*
 * Behind "set_config": is its third argument the constant true?  If that
 * cannot be told, it is not.
 */

static ngx_uint_t
calls_is_local(const u_char *p, const u_char *end)
{
    ngx_uint_t     comma, depth;
    const u_char  *argument;

    p = calls_space(p, end);

    if (p == end || *p != '(') {
        return 0;
    }

    argument = NULL;
    comma = 0;
    depth = 0;

    for ( /* void */ ; p < end; p++) {

        switch (*p) {

        case '(':
        case '[':
            depth++;
            break;

        case ')':
        case ']':
            if (--depth == 0) {
                return comma == 2 && calls_is_true(argument, p);
            }

            break;

        case ',':
            if (depth == 1) {
                comma++;
                argument = p + 1;
            }

            break;

        case '\'':
            p = calls_constant(p, end);
            break;

        default:
            if (calls_is_odd(p, end)) {
                return 0;
            }
        }
    }

    return 0;
}


/* comments, dollar quotes, escapes: not worth understanding here */

static ngx_uint_t
calls_is_odd(const u_char *p, const u_char *end)
{
    u_char  next;

    next = (p + 1 < end) ? p[1] : '\0';

    switch (*p) {

    case '-':
        return next == '-';

    case '/':
        return next == '*';

    case '$':
        return next == '$' || api_scan_is_name_start(next);

    default:
        return *p == '\\';
    }
}


/* at a quote: the one that ends the constant, or the last byte */

static const u_char *
calls_constant(const u_char *p, const u_char *end)
{
    for (p++; p < end; p++) {

        if (*p == '\\') {
            break;
        }

        if (*p == '\'') {

            if (p + 1 == end || p[1] != '\'') {
                return p;
            }

            p++;
        }
    }

    return end - 1;
}


static ngx_uint_t
calls_is_true(const u_char *p, const u_char *end)
{
    p = calls_space(p, end);

    if ((size_t) (end - p) < calls_true.len
        || ngx_strncasecmp(api_unconst((const char *) p), calls_true.data,
                           calls_true.len)
           != 0)
    {
        return 0;
    }

    return calls_space(p + calls_true.len, end) == end;
}


static const u_char *
calls_space(const u_char *p, const u_char *end)
{
    while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) {
        p++;
    }

    return p;
}


static ngx_uint_t
calls_is_one(const ngx_str_t *word, const ngx_str_t *list)
{
    for ( /* void */ ; list->len != 0; list++) {
        if (api_str_equal(word, list)) {
            return 1;
        }
    }

    return 0;
}


/*
 * A "$" belongs to a word, and yet another word begins behind it where it ends
 * a dollar quote: $$a$$OPERATOR(b) c.
 */

static ngx_int_t
calls_parts(ngx_pool_t *pool, api_sql_calls_t *calls, const ngx_str_t *word)
{
    u_char     *p, *end;
    ngx_str_t   part;

    end = word->data + word->len;
    p = memchr(word->data, '$', word->len);

    while (p != NULL) {
        part.data = p + 1;

        p = memchr(part.data, '$', (size_t) (end - part.data));
        part.len = (size_t) ((p != NULL ? p : end) - part.data);

        if (part.len != 0
            && (api_scan_is_name_start(*part.data) || *part.data >= 0x80)
            && calls_word(pool, calls, &part) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
calls_word(ngx_pool_t *pool, api_sql_calls_t *calls, const ngx_str_t *word)
{
    ngx_str_t  lower;

    lower.len = word->len;
    lower.data = ngx_pnalloc(pool, word->len);
    if (lower.data == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow(lower.data, word->data, word->len);

    if (calls_is_one(&lower, calls_unsure)) {
        calls->unsure = 1;
    }

    if (calls_is_one(&lower, calls_writes)) {
        calls->writes = 1;
    }

    if (calls_is_one(&lower, calls_dynamic)) {
        calls->dynamic = 1;
    }

    if (!api_str_equal(&lower, word)
        && calls_push(pool, calls, word) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return calls_push(pool, calls, &lower);
}


static ngx_int_t
calls_push(ngx_pool_t *pool, api_sql_calls_t *calls, const ngx_str_t *word)
{
    ngx_str_t   *words, copy;
    ngx_uint_t   i;

    words = calls->words.elts;

    for (i = 0; i < calls->words.nelts; i++) {
        if (api_str_equal(&words[i], word)) {
            return NGX_OK;
        }
    }

    copy.len = word->len;
    copy.data = ngx_pstrdup(pool, api_unconst(word));
    if (copy.data == NULL) {
        return NGX_ERROR;
    }

    words = ngx_array_push(&calls->words);
    if (words == NULL) {
        return NGX_ERROR;
    }

    *words = copy;

    return NGX_OK;
}
