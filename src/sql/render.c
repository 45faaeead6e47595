
#include "sql/render.h"

#include "json/write.h"
#include "sql/grammar.h"
#include "sql/nested.h"


/* how many of its former attribute lists a composite is tried with */
#define RENDER_BEFORE  4

/* of a date and a time without a fraction */
#define TIMESTAMP_LEN  (sizeof("0000-00-00 00:00:00") - 1)


static ngx_uint_t write_scalar(api_sql_render_t *r, api_sql_kind_e kind,
    const u_char *data, size_t len);
static ngx_uint_t write_bool(api_buf_t *out, const u_char *data, size_t len);
static ngx_uint_t write_nested(api_sql_render_t *r,
    const api_sql_type_t *type, const u_char *data, size_t len);
static ngx_uint_t write_level(api_sql_render_t *r,
    const api_sql_type_t *type, const u_char *data, size_t len);
static ngx_uint_t write_timestamp(api_buf_t *out, const u_char *data,
    size_t len, ngx_uint_t zone, ngx_uint_t utc);
static ngx_uint_t read_zone(const u_char *p, const u_char *end,
    ngx_int_t *offset);
static u_char *write_time(u_char *p, const u_char *clock, ngx_int_t *offset);
static u_char *write_zone(u_char *p, ngx_int_t offset);
static ngx_uint_t is_timestamp(const u_char *p);
static ngx_uint_t is_zone(const u_char *p, size_t len);
static ngx_uint_t write_bytea(api_buf_t *out, const u_char *data, size_t len);
static ngx_int_t hex_value(const u_char *p);
static ngx_int_t two_digits(const u_char *p);
static u_char *write_two(u_char *p, ngx_int_t n);


void
api_sql_render_init(api_sql_render_t *r, api_buf_t *out)
{
    r->out = out;
    r->depth = 0;
    r->utc = 0;
    r->strange = 0;
    r->scratch = NULL;
}


void
api_sql_render_value(api_sql_render_t *r, const api_sql_type_t *type,
    const u_char *data, size_t len)
{
    ngx_uint_t  written;

    if (type == NULL || type->kind == API_SQL_TEXT) {
        written = 0;

    } else if (type->kind == API_SQL_ARRAY
               || type->kind == API_SQL_COMPOSITE)
    {
        written = write_nested(r, type, data, len);

    } else {
        written = write_scalar(r, type->kind, data, len);
    }

    if (written) {
        return;
    }

    /* NaN, infinity and the like are expected */

    if (type != NULL && r->depth != 0
        && (type->kind == API_SQL_BOOL || type->kind == API_SQL_INT))
    {
        r->strange = 1;
    }

    api_json_write_string(r->out, data, len);
}


/* 1: written; 0: the text is not of this kind, and nothing was written */

static ngx_uint_t
write_scalar(api_sql_render_t *r, api_sql_kind_e kind, const u_char *data,
    size_t len)
{
    switch (kind) {

    case API_SQL_INT:
    case API_SQL_FLOAT:

        /* NaN and Infinity are not JSON numbers */
        if (!api_sql_grammar_number(data, len)) {
            return 0;
        }

        break;

    case API_SQL_JSON:

        if (r->depth != 0 && !api_sql_grammar_json(data, len)) {
            return 0;
        }

        break;

    case API_SQL_BOOL:
        return write_bool(r->out, data, len);

    case API_SQL_TIMESTAMP:
        return write_timestamp(r->out, data, len, 0, r->utc);

    case API_SQL_TIMESTAMPTZ:
        return write_timestamp(r->out, data, len, 1, 0);

    case API_SQL_BYTEA:
        return write_bytea(r->out, data, len);

    default:
        return 0;
    }

    api_buf_add(r->out, data, len);

    return 1;
}


static ngx_uint_t
write_bool(api_buf_t *out, const u_char *data, size_t len)
{
    if (len == 1 && *data == 't') {
        api_buf_add_literal(out, "true");
        return 1;
    }

    if (len == 1 && *data == 'f') {
        api_buf_add_literal(out, "false");
        return 1;
    }

    return 0;
}


