
#include "json/write.h"
#include "core/scan.h"
#include "core/value_number.h"

/* API_JSON_PORTABLE: for the test that compares both ways */

#if (defined __SSE2__ && !defined API_JSON_PORTABLE)
#include <emmintrin.h>
#define WRITE_SSE2  1
#endif


static size_t plain_run(const u_char *p, size_t len);
static size_t plain_bytes(const u_char *p, size_t len);
static void write_escaped(api_buf_t *b, const u_char *p, size_t len);
static void write_escape(api_buf_t *b, u_char ch);
static void write_member(api_buf_t *b, const char *name, const ngx_str_t *s);
static void write_failures(api_buf_t *b, const ngx_array_t *failures);


static const char  hex[] = "0123456789abcdef";


void
api_json_write_string(api_buf_t *b, const u_char *data, size_t len)
{
    u_char  *p;
    size_t   n;

    /* most strings have nothing to escape: one look and one copy */

    p = api_buf_reserve(b, len + 2);
    if (p == NULL) {
        return;
    }

    *p++ = '"';

    n = plain_run(data, len);

    if (n != 0) {
        p = ngx_cpymem(p, data, n);
    }

    if (n == len) {
        *p++ = '"';
        b->last = p;
        return;
    }

    b->last = p;

    write_escaped(b, data + n, len - n);
    api_buf_add_char(b, '"');
}


void
api_json_write_untrusted(api_buf_t *b, const u_char *data, size_t len)
{
    size_t         n;
    const u_char  *p, *start, *end;

    api_buf_add_char(b, '"');

    end = data + len;
    start = data;

    for (p = data; p < end; p += n) {
        n = api_scan_utf8(p, end);

        if (n == 0) {
            write_escaped(b, start, (size_t) (p - start));
            api_buf_add_literal(b, "\xef\xbf\xbd");

            n = 1;
            start = p + 1;
        }
    }

    write_escaped(b, start, (size_t) (p - start));
    api_buf_add_char(b, '"');
}


/* the bytes at p that stand for themselves in a JSON string */

#if (WRITE_SSE2)

static size_t
plain_run(const u_char *p, size_t len)
{
    int            mask;
    size_t         n;
    __m128i        bytes, special;
    const __m128i  quote = _mm_set1_epi8('"');
    const __m128i  backslash = _mm_set1_epi8('\\');
    const __m128i  control = _mm_set1_epi8(0x1f);

    for (n = 0; len - n >= 16; n += 16) {
        bytes = _mm_loadu_si128((const __m128i *) (const void *) (p + n));

        special = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
                               _mm_cmpeq_epi8(bytes, backslash));

        /* unsigned and at most 0x1f: equal to the smaller one of both */
        special = _mm_or_si128(special,
                         _mm_cmpeq_epi8(bytes, _mm_min_epu8(bytes, control)));

        mask = _mm_movemask_epi8(special);
        if (mask != 0) {
            return n + (size_t) __builtin_ctz((unsigned) mask);
        }
    }

    return n + plain_bytes(p + n, len - n);
}

#else

static size_t
plain_run(const u_char *p, size_t len)
{
    return plain_bytes(p, len);
}

#endif


static size_t
plain_bytes(const u_char *p, size_t len)
{
    size_t  n;

    for (n = 0; n < len; n++) {
        if (p[n] < 0x20 || p[n] == '"' || p[n] == '\\') {
            break;
        }
    }

    return n;
}


static void
write_escaped(api_buf_t *b, const u_char *p, size_t len)
{
    size_t  n;

    while (len != 0) {
        n = plain_run(p, len);

        if (n != 0) {
            api_buf_add(b, p, n);
            p += n;
            len -= n;
        }

        if (len != 0) {
            write_escape(b, *p);
            p++;
            len--;
        }
    }
}


