
#include "core/value_time.h"
#include "test.h"


typedef ngx_int_t (*write_pt)(const ngx_str_t *in, u_char *room,
    ngx_str_t *out);


static void all(ngx_pool_t *pool, ngx_uint_t (*fits)(const ngx_str_t *s),
    const char *const *texts, ngx_uint_t want);
static void pairs(ngx_pool_t *pool, write_pt write,
    const char *const *texts);


static void
date(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29",
        "2023-02-28", "2023-04-30", "2023-01-31", "12023-01-01",
        "5874897-12-31", "4714-11-24 BC", "0001-02-29 BC", "infinity",
        "-infinity", NULL
    };
    static const char *const  bad[] = {
        "", "0000-01-01", "2023-02-29", "1900-02-29", "2023-04-31",
        "2023-13-01", "2023-00-01", "2023-01-00", "2023-01-32",
        "2023-1-01", "2023-01-1", "23-01-01", "02023-01-01", "2023/01/01",
        "20230101", "2023-01-01 ", " 2023-01-01", "2023-01-01T00:00:00Z",
        "-023-01-01", "+023-01-01", "2023-0a-01", "+infinity", "today",
        "5874898-01-01", "4714-11-23 BC", "0002-02-29 BC", "0000-01-01 BC",
        "2023-01-01BC", "2023-01-01 bc", "2023-01-01Z", "12345678-01-01",
        "Infinity", "infinity BC",
        "2023-01-0\xd9", NULL
    };

    all(pool, api_value_time_date, good, 1);
    all(pool, api_value_time_date, bad, 0);
}


static void
date_has_every_day(ngx_pool_t *pool)
{
    int         year, month, day, days, last, leap;
    char        text[40];
    ngx_str_t   s;

    (void) pool;

    days = 0;

    for (year = 1; year <= 400; year++) {
        leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        last = 0;

        for (month = 1; month <= 12; month++) {
            for (day = 1; day <= 31; day++) {
                snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month,
                         day);
                s = test_str(text);
                last += (int) api_value_time_date(&s);
            }
        }

        check_int(last, 365 + leap);
        days += last;
    }

    check_int(days, 146097);
}


static void
timestamp(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "2026-01-31T10:00:00Z",
        "2026-01-31t10:00:00z",
        "2026-01-31T00:00:00.5+00:00",
        "2026-01-31T23:59:59.123456789-15:59",
        "2026-01-31T23:59:59.123456789012345678+15:59",
        "2026-01-31T10:00:00-00:00",
        "2016-12-31T23:59:60Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T24:00:00+02:00",
        "2017-01-01T00:59:60+01:00",
        "2016-12-31T15:59:60-08:00",
        "2016-12-31T08:14:60-15:45",
        "2017-01-01T15:58:60+15:59",
        "2026-01-31T10:00:00",
        "2026-01-31 10:00:00.5",
        "2026-01-31 10:00:00Z",
        "2026-01-31T10:00:00+01",
        "2026-01-31T10:00:00+02:30:15",
        "12345-01-31 10:00:00+00",
        "294276-12-31 23:59:59.999999",
        "0044-03-15 12:00:00+00 BC",
        "4714-11-24 00:00:00 BC",
        "2016-12-31T23:59:60",
        "infinity",
        "-infinity",
        NULL
    };
    static const char *const  bad[] = {
        "",
        "2026-01-31",
        "2026-01-31T10:00Z",
        "2026-01-31  10:00:00Z",
        "2026-01-31_10:00:00Z",
        "294277-01-01T00:00:00Z",
        "294276-12-31T23:59:59-00:01",
        "4714-11-24T00:00:00+01:00 BC",
        "2026-01-31T10:00:00 BCE",
        "2026-01-31T10:00:00+01:00:60",
        "2026-01-31T23:59:60+00:00:01",
        "2026-01-31T24:00:01Z",
        "2026-01-31T10:60:00Z",
        "2026-01-31T10:00:61Z",
        "2026-01-31T10:00:60Z",
        "2016-12-31T23:59:60.5Z",
        "2016-12-31T23:59:60+01:00",
        "2026-01-31T24:59:60+01:00",
        "2026-02-30T10:00:00Z",
        "2026-01-31T10:00:00.Z",
        "2026-01-31T10:00:00.1234567890123456789Z",
        "2026-01-31T10:00:00,5Z",
        "2026-01-31T10:00:00+16:00",
        "2026-01-31T10:00:00+01:60",
        "2026-01-31T10:00:00+0100",
        "2026-01-31T10:00:00+1:00",
        "2026-01-31T10:00:00 +01:00",
        "2026-01-31T10:00:00Z ",
        "2026-01-31T10:00:00ZZ",
        "2026-01-31T10:00:00+01:00Z",
        "2026-01-31T10:00:00 UTC",
        "2026-01-31T-1:00:00Z",
        "2026-01-31T1:00:00Z",
        "now",
        NULL
    };

    all(pool, api_value_time_timestamp, good, 1);
    all(pool, api_value_time_timestamp, bad, 0);
}


static void
time_of_day(ngx_pool_t *pool)
{
    static const char *const  good[] = {
        "00:00", "23:59", "10:00:00", "10:00:00.000001", "23:59:59.9",
        "10:00Z", "10:00+02:00", "10:00:00.5-15:59", "10:00:00+02",
        "24:00", "24:00:00", "24:00:00.00+02", "23:59:60", "23:59:60Z",
        "00:59:60+01", "10:00:00+02:30:15", NULL
    };
    static const char *const  bad[] = {
        "", "10", "1:00", "10:0", "24:01", "24:00:01", "24:00:00.01",
        "25:00", "10:60", "10:00:60",
        "23:59:60.5", "22:59:60Z",
        "10:00:", "10:00+0200", "10:00:00.", "10:00 ",
        " 10:00", "10:00+2", "10:00+16:00", "10:00ZZ", "1000", "10:00 PM",
        "10-00", NULL
    };

    all(pool, api_value_time_clock, good, 1);
    all(pool, api_value_time_clock, bad, 0);
}


