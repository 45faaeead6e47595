
#include "http/conf_words.h"

#include "core/buf.h"


/* bytes of one word */
#define WORDS_LENGTH  65536

/* words in front of one ";" or "{" */
#define WORDS_COUNT   256

/* bytes that are looked ahead in all, and first */
#define WORDS_AHEAD   (1024 * 1024)
#define WORDS_CHUNK   4096


typedef enum {
    ahead_line = 0,
    ahead_open,
    ahead_none,
    ahead_more
} ahead_e;


static ngx_int_t next_byte(ngx_conf_t *cf, u_char *ch);
static ngx_int_t refill(ngx_conf_t *cf);
static ngx_int_t skip_blank(ngx_conf_t *cf, u_char *ch);
static ngx_int_t read_word(ngx_conf_t *cf, u_char *ch, ngx_str_t *word);
static ngx_int_t read_quoted(ngx_conf_t *cf, u_char *ch, api_buf_t *b);
static ngx_int_t read_bare(ngx_conf_t *cf, u_char *ch, api_buf_t *b);
static ngx_int_t read_escape(ngx_conf_t *cf, api_buf_t *b);
static ngx_uint_t is_space(u_char ch);
static ahead_e ahead(const u_char *p, const u_char *end, const char *name);
static const u_char *ahead_word(const u_char *p, const u_char *end);


ngx_int_t
api_http_conf_words(ngx_conf_t *cf, api_http_words_e *end)
{
    u_char      ch;
    ngx_str_t  *word;

    cf->args->nelts = 0;

    if (next_byte(cf, &ch) != NGX_OK) {
        return NGX_ERROR;
    }

    for ( ;; ) {

        if (skip_blank(cf, &ch) != NGX_OK) {
            return NGX_ERROR;
        }

        switch (ch) {

        case ';':
            if (cf->args->nelts == 0) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "unexpected \";\"");
                return NGX_ERROR;
            }

            *end = API_HTTP_WORDS_LINE;
            return NGX_OK;

        case '{':
            *end = API_HTTP_WORDS_OPEN;
            return NGX_OK;

        case '}':
            if (cf->args->nelts != 0) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "unexpected \"}\"");
                return NGX_ERROR;
            }

            *end = API_HTTP_WORDS_CLOSE;
            return NGX_OK;
        }

        if (cf->args->nelts == WORDS_COUNT) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "more than 256 words, "
                               "probably a \";\" is missing");
            return NGX_ERROR;
        }

        word = ngx_array_push(cf->args);

        if (word == NULL || read_word(cf, &ch, word) != NGX_OK) {
            return NGX_ERROR;
        }
    }
}


static ngx_int_t
next_byte(ngx_conf_t *cf, u_char *ch)
{
    ngx_buf_t  *b;

    b = cf->conf_file->buffer;

    if (b->pos >= b->last && refill(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    *ch = *b->pos++;

    if (*ch == LF) {
        cf->conf_file->line++;
    }

    return NGX_OK;
}


/* as ngx_conf_read_token() does, whose buffer it is; also for "nginx -T" */

static ngx_int_t
refill(ngx_conf_t *cf)
{
    off_t       left;
    size_t      size;
    ssize_t     n;
    ngx_buf_t  *b, *dump;

    b = cf->conf_file->buffer;
    dump = cf->conf_file->dump;

    left = 0;

    if (cf->conf_file->file.fd != NGX_INVALID_FILE) {
        left = ngx_file_size(&cf->conf_file->file.info)
               - cf->conf_file->file.offset;
    }

    if (left <= 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unexpected end of file, expecting \"}\"");
        return NGX_ERROR;
    }

    size = (size_t) (b->end - b->start);

    if (left < (off_t) size) {
        size = (size_t) left;
    }

    n = ngx_read_file(&cf->conf_file->file, b->start, size,
                      cf->conf_file->file.offset);

    if (n != (ssize_t) size) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           ngx_read_file_n " did not return all of the file");
        return NGX_ERROR;
    }

    b->pos = b->start;
    b->last = b->start + size;

    if (dump) {
        dump->last = ngx_cpymem(dump->last, b->pos, size);
    }

    return NGX_OK;
}


/* white space and comments; *ch is the first byte of the rest */

