
#include "core/scan.h"
#include "core/value_format.h"


typedef struct {
    int            hour;
    int            minute;
    int            second;
    unsigned       has_seconds:1;
    unsigned       has_fraction:1;
} format_clock_t;


static const u_char *date_part(const u_char *p, const u_char *end);
static const u_char *clock_part(const u_char *p, const u_char *end,
    format_clock_t *clock);
static ngx_uint_t clock_fits(const format_clock_t *clock);
static const u_char *offset_part(const u_char *p, const u_char *end,
    int *minutes);
static int number(const u_char *p, const u_char *end, size_t n);
static const u_char *label(const u_char *p, const u_char *end);


ngx_uint_t
api_value_format_uuid(const ngx_str_t *s)
{
    size_t  i;
    u_char  ch;

    if (s->len != 36) {
        return 0;
    }

    for (i = 0; i < 36; i++) {
        ch = s->data[i];

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (ch != '-') {
                return 0;
            }

        } else if (!api_scan_is_hex(ch)) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
api_value_format_email(const ngx_str_t *s)
{
    const u_char  *p, *end, *local;

    p = s->data;
    end = s->data + s->len;
    local = p;

    while (p < end
           && (api_scan_is_alnum(*p)
               || (*p != '\0' && strchr(".!#$%&'*+/=?^_`{|}~-", *p))))
    {
        p++;
    }

    if (p == local || p == end || *p != '@') {
        return 0;
    }

    do {
        p = label(p + 1, end);
    } while (p != NULL && p < end && *p == '.');

    return p == end;
}


/* a DNS label: 63 letters, digits or inner hyphens; NULL or behind it */

static const u_char *
label(const u_char *p, const u_char *end)
{
    const u_char  *start;

    start = p;

    while (p < end && (api_scan_is_alnum(*p) || *p == '-')) {
        p++;
    }

    if (p == start || p - start > 63 || *start == '-' || p[-1] == '-') {
        return NULL;
    }

    return p;
}


ngx_uint_t
api_value_format_date(const ngx_str_t *s)
{
    const u_char  *end;

    end = s->data + s->len;

    return date_part(s->data, end) == end;
}


ngx_uint_t
api_value_format_timestamp(const ngx_str_t *s)
{
    int              offset;
    const u_char    *p, *end;
    format_clock_t   clock;

    end = s->data + s->len;

    p = date_part(s->data, end);
    if (p == NULL || p == end || (*p != 'T' && *p != 't')) {
        return 0;
    }

    p = clock_part(p + 1, end, &clock);
    if (p == NULL || !clock.has_seconds) {
        return 0;
    }

    if (offset_part(p, end, &offset) != end) {
        return 0;
    }

    if (clock.second == 60) {
        /* 23:59:60 UTC, and PostgreSQL takes no fraction of it */
        return clock.hour < 24 && clock.minute < 60 && !clock.has_fraction
               && (clock.hour * 60 + clock.minute - offset + 2880) % 1440
                  == 1439;
    }

    return clock_fits(&clock);
}


ngx_uint_t
api_value_format_time(const ngx_str_t *s)
{
    int              offset;
    const u_char    *p, *end;
    format_clock_t   clock;

    end = s->data + s->len;

    p = clock_part(s->data, end, &clock);
    if (p == NULL || !clock_fits(&clock)) {
        return 0;
    }

    return p == end || offset_part(p, end, &offset) == end;
}


/* YYYY-MM-DD: NULL or behind it */

static const u_char *
date_part(const u_char *p, const u_char *end)
{
    int                         year, month, day, last;
    static const unsigned char  days[] = { 31, 28, 31, 30, 31, 30,
                                           31, 31, 30, 31, 30, 31 };

    if (end - p < 10 || p[4] != '-' || p[7] != '-') {
        return NULL;
    }

    year = number(p, end, 4);
    month = number(p + 5, end, 2);
    day = number(p + 8, end, 2);

    if (year < 1 || month < 1 || month > 12) {
        return NULL;
    }

    last = days[month - 1];

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        last = 29;
    }

    if (day < 1 || day > last) {
        return NULL;
    }

    return p + 10;
}


/* HH:MM[:SS[.frac]] in digits, ranges unchecked: NULL or behind it */

static const u_char *
clock_part(const u_char *p, const u_char *end, format_clock_t *clock)
{
    const u_char  *q;

    ngx_memzero(clock, sizeof(format_clock_t));

    if (end - p < 5 || p[2] != ':') {
        return NULL;
    }

    clock->hour = number(p, end, 2);
    clock->minute = number(p + 3, end, 2);

    if (clock->hour < 0 || clock->minute < 0) {
        return NULL;
    }

    p += 5;

    if (p == end || *p != ':') {
        return p;
    }

    clock->second = number(p + 1, end, 2);
    if (clock->second < 0) {
        return NULL;
    }

    clock->has_seconds = 1;
    p += 3;

    if (p == end || *p != '.') {
        return p;
    }

    clock->has_fraction = 1;

    for (q = ++p; p < end && api_scan_is_digit(*p); p++) {
        /* void */
    }

    if (p == q || p - q > API_VALUE_FRACTION) {
        return NULL;
    }

    return p;
}


static ngx_uint_t
clock_fits(const format_clock_t *clock)
{
    return clock->hour < 24 && clock->minute < 60 && clock->second < 60;
}


/* Z or +HH:MM: NULL or behind it */

static const u_char *
offset_part(const u_char *p, const u_char *end, int *minutes)
{
    int  hour, minute;

    *minutes = 0;

    if (p < end && (*p == 'Z' || *p == 'z')) {
        return p + 1;
    }

    if (end - p < 6 || (*p != '+' && *p != '-') || p[3] != ':') {
        return NULL;
    }

    hour = number(p + 1, end, 2);
    minute = number(p + 4, end, 2);

    /* PostgreSQL's MAX_TZDISP_HOUR */
    if (hour < 0 || hour > 15 || minute < 0 || minute > 59) {
        return NULL;
    }

    *minutes = hour * 60 + minute;

    if (*p == '-') {
        *minutes = -*minutes;
    }

    return p + 6;
}


/* n digits as a number, or -1 */

static int
number(const u_char *p, const u_char *end, size_t n)
{
    int  value;

    if ((size_t) (end - p) < n) {
        return -1;
    }

    for (value = 0; n > 0; n--, p++) {
        if (!api_scan_is_digit(*p)) {
            return -1;
        }

        value = value * 10 + (*p - '0');
    }

    return value;
}
