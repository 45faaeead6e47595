
/*
 * The first byte chooses a rule, the rest is the value.  What core/value
 * accepts is valid UTF-8 without NUL, and its canonical form is accepted and
 * canonical; what it refuses has a code and a sentence without the value.  With
 * FUZZ_LOG=FILE each outcome is left there for core_value.py.
 */


#include "core/scan.h"
#include "core/value.h"
#include "fuzz.h"


static void make(ngx_pool_t *pool, const char *text, api_rule_t *rule);
static void check_text(const ngx_str_t *s);
static void log_outcome(const char *rule, const ngx_str_t *in,
    const ngx_str_t *out);


static const char  *rules[] = {
    "int", "bigint", "number", "bool", "string", "uuid", "email", "date",
    "timestamp", "time", "json", "uri", "ipv4", "ipv6", "enum(a,b,c)",
    "int min=-5 max=1000", "number min=-0.5 max=1e3", "string min=2 max=5",
    "email min=5", "int[] max=3", "bigint min=0"
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t       rc;
    ngx_str_t       in;
    api_rule_t      rule;
    ngx_pool_t     *pool;
    const char     *text;
    api_value_t     value, again;
    api_failure_t   failure;

    if (size == 0) {
        return 0;
    }

    pool = fuzz_pool();
    text = rules[data[0] % (sizeof(rules) / sizeof(rules[0]))];
    make(pool, text, &rule);
    in = fuzz_copy(pool, data + 1, size - 1);

    ngx_memzero(&failure, sizeof(failure));
    rc = api_value_check(pool, &rule, &in, &value, &failure);

    fuzz_check(rc == api_value_check(pool, &rule, &in, NULL, NULL));

    if (rc == NGX_OK) {
        check_text(&in);
        check_text(&value.text);
        fuzz_check(!value.null);
        fuzz_check(value.text.data[value.text.len] == '\0');
        /* of a timestamp "Z" is more, and "BC" or a year's digit may be */
        fuzz_check(value.text.len <= in.len + 5);

        fuzz_check(api_value_check(pool, &rule, &value.text, &again, NULL)
                   == NGX_OK);
        fuzz_check(api_str_equal(&value.text, &again.text));

    } else {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(failure.code.len >= 3);
        fuzz_check(failure.message.len > 10 && failure.message.len < 100);
    }

    log_outcome(text, &in, rc == NGX_OK ? &value.text : NULL);

    ngx_destroy_pool(pool);

    return 0;
}


static void
make(ngx_pool_t *pool, const char *text, api_rule_t *rule)
{
    size_t       n;
    ngx_str_t    word;
    const char  *why;

    ngx_memzero(rule, sizeof(api_rule_t));

    n = strcspn(text, " ");
    word = fuzz_copy(pool, (const uint8_t *) text, n);
    fuzz_check(api_type_parse(pool, &word, &rule->type, &why) == NGX_OK);

    while (text[n] == ' ') {
        text += n + 1;
        n = strcspn(text, " ");
        word = fuzz_copy(pool, (const uint8_t *) text, n);
        fuzz_check(api_rule_word(pool, rule, &word, &why) == NGX_OK);
    }

    fuzz_check(api_rule_finish(pool, rule, &why) == NGX_OK);
}


static void
check_text(const ngx_str_t *s)
{
    size_t         n;
    const u_char  *p;

    for (p = s->data; p < s->data + s->len; p += n) {
        n = api_scan_utf8(p, s->data + s->len);
        fuzz_check(n != 0 && *p != '\0');
    }
}


/* the rule, the value in hex, and what was made of it, or "-" */

static void
log_outcome(const char *rule, const ngx_str_t *in, const ngx_str_t *out)
{
    FILE  *file;

    file = fuzz_log();

    if (file == NULL) {
        return;
    }

    fprintf(file, "%s\t", rule);
    fuzz_log_hex(file, in->data, in->len);
    putc('\t', file);

    if (out != NULL) {
        fuzz_log_hex(file, out->data, out->len);

    } else {
        putc('-', file);
    }

    putc('\n', file);
}