static void
in_utc(ngx_pool_t *pool)
{
    static const char *const  texts[] = {
        "2026-01-31T02:00:00+02:00", "2026-01-31T00:00:00Z",
        "2026-01-31T02:00:00Z", "2026-01-31T02:00:00Z",
        "2026-01-31T02:00:00+00:00", "2026-01-31T02:00:00+00:00",
        "2026-01-31 02:00:00", "2026-01-31T02:00:00Z",
        "2026-01-31T01:59:59.123456789012345678+02:00",
            "2026-01-30T23:59:59.123456789012345678Z",
        "2026-12-31T23:30:00-00:30", "2027-01-01T00:00:00Z",
        "2024-03-01T00:00:00+01:00", "2024-02-29T23:00:00Z",
        "2023-03-01T00:00:00+01", "2023-02-28T23:00:00Z",
        "1900-03-01T00:00:00+01", "1900-02-28T23:00:00Z",
        "2000-03-01T00:00:00+01", "2000-02-29T23:00:00Z",
        "2026-01-31T10:00:00+02:30:15", "2026-01-31T07:29:45Z",
        "2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00Z",
        "2016-12-31T23:59:60", "2017-01-01T00:00:00Z",
        "0001-01-01T00:00:00+02:00", "0001-12-31T22:00:00Z BC",
        "0001-12-31T23:00:00-02:00 BC", "0001-01-01T01:00:00Z",
        "0044-03-15 12:00:00 BC", "0044-03-15T12:00:00Z BC",
        "9999-12-31T23:00:00-02:00", "10000-01-01T01:00:00Z",
        "294276-12-31 23:59:59.9", "294276-12-31T23:59:59.9Z",
        "1969-12-31T23:00:00-15:59", "1970-01-01T14:59:00Z",
        "2026-01-31", "2026-01-31T00:00:00Z",
        "2026-01-31 10:00", "2026-01-31T10:00:00Z",
        "2026-01-31T10:00+0230", "2026-01-31T07:30:00Z",
        "2026-01-31 10:00:00 +02", "2026-01-31T08:00:00Z",
        "infinity", "infinity", "-infinity", "-infinity", "now", "now",
        "", "",
        "2026-01-31 10:00 CET", NULL, "2026-01-31T10:00:00+16", NULL,
        "Jan 31 2026", NULL, "294276-12-31T23:59:59-01", NULL, "1", NULL,
        NULL
    };

    pairs(pool, api_value_time_utc, texts);
}


static void
clocks(ngx_pool_t *pool)
{
    static const char *const  utc[] = {
        "10:00:00+02:00", "08:00:00", "01:00:00.5+02", "23:00:00.5",
        "23:00-02", "01:00:00", "10:00:00Z", "10:00:00",
        "24:00:00+00", "24:00:00", "24:00:00+02", "22:00:00",
        "10:00", "10:00", "24:00:00", "24:00:00", "10:00:00 +02", "08:00:00",
        "10:00 PM", "10:00 PM", "now", "now", "040506", "040506",
        "10:00 CET", NULL, "2026-01-31 10:00+02", NULL, "04:05-x", NULL,
        NULL
    };
    static const char *const  zoned[] = {
        "10:00:00+02:00", "10:00:00+02:00", "10:00:00", "10:00:00Z",
        "24:00:00", "24:00:00Z", "10:00 CET", "10:00 CET", "now", "now",
        NULL
    };

    pairs(pool, api_value_time_clock_utc, utc);
    pairs(pool, api_value_time_clock_zoned, zoned);
}


/* what stands there in UTC, NULL: it is declined */

static void
pairs(ngx_pool_t *pool, write_pt write, const char *const *texts)
{
    u_char     room[API_VALUE_TIME_LEN];
    ngx_str_t  s, out;

    for ( /* void */ ; texts[0] != NULL; texts += 2) {
        test_note("\"%s\"", texts[0]);

        s = test_copy(pool, texts[0], strlen(texts[0]));

        if (texts[1] == NULL) {
            check_int(write(&s, room, &out), NGX_DECLINED);
            continue;
        }

        check_int(write(&s, room, &out), NGX_OK);
        test_bytes(out.data, out.len, texts[1], strlen(texts[1]), "out",
                   __FILE__, __LINE__);
    }
}


/* every beginning of a good text is read no further than its end (ASan) */

static void
all(ngx_pool_t *pool, ngx_uint_t (*fits)(const ngx_str_t *s),
    const char *const *texts, ngx_uint_t want)
{
    size_t     len;
    ngx_str_t  s;

    for ( /* void */ ; *texts != NULL; texts++) {
        test_note("\"%s\"", *texts);

        s = test_copy(pool, *texts, strlen(*texts));
        check_int(fits(&s), want);

        for (len = 0; len < strlen(*texts); len++) {
            s = test_copy(pool, *texts, len);
            (void) fits(&s);
        }

        s = test_copy(pool, *texts, strlen(*texts) + 1);
        check_int(fits(&s), 0);
    }
}


static const test_case_t  cases[] = {
    { "date", date },
    { "date has every day", date_has_every_day },
    { "timestamp", timestamp },
    { "time", time_of_day },
    { "in UTC", in_utc },
    { "times of day", clocks },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
