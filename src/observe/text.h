
/*
 * Metrics as text that Prometheus reads: its format 0.0.4, or OpenMetrics 1.0.
 *
 * Lines go into slices of the pool, which are never copied; memory that is
 * short is told once, at the end.
 */


#ifndef API_OBSERVE_TEXT_H
#define API_OBSERVE_TEXT_H


#include "core/core.h"


#define API_OBSERVE_SLICE  (64 * 1024)


typedef struct api_observe_slice_s  api_observe_slice_t;

struct api_observe_slice_s {
    api_observe_slice_t    *next;
    u_char                 *start;
    u_char                 *last;        /* the next byte goes here */
    u_char                 *end;
};


typedef struct {
    ngx_pool_t             *pool;
    api_observe_slice_t    *first;
    api_observe_slice_t    *slice;       /* the last one */
    size_t                  len;         /* of all; set by _text_end() */
    unsigned                open:1;      /* OpenMetrics */
    unsigned                failed:1;
} api_observe_text_t;


/* what a family of samples is */
typedef struct {
    const char             *name;        /* of a counter it ends in _total */
    const char             *type;        /* "counter", "gauge", "histogram" */
    const char             *help;        /* one line, without \ */
} api_observe_family_t;


/* values[] of a histogram: one for each bucket, one for what is above them
   all, and their sum */
typedef struct {
    const uint64_t         *bounds;      /* rising; a bucket has what is not
                                            above its own */
    ngx_uint_t              n;
    unsigned                time:1;      /* bounds and sum are µs, and said in
                                            seconds */
} api_observe_buckets_t;

#define api_observe_buckets_size(b)  ((b)->n + 2)

/* its bucket, 0 to n */
ngx_uint_t api_observe_bucket(const api_observe_buckets_t *b, uint64_t value);


void api_observe_text_begin(api_observe_text_t *text, ngx_pool_t *pool,
    ngx_uint_t open);

/* before its samples, all of which follow */
void api_observe_text_family(api_observe_text_t *text,
    const api_observe_family_t *family);

/* labels: as of api_observe_label(), or empty; more: the same, a literal, or
   NULL */
void api_observe_text_sample(api_observe_text_t *text,
    const api_observe_family_t *family, const ngx_str_t *labels,
    const char *more, uint64_t value);
void api_observe_text_histogram(api_observe_text_t *text,
    const api_observe_family_t *family, const ngx_str_t *labels,
    const api_observe_buckets_t *b, const uint64_t *values);

/* NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_observe_text_end(api_observe_text_t *text);


/*
 * name="value" behind those that stand before last already, from start on: \,
 * " and line breaks escaped, each byte that is not UTF-8 as U+FFFD.  The new
 * end; NULL: there is no room before end, or last was NULL.
 */
u_char *api_observe_label(u_char *start, u_char *last, u_char *end,
    const char *name, const ngx_str_t *value);


#endif /* API_OBSERVE_TEXT_H */