static ngx_uint_t
write_nested(api_sql_render_t *r, const api_sql_type_t *type,
    const u_char *data, size_t len)
{
    ngx_uint_t  i;

    if (r->depth == API_SQL_RENDER_DEPTH) {
        return 0;
    }

    for (i = 0; i <= RENDER_BEFORE && type != NULL; i++) {

        if (write_level(r, type, data, len)) {
            return 1;
        }

        if (type->kind == API_SQL_COMPOSITE) {
            r->strange = 1;
        }

        type = type->before;
    }

    return 0;
}


static ngx_uint_t
write_level(api_sql_render_t *r, const api_sql_type_t *type,
    const u_char *data, size_t len)
{
    size_t     mark;
    ngx_int_t  rc;

    mark = api_buf_len(r->out);

    r->depth++;

    rc = type->kind == API_SQL_ARRAY
         ? api_sql_nested_array(r, type, data, len)
         : api_sql_nested_composite(r, type, data, len);

    r->depth--;

    if (rc == NGX_OK) {
        return 1;
    }

    if (api_buf_ok(r->out)) {
        r->out->last -= api_buf_len(r->out) - mark;
    }

    return 0;
}


/*
 * DateStyle ISO: "2026-01-31 10:00:00.5", with a zone "…+05:30" (PostgreSQL's
 * documentation, chapter 8.5.2).  Infinity, BC and years beyond 9999 have no
 * form in RFC 3339: they stay as PostgreSQL writes them.  With utc what has
 * no zone is said to be in UTC.
 */

static ngx_uint_t
write_timestamp(api_buf_t *out, const u_char *data, size_t len,
    ngx_uint_t zone, ngx_uint_t utc)
{
    u_char        *p;
    ngx_int_t      offset;
    const u_char  *fraction, *end, *pos;

    if (len < TIMESTAMP_LEN || !is_timestamp(data)) {
        return 0;
    }

    end = data + len;
    fraction = data + TIMESTAMP_LEN;
    pos = fraction;

    if (pos < end && *pos == '.') {
        do {
            pos++;
        } while (pos < end && *pos >= '0' && *pos <= '9');
    }

    offset = 0;

    if ((zone && !read_zone(pos, end, &offset)) || (!zone && pos != end)) {
        return 0;
    }

    p = api_buf_reserve(out, len + sizeof("\"+00:00\"") - 1);
    if (p == NULL) {
        return 1;
    }

    *p++ = '"';
    p = ngx_cpymem(p, data, sizeof("0000-00-00") - 1);
    *p++ = 'T';
    p = write_time(p, data + sizeof("0000-00-00 ") - 1, &offset);
    p = ngx_cpymem(p, fraction, (size_t) (pos - fraction));

    if (zone) {
        p = write_zone(p, offset);

    } else if (utc) {
        *p++ = 'Z';
    }

    *p++ = '"';
    out->last = p;

    return 1;
}


/* "+00", "+05:30", "-03:30:15": seconds east of UTC */

static ngx_uint_t
read_zone(const u_char *p, const u_char *end, ngx_int_t *offset)
{
    size_t  len;

    len = (size_t) (end - p);

    if (!is_zone(p, len)) {
        return 0;
    }

    *offset = two_digits(p + 1) * 3600;
    *offset += len > 3 ? two_digits(p + 4) * 60 : 0;
    *offset += len > 6 ? two_digits(p + 7) : 0;

    if (*p == '-') {
        *offset = -*offset;
    }

    return 1;
}


/*
 * The time of day.  RFC 3339's offsets are whole minutes, local mean times
 * are not: such an offset is rounded, and the time moved as far, to the side
 * that keeps the day.
 */

static u_char *
write_time(u_char *p, const u_char *clock, ngx_int_t *offset)
{
    ngx_int_t  time, rest;

    rest = *offset % 60;

    if (rest == 0) {
        return ngx_cpymem(p, clock, sizeof("00:00:00") - 1);
    }

    time = two_digits(clock) * 3600 + two_digits(clock + 3) * 60
           + two_digits(clock + 6);

    if (time - rest < 0 || time - rest >= 86400) {
        rest += rest > 0 ? -60 : 60;
    }

    time -= rest;
    *offset -= rest;

    p = write_two(p, time / 3600);
    *p++ = ':';
    p = write_two(p, time / 60 % 60);
    *p++ = ':';

    return write_two(p, time % 60);
}