static void
write_escape(api_buf_t *b, u_char ch)
{
    u_char  escape[6] = { '\\', 'u', '0', '0', '0', '0' };

    switch (ch) {
    case '"':
    case '\\':
        escape[1] = ch;
        break;
    case '\b':
        escape[1] = 'b';
        break;
    case '\f':
        escape[1] = 'f';
        break;
    case '\n':
        escape[1] = 'n';
        break;
    case '\r':
        escape[1] = 'r';
        break;
    case '\t':
        escape[1] = 't';
        break;
    default:
        escape[4] = (u_char) hex[ch >> 4];
        escape[5] = (u_char) hex[ch & 0xf];
        break;
    }

    api_buf_add(b, escape, escape[1] == 'u' ? 6 : 2);
}


void
api_json_write_value(api_buf_t *b, const api_json_t *json)
{
    ngx_uint_t   i, object;
    api_json_t  *item;

    switch (json->type) {

    case API_JSON_NULL:
        api_buf_add_literal(b, "null");
        return;

    case API_JSON_FALSE:
        api_buf_add_literal(b, "false");
        return;

    case API_JSON_TRUE:
        api_buf_add_literal(b, "true");
        return;

    case API_JSON_NUMBER:
        api_buf_add_str(b, &json->text);
        return;

    case API_JSON_STRING:
        api_json_write_string(b, json->text.data, json->text.len);
        return;

    default:
        break;
    }

    object = (json->type == API_JSON_OBJECT);

    api_buf_add_char(b, object ? '{' : '[');

    for (i = 0; i < json->count; i++) {
        item = &json->items[i];

        if (i != 0) {
            api_buf_add_char(b, ',');
        }

        if (object) {
            api_json_write_string(b, item->key.data, item->key.len);
            api_buf_add_char(b, ':');
        }

        api_json_write_value(b, item);
    }

    api_buf_add_char(b, object ? '}' : ']');
}


void
api_json_write_problem(api_buf_t *b, const api_error_t *e,
    const ngx_str_t *type, const ngx_str_t *request_id)
{
    ngx_str_t   s, code;
    ngx_uint_t  status;

    status = api_error_status(e);

    code.data = (u_char *) (uintptr_t) api_error_name(e->code);
    code.len = ngx_strlen(code.data);

    api_buf_add_literal(b, "{\"type\":\"");

    if (type->len != 0) {
        api_buf_add_str(b, type);
        api_buf_add_str(b, &code);

    } else {
        api_buf_add_literal(b, "about:blank");
    }

    api_buf_add_literal(b, "\",\"title\":\"");

    s.data = (u_char *) (uintptr_t) api_error_title(status);
    s.len = ngx_strlen(s.data);
    api_buf_add_str(b, &s);

    api_buf_add_literal(b, "\",\"status\":");
    api_buf_add_uint(b, status);

    if (e->detail.len != 0) {
        write_member(b, ",\"detail\":", &e->detail);
    }

    write_member(b, ",\"code\":", &code);

    if (request_id != NULL && request_id->len != 0) {
        write_member(b, ",\"request_id\":", request_id);
    }

    if (e->failures != NULL && e->failures->nelts != 0) {
        write_failures(b, e->failures);
    }

    api_buf_add_char(b, '}');
}


static void
write_failures(api_buf_t *b, const ngx_array_t *failures)
{
    ngx_uint_t            i;
    api_value_number_t    limit;
    const api_failure_t  *f;

    api_buf_add_literal(b, ",\"errors\":[");

    f = failures->elts;

    for (i = 0; i < failures->nelts; i++) {
        write_member(b, i == 0 ? "{\"in\":" : ",{\"in\":", &f[i].in);
        write_member(b, ",\"field\":", &f[i].field);
        write_member(b, ",\"code\":", &f[i].code);

        if (f[i].keyword.len != 0) {
            write_member(b, ",\"keyword\":", &f[i].keyword);
        }

        write_member(b, ",\"message\":", &f[i].message);

        if (api_value_number_parse(&f[i].limit, &limit)) {
            api_buf_add_literal(b, ",\"limit\":");
            api_buf_add_str(b, &f[i].limit);
        }

        api_buf_add_char(b, '}');
    }

    api_buf_add_char(b, ']');
}


/*
 * a name with its punctuation, and a string that may contain the client's text
 */

static void
write_member(api_buf_t *b, const char *name, const ngx_str_t *s)
{
    api_buf_add(b, name, ngx_strlen(name));
    api_json_write_untrusted(b, s->data, s->len);
}
