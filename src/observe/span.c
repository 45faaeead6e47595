
#include "observe/span.h"
#include "json/write.h"


/* flags of a span: the parent's place is known; it is another process */
#define SAMPLED  1
#define KNOWN    0x100
#define REMOTE   0x200


static void add_hex(api_buf_t *b, const u_char *bytes, size_t n);
static void add_time(api_buf_t *b, uint64_t us);
static void add_key(api_buf_t *b, const char *key);
static void add_text(api_buf_t *b, const u_char *text, size_t len);
static ngx_uint_t is_ascii(const u_char *text, size_t len);


void
api_observe_span_begin(api_buf_t *b, const api_observe_span_t *span)
{
    api_buf_add_literal(b, "{\"traceId\":\"");
    add_hex(b, span->trace, API_TRACE_ID);
    api_buf_add_literal(b, "\",\"spanId\":\"");
    add_hex(b, span->span, API_TRACE_SPAN);

    if (span->parent != NULL) {
        api_buf_add_literal(b, "\",\"parentSpanId\":\"");
        add_hex(b, span->parent, API_TRACE_SPAN);
    }

    api_buf_add_literal(b, "\",\"flags\":");
    api_buf_add_uint(b, KNOWN | (span->sampled ? SAMPLED : 0)
                        | (span->remote ? REMOTE : 0));

    if (span->state.len != 0) {
        api_buf_add_literal(b, ",\"traceState\":");
        add_text(b, span->state.data, span->state.len);
    }

    api_buf_add_literal(b, ",\"name\":");
    add_text(b, span->name.data, span->name.len);
    api_buf_add_literal(b, ",\"kind\":");
    api_buf_add_uint(b, span->kind);
    api_buf_add_literal(b, ",\"startTimeUnixNano\":");
    add_time(b, span->begin);
    api_buf_add_literal(b, ",\"endTimeUnixNano\":");
    add_time(b, span->end);
    api_buf_add_literal(b, ",\"attributes\":[");
}


static void
add_hex(api_buf_t *b, const u_char *bytes, size_t n)
{
    u_char  *p;

    p = api_buf_reserve(b, 2 * n);

    if (p != NULL) {
        b->last = api_observe_traceparent_hex(p, bytes, n);
    }
}


static void
add_time(api_buf_t *b, uint64_t us)
{
    api_buf_add_char(b, '"');
    api_buf_add_uint(b, us);
    api_buf_add_literal(b, "000\"");
}


void
api_observe_span_text(api_buf_t *b, const char *key, const ngx_str_t *value,
    size_t most)
{
    size_t  len;

    len = value->len;

    if (len > most) {

        /* back to where a character begins */

        for (len = most; len > 0 && (value->data[len] & 0xc0) == 0x80; len--) {
            /* void */
        }
    }

    add_key(b, key);
    api_buf_add_literal(b, "{\"stringValue\":");
    add_text(b, value->data, len);
    api_buf_add_literal(b, "}}");
}


/* most of it is ASCII, of which no byte need be looked at by itself */

static void
add_text(api_buf_t *b, const u_char *text, size_t len)
{
    if (is_ascii(text, len)) {
        api_json_write_string(b, text, len);

    } else {
        api_json_write_untrusted(b, text, len);
    }
}


static ngx_uint_t
is_ascii(const u_char *text, size_t len)
{
    size_t    i;
    u_char    any;
    uint64_t  word, words;

    any = 0;
    words = 0;

    for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
        ngx_memcpy(&word, text + i, sizeof(word));
        words |= word;
    }

    for ( /* void */ ; i < len; i++) {
        any |= text[i];
    }

    return (words & 0x8080808080808080) == 0 && (any & 0x80) == 0;
}


void
api_observe_span_number(api_buf_t *b, const char *key, uint64_t value)
{
    add_key(b, key);
    api_buf_add_literal(b, "{\"intValue\":\"");
    api_buf_add_uint(b, value);
    api_buf_add_literal(b, "\"}}");
}


void
api_observe_span_true(api_buf_t *b, const char *key)
{
    add_key(b, key);
    api_buf_add_literal(b, "{\"boolValue\":true}}");
}


static void
add_key(api_buf_t *b, const char *key)
{
    if (api_buf_ok(b) && api_buf_len(b) != 0 && b->last[-1] != '[') {
        api_buf_add_literal(b, ",{\"key\":\"");

    } else {
        api_buf_add_literal(b, "{\"key\":\"");
    }

    api_buf_add(b, key, ngx_strlen(key));
    api_buf_add_literal(b, "\",\"value\":");
}


void
api_observe_span_end(api_buf_t *b, ngx_uint_t failed)
{
    if (failed) {
        api_buf_add_literal(b, "],\"status\":{\"code\":2}}");

    } else {
        api_buf_add_literal(b, "]}");
    }
}


void
api_observe_span_head(api_buf_t *b, const ngx_str_t *pairs, ngx_uint_t n)
{
    ngx_uint_t  i;

    api_buf_add_literal(b, "{\"resourceSpans\":[{\"resource\":"
                           "{\"attributes\":[");

    for (i = 0; i + 1 < n; i += 2) {

        if (i != 0) {
            api_buf_add_char(b, ',');
        }

        api_buf_add_literal(b, "{\"key\":");
        api_json_write_untrusted(b, pairs[i].data, pairs[i].len);
        api_buf_add_literal(b, ",\"value\":{\"stringValue\":");
        api_json_write_untrusted(b, pairs[i + 1].data, pairs[i + 1].len);
        api_buf_add_literal(b, "}}");
    }

    api_buf_add_literal(b, "]},\"scopeSpans\":[{\"scope\":{\"name\":"
                           "\"ngx_http_api_module\",\"version\":\""
                           API_VERSION "\"},\"spans\":[");
}
