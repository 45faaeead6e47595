
#include "observe/text.h"
#include "core/scan.h"


/* digits of a value */
#define NUMBER  NGX_INT64_LEN


static void add(api_observe_text_t *text, const void *data, size_t len);
static void add_word(api_observe_text_t *text, const char *word);
static void add_uint(api_observe_text_t *text, uint64_t value);
static size_t write_digits(u_char *digits, uint64_t value);
static void add_time(api_observe_text_t *text, uint64_t us);
static void add_bound(api_observe_text_t *text, const api_observe_buckets_t *b,
    ngx_uint_t i);
static u_char *reserve(api_observe_text_t *text, size_t n);
static size_t family_len(const api_observe_text_t *text,
    const api_observe_family_t *family);
static void begin_line(api_observe_text_t *text,
    const api_observe_family_t *family, const char *suffix,
    const ngx_str_t *labels);
static u_char *escape(u_char *last, const u_char *end, const u_char **from,
    const u_char *to);


#define add_literal(text, literal)  add(text, literal, sizeof(literal) - 1)


ngx_uint_t
api_observe_bucket(const api_observe_buckets_t *b, uint64_t value)
{
    ngx_uint_t  i;

    /* most are quick */

    for (i = 0; i < b->n; i++) {
        if (value <= b->bounds[i]) {
            break;
        }
    }

    return i;
}


void
api_observe_text_begin(api_observe_text_t *text, ngx_pool_t *pool,
    ngx_uint_t open)
{
    ngx_memzero(text, sizeof(api_observe_text_t));

    text->pool = pool;
    text->open = open ? 1 : 0;
}


void
api_observe_text_family(api_observe_text_t *text,
    const api_observe_family_t *family)
{
    size_t  len;

    len = family_len(text, family);

    add_literal(text, "# HELP ");
    add(text, family->name, len);
    add_literal(text, " ");
    add_word(text, family->help);
    add_literal(text, "\n# TYPE ");
    add(text, family->name, len);
    add_literal(text, " ");
    add_word(text, family->type);
    add_literal(text, "\n");
}


/* the family of a counter has no _total in OpenMetrics; its samples have */

static size_t
family_len(const api_observe_text_t *text, const api_observe_family_t *family)
{
    size_t  len;

    len = ngx_strlen(family->name);

    if (text->open && ngx_strcmp(family->type, "counter") == 0) {
        len -= sizeof("_total") - 1;
    }

    return len;
}


void
api_observe_text_sample(api_observe_text_t *text,
    const api_observe_family_t *family, const ngx_str_t *labels,
    const char *more, uint64_t value)
{
    add_word(text, family->name);

    if (labels->len != 0 || more != NULL) {
        add_literal(text, "{");
        add(text, labels->data, labels->len);

        if (more != NULL) {
            if (labels->len != 0) {
                add_literal(text, ",");
            }

            add_word(text, more);
        }

        add_literal(text, "}");
    }

    add_literal(text, " ");
    add_uint(text, value);
    add_literal(text, "\n");
}


void
api_observe_text_histogram(api_observe_text_t *text,
    const api_observe_family_t *family, const ngx_str_t *labels,
    const api_observe_buckets_t *b, const uint64_t *values)
{
    uint64_t    count;
    ngx_uint_t  i;

    count = 0;

    for (i = 0; i <= b->n; i++) {
        count += values[i];

        begin_line(text, family, "_bucket", labels);

        if (labels->len != 0) {
            add_literal(text, ",");
        }

        add_literal(text, "le=\"");
        add_bound(text, b, i);
        add_literal(text, "\"} ");
        add_uint(text, count);
        add_literal(text, "\n");
    }

    begin_line(text, family, "_sum", labels);
    add_literal(text, "} ");

    if (b->time) {
        add_time(text, values[b->n + 1]);

    } else {
        add_uint(text, values[b->n + 1]);
    }

    add_literal(text, "\n");

    begin_line(text, family, "_count", labels);
    add_literal(text, "} ");
    add_uint(text, count);
    add_literal(text, "\n");
}


static void
begin_line(api_observe_text_t *text, const api_observe_family_t *family,
    const char *suffix, const ngx_str_t *labels)
{
    add_word(text, family->name);
    add_word(text, suffix);
    add_literal(text, "{");
    add(text, labels->data, labels->len);
}


/* OpenMetrics wants 1.0, Prometheus has always written 1 */

static void
add_bound(api_observe_text_t *text, const api_observe_buckets_t *b,
    ngx_uint_t i)
{
    uint64_t  whole, part;

    if (i == b->n) {
        add_literal(text, "+Inf");
        return;
    }

    whole = b->time ? b->bounds[i] / 1000000 : b->bounds[i];
    part = b->time ? b->bounds[i] % 1000000 : 0;

    if (part != 0) {
        add_time(text, b->bounds[i]);
        return;
    }

    add_uint(text, whole);

    if (text->open) {
        add_literal(text, ".0");
    }
}


