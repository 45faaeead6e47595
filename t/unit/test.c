
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "shim.h"
#include "test.h"


/* more allocations than this in one call: run() ignores failures */
#define TEST_OOM_MAX  100000


static void failed(const char *what, const char *file, int line);
static void print_bytes(const char *name, const void *data, size_t len);


static jmp_buf  abandon;
static char     note[512];


int
test_run(const test_case_t *cases)
{
    ngx_pool_t            *pool;
    volatile ngx_uint_t    nfailed;
    const test_case_t     *volatile test;

    nfailed = 0;

    for (test = cases; test->name != NULL; test++) {
        note[0] = '\0';
        shim_fail_at(0);

        pool = ngx_create_pool(0, NULL);
        if (pool == NULL) {
            return 2;
        }

        if (setjmp(abandon) == 0) {
            test->run(pool);
            printf("ok %d - %s\n", (int) (test - cases) + 1, test->name);

        } else {
            nfailed++;
            printf("not ok %d - %s\n", (int) (test - cases) + 1, test->name);
        }

        shim_fail_at(0);
        ngx_destroy_pool(pool);
    }

    printf("1..%d\n", (int) (test - cases));
    fflush(stdout);

    if (nfailed) {
        /* what an abandoned case had is no leak to be told of */
        _exit(1);
    }

    return 0;
}


void
test_oom(test_oom_pt run, void *data, const char *file, int line)
{
    ngx_int_t    rc;
    ngx_uint_t   n, met;
    ngx_pool_t  *pool;

    for (n = 1; n < TEST_OOM_MAX; n++) {
        pool = ngx_create_pool(0, NULL);
        if (pool == NULL) {
            exit(2);
        }

        shim_fail_at(n);
        rc = run(pool, data);
        met = shim_failed();
        shim_fail_at(0);

        ngx_destroy_pool(pool);

        if (!met) {
            test_int(rc, NGX_OK, "with memory enough", file, line);
            return;
        }

        if (rc != NGX_ERROR) {
            printf("# allocation number %d failed\n", (int) n);
        }

        test_int(rc, NGX_ERROR, "out of memory", file, line);
    }

    failed("out of memory is never over", file, line);
}


void
test_note(const char *format, ...)
{
    va_list  args;

    va_start(args, format);
    vsnprintf(note, sizeof(note), format, args);
    va_end(args);
}


ngx_str_t
test_str(const char *text)
{
    ngx_str_t  s;

    s.len = strlen(text);
    s.data = (u_char *) (uintptr_t) text;

    return s;
}


ngx_str_t
test_copy(ngx_pool_t *pool, const void *data, size_t len)
{
    ngx_str_t  s;

    s.len = len;
    s.data = ngx_pnalloc(pool, len);
    if (s.data == NULL) {
        exit(2);
    }

    if (len != 0) {
        memcpy(s.data, data, len);
    }

    return s;
}


void
test_true(int ok, const char *what, const char *file, int line)
{
    if (!ok) {
        failed(what, file, line);
    }
}


void
test_int(long long got, long long want, const char *what, const char *file,
    int line)
{
    if (got == want) {
        return;
    }

    printf("#      got: %lld\n# expected: %lld\n", got, want);
    failed(what, file, line);
}


void
test_bytes(const void *got, size_t got_len, const void *want,
    size_t want_len, const char *what, const char *file, int line)
{
    if (got_len == want_len
        && (got_len == 0 || memcmp(got, want, got_len) == 0))
    {
        return;
    }

    print_bytes("     got", got, got_len);
    print_bytes("expected", want, want_len);
    failed(what, file, line);
}


void
test_cstr(const char *got, const char *want, const char *what,
    const char *file, int line)
{
    if (got == want || (got && want && strcmp(got, want) == 0)) {
        return;
    }

    printf("#      got: %s\n# expected: %s\n", got ? got : "(null)",
           want ? want : "(null)");
    failed(what, file, line);
}


static void
failed(const char *what, const char *file, int line)
{
    printf("# %s:%d: %s\n", file, line, what);

    if (note[0] != '\0') {
        printf("# with %s\n", note);
    }

    fflush(stdout);
    longjmp(abandon, 1);
}


static void
print_bytes(const char *name, const void *data, size_t len)
{
    size_t         i;
    const u_char  *p;

    p = data;
    printf("# %s: (%d) \"", name, (int) len);

    for (i = 0; i < len && i < 1000; i++) {
        if (p[i] < 0x20 || p[i] == 0x7f) {
            printf("\\x%02x", p[i]);

        } else {
            putchar(p[i]);
        }
    }

    printf("\"%s\n", i < len ? "..." : "");
}
