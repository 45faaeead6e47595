
#include "http/selfget_read.h"


static ngx_uint_t header_is(u_char *line, size_t len, ngx_str_t name,
    ngx_str_t *value);
static ngx_int_t max_age_of(const ngx_str_t *value);


static const ngx_str_t  content_length = ngx_string("content-length");
static const ngx_str_t  cache_control = ngx_string("cache-control");


const char *
api_http_selfget_read(u_char *data, size_t len, size_t max,
    api_http_selfget_answer_t *answer)
{
    u_char     *p, *last, *eol;
    off_t       length;
    ngx_int_t   status;
    ngx_str_t   value;

    p = data;
    last = p + len;

    if (len < sizeof("HTTP/1.1 200") - 1
        || ngx_strncmp(p, "HTTP/1.", 7) != 0)
    {
        return "the connection was closed without an answer";
    }

    status = ngx_atoi(p + sizeof("HTTP/1.1 ") - 1, 3);

    if (status == NGX_ERROR) {
        return "the connection was closed without an answer";
    }

    answer->status = (ngx_uint_t) status;
    length = -1;

    for ( ;; ) {

        eol = ngx_strlchr(p, last, LF);

        if (eol == NULL) {
            return "the answer ends in its head";
        }

        if (eol - p <= 1) {
            p = eol + 1;
            break;
        }

        if (header_is(p, (size_t) (eol - p), content_length, &value)) {
            length = ngx_atoof(value.data, value.len);

        } else if (header_is(p, (size_t) (eol - p), cache_control, &value)) {
            answer->max_age = max_age_of(&value);
        }

        p = eol + 1;
    }

    answer->body.data = p;
    answer->body.len = (size_t) (last - p);

    if (length != -1 && length != (off_t) answer->body.len) {
        return "the answer was cut short";
    }

    if (answer->body.len > max) {
        return "the answer is too large";
    }

    return NULL;
}


static ngx_uint_t
header_is(u_char *line, size_t len, ngx_str_t name, ngx_str_t *value)
{
    if (len <= name.len || line[name.len] != ':'
        || ngx_strncasecmp(line, name.data, name.len) != 0)
    {
        return 0;
    }

    value->data = line + name.len + 1;
    value->len = len - name.len - 1;

    while (value->len != 0 && *value->data == ' ') {
        value->data++;
        value->len--;
    }

    while (value->len != 0 && value->data[value->len - 1] <= ' ') {
        value->len--;
    }

    return 1;
}


static ngx_int_t
max_age_of(const ngx_str_t *value)
{
    u_char  *p, *last, *digits;

    last = value->data + value->len;
    p = ngx_strlcasestrn(value->data, last, (u_char *) "max-age=",
                         sizeof("max-age=") - 2);

    if (p == NULL) {
        return -1;
    }

    p += sizeof("max-age=") - 1;
    digits = p;

    while (p != last && *p >= '0' && *p <= '9') {
        p++;
    }

    return ngx_atoi(digits, (size_t) (p - digits));
}