/* seconds, as short as they can be said */

static void
add_time(api_observe_text_t *text, uint64_t us)
{
    size_t  n;
    u_char  digits[NUMBER];

    /* seven digits at least: what is below a second has a 0 before it */

    n = write_digits(digits, us % 1000000 + 1000000);

    add_uint(text, us / 1000000);

    while (n > 2 && digits[n - 1] == '0') {
        n--;
    }

    add_literal(text, ".");
    add(text, digits + 1, n - 1);
}


static void
add_uint(api_observe_text_t *text, uint64_t value)
{
    u_char  digits[NUMBER];

    add(text, digits, write_digits(digits, value));
}


static size_t
write_digits(u_char *digits, uint64_t value)
{
    size_t    n, i;
    uint64_t  left;

    n = 0;

    for (left = value; left >= 10; left /= 10) {
        n++;
    }

    for (i = n + 1; i-- > 0; value /= 10) {
        digits[i] = (u_char) ('0' + value % 10);
    }

    return n + 1;
}


static void
add_word(api_observe_text_t *text, const char *word)
{
    add(text, word, ngx_strlen(word));
}


static void
add(api_observe_text_t *text, const void *data, size_t len)
{
    u_char  *p;

    if (len == 0) {
        return;
    }

    p = reserve(text, len);

    if (p != NULL) {
        text->slice->last = ngx_cpymem(p, data, len);
    }
}


/* room for n bytes, where the next one goes */

static u_char *
reserve(api_observe_text_t *text, size_t n)
{
    api_observe_slice_t  *slice;

    slice = text->slice;

    if (slice != NULL && (size_t) (slice->end - slice->last) >= n) {
        return slice->last;
    }

    if (text->failed || n > API_OBSERVE_SLICE) {
        text->failed = 1;
        return NULL;
    }

    slice = ngx_palloc(text->pool, sizeof(api_observe_slice_t));

    if (slice != NULL) {
        slice->start = ngx_palloc(text->pool, API_OBSERVE_SLICE);
    }

    if (slice == NULL || slice->start == NULL) {
        text->failed = 1;
        return NULL;
    }

    slice->next = NULL;
    slice->last = slice->start;
    slice->end = slice->start + API_OBSERVE_SLICE;

    if (text->slice == NULL) {
        text->first = slice;

    } else {
        text->slice->next = slice;
    }

    text->slice = slice;

    return slice->last;
}


ngx_int_t
api_observe_text_end(api_observe_text_t *text)
{
    const api_observe_slice_t  *slice;

    if (text->open) {
        add_literal(text, "# EOF\n");
    }

    text->len = 0;

    for (slice = text->first; slice != NULL; slice = slice->next) {
        text->len += (size_t) (slice->last - slice->start);
    }

    return text->failed ? NGX_ERROR : NGX_OK;
}


u_char *
api_observe_label(u_char *start, u_char *last, u_char *end, const char *name,
    const ngx_str_t *value)
{
    size_t         len;
    const u_char  *from, *to;

    len = ngx_strlen(name);

    if (last == NULL || (size_t) (end - last) < len + sizeof(",=\"\"") - 1) {
        return NULL;
    }

    if (last != start) {
        *last++ = ',';
    }

    last = ngx_cpymem(last, name, len);
    *last++ = '=';
    *last++ = '"';

    from = value->data;
    to = from + value->len;

    while (from < to) {

        last = escape(last, end, &from, to);

        if (last == NULL) {
            return NULL;
        }
    }

    if (last == end) {
        return NULL;
    }

    *last++ = '"';

    return last;
}


/* the next character */

static u_char *
escape(u_char *last, const u_char *end, const u_char **from, const u_char *to)
{
    size_t         len;
    const u_char  *text;

    text = *from;

    switch (*text) {

    case '\\':
        text = (const u_char *) "\\\\";
        len = 2;
        *from += 1;
        break;

    case '"':
        text = (const u_char *) "\\\"";
        len = 2;
        *from += 1;
        break;

    case '\n':
        text = (const u_char *) "\\n";
        len = 2;
        *from += 1;
        break;

    default:
        len = (*text < 0x80) ? 1 : api_scan_utf8(text, to);
        *from += len ? len : 1;

        if (len == 0) {
            text = (const u_char *) "\xEF\xBF\xBD";
            len = 3;
        }
    }

    return (size_t) (end - last) < len ? NULL : ngx_cpymem(last, text, len);
}
