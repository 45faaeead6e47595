
/*
 * Runs a fuzz target without libFuzzer: TARGET SEED RUNS CRASH FILE...
 *
 * Every file is run, of one named *.kept (kept.py) every line; then RUNS
 * mutations of them, a mutant that reaches something new being mutated further.
 * The same seed gives the same mutations.  An input that breaks the target is
 * left in the file CRASH.
 */


#include <sanitizer/asan_interface.h>
#include <signal.h>

#include "fuzz.h"


#define DRIVER_MAP     65536
#define DRIVER_CORPUS  4096
#define DRIVER_SIZE    2048
#define DRIVER_STEP    128


typedef struct {
    uint8_t  *data;
    size_t    size;
} driver_input_t;


void __sanitizer_cov_trace_pc(void);
static void run(const uint8_t *data, size_t size, int keep);
static int is_new(void);
static void add(const uint8_t *data, size_t size);
static void add_file(const char *name);
static void add_kept(FILE *file, const char *name);
static size_t unescape(uint8_t *data, const char *line);
static size_t mutate(uint8_t *data, size_t size);
static size_t splice(uint8_t *data, size_t size, size_t at,
    const uint8_t *from, size_t len);
static uint32_t dice(uint32_t sides);
static void save(void);
static void aborted(int signo);


static driver_input_t  corpus[DRIVER_CORPUS];
static size_t          ncorpus;

static uint8_t         map[DRIVER_MAP];      /* branches of this run */
static uint8_t         known[DRIVER_MAP];    /* of all runs */
static const uint8_t   nothing[DRIVER_STEP];
static uintptr_t       previous;

static uint64_t        state;
static const char     *crash;
static const uint8_t  *current;
static size_t          current_size;


/* pieces that the grammars at hand are made of */

static const char  *pieces[] = {
    "\"", "\\", "\\u", "\\u0000", "\\ud83d", "\\ude00", "{", "}", "[", "]",
    ":", ",", "null", "true", "-", "0", "1e5", ".5", "\n", "\r", "\t", " ",
    "\xef\xbb\xbf", "\xc3\xa4", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xff",
    "'", "''", "$", "$$", "$a$", "$id", "$user.id", "$1", "--", "/*", "*/",
    "::", ";", "E'", "U&'", "select ", "*", "/", "/:id", "<uuid>", "*rest",
    ":a<enum(b,c)>", "@", "%41", "T", "Z", "+01:00", "::1", "1.2.3.4",
    "2024-02-29", "99999999999999999999", NULL
};


/* gcc's -fsanitize-coverage=trace-pc calls it at every branch */

void
__sanitizer_cov_trace_pc(void)
{
    uintptr_t  here;

    /* relative to ourselves: the same in every process */
    here = (uintptr_t) __builtin_return_address(0)
           - (uintptr_t) &__sanitizer_cov_trace_pc;
    here = (here ^ (here >> 16)) & (DRIVER_MAP - 1);

    if (map[here ^ previous] < 255) {
        map[here ^ previous]++;
    }

    previous = here >> 1;
}


int
main(int argc, char **argv)
{
    int            i;
    size_t         size;
    unsigned long  n, runs;
    uint8_t        data[2 * DRIVER_SIZE];

    if (argc < 4) {
        fprintf(stderr, "usage: %s SEED RUNS CRASH FILE...\n", argv[0]);
        return 2;
    }

    state = strtoull(argv[1], NULL, 10) * 2862933555777941757ULL + 3037000493;
    runs = strtoul(argv[2], NULL, 10);
    crash = argv[3];

    __asan_set_death_callback(save);
    signal(SIGABRT, aborted);

    add((const uint8_t *) "", 0);

    for (i = 4; i < argc; i++) {
        add_file(argv[i]);
    }

    for (i = 0; i < (int) ncorpus; i++) {
        run(corpus[i].data, corpus[i].size, 0);
    }

    size = ncorpus;

    for (n = 0; n < runs; n++) {
        i = (int) dice((uint32_t) ncorpus);

        memcpy(data, corpus[i].data, corpus[i].size);
        run(data, mutate(data, corpus[i].size), 1);
    }

    printf("%u files, %lu mutations, %u of them new\n", (unsigned) size - 1,
           runs, (unsigned) (ncorpus - size));

    return 0;
}


static void
run(const uint8_t *data, size_t size, int keep)
{
    uint8_t  *copy;

    /* where its memory ends, ASan sees a read behind */
    copy = malloc(size);
    if (copy == NULL) {
        exit(2);
    }

    memcpy(copy, data, size);

    current = copy;
    current_size = size;

    memset(map, 0, sizeof(map));
    previous = 0;

    (void) LLVMFuzzerTestOneInput(copy, size);

    if (is_new() && keep) {
        add(copy, size);
    }

    current = NULL;
    free(copy);
}


/* a branch never seen, or many times more often than ever */

