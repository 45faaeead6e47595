
/*
 * What a unit test needs: checks that say file, line and both values, and a
 * table of cases.  A failed check ends its case and the next case runs.
 *
 *     static void
 *     adds_two(ngx_pool_t *pool)
 *     {
 *         check_int(1 + 1, 2);
 *     }
 *
 *     static const test_case_t  cases[] = {
 *         { "adds two", adds_two },
 *         { NULL, NULL }
 *     };
 *
 *     int
 *     main(void)
 *     {
 *         return test_run(cases);
 *     }
 *
 * Each case has a pool of its own, gone when it ends.
 */


#ifndef API_TEST_H
#define API_TEST_H


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    const char   *name;
    void        (*run)(ngx_pool_t *pool);
} test_case_t;


/* prints TAP; the exit code */
int test_run(const test_case_t *cases);


/*
 * Behaviour when memory is short: calls run() with the first allocation
 * failing, then the second, and so on until one call meets no failure.  Each
 * call but that last must return NGX_ERROR (the last NGX_OK).  Every call has
 * a new pool.
 */
typedef ngx_int_t (*test_oom_pt)(ngx_pool_t *pool, void *data);

#define check_oom(run, data)  test_oom(run, data, __FILE__, __LINE__)


/* a condition */
#define check(condition)                                                      \
    test_true((condition) ? 1 : 0, #condition, __FILE__, __LINE__)

/* integers of any kind up to 64 bits, signed (or small enough) */
#define check_int(got, want)                                                  \
    test_int((long long) (got), (long long) (want), #got, __FILE__, __LINE__)

/* an ngx_str_t * against a string literal, NULs and all */
#define check_str(got, want)                                                  \
    test_bytes((got)->data, (got)->len, want, sizeof(want) - 1, #got,         \
               __FILE__, __LINE__)

/* NUL-terminated strings, NULL allowed */
#define check_cstr(got, want)                                                 \
    test_cstr((const char *) (got), want, #got, __FILE__, __LINE__)

/* bytes against bytes */
#define check_bytes(got, got_len, want, want_len)                             \
    test_bytes(got, got_len, want, want_len, #got, __FILE__, __LINE__)

/* for tables: printed with every failure until the next test_note() */
void test_note(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* an ngx_str_t of a literal or of a NUL-terminated string */
ngx_str_t test_str(const char *text);

/*
 * A copy that ends where its allocation ends, so that ASan sees a read behind
 * it.
 */
ngx_str_t test_copy(ngx_pool_t *pool, const void *data, size_t len);


void test_true(int ok, const char *what, const char *file, int line);
void test_int(long long got, long long want, const char *what,
    const char *file, int line);
void test_bytes(const void *got, size_t got_len, const void *want,
    size_t want_len, const char *what, const char *file, int line);
void test_cstr(const char *got, const char *want, const char *what,
    const char *file, int line);
void test_oom(test_oom_pt run, void *data, const char *file, int line);


#endif /* API_TEST_H */