static u_char *
write_zone(u_char *p, ngx_int_t offset)
{
    *p++ = offset < 0 ? '-' : '+';
    offset = offset < 0 ? -offset : offset;

    p = write_two(p, offset / 3600);
    *p++ = ':';

    return write_two(p, offset / 60 % 60);
}


/*
 * "2026-01-31 10:00:00", eight bytes at once: after the exclusive or a digit
 * is at most 9 and a mark is 0, and one more than that sets the byte's highest
 * bit.  A carry into the next byte comes from one that has it set anyway.
 */

static ngx_uint_t
is_timestamp(const u_char *p)
{
    static const char  marks[] = "0000-00-00 00:00:00";
    static const char  room[] = "vvvv\177vv\177vv\177vv\177vv\177vv";

    size_t    i, n;
    uint64_t  text, mark, add, high;

    high = 0;

    /* the last two overlap */
    for (n = 0; n < 3; n++) {
        i = ngx_min(8 * n, TIMESTAMP_LEN - 8);

        ngx_memcpy(&text, p + i, 8);
        ngx_memcpy(&mark, marks + i, 8);
        ngx_memcpy(&add, room + i, 8);

        text ^= mark;
        high |= text | (text + add);
    }

    return (high & 0x8080808080808080) == 0;
}


static ngx_uint_t
is_zone(const u_char *p, size_t len)
{
    size_t  i;

    if ((len != 3 && len != 6 && len != 9) || (*p != '+' && *p != '-')) {
        return 0;
    }

    for (i = 1; i < len; i++) {
        if (i % 3 == 0 ? p[i] != ':' : (p[i] < '0' || p[i] > '9')) {
            return 0;
        }
    }

    return 1;
}


/* bytea_output hex: "\x0aff" */

static ngx_uint_t
write_bytea(api_buf_t *out, const u_char *data, size_t len)
{
    static const char  base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/";

    u_char        *p;
    size_t         i, n;
    uint32_t       group;
    ngx_int_t      byte;
    const u_char  *end;

    if (len < 2 || len % 2 != 0 || data[0] != '\\' || data[1] != 'x') {
        return 0;
    }

    end = data + len;
    data += 2;

    p = api_buf_reserve(out, (size_t) (end - data) / 2 / 3 * 4 + 6);
    if (p == NULL) {
        return 1;
    }

    *p++ = '"';

    while (data < end) {
        n = ngx_min((size_t) (end - data) / 2, 3);
        group = 0;

        for (i = 0; i < n; i++, data += 2) {
            byte = hex_value(data);
            if (byte < 0) {
                return 0;
            }

            group |= (uint32_t) byte << (16 - 8 * i);
        }

        *p++ = (u_char) base64[group >> 18];
        *p++ = (u_char) base64[group >> 12 & 63];
        *p++ = n > 1 ? (u_char) base64[group >> 6 & 63] : '=';
        *p++ = n > 2 ? (u_char) base64[group & 63] : '=';
    }

    *p++ = '"';
    out->last = p;

    return 1;
}


/* the number of two digits; -1: they are not digits */

static ngx_int_t
hex_value(const u_char *p)
{
    u_char      ch;
    ngx_int_t   i, n;

    n = 0;

    for (i = 0; i < 2; i++) {
        ch = p[i];

        if (ch >= '0' && ch <= '9') {
            n = n * 16 + ch - '0';

        } else if (ch >= 'a' && ch <= 'f') {
            n = n * 16 + ch - 'a' + 10;

        } else {
            return -1;
        }
    }

    return n;
}


static ngx_int_t
two_digits(const u_char *p)
{
    return (p[0] - '0') * 10 + p[1] - '0';
}


static u_char *
write_two(u_char *p, ngx_int_t n)
{
    *p++ = (u_char) ('0' + n / 10);
    *p++ = (u_char) ('0' + n % 10);

    return p;
}
