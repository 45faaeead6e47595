
#include "observe/text.h"
#include "test.h"


static const uint64_t  times_bounds[] = { 250, 1000, 1000000, 2500000 };
static const uint64_t  counts_bounds[] = { 1, 2 };

static const api_observe_buckets_t  times = { times_bounds, 4, 1 };
static const api_observe_buckets_t  counts = { counts_bounds, 2, 0 };

static const api_observe_family_t  counter = { "x_total", "counter", "Xs." };
static const api_observe_family_t  seconds = { "t_seconds", "histogram", "T." };
static const api_observe_family_t  jobs = { "jobs", "histogram", "J." };

static const ngx_str_t  none = ngx_null_string;


/* all of it, NUL behind */

static const char *
whole(api_observe_text_t *text)
{
    u_char               *all, *last;
    api_observe_slice_t  *slice;

    check_int(api_observe_text_end(text), NGX_OK);

    all = ngx_palloc(text->pool, text->len + 1);
    last = all;

    for (slice = text->first; slice != NULL; slice = slice->next) {
        last = ngx_cpymem(last, slice->start,
                          (size_t) (slice->last - slice->start));
    }

    check_int(last - all, text->len);
    *last = '\0';

    return (const char *) all;
}


static void
bounds_are_in_their_bucket(ngx_pool_t *pool)
{
    (void) pool;

    check_int(api_observe_bucket(&times, 0), 0);
    check_int(api_observe_bucket(&times, 250), 0);
    check_int(api_observe_bucket(&times, 251), 1);
    check_int(api_observe_bucket(&times, 2500000), 3);
    check_int(api_observe_bucket(&times, 2500001), 4);
    check_int(api_observe_bucket(&times, (uint64_t) -1), 4);
    check_int(api_observe_buckets_size(&times), 6);
}


static void
a_counter_in_both_formats(ngx_pool_t *pool)
{
    ngx_str_t           labels;
    api_observe_text_t  text;

    ngx_str_set(&labels, "a=\"1\"");

    api_observe_text_begin(&text, pool, 0);
    api_observe_text_family(&text, &counter);
    api_observe_text_sample(&text, &counter, &none, NULL, 7);
    api_observe_text_sample(&text, &counter, &labels, NULL, 0);
    api_observe_text_sample(&text, &counter, &none, "b=\"2\"",
                            (uint64_t) -1);
    api_observe_text_sample(&text, &counter, &labels, "b=\"2\"", 1);

    check_cstr(whole(&text), "# HELP x_total Xs.\n"
                             "# TYPE x_total counter\n"
                             "x_total 7\n"
                             "x_total{a=\"1\"} 0\n"
                             "x_total{b=\"2\"} 18446744073709551615\n"
                             "x_total{a=\"1\",b=\"2\"} 1\n");

    api_observe_text_begin(&text, pool, 1);
    api_observe_text_family(&text, &counter);
    api_observe_text_sample(&text, &counter, &none, NULL, 7);

    check_cstr(whole(&text), "# HELP x Xs.\n"
                             "# TYPE x counter\n"
                             "x_total 7\n"
                             "# EOF\n");
}


static void
a_histogram_of_times(ngx_pool_t *pool)
{
    ngx_str_t           labels;
    api_observe_text_t  text;

    static const uint64_t  values[] = { 1, 0, 2, 0, 4, 1234560 };

    ngx_str_set(&labels, "a=\"1\"");

    api_observe_text_begin(&text, pool, 0);
    api_observe_text_histogram(&text, &seconds, &labels, &times, values);

    check_cstr(whole(&text), "t_seconds_bucket{a=\"1\",le=\"0.00025\"} 1\n"
                             "t_seconds_bucket{a=\"1\",le=\"0.001\"} 1\n"
                             "t_seconds_bucket{a=\"1\",le=\"1\"} 3\n"
                             "t_seconds_bucket{a=\"1\",le=\"2.5\"} 3\n"
                             "t_seconds_bucket{a=\"1\",le=\"+Inf\"} 7\n"
                             "t_seconds_sum{a=\"1\"} 1.23456\n"
                             "t_seconds_count{a=\"1\"} 7\n");
}


