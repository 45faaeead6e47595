
#include "schema/format_parts.h"
#include "core/scan.h"


static const u_char *full_date(const u_char *p, const u_char *end);
static const u_char *full_time(const u_char *p, const u_char *end);
static const u_char *offset(const u_char *p, const u_char *end, int *minutes);
static int two_digits(const u_char *p, int max);
static const u_char *parts(const u_char *p, const u_char *end,
    const char *units);


ngx_uint_t
api_schema_format_date_time(const ngx_str_t *s)
{
    const u_char  *p, *end;

    end = s->data + s->len;

    p = full_date(s->data, end);

    if (p == NULL || p == end || (*p != 'T' && *p != 't')) {
        return 0;
    }

    return full_time(p + 1, end) == end;
}


ngx_uint_t
api_schema_format_date(const ngx_str_t *s)
{
    return s->len == 10 && full_date(s->data, s->data + s->len) != NULL;
}


ngx_uint_t
api_schema_format_time(const ngx_str_t *s)
{
    const u_char  *end;

    end = s->data + s->len;

    return full_time(s->data, end) == end;
}


/*
 * P1Y2M3DT4H5M6S or P1W. The grammar leaves nothing out in between: P1Y3D is
 * not valid, as months are missing.
 */

ngx_uint_t
api_schema_format_duration(const ngx_str_t *s)
{
    const u_char  *p, *q, *end;

    end = s->data + s->len;

    if (s->len < 3 || *s->data != 'P') {
        return 0;
    }

    p = s->data + 1;

    if (parts(p, end, "W") == end) {
        return 1;
    }

    q = parts(p, end, "YMD");

    if (q == NULL) {
        return 0;
    }

    if (q == end) {
        return 1;
    }

    if (*q != 'T') {
        return 0;
    }

    p = q + 1;

    return p < end && parts(p, end, "HMS") == end;
}


/*
 * Numbers with units, in the order of these: the first byte behind the last
 * one (p if there is none), or NULL where they are malformed.
 */

static const u_char *
parts(const u_char *p, const u_char *end, const char *units)
{
    const char  *unit, *next;

    next = NULL;

    while (p < end && api_scan_is_digit(*p)) {

        do {
            p++;
        } while (p < end && api_scan_is_digit(*p));

        if (p == end || *p == '\0') {
            return NULL;
        }

        unit = strchr(units, *p);

        if (unit == NULL || (next != NULL && unit != next)) {
            return NULL;
        }

        next = unit + 1;
        p++;
    }

    return p;
}


/* YYYY-MM-DD: the first byte behind it, or NULL */

static const u_char *
full_date(const u_char *p, const u_char *end)
{
    int                         century, year, month, day, last;
    static const unsigned char  days[] = { 31, 28, 31, 30, 31, 30,
                                           31, 31, 30, 31, 30, 31 };

    if (end - p < 10 || p[4] != '-' || p[7] != '-') {
        return NULL;
    }

    century = two_digits(p, 99);
    year = two_digits(p + 2, 99);
    month = two_digits(p + 5, 12);
    day = two_digits(p + 8, 31);

    if (century < 0 || year < 0 || month < 1 || day < 1) {
        return NULL;
    }

    last = days[month - 1];

    /* in the proleptic calendar, as the RFC has it, 0000 is a leap year */
    if (month == 2 && (year ? year : century) % 4 == 0) {
        last = 29;
    }

    return day <= last ? p + 10 : NULL;
}


/* HH:MM:SS[.frac] and an offset: the first byte behind it, or NULL */

static const u_char *
full_time(const u_char *p, const u_char *end)
{
    int            hour, minute, second, shift;
    const u_char  *start;

    if (end - p < 9 || p[2] != ':' || p[5] != ':') {
        return NULL;
    }

    hour = two_digits(p, 23);
    minute = two_digits(p + 3, 59);
    second = two_digits(p + 6, 60);

    if (hour < 0 || minute < 0 || second < 0) {
        return NULL;
    }

    p += 8;

    if (*p == '.') {
        for (start = ++p; p < end && api_scan_is_digit(*p); p++) {
            /* void */
        }

        if (p == start) {
            return NULL;
        }
    }

    p = offset(p, end, &shift);

    /* a leap second is the last of a day in UTC, whatever the offset */
    if (second == 60 && (hour * 60 + minute - shift + 2880) % 1440 != 1439) {
        return NULL;
    }

    return p;
}


/* Z or +HH:MM: the first byte behind it, or NULL */

static const u_char *
offset(const u_char *p, const u_char *end, int *minutes)
{
    int  hour, minute;

    *minutes = 0;

    if (p < end && (*p == 'Z' || *p == 'z')) {
        return p + 1;
    }

    if (end - p < 6 || (*p != '+' && *p != '-') || p[3] != ':') {
        return NULL;
    }

    hour = two_digits(p + 1, 23);
    minute = two_digits(p + 4, 59);

    if (hour < 0 || minute < 0) {
        return NULL;
    }

    *minutes = hour * 60 + minute;

    if (*p == '-') {
        *minutes = -*minutes;
    }

    return p + 6;
}


/* a number from 0 to max, or -1; the caller knows that two bytes are there */

static int
two_digits(const u_char *p, int max)
{
    int  value;

    if (!api_scan_is_digit(p[0]) || !api_scan_is_digit(p[1])) {
        return -1;
    }

    value = (p[0] - '0') * 10 + (p[1] - '0');

    return value <= max ? value : -1;
}