static int
is_new(void)
{
    int     found, bucket;
    size_t  i;

    found = 0;

    for (i = 0; i < DRIVER_MAP; i++) {

        if (map[i] == 0) {

            /* most of it is */
            if (i % DRIVER_STEP == 0
                && memcmp(map + i, nothing, DRIVER_STEP) == 0)
            {
                i += DRIVER_STEP - 1;
            }

            continue;
        }

        bucket = map[i] < 4 ? 1 << (map[i] - 1)
                 : map[i] < 8 ? 8 : map[i] < 16 ? 16 : map[i] < 32 ? 32
                 : map[i] < 128 ? 64 : 128;

        if (!(known[i] & bucket)) {
            known[i] = (uint8_t) (known[i] | bucket);
            found = 1;
        }
    }

    return found;
}


/* a mutant that has no place is not mutated further, and that is all */

static void
add(const uint8_t *data, size_t size)
{
    uint8_t  *copy;

    if (ncorpus == DRIVER_CORPUS || size > DRIVER_SIZE) {
        return;
    }

    copy = malloc(size + 1);
    if (copy == NULL) {
        exit(2);
    }

    memcpy(copy, data, size);

    corpus[ncorpus].data = copy;
    corpus[ncorpus].size = size;
    ncorpus++;
}


static void
add_file(const char *name)
{
    FILE     *file;
    size_t    size;
    uint8_t   data[DRIVER_SIZE + 1];

    file = fopen(name, "rb");
    if (file == NULL) {
        perror(name);
        exit(2);
    }

    size = strlen(name);

    if (size > 5 && strcmp(name + size - 5, ".kept") == 0) {
        add_kept(file, name);
        fclose(file);
        return;
    }

    size = fread(data, 1, sizeof(data), file);
    fclose(file);

    if (size > DRIVER_SIZE) {
        fprintf(stderr, "%s: longer than %d bytes\n", name, DRIVER_SIZE);
        exit(2);
    }

    add(data, size);
}


static void
add_kept(FILE *file, const char *name)
{
    char     line[4 * DRIVER_SIZE + 2];
    size_t   size;
    uint8_t  data[4 * DRIVER_SIZE + 2];

    while (fgets(line, sizeof(line), file) != NULL) {

        size = unescape(data, line);

        if (size > DRIVER_SIZE || ncorpus == DRIVER_CORPUS) {
            fprintf(stderr, "%s: a line of more than %d bytes, or more than "
                    "%d inputs\n", name, DRIVER_SIZE, DRIVER_CORPUS);
            exit(2);
        }

        add(data, size);
    }
}


/* "\xff": the one escape there is */

static size_t
unescape(uint8_t *data, const char *line)
{
    size_t       size;
    unsigned     byte;
    const char  *p;

    size = 0;

    for (p = line; *p != '\0' && *p != '\n'; p++) {

        byte = (unsigned char) *p;

        if (byte == '\\') {
            if (sscanf(p, "\\x%2x", &byte) != 1) {
                return DRIVER_SIZE + 1;
            }

            p += 3;
        }

        data[size++] = (uint8_t) byte;
    }

    return size;
}


/* one to four changes; data has room for twice DRIVER_SIZE */

static size_t
mutate(uint8_t *data, size_t size)
{
    size_t                 at, len;
    uint32_t               n;
    const char            *piece;
    const driver_input_t  *other;

    for (n = dice(4) + 1; n > 0; n--) {
        at = dice((uint32_t) size + 1);

        switch (dice(6)) {

        case 0:
            if (at < size) {
                data[at] ^= (uint8_t) (1 << dice(8));
            }
            break;

        case 1:
            if (at < size) {
                data[at] = (uint8_t) dice(256);
            }
            break;

        case 2:
            len = dice(8);
            len = len < size - at ? len : size - at;
            memmove(data + at, data + at + len, size - at - len);
            size -= len;
            break;

        case 3:
            len = dice((uint32_t) (size - at) + 1);
            size = splice(data, size, at, data + at, len < 64 ? len : 64);
            break;

        case 4:
            other = &corpus[dice((uint32_t) ncorpus)];
            len = dice((uint32_t) other->size + 1);
            size = splice(data, size, at, other->data + other->size - len,
                          len);
            break;

        default:
            for (len = 0; pieces[len] != NULL; len++) {
                /* void */
            }

            piece = pieces[dice((uint32_t) len)];
            size = splice(data, size, at, (const uint8_t *) piece,
                          strlen(piece));
            break;
        }
    }

    return size;
}


static size_t
splice(uint8_t *data, size_t size, size_t at, const uint8_t *from,
    size_t len)
{
    uint8_t  copy[DRIVER_SIZE];

    if (size + len > DRIVER_SIZE) {
        return size;
    }

    memcpy(copy, from, len);
    memmove(data + at + len, data + at, size - at);
    memcpy(data + at, copy, len);

    return size + len;
}


/* xorshift64* */

static uint32_t
dice(uint32_t sides)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;

    return (uint32_t) ((state * 2685821657736338717ULL) >> 32) % sides;
}


static void
aborted(int signo)
{
    save();
    signal(signo, SIG_DFL);
    raise(signo);
}


static void
save(void)
{
    FILE  *file;

    if (current == NULL) {
        return;
    }

    file = fopen(crash, "wb");
    if (file != NULL) {
        (void) !fwrite(current, 1, current_size, file);
        fclose(file);
        fprintf(stderr, "the input is in %s\n", crash);
    }

    current = NULL;
}