static void
a_histogram_of_counts(ngx_pool_t *pool)
{
    ngx_str_t           labels;
    api_observe_text_t  text;

    static const uint64_t  values[] = { 3, 1, 0, 5 };

    ngx_str_set(&labels, "a=\"1\"");

    api_observe_text_begin(&text, pool, 1);
    api_observe_text_histogram(&text, &jobs, &labels, &counts, values);

    check_cstr(whole(&text), "jobs_bucket{a=\"1\",le=\"1.0\"} 3\n"
                             "jobs_bucket{a=\"1\",le=\"2.0\"} 4\n"
                             "jobs_bucket{a=\"1\",le=\"+Inf\"} 4\n"
                             "jobs_sum{a=\"1\"} 5\n"
                             "jobs_count{a=\"1\"} 4\n"
                             "# EOF\n");
}


static void
slices_hold_any_length(ngx_pool_t *pool)
{
    size_t              len;
    ngx_uint_t          i;
    api_observe_text_t  text;

    api_observe_text_begin(&text, pool, 0);

    for (i = 0; i < 20000; i++) {
        api_observe_text_sample(&text, &counter, &none, NULL, 12);
    }

    len = strlen(whole(&text));

    check_int(len, 20000 * strlen("x_total 12\n"));
    check(text.first->next != NULL);
}


static ngx_int_t
write_some(ngx_pool_t *pool, void *data)
{
    api_observe_text_t  text;

    (void) data;

    api_observe_text_begin(&text, pool, 1);
    api_observe_text_family(&text, &counter);
    api_observe_text_sample(&text, &counter, &none, NULL, 12);

    return api_observe_text_end(&text);
}


static void
memory_may_be_short(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(write_some, NULL);
}


/* of one label, NUL behind; NULL: no room in n bytes */

static const char *
label(ngx_pool_t *pool, const char *value, size_t len, size_t n)
{
    u_char     *start, *last;
    ngx_str_t   s;

    start = ngx_palloc(pool, n + 1);

    s.data = ngx_palloc(pool, len);
    s.len = len;
    ngx_memcpy(s.data, value, len);

    last = api_observe_label(start, start, start + n, "l", &s);

    if (last == NULL) {
        return NULL;
    }

    check(last <= start + n);
    *last = '\0';

    return (const char *) start;
}


#define label_of(pool, literal)                                               \
    label(pool, literal, sizeof(literal) - 1, 100)


static void
labels_are_escaped(ngx_pool_t *pool)
{
    check_cstr(label_of(pool, ""), "l=\"\"");
    check_cstr(label_of(pool, "GET /a"), "l=\"GET /a\"");
    check_cstr(label_of(pool, "a\"b\\c\nd"), "l=\"a\\\"b\\\\c\\nd\"");
    check_cstr(label_of(pool, "\xC3\xA4"), "l=\"\xC3\xA4\"");
    check_cstr(label_of(pool, "\xC3"), "l=\"\xEF\xBF\xBD\"");
    check_cstr(label_of(pool, "\xFF\"\xED\xA0\x80"),
               "l=\"\xEF\xBF\xBD\\\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}


static void
labels_stand_behind_each_other(ngx_pool_t *pool)
{
    u_char     *start, *last;
    ngx_str_t   value;

    start = ngx_palloc(pool, 100);
    ngx_str_set(&value, "x");

    last = api_observe_label(start, start, start + 100, "a", &value);
    last = api_observe_label(start, last, start + 100, "b", &value);
    *last = '\0';

    check_cstr(start, "a=\"x\",b=\"x\"");
    check(api_observe_label(start, NULL, start + 100, "b", &value) == NULL);
}


/* each byte less than needed is refused, and none behind it is written */

static void
labels_need_their_room(ngx_pool_t *pool)
{
    size_t  n, needed;

    static const char  value[] = "a\"\xFF\xC3\xA4\n";

    needed = 0;

    for (n = 0; n < 40; n++) {
        if (label(pool, value, sizeof(value) - 1, n) != NULL) {
            needed = n;
            break;
        }
    }

    check(needed > 0);
    check(needed <= sizeof(",l=\"a\\\"\xEF\xBF\xBD\xC3\xA4\\n\"") - 1);
    check(label(pool, value, sizeof(value) - 1, needed - 1) == NULL);
}


static const test_case_t  cases[] = {
    { "bounds are in their bucket", bounds_are_in_their_bucket },
    { "a counter in both formats", a_counter_in_both_formats },
    { "a histogram of times", a_histogram_of_times },
    { "a histogram of counts", a_histogram_of_counts },
    { "slices hold any length", slices_hold_any_length },
    { "memory may be short", memory_may_be_short },
    { "labels are escaped", labels_are_escaped },
    { "labels stand behind each other", labels_stand_behind_each_other },
    { "labels need their room", labels_need_their_room },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