static ngx_int_t
skip_blank(ngx_conf_t *cf, u_char *ch)
{
    ngx_uint_t  comment;

    comment = 0;

    while (comment || is_space(*ch) || *ch == '#') {

        if (*ch == '#') {
            comment = 1;

        } else if (*ch == LF) {
            comment = 0;
        }

        if (next_byte(cf, ch) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* *ch: the word's first byte, and then the first behind it */

static ngx_int_t
read_word(ngx_conf_t *cf, u_char *ch, ngx_str_t *word)
{
    u_char      last;
    api_buf_t   b;

    if (api_buf_init(&b, cf->pool, 32, WORDS_LENGTH) != NGX_OK) {
        return NGX_ERROR;
    }

    last = '=';

    for ( ;; ) {

        if ((*ch == '"' || *ch == '\'') && last == '=') {

            if (read_quoted(cf, ch, &b) != NGX_OK) {
                return NGX_ERROR;
            }

            if (!is_space(*ch) && *ch != ';' && *ch != '{') {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "unexpected \"%c\" "
                                   "behind a closing quote", *ch);
                return NGX_ERROR;
            }

            break;
        }

        if (is_space(*ch) || *ch == ';' || *ch == '{') {
            break;
        }

        last = *ch;

        if (read_bare(cf, ch, &b) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (api_buf_string(&b, word) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "too long parameter, "
                           "probably a closing quote is missing");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
read_quoted(ngx_conf_t *cf, u_char *ch, api_buf_t *b)
{
    u_char  quote;

    quote = *ch;

    for ( ;; ) {

        if (next_byte(cf, ch) != NGX_OK) {
            return NGX_ERROR;
        }

        if (*ch == quote) {
            return next_byte(cf, ch);
        }

        if (*ch == '\\') {
            if (read_escape(cf, b) != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        api_buf_add_char(b, *ch);
    }
}


static ngx_int_t
read_bare(ngx_conf_t *cf, u_char *ch, api_buf_t *b)
{
    if (*ch == '\\') {
        if (read_escape(cf, b) != NGX_OK) {
            return NGX_ERROR;
        }

    } else {
        api_buf_add_char(b, *ch);
    }

    return next_byte(cf, ch);
}


/* behind a backslash, which stays where it means nothing to nginx */

static ngx_int_t
read_escape(ngx_conf_t *cf, api_buf_t *b)
{
    u_char  ch;

    if (next_byte(cf, &ch) != NGX_OK) {
        return NGX_ERROR;
    }

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
        api_buf_add_char(b, '\\');
    }

    api_buf_add_char(b, ch);

    return NGX_OK;
}


static ngx_uint_t
is_space(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == CR || ch == LF;
}


api_http_words_e
api_http_conf_words_ahead(ngx_conf_t *cf, const char *name)
{
    u_char     *text;
    size_t      size;
    off_t       from;
    ahead_e     found;
    ssize_t     n;
    ngx_file_t  file;

    if (cf->conf_file->file.fd == NGX_INVALID_FILE) {
        return API_HTTP_WORDS_NONE;
    }

    /* a copy: ngx_read_file() moves the offset */

    file = cf->conf_file->file;
    from = file.offset - (cf->conf_file->buffer->last
                          - cf->conf_file->buffer->pos);

    for (size = WORDS_CHUNK; size <= WORDS_AHEAD; size *= 4) {

        text = ngx_alloc(size, cf->log);
        if (text == NULL) {
            return API_HTTP_WORDS_NONE;
        }

        n = ngx_read_file(&file, text, size, from);
        found = (n > 0) ? ahead(text, text + n, name) : ahead_none;

        ngx_free(text);

        if (found != ahead_more || n != (ssize_t) size) {
            return found == ahead_line ? API_HTTP_WORDS_LINE
                   : found == ahead_open ? API_HTTP_WORDS_OPEN
                   : API_HTTP_WORDS_NONE;
        }
    }

    return API_HTTP_WORDS_NONE;
}


static ahead_e
ahead(const u_char *p, const u_char *end, const char *name)
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
                return *p == ';' ? ahead_line : ahead_open;
            }

            if (*p == '}' && depth-- == 0) {
                return ahead_none;
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

    return ahead_more;
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

        if (!quote && (is_space(*p) || *p == ';' || *p == '{')
            && !(*p == '{' && p[-1] == '$'))
        {
            break;
        }
    }

    return p;
}
