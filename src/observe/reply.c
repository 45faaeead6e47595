
#include "observe/reply.h"


/* "HTTP/1.1 200" */
#define VERSION  9
#define CODE     3


static ngx_int_t take_line(api_observe_reply_t *reply, u_char ch);
static ngx_int_t end_line(api_observe_reply_t *reply);
static ngx_int_t read_status(api_observe_reply_t *reply);
static ngx_int_t read_header(api_observe_reply_t *reply);
static ngx_int_t read_value(api_observe_reply_t *reply, const ngx_str_t *name,
    const ngx_str_t *value);
static ngx_uint_t is_name(const ngx_str_t *name, const char *lower);
static ngx_int_t begin_body(api_observe_reply_t *reply);
static ngx_int_t read_size(api_observe_reply_t *reply);
static ngx_int_t read_number(const ngx_str_t *text, size_t most, size_t *out);
static size_t take_body(api_observe_reply_t *reply, const u_char *data,
    size_t len);


void
api_observe_reply_init(api_observe_reply_t *reply)
{
    ngx_memzero(reply, sizeof(api_observe_reply_t));
}


ngx_int_t
api_observe_reply_read(api_observe_reply_t *reply, const u_char *data,
    size_t len)
{
    size_t     n;
    ngx_int_t  rc;

    while (len > 0) {

        switch (reply->state) {

        case API_REPLY_DONE:
            return NGX_ERROR;

        case API_REPLY_LENGTH:
        case API_REPLY_CLOSE:
        case API_REPLY_CHUNK:
            n = take_body(reply, data, len);
            rc = (reply->body <= API_REPLY_BODY) ? NGX_OK : NGX_ERROR;
            break;

        default:
            n = 1;
            rc = take_line(reply, *data);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        data += n;
        len -= n;
    }

    return reply->state == API_REPLY_DONE ? NGX_OK : NGX_AGAIN;
}


ngx_int_t
api_observe_reply_end(const api_observe_reply_t *reply)
{
    return (reply->state == API_REPLY_CLOSE || reply->state == API_REPLY_DONE)
           ? NGX_OK : NGX_ERROR;
}


/* of a line that is longer than any that matters the rest is forgotten */

static ngx_int_t
take_line(api_observe_reply_t *reply, u_char ch)
{
    if (++reply->head > API_REPLY_HEAD) {
        return NGX_ERROR;
    }

    if (ch == '\n') {

        if (reply->nline > 0 && reply->line[reply->nline - 1] == '\r') {
            reply->nline--;
        }

        return end_line(reply);
    }

    if (reply->nline < API_REPLY_LINE) {
        reply->line[reply->nline++] = ch;
    }

    return NGX_OK;
}


static ngx_int_t
end_line(api_observe_reply_t *reply)
{
    ngx_int_t  rc;

    switch (reply->state) {

    case API_REPLY_STATUS:
        rc = read_status(reply);
        break;

    case API_REPLY_HEADERS:
        rc = (reply->nline != 0) ? read_header(reply) : begin_body(reply);
        break;

    case API_REPLY_SIZE:
        rc = read_size(reply);
        break;

    case API_REPLY_BEHIND:
        reply->state = API_REPLY_SIZE;
        rc = (reply->nline == 0) ? NGX_OK : NGX_ERROR;
        break;

    default:                             /* a trailer */
        if (reply->nline == 0) {
            reply->state = API_REPLY_DONE;
        }

        rc = NGX_OK;
    }

    reply->nline = 0;

    return rc;
}


static ngx_int_t
read_status(api_observe_reply_t *reply)
{
    size_t         status;
    ngx_str_t      code;
    const u_char  *line;

    line = reply->line;

    if (reply->nline < VERSION + CODE
        || (reply->nline > VERSION + CODE && line[VERSION + CODE] != ' ')
        || (ngx_memcmp(line, "HTTP/1.1 ", VERSION) != 0
            && ngx_memcmp(line, "HTTP/1.0 ", VERSION) != 0))
    {
        return NGX_ERROR;
    }

    code.data = api_unconst(line + VERSION);
    code.len = CODE;

    if (read_number(&code, 599, &status) != NGX_OK || status < 100) {
        return NGX_ERROR;
    }

    reply->status = status;
    reply->keeps = (line[VERSION - 2] == '1');
    reply->state = API_REPLY_HEADERS;

    return NGX_OK;
}


static ngx_int_t
read_header(api_observe_reply_t *reply)
{
    u_char     *colon, *end;
    ngx_str_t   name, value;

    end = reply->line + reply->nline;
    colon = memchr(reply->line, ':', reply->nline);

    if (colon == NULL || colon == reply->line) {
        return NGX_ERROR;
    }

    name.data = reply->line;
    name.len = (size_t) (colon - reply->line);

    for (colon++; colon < end && (*colon == ' ' || *colon == '\t'); colon++) {
        /* void */
    }

    while (end > colon && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }

    value.data = colon;
    value.len = (size_t) (end - colon);

    return read_value(reply, &name, &value);
}


static ngx_int_t
read_value(api_observe_reply_t *reply, const ngx_str_t *name,
    const ngx_str_t *value)
{
    size_t  n;

    if (is_name(name, "content-length")) {

        if (read_number(value, API_REPLY_BODY, &n) != NGX_OK
            || reply->chunked || (reply->sized && n != reply->left))
        {
            return NGX_ERROR;
        }

        reply->sized = 1;
        reply->left = n;

        return NGX_OK;
    }

    if (is_name(name, "transfer-encoding")) {

        if (!is_name(value, "chunked") || reply->chunked || reply->sized) {
            return NGX_ERROR;
        }

        reply->chunked = 1;

        return NGX_OK;
    }

    if (is_name(name, "connection") && is_name(value, "close")) {
        reply->keeps = 0;
    }

    /* a date is not read: the next attempt comes when it would without */

    if (is_name(name, "retry-after")
        && read_number(value, (size_t) -1 / 10 - 1, &n) == NGX_OK)
    {
        reply->after = ngx_min(n, API_REPLY_AFTER);
    }

    return NGX_OK;
}


static ngx_uint_t
is_name(const ngx_str_t *name, const char *lower)
{
    size_t  i;

    if (name->len != ngx_strlen(lower)) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        if (ngx_tolower(name->data[i]) != (u_char) lower[i]) {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
begin_body(api_observe_reply_t *reply)
{
    if (reply->status < 200) {

        if (reply->status == 101 || reply->chunked || reply->sized) {
            return NGX_ERROR;
        }

        reply->state = API_REPLY_STATUS;
        return NGX_OK;
    }

    if (reply->status == 204 || reply->status == 304) {
        reply->state = API_REPLY_DONE;

    } else if (reply->chunked) {
        reply->state = API_REPLY_SIZE;

    } else if (reply->sized) {
        reply->state = (reply->left != 0) ? API_REPLY_LENGTH : API_REPLY_DONE;

    } else {
        reply->state = API_REPLY_CLOSE;
        reply->keeps = 0;
    }

    return NGX_OK;
}


/* hexadecimal, and perhaps an extension */

static ngx_int_t
read_size(api_observe_reply_t *reply)
{
    u_char  ch;
    size_t  i, n;

    n = 0;

    for (i = 0; i < reply->nline; i++) {
        ch = (u_char) ngx_tolower(reply->line[i]);

        if (ch >= '0' && ch <= '9') {
            n = n * 16 + (size_t) (ch - '0');

        } else if (ch >= 'a' && ch <= 'f') {
            n = n * 16 + (size_t) (ch - 'a' + 10);

        } else {
            break;
        }

        if (n > API_REPLY_BODY) {
            return NGX_ERROR;
        }
    }

    if (i == 0 || (i < reply->nline && reply->line[i] != ';'
                   && reply->line[i] != ' '))
    {
        return NGX_ERROR;
    }

    reply->left = n;
    reply->state = (n != 0) ? API_REPLY_CHUNK : API_REPLY_TRAILER;

    return NGX_OK;
}


/* digits, and a number up to most */

static ngx_int_t
read_number(const ngx_str_t *text, size_t most, size_t *out)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] < '0' || text->data[i] > '9') {
            return NGX_ERROR;
        }

        n = n * 10 + (size_t) (text->data[i] - '0');

        if (n > most) {
            return NGX_ERROR;
        }
    }

    *out = n;

    return text->len != 0 ? NGX_OK : NGX_ERROR;
}


