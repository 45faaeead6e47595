
#include "core/value_time.h"
#include "core/scan.h"


#define DAY  86400

/* PostgreSQL's documentation, table 8.9: 4713 BC, whose first days are 4714's
   here, as it counts those from noon; 294276 and 5874897 AD */
#define FIRST_DAY       time_day(-4713, 11, 24)
#define LAST_TIMESTAMP  time_day(294276, 12, 31)
#define LAST_DATE       time_day(5874897, 12, 31)


typedef struct {
    int64_t          year;          /* 0 is 1 BC */
    int              month;
    int              day;
    int              clock;         /* seconds of the day; in a leap second
                                       one more than usual */
    int              offset;        /* seconds east of UTC */
    ngx_str_t        fraction;      /* with its point, or empty */
    unsigned         leap:1;
    unsigned         timed:1;       /* a clock is there, */
    unsigned         zoned:1;       /* and a zone */
    unsigned         loose:1;       /* not in one of the forms of the
                                       declared types */
} time_parts_t;


static ngx_uint_t read_timestamp(const ngx_str_t *s, time_parts_t *t);
static ngx_uint_t read_clock(const ngx_str_t *s, time_parts_t *t);
static const u_char *date_part(const u_char *p, const u_char *end,
    time_parts_t *t);
static const u_char *clock_part(const u_char *p, const u_char *end,
    time_parts_t *t);
static const u_char *zone_part(const u_char *p, const u_char *end,
    time_parts_t *t);
static ngx_uint_t is_day(const time_parts_t *t);
static ngx_uint_t is_second(const time_parts_t *t);
static int64_t time_day(int64_t year, int month, int day);
static void time_date(int64_t n, time_parts_t *t);
static ngx_uint_t is_infinity(const ngx_str_t *s);
static ngx_uint_t is_word(const ngx_str_t *s);
static ngx_uint_t has_zone(const ngx_str_t *s);
static int number(const u_char *p, const u_char *end, size_t n);
static u_char *write_clock(u_char *p, int64_t clock,
    const ngx_str_t *fraction);
static u_char *write_number(u_char *p, int64_t n, size_t digits);


ngx_uint_t
api_value_time_date(const ngx_str_t *s)
{
    int64_t        n;
    time_parts_t   t;

    if (is_infinity(s)) {
        return 1;
    }

    if (!read_timestamp(s, &t) || t.timed || t.zoned) {
        return 0;
    }

    n = time_day(t.year, t.month, t.day);

    return n >= FIRST_DAY && n <= LAST_DATE;
}


ngx_uint_t
api_value_time_timestamp(const ngx_str_t *s)
{
    u_char        room[API_VALUE_TIME_LEN];
    ngx_str_t     utc;
    time_parts_t  t;

    if (is_infinity(s)) {
        return 1;
    }

    return read_timestamp(s, &t) && t.timed && !t.loose
           && api_value_time_utc(s, room, &utc) == NGX_OK;
}


ngx_uint_t
api_value_time_clock(const ngx_str_t *s)
{
    time_parts_t  t;

    return read_clock(s, &t) && !t.loose;
}


ngx_int_t
api_value_time_utc(const ngx_str_t *in, u_char *room, ngx_str_t *out)
{
    u_char        *p;
    int64_t        n, clock;
    ngx_uint_t     bc;
    time_parts_t   t;

    *out = *in;

    if (is_word(in)) {
        return NGX_OK;
    }

    if (!read_timestamp(in, &t)) {
        return NGX_DECLINED;
    }

    n = time_day(t.year, t.month, t.day);
    clock = t.clock - t.offset;

    if (clock < 0) {
        clock += DAY;
        n--;

    } else if (clock >= DAY) {
        clock -= DAY;
        n++;
    }

    if (n < FIRST_DAY || n > LAST_TIMESTAMP) {
        return NGX_DECLINED;
    }

    if (t.zoned && t.offset == 0 && !t.loose) {
        return NGX_OK;
    }

    time_date(n, &t);

    bc = (t.year <= 0);

    p = write_number(room, bc ? 1 - t.year : t.year, 4);
    *p++ = '-';
    p = write_number(p, t.month, 2);
    *p++ = '-';
    p = write_number(p, t.day, 2);
    *p++ = 'T';
    p = write_clock(p, clock, &t.fraction);
    *p++ = 'Z';

    if (bc) {
        p = ngx_cpymem(p, " BC", 3);
    }

    out->data = room;
    out->len = (size_t) (p - room);

    return NGX_OK;
}


