
/*
 * Every format with any text: no read outside of it, the same answer twice,
 * and what the standards say of one format and another.  With FUZZ_LOG=FILE
 * each text is left there with its formats, for schema_format.py.
 */


#include "fuzz.h"
#include "schema/format.h"


typedef struct {
    const char  *format;
    const char  *before;     /* text of the one, put between these two, */
    const char  *behind;
    const char  *other;      /* is text of the other */
} implied_t;


static ngx_uint_t fits(const char *name, const u_char *data, size_t len);
static void implies(ngx_pool_t *pool, const ngx_str_t *text,
    const implied_t *implied);
static void splits(ngx_pool_t *pool, const ngx_str_t *text);
static void log_formats(const ngx_str_t *text);


static const char  *names[] = {
    "date-time", "date", "time", "duration", "email", "idn-email", "hostname",
    "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri",
    "iri-reference", "uuid", "uri-template", "json-pointer",
    "relative-json-pointer", "regex"
};

static const implied_t  list[] = {
    { "date", "", "T09:30:00Z", "date-time" },
    { "time", "2026-11-21T", "", "date-time" },
    { "hostname", "a@", "", "email" },
    { "hostname", "//", "", "uri-reference" },
    { "ipv4", "", "", "hostname" },
    { "ipv4", "a@[", "]", "email" },
    { "ipv4", "::", "", "ipv6" },
    { "ipv6", "a@[IPv6:", "]", "email" },
    { "ipv6", "http://[", "]/", "uri" },
    { "uuid", "urn:uuid:", "", "uri" },
    { "uri", "", "", "uri-reference" },
    { "uri", "", "", "iri" },
    { "uri", "", "", "uri-template" },
    { "uri-reference", "", "", "iri-reference" },
    { "iri", "", "", "iri-reference" },
    { "json-pointer", "0", "", "relative-json-pointer" },
    { "json-pointer", "/", "", "json-pointer" },
    { "regex", "(?:", ")|", "regex" },
    { "regex", "^(?=", ")$", "regex" }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       i;
    ngx_str_t    text;
    ngx_uint_t   result;
    ngx_pool_t  *pool;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        result = fits(names[i], text.data, text.len);
        fuzz_check(result == fits(names[i], text.data, text.len));
    }

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        if (fits(list[i].format, text.data, text.len)) {
            implies(pool, &text, &list[i]);
        }
    }

    splits(pool, &text);
    log_formats(&text);

    ngx_destroy_pool(pool);

    return 0;
}


static ngx_uint_t
fits(const char *name, const u_char *data, size_t len)
{
    ngx_str_t              format, s;
    ngx_uint_t             result;
    api_schema_format_pt   check;

    format.data = (u_char *) (uintptr_t) name;
    format.len = strlen(name);

    check = api_schema_format_find(&format);
    fuzz_check(check != NULL);

    s.data = (u_char *) (uintptr_t) data;
    s.len = len;

    result = check(&s);
    fuzz_check(result == 0 || result == 1);

    return result;
}


static void
implies(ngx_pool_t *pool, const ngx_str_t *text, const implied_t *implied)
{
    size_t   len;
    u_char  *copy;

    /* depth is bounded, and one deeper may be too deep */
    if (strcmp(implied->format, "regex") == 0 && text->len > 200) {
        return;
    }

    len = strlen(implied->before) + text->len + strlen(implied->behind);
    copy = ngx_pnalloc(pool, len);

    if (copy == NULL) {
        exit(2);
    }

    ngx_memcpy(ngx_cpymem(ngx_cpymem(copy, implied->before,
                                     strlen(implied->before)),
                          text->data, text->len),
               implied->behind, strlen(implied->behind));

    fuzz_check(fits(implied->other, copy, len));
}


/* a date-time is a date, a T and a time, and nothing else is one */

static void
splits(ngx_pool_t *pool, const ngx_str_t *text)
{
    ngx_str_t   date, time;
    ngx_uint_t  both;

    if (text->len < 11) {
        fuzz_check(!fits("date-time", text->data, text->len));
        return;
    }

    date = fuzz_copy(pool, text->data, 10);
    time = fuzz_copy(pool, text->data + 11, text->len - 11);

    both = fits("date", date.data, date.len)
           && (text->data[10] | 0x20) == 't'
           && fits("time", time.data, time.len);

    fuzz_check(both == fits("date-time", text->data, text->len));
}


/* in hex, and the names of what it is */

static void
log_formats(const ngx_str_t *text)
{
    FILE    *file;
    size_t   i;

    file = fuzz_log();

    if (file == NULL) {
        return;
    }

    fuzz_log_hex(file, text->data, text->len);
    putc('\t', file);

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (fits(names[i], text->data, text->len)) {
            fprintf(file, "%s ", names[i]);
        }
    }

    putc('\n', file);
}