/* how many of the bytes were the body's */

static size_t
take_body(api_observe_reply_t *reply, const u_char *data, size_t len)
{
    size_t  n, kept;

    n = (reply->state == API_REPLY_CLOSE) ? len : ngx_min(len, reply->left);
    kept = ngx_min(n, API_REPLY_KEPT - reply->n);

    ngx_memcpy(reply->kept + reply->n, data, kept);

    reply->n += kept;
    reply->body += n;

    if (reply->state == API_REPLY_CLOSE) {
        return n;
    }

    reply->left -= n;

    if (reply->left == 0) {
        reply->state = (reply->state == API_REPLY_CHUNK) ? API_REPLY_BEHIND
                                                         : API_REPLY_DONE;
    }

    return n;
}


ngx_uint_t
api_observe_reply_rejected(const api_observe_reply_t *reply)
{
    ngx_uint_t     n;
    const u_char  *p, *end;

    static const char  name[] = "\"rejectedSpans\"";

    end = reply->kept + reply->n;

    for (p = reply->kept; end - p > (ssize_t) sizeof(name); p++) {
        if (ngx_memcmp(p, name, sizeof(name) - 1) == 0) {
            break;
        }
    }

    if (end - p <= (ssize_t) sizeof(name)) {
        return 0;
    }

    n = 0;

    for (p += sizeof(name) - 1; p < end && (*p == ' ' || *p == ':'
                                            || *p == '"'); p++)
    {
        /* void */
    }

    for ( /* void */ ; p < end && *p >= '0' && *p <= '9'; p++) {

        if (n > API_REPLY_BODY) {
            break;
        }

        n = n * 10 + (ngx_uint_t) (*p - '0');
    }

    return n;
}