ngx_int_t
api_value_time_clock_utc(const ngx_str_t *in, u_char *room, ngx_str_t *out)
{
    int            clock;
    u_char        *p;
    time_parts_t   t;

    *out = *in;

    if (!read_clock(in, &t)) {
        return has_zone(in) ? NGX_DECLINED : NGX_OK;
    }

    if (!t.zoned) {
        return NGX_OK;
    }

    clock = t.clock;

    /* 24:00:00 is a time of its own, but not in another zone */

    if (t.offset != 0) {
        clock = (clock - t.offset + DAY) % DAY;
    }

    p = write_clock(room, clock, &t.fraction);

    out->data = room;
    out->len = (size_t) (p - room);

    return NGX_OK;
}


ngx_int_t
api_value_time_clock_zoned(const ngx_str_t *in, u_char *room, ngx_str_t *out)
{
    u_char        *p;
    time_parts_t   t;

    *out = *in;

    if (!read_clock(in, &t) || t.zoned || in->len + 1 > API_VALUE_TIME_LEN) {
        return NGX_OK;
    }

    p = ngx_cpymem(room, in->data, in->len);
    *p++ = 'Z';

    out->data = room;
    out->len = (size_t) (p - room);

    return NGX_OK;
}


/* a date, and what may follow it */

static ngx_uint_t
read_timestamp(const ngx_str_t *s, time_parts_t *t)
{
    ngx_uint_t     bc;
    const u_char  *p, *end;

    ngx_memzero(t, sizeof(time_parts_t));

    end = s->data + s->len;

    bc = (s->len > 3 && ngx_memcmp(end - 3, " BC", 3) == 0);

    if (bc) {
        end -= 3;
    }

    p = date_part(s->data, end, t);

    if (p == NULL) {
        return 0;
    }

    if (bc) {
        t->year = 1 - t->year;
    }

    if (p < end && (*p == 'T' || *p == 't' || *p == ' ')) {

        p = clock_part(p + 1, end, t);

        if (p == NULL) {
            return 0;
        }
    }

    return is_day(t) && zone_part(p, end, t) == end && is_second(t);
}


static ngx_uint_t
read_clock(const ngx_str_t *s, time_parts_t *t)
{
    const u_char  *p, *end;

    ngx_memzero(t, sizeof(time_parts_t));

    end = s->data + s->len;
    p = clock_part(s->data, end, t);

    /* where seconds are missing, a time's text gets them */
    t->loose = 0;

    return p != NULL && zone_part(p, end, t) == end && is_second(t);
}


/* YYYY-MM-DD, a longer year without leading zeros: behind it, or NULL */

static const u_char *
date_part(const u_char *p, const u_char *end, time_parts_t *t)
{
    size_t  n;

    for (n = 0; p + n < end && api_scan_is_digit(p[n]); n++) {

        if (n == 7) {
            return NULL;
        }

        t->year = t->year * 10 + (p[n] - '0');
    }

    if (n < 4 || (n > 4 && *p == '0') || t->year == 0) {
        return NULL;
    }

    p += n;

    if (end - p < 6 || p[0] != '-' || p[3] != '-') {
        return NULL;
    }

    t->month = number(p + 1, end, 2);
    t->day = number(p + 4, end, 2);

    return p + 6;
}


/* HH:MM[:SS[.frac]] up to 24:00:00: behind it, or NULL */

static const u_char *
clock_part(const u_char *p, const u_char *end, time_parts_t *t)
{
    int            hour, minute, second;
    const u_char  *q;

    if (end - p < 5 || p[2] != ':') {
        return NULL;
    }

    hour = number(p, end, 2);
    minute = number(p + 3, end, 2);
    second = 0;

    t->timed = 1;
    p += 5;

    if (p < end && *p == ':') {
        second = number(p + 1, end, 2);
        p += 3;

    } else {
        t->loose = 1;
    }

    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0
        || second > 60)
    {
        return NULL;
    }

    t->leap = (second == 60);
    t->clock = hour * 3600 + minute * 60 + second;

    if (p < end && *p == '.' && !t->loose) {

        t->fraction.data = api_unconst(p);

        for (q = ++p; p < end && api_scan_is_digit(*p); p++) {

            /* nothing may follow 24:00:00 */

            if (*p != '0' && hour == 24) {
                return NULL;
            }
        }

        if (p == q || p - q > API_VALUE_FRACTION) {
            return NULL;
        }

        t->fraction.len = (size_t) (p - t->fraction.data);
    }

    return hour < 24 || t->clock == DAY ? p : NULL;
}


/* Z, +HH, +HH:MM, +HH:MM:SS, +HHMM: behind it, which may be p; or NULL */

