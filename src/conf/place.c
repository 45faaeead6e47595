
#include "conf/place.h"
#include "core/scan.h"
#include "core/words.h"


/* the file up to a directive's end */
typedef struct {
    u_char          *start;
    u_char          *pos;
    u_char          *end;
    ngx_uint_t       own;       /* blocks of api_body that are open: their
                                   words are cut by conf_words */
} source_t;


static u_char *write_place(ngx_conf_t *cf, const api_place_t *place,
    u_char *p, u_char *last);
static ngx_int_t read_source(const api_place_t *place, ngx_log_t *log,
    source_t *source);
static ngx_int_t find_word(source_t *source, ngx_uint_t word, ngx_str_t *raw);
static void enter(source_t *source, u_char ch, ngx_uint_t body);
static u_char *skip_word(const source_t *source, u_char *p, ngx_str_t *raw);
static ngx_uint_t next_word(source_t *source, ngx_uint_t *body,
    ngx_str_t *raw);
static ngx_int_t find_variables(ngx_pool_t *pool, const source_t *source,
    const ngx_str_t *raw, const char *prefix, ngx_array_t *found);
static void find_point(const u_char *start, const u_char *at,
    api_conf_point_t *point);
static u_char *find_byte(const ngx_str_t *raw, const ngx_str_t *value,
    size_t offset);


void
api_conf_place(ngx_conf_t *cf, api_place_t *place)
{
    ngx_buf_t  *b;

    ngx_memzero(place, sizeof(api_place_t));

    if (cf->conf_file == NULL || cf->conf_file->file.fd == NGX_INVALID_FILE) {
        ngx_str_set(&place->file, "command line");
        return;
    }

    b = cf->conf_file->buffer;

    place->file = cf->conf_file->file.name;
    place->line = cf->conf_file->line;
    place->end = cf->conf_file->file.offset - (b->last - b->pos);
}


void ngx_cdecl
api_conf_log(ngx_uint_t level, ngx_conf_t *cf,
    const api_place_t *place, const char *fmt, ...)
{
    u_char       errstr[NGX_MAX_CONF_ERRSTR], *p;
    u_char       where[NGX_MAX_CONF_ERRSTR], *end;
    va_list      args;
    api_place_t  current;

    if (place == NULL) {
        api_conf_place(cf, &current);
        place = &current;
    }

    va_start(args, fmt);
    p = ngx_vslprintf(errstr, errstr + NGX_MAX_CONF_ERRSTR, fmt, args);
    va_end(args);

    end = write_place(cf, place, where, where + sizeof(where));

    ngx_log_error(level, cf->log, 0, "%*s%*s", (size_t) (p - errstr), errstr,
                  (size_t) (end - where), where);
}


void ngx_cdecl
api_conf_wrong(ngx_conf_t *cf, ngx_uint_t word, const char *fmt, ...)
{
    u_char       text[NGX_MAX_CONF_ERRSTR], *p;
    va_list      args;
    api_place_t  place;

    va_start(args, fmt);
    p = ngx_vslprintf(text, text + NGX_MAX_CONF_ERRSTR, fmt, args);
    va_end(args);

    api_conf_place(cf, &place);
    place.word = (word < cf->args->nelts) ? word : 0;

    api_conf_log(NGX_LOG_EMERG, cf, &place, "%*s", (size_t) (p - text),
                 text);
}


ngx_int_t
api_conf_place_said(ngx_conf_t *cf, ngx_uint_t word, ngx_str_t *said)
{
    u_char       where[NGX_MAX_CONF_ERRSTR];
    api_place_t  place;

    api_conf_place(cf, &place);
    place.word = word;

    said->data = where;
    said->len = (size_t) (write_place(cf, &place, where,
                                      where + sizeof(where)) - where);
    said->data = ngx_pstrdup(cf->pool, said);

    return said->data == NULL ? NGX_ERROR : NGX_OK;
}


static u_char *
write_place(ngx_conf_t *cf, const api_place_t *place, u_char *p,
    u_char *last)
{
    api_conf_point_t  point;

    if (api_conf_place_find(NULL, place, place->word, NULL, 0, cf->log,
                            &point)
        == NGX_OK)
    {
        return ngx_slprintf(p, last, " in %V:%ui:%ui", &place->file,
                            point.line, point.column);
    }

    return ngx_slprintf(p, last, " in %V:%ui", &place->file, place->line);
}


