
#include "auth/moment.h"
#include "core/scan.h"


static ngx_int_t read_stamp(const u_char *p, const u_char *last,
    ngx_uint_t digits, int64_t *seconds);
static ngx_int_t read_number(const ngx_str_t *text, int64_t *seconds);
static ngx_int_t read_zone(const u_char *p, const u_char *last,
    int64_t *seconds);
static ngx_int_t read_digits(const u_char **p, const u_char *last, ngx_uint_t n,
    int64_t *value);
static int64_t days_of(int64_t year, int64_t month, int64_t day);


ngx_int_t
api_auth_moment(const ngx_str_t *text, int64_t *seconds)
{
    ngx_uint_t     digits;
    const u_char  *p, *last;

    if (api_str_is(text, "infinity")) {
        *seconds = INT64_MAX;
        return NGX_OK;
    }

    p = text->data;
    last = p + text->len;

    /* before all tokens there are */

    if (api_str_is(text, "-infinity")
        || (text->len > 3 && ngx_memcmp(last - 3, " BC", 3) == 0))
    {
        *seconds = 0;
        return NGX_OK;
    }

    for (digits = 0; p + digits < last && api_scan_is_digit(p[digits]);
         digits++)
    {
        /* the year's, or the number's */
    }

    if (digits < 4 || digits > 6 || p + digits == last || p[digits] != '-') {
        return read_number(text, seconds);
    }

    return read_stamp(p, last, digits, seconds);
}


/* "2026-01-31 10:00:00.5+01"; digits: of the year */

static ngx_int_t
read_stamp(const u_char *p, const u_char *last, ngx_uint_t digits,
    int64_t *seconds)
{
    int64_t        zone, part, value[6];
    ngx_uint_t     i;

    /* what ends each of them */
    static const u_char  ends[] = "-- ::";

    for (i = 0; i < 6; i++) {

        if (read_digits(&p, last, i == 0 ? digits : 2, &value[i]) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (i < 5 && (p == last || *p++ != ends[i])) {
            return NGX_DECLINED;
        }
    }

    part = 0;

    if (p < last && *p == '.') {

        for (p++; p < last && api_scan_is_digit(*p); p++) {
            part |= (*p != '0');
        }
    }

    if (read_zone(p, last, &zone) != NGX_OK) {
        return NGX_DECLINED;
    }

    *seconds = days_of(value[0], value[1], value[2]) * 86400
               + value[3] * 3600 + value[4] * 60 + value[5] + part - zone;

    return NGX_OK;
}


static ngx_int_t
read_number(const ngx_str_t *text, int64_t *seconds)
{
    size_t    i, whole;
    int64_t   part;
    u_char   *p;

    p = text->data;

    for (whole = 0; whole < text->len && api_scan_is_digit(p[whole]); whole++) {
        /* the seconds */
    }

    if (whole == 0 || whole > 15) {
        return NGX_DECLINED;
    }

    part = 0;

    if (whole < text->len) {

        if (p[whole] != '.') {
            return NGX_DECLINED;
        }

        for (i = whole + 1; i < text->len; i++) {

            if (!api_scan_is_digit(p[i])) {
                return NGX_DECLINED;
            }

            part |= (p[i] != '0');
        }
    }

    *seconds = 0;

    for (i = 0; i < whole; i++) {
        *seconds = *seconds * 10 + (p[i] - '0');
    }

    *seconds += part;

    return NGX_OK;
}


/* "+01", "-03:30", "+00:19:32"; none: a timestamp, which is in UTC here */

static ngx_int_t
read_zone(const u_char *p, const u_char *last, int64_t *seconds)
{
    int64_t  sign, part, unit;

    *seconds = 0;

    if (p == last) {
        return NGX_OK;
    }

    if (*p != '+' && *p != '-') {
        return NGX_DECLINED;
    }

    sign = (*p++ == '-') ? -1 : 1;

    for (unit = 3600; unit != 0; unit /= 60) {

        if (read_digits(&p, last, 2, &part) != NGX_OK) {
            return NGX_DECLINED;
        }

        *seconds += sign * part * unit;

        if (p == last) {
            return NGX_OK;
        }

        if (*p++ != ':') {
            return NGX_DECLINED;
        }
    }

    return NGX_DECLINED;
}


static ngx_int_t
read_digits(const u_char **p, const u_char *last, ngx_uint_t n, int64_t *value)
{
    if ((size_t) (last - *p) < n) {
        return NGX_DECLINED;
    }

    *value = 0;

    for ( /* void */ ; n != 0; n--) {

        if (!api_scan_is_digit(**p)) {
            return NGX_DECLINED;
        }

        *value = *value * 10 + (*(*p)++ - '0');
    }

    return NGX_OK;
}


/* since 1970-01-01, in the calendar of all times: years begin in March, so that
   the day more of a leap year is their last */

static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t  era, of_era, of_year;

    year -= (month <= 2);
    era = year / 400;
    of_era = year - era * 400;
    of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}
