
/*
 * A fuzz target is one LLVMFuzzerTestOneInput(), as libFuzzer knows it; with
 * driver.c it is a program that replays files and mutates them.
 */


#ifndef API_FUZZ_H
#define API_FUZZ_H


#include <ngx_config.h>
#include <ngx_core.h>

#include <stdio.h>


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* a property of the target: what breaks it is saved and told */
#define fuzz_check(condition)                                                 \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fuzz_failed(#condition, __FILE__, __LINE__);                      \
        }                                                                     \
    } while (0)


static inline void
fuzz_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}


/* a pool, or no run: out of memory is no finding */
static inline ngx_pool_t *
fuzz_pool(void)
{
    ngx_pool_t  *pool;

    pool = ngx_create_pool(0, NULL);
    if (pool == NULL) {
        exit(2);
    }

    return pool;
}


/* a copy that ends where its memory does, so that ASan sees a read behind */
static inline ngx_str_t
fuzz_copy(ngx_pool_t *pool, const uint8_t *data, size_t size)
{
    ngx_str_t  s;

    s.len = size;
    s.data = ngx_pnalloc(pool, size);
    if (s.data == NULL) {
        exit(2);
    }

    if (size != 0) {
        memcpy(s.data, data, size);
    }

    return s;
}


/*
 * With FUZZ_LOG=FILE what a target has made of its inputs is left there for a
 * second opinion, TARGET.py; NULL: nobody asks.
 */
static inline FILE *
fuzz_log(void)
{
    const char   *name;
    static FILE  *file;

    if (file == NULL) {
        name = getenv("FUZZ_LOG");

        if (name == NULL) {
            return NULL;
        }

        file = fopen(name, "w");
        fuzz_check(file != NULL);
    }

    return file;
}


static inline void
fuzz_log_hex(FILE *file, const uint8_t *data, size_t size)
{
    size_t  i;

    for (i = 0; i < size; i++) {
        fprintf(file, "%02x", data[i]);
    }
}


#endif /* API_FUZZ_H */