void ngx_cdecl
api_conf_wrong_byte(ngx_conf_t *cf, size_t ago, const char *fmt, ...)
{
    u_char            text[NGX_MAX_CONF_ERRSTR], *p;
    va_list           args;
    source_t          source;
    api_place_t       place;
    api_conf_point_t  point;

    va_start(args, fmt);
    p = ngx_vslprintf(text, text + NGX_MAX_CONF_ERRSTR, fmt, args);
    va_end(args);

    api_conf_place(cf, &place);

    if (place.end < (off_t) ago
        || read_source(&place, cf->log, &source) != NGX_OK)
    {
        api_conf_log(NGX_LOG_EMERG, cf, &place, "%*s", (size_t) (p - text),
                     text);
        return;
    }

    find_point(source.start, source.end - ago, &point);
    ngx_free(source.start);

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%*s in %V:%ui:%ui",
                  (size_t) (p - text), text, &place.file, point.line,
                  point.column);
}


ngx_int_t
api_conf_place_find(const api_place_t *from,
    const api_place_t *place, ngx_uint_t word, const ngx_str_t *value,
    size_t offset, ngx_log_t *log, api_conf_point_t *point)
{
    u_char     *at;
    ngx_int_t   rc;
    ngx_str_t   raw;
    source_t    source;

    if (read_source(place, log, &source) != NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_str_null(&raw);
    rc = NGX_DECLINED;

    if (from != NULL && from->end <= place->end
        && api_str_equal(&from->file, &place->file))
    {
        source.pos += from->end;
    }

    if (find_word(&source, word, &raw) == NGX_OK) {
        at = value ? find_byte(&raw, value, offset) : raw.data;

        if (at != NULL) {
            find_point(source.start, at, point);
            rc = NGX_OK;
        }
    }

    ngx_free(source.start);

    return rc;
}


ngx_int_t
api_conf_place_variables(ngx_pool_t *pool, const api_place_t *from,
    const api_place_t *to, const char *prefix, ngx_log_t *log,
    ngx_array_t *found)
{
    ngx_int_t   rc;
    ngx_str_t   raw;
    ngx_uint_t  body;
    source_t    source;

    if (from->end > to->end || !api_str_equal(&from->file, &to->file)
        || read_source(to, log, &source) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    source.pos += from->end;

    rc = NGX_OK;
    body = 0;

    while (rc == NGX_OK && next_word(&source, &body, &raw)) {
        rc = find_variables(pool, &source, &raw, prefix, found);
    }

    ngx_free(source.start);

    return rc;
}


/* the next word of any directive; *body: api_body has begun */

static ngx_uint_t
next_word(source_t *source, ngx_uint_t *body, ngx_str_t *raw)
{
    u_char  *p;

    for (p = source->pos; p < source->end; /* void */ ) {

        if (api_words_is_space(*p)) {
            p++;

        } else if (*p == '#') {
            while (p < source->end && *p != LF) {
                p++;
            }

        } else if (*p == ';' || *p == '{' || *p == '}') {
            enter(source, *p++, *body);
            *body = 0;

        } else {
            source->pos = skip_word(source, p, raw);
            *body |= api_str_is(raw, "api_body");
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
find_variables(ngx_pool_t *pool, const source_t *source,
    const ngx_str_t *raw, const char *prefix, ngx_array_t *found)
{
    size_t               len;
    u_char              *p, *name, *end;
    api_conf_mention_t  *mention;

    len = ngx_strlen(prefix);
    end = raw->data + raw->len;

    for (p = raw->data; p < end; p++) {

        if (*p != '$') {
            continue;
        }

        name = p + 1 + (p + 1 < end && p[1] == '{');

        if ((size_t) (end - name) <= len
            || ngx_strncasecmp(name, (u_char *) (uintptr_t) prefix, len) != 0)
        {
            continue;
        }

        mention = ngx_array_push(found);
        if (mention == NULL) {
            return NGX_ERROR;
        }

        find_point(source->start, p, &mention->point);

        name += len;

        for (p = name; p < end && api_scan_is_name(*p); p++) {
            /* void */
        }

        mention->name.len = (size_t) (p - name);
        mention->name.data = ngx_pnalloc(pool, mention->name.len + 1);
        if (mention->name.data == NULL) {
            return NGX_ERROR;
        }

        ngx_strlow(mention->name.data, name, mention->name.len);
        p--;
    }

    return NGX_OK;
}


static void
find_point(const u_char *start, const u_char *at, api_conf_point_t *point)
{
    const u_char  *p, *line;

    point->line = 1;
    line = start;

    for (p = start; p < at; p++) {
        if (*p == LF) {
            point->line++;
            line = p + 1;
        }
    }

    point->column = api_scan_utf8_length(line, at) + 1;
    point->offset = (size_t) (at - start);
}


static ngx_int_t
read_source(const api_place_t *place, ngx_log_t *log, source_t *source)
{
    size_t      size;
    ssize_t     n;
    ngx_file_t  file;

    if (place->end <= 0) {
        return NGX_DECLINED;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name = place->file;
    file.log = log;
    file.fd = ngx_open_file(place->file.data, NGX_FILE_RDONLY, NGX_FILE_OPEN,
                            0);

    if (file.fd == NGX_INVALID_FILE) {
        return NGX_DECLINED;
    }

    n = NGX_ERROR;
    size = (size_t) place->end;

    source->start = ngx_alloc(size, log);

    if (source->start != NULL) {
        n = ngx_read_file(&file, source->start, size, 0);

        if (n != (ssize_t) size) {
            ngx_free(source->start);
            n = NGX_ERROR;
        }
    }

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", &place->file);
    }

    source->own = 0;
    source->pos = source->start;
    source->end = source->start + size;

    return n == NGX_ERROR ? NGX_DECLINED : NGX_OK;
}


/* as ngx_conf_read_token(): the directive that ends where the source does */

static ngx_int_t
find_word(source_t *source, ngx_uint_t word, ngx_str_t *raw)
{
    u_char      *p, *end;
    ngx_str_t    current;
    ngx_uint_t   n, found, body;

    n = 0;
    found = 0;
    body = 0;
    p = source->pos;
    end = source->end;

    while (p < end) {

        if (api_words_is_space(*p)) {
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
            enter(source, *p, body);

            if (++p == end) {
                return found ? NGX_OK : NGX_DECLINED;
            }

            n = 0;
            found = 0;
            body = 0;
            continue;
        }

        p = skip_word(source, p, &current);

        body |= (n == 0 && api_str_is(&current, "api_body"));

        if (n++ == word) {
            *raw = current;
            found = 1;
        }
    }

    return NGX_DECLINED;
}


static void
enter(source_t *source, u_char ch, ngx_uint_t body)
{
    if (ch == '{') {
        source->own += (source->own || body);

    } else if (ch == '}' && source->own) {
        source->own--;
    }
}


/* nginx's, or as api_conf_words() has it: a quote opens behind "=", too */

static u_char *
skip_word(const source_t *source, u_char *p, ngx_str_t *raw)
{
    u_char  *start, *end, last;

    end = source->end;

    if (!source->own || *p == '"' || *p == '\'') {
        return api_unconst(api_words_skip(p, end, raw));
    }

    start = p;
    last = ' ';

    while (p < end && !api_words_is_space(*p) && *p != ';' && *p != '{') {

        if (last == '=' && (*p == '"' || *p == '\'')) {
            p = api_unconst(api_words_skip(p, end, raw));
            break;
        }

        last = *p++;

        if (last == '\\' && p < end) {
            p++;
        }
    }

    raw->data = start;
    raw->len = (size_t) (p - start);

    return p;
}


/* undoes the escapes as nginx did; NULL: the word is another one */

static u_char *
find_byte(const ngx_str_t *raw, const ngx_str_t *value, size_t offset)
{
    size_t   n;
    u_char  *p, *end, *at, ch, escaped;

    at = NULL;
    p = raw->data;
    end = raw->data + raw->len;

    for (n = 0; p < end; n++) {

        if (n == offset) {
            at = p;
        }

        ch = *p++;

        if (ch == '\\' && p < end) {
            escaped = *p;

            if (api_words_unescape(&escaped)) {
                ch = escaped;
                p++;
            }
        }

        if (n >= value->len || value->data[n] != ch) {
            return NULL;
        }
    }

    if (n != value->len) {
        return NULL;
    }

    return (offset == n) ? end : at;
}