static const u_char *
zone_part(const u_char *p, const u_char *end, time_parts_t *t)
{
    int  hour, minute, second, sign;

    if (p < end && *p == ' ') {
        t->loose = 1;
        p++;
    }

    if (p < end && (*p == 'Z' || *p == 'z')) {
        t->zoned = 1;
        return p + 1;
    }

    if (p == end || (*p != '+' && *p != '-')) {
        return p;
    }

    sign = (*p == '-') ? -1 : 1;
    hour = number(p + 1, end, 2);
    minute = 0;
    second = 0;

    p += 3;

    if (p < end && *p == ':') {
        minute = number(p + 1, end, 2);
        p += 3;

        if (p < end && *p == ':') {
            second = number(p + 1, end, 2);
            p += 3;
        }

    } else if (p < end) {
        minute = number(p, end, 2);
        t->loose = 1;
        p += 2;
    }

    /* PostgreSQL's MAX_TZDISP_HOUR */
    if (hour < 0 || hour > 15 || minute < 0 || minute > 59 || second < 0
        || second > 59)
    {
        return NULL;
    }

    t->zoned = 1;
    t->offset = sign * (hour * 3600 + minute * 60 + second);

    return p;
}


static ngx_uint_t
is_day(const time_parts_t *t)
{
    int                         last;
    static const unsigned char  days[] = { 31, 28, 31, 30, 31, 30,
                                           31, 31, 30, 31, 30, 31 };

    if (t->month < 1 || t->month > 12) {
        return 0;
    }

    last = days[t->month - 1];

    if (t->month == 2 && t->year % 4 == 0
        && (t->year % 100 != 0 || t->year % 400 == 0))
    {
        last = 29;
    }

    return t->day >= 1 && t->day <= last;
}


/* a leap second is 23:59:60 UTC, and PostgreSQL takes none with a fraction */

static ngx_uint_t
is_second(const time_parts_t *t)
{
    return !t->leap
           || (t->fraction.len == 0
               && (t->clock - t->offset + DAY) % DAY == 0);
}


/*
 * Days of the Gregorian calendar since 1970-01-01; years begin in March here:
 * 146097 days in 400 years.
 */

static int64_t
time_day(int64_t year, int month, int day)
{
    int64_t  era, of_era, of_year;

    year -= (month <= 2);

    era = (year >= 0 ? year : year - 399) / 400;
    of_era = year - era * 400;
    of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}


static void
time_date(int64_t n, time_parts_t *t)
{
    int64_t  era, day, year, month;

    n += 719468;

    era = (n >= 0 ? n : n - 146096) / 146097;
    day = n - era * 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;
    month = (5 * day + 2) / 153;

    t->day = (int) (day - (153 * month + 2) / 5 + 1);
    t->month = (int) (month < 10 ? month + 3 : month - 9);
    t->year = year + era * 400 + (t->month <= 2);
}


static ngx_uint_t
is_infinity(const ngx_str_t *s)
{
    return api_str_is(s, "infinity") || api_str_is(s, "-infinity");
}


/* "now", "-infinity": words without a zone */

static ngx_uint_t
is_word(const ngx_str_t *s)
{
    size_t  i;

    i = (s->len != 0 && s->data[0] == '-');

    while (i < s->len && api_scan_is_alpha(s->data[i])) {
        i++;
    }

    return i == s->len;
}


/* may PostgreSQL find a zone in this time of day? */

static ngx_uint_t
has_zone(const ngx_str_t *s)
{
    size_t  i;
    u_char  ch;

    if (is_word(s)) {
        return 0;
    }

    for (i = 0; i < s->len; i++) {
        ch = s->data[i];

        if (!api_scan_is_digit(ch) && strchr(":. AaPpMm", ch) == NULL) {
            return 1;
        }
    }

    return 0;
}


/* n digits as a number, or -1 */

static int
number(const u_char *p, const u_char *end, size_t n)
{
    int  value;

    if (end - p < (ptrdiff_t) n) {
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


static u_char *
write_clock(u_char *p, int64_t clock, const ngx_str_t *fraction)
{
    p = write_number(p, clock / 3600, 2);
    *p++ = ':';
    p = write_number(p, clock / 60 % 60, 2);
    *p++ = ':';
    p = write_number(p, clock % 60, 2);

    return fraction->len == 0
           ? p : ngx_cpymem(p, fraction->data, fraction->len);
}


/* at least so many digits, and at most 7 */

static u_char *
write_number(u_char *p, int64_t n, size_t digits)
{
    size_t  i;

    for (i = 0; i < 7 && (i < digits || n != 0); i++) {
        p[6 - i] = (u_char) ('0' + n % 10);
        n /= 10;
    }

    ngx_memmove(p, p + 7 - i, i);

    return p + i;
}
