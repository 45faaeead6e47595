
#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>

#include "regex/regex.h"
#include "regex/syntax.h"
#include "core/buf.h"
#include "core/scan.h"


/* bytes that one byte of a pattern becomes, at most: as in [\\S] */
#define REGEX_TRANSLATED  (100 * API_REGEX_LENGTH)

/* bytes; beyond it PCRE2 matches without its compiler */
#define REGEX_STACK_MIN   (64 * 1024)
#define REGEX_STACK_MAX   (256 * 1024)

/* kilobytes for PCRE2's own matcher: kept, and for one match */
#define REGEX_HEAP        256
#define REGEX_HEAP_MAX    (4 * 1024)

/* units of work that a callout counts, beside the characters passed */
#define REGEX_STEP        16

/* how much slower PCRE2's own matcher is than what its compiler makes */
#define REGEX_SLOW        3


struct api_regex_s {
    pcre2_code             *code;
    unsigned                jit:1;
};


struct api_regex_room_s {
    pcre2_match_context    *context;
    pcre2_match_data       *data;
    pcre2_jit_stack        *stack;       /* NULL: PCRE2 has 32 KB of ours */

    /* of the match that runs */
    size_t                  left;
    size_t                  last;
    unsigned                slow:1;
};


static ngx_int_t compile(api_regex_t *re, ngx_pool_t *pool,
    const ngx_str_t *translated, ngx_str_t *why);
static int match_deeper(const api_regex_t *re,
    const ngx_str_t *subject, api_regex_room_t *room);
static int match_slowly(const api_regex_t *re,
    const ngx_str_t *subject, api_regex_room_t *room);
static int count(pcre2_callout_block *block, void *data);
static void cleanup(void *data);
static ngx_int_t refused(ngx_pool_t *pool, const ngx_str_t *pattern,
    const api_regex_fault_t *fault, ngx_str_t *why);
static ngx_int_t sentence(ngx_pool_t *pool, int error, ngx_str_t *why);


ngx_int_t
api_regex_compile(ngx_pool_t *pool, const ngx_str_t *pattern,
    api_regex_t **out, ngx_str_t *why)
{
    api_buf_t            buf;
    ngx_int_t            rc;
    ngx_str_t            translated;
    ngx_pool_cleanup_t  *cln;
    api_regex_t         *re;
    api_regex_fault_t    fault;

    if (pattern->len > API_REGEX_LENGTH) {
        ngx_str_set(why, "the pattern is longer than 8192 bytes");
        return NGX_DECLINED;
    }

    if (api_buf_init(&buf, pool, 4 * pattern->len + 64, REGEX_TRANSLATED)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (api_regex_translate(pattern, &buf, &fault) != NGX_OK) {
        return refused(pool, pattern, &fault, why);
    }

    if (api_buf_string(&buf, &translated) != NGX_OK) {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(pool, sizeof(api_regex_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    re = cln->data;
    ngx_memzero(re, sizeof(api_regex_t));
    cln->handler = cleanup;

    rc = compile(re, pool, &translated, why);
    (void) ngx_pfree(pool, translated.data);

    if (rc == NGX_OK) {
        *out = re;
    }

    return rc;
}


static ngx_int_t
compile(api_regex_t *re, ngx_pool_t *pool, const ngx_str_t *translated,
    ngx_str_t *why)
{
    int         error;
    uint32_t    options, has_jit;
    PCRE2_SIZE  place;

    options = PCRE2_UTF|PCRE2_DOLLAR_ENDONLY|PCRE2_ALLOW_EMPTY_CLASS
              |PCRE2_MATCH_UNSET_BACKREF|PCRE2_NEVER_BACKSLASH_C;

    re->code = pcre2_compile(translated->data, translated->len, options,
                             &error, &place, NULL);

    if (re->code == NULL) {
        return sentence(pool, error, why);
    }

    has_jit = 0;
    (void) pcre2_config(PCRE2_CONFIG_JIT, &has_jit);

    /* where no memory may be both written and run there is none: slower */

    re->jit = has_jit
              && pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0;

    return NGX_OK;
}


ngx_int_t
api_regex_match(const api_regex_t *re, const ngx_str_t *subject,
    api_regex_room_t *room, size_t *work)
{
    int  rc;

    /* each byte is looked at: is it UTF-8, where might a match begin? */
    if (subject->len > *work) {
        *work = 0;
        return NGX_ABORT;
    }

    room->left = *work - subject->len;
    room->last = 0;
    room->slow = !re->jit;

    rc = pcre2_match(re->code, subject->len ? subject->data : (u_char *) "",
                     subject->len, 0, 0, room->data, room->context);

    if (rc == PCRE2_ERROR_JIT_STACKLIMIT && room->stack == NULL) {
        rc = match_deeper(re, subject, room);
    }

    if (rc == PCRE2_ERROR_JIT_STACKLIMIT || rc == PCRE2_ERROR_HEAPLIMIT) {
        rc = match_slowly(re, subject, room);
    }

    *work = room->left;

    if (rc >= 0) {
        return NGX_OK;
    }

    switch (rc) {

    case PCRE2_ERROR_NOMATCH:
        return NGX_DECLINED;

    case PCRE2_ERROR_CALLOUT:
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        return NGX_ABORT;

    default:
        return (rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21)
               ? NGX_DECLINED : NGX_ERROR;
    }
}


api_regex_room_t *
api_regex_room_create(ngx_pool_t *pool)
{
    api_regex_room_t  *room;

    room = ngx_pcalloc(pool, sizeof(api_regex_room_t));
    if (room == NULL) {
        return NULL;
    }

    room->context = pcre2_match_context_create(NULL);
    room->data = pcre2_match_data_create(1, NULL);

    if (room->context == NULL || room->data == NULL) {
        api_regex_room_free(room);
        return NULL;
    }

    (void) pcre2_set_callout(room->context, count, room);
    (void) pcre2_set_heap_limit(room->context, REGEX_HEAP);

    return room;
}


void
api_regex_room_free(api_regex_room_t *room)
{
    /* each of them takes NULL */
    pcre2_match_data_free(room->data);
    pcre2_match_context_free(room->context);
    pcre2_jit_stack_free(room->stack);
}


/* with a stack of its own, from now on */

static int
match_deeper(const api_regex_t *re, const ngx_str_t *subject,
    api_regex_room_t *room)
{
    room->stack = pcre2_jit_stack_create(REGEX_STACK_MIN, REGEX_STACK_MAX,
                                         NULL);

    if (room->stack == NULL) {
        return PCRE2_ERROR_NOMEMORY;
    }

    pcre2_jit_stack_assign(room->context, NULL, room->stack);

    room->last = 0;

    return pcre2_match(re->code, subject->data, subject->len, 0, 0,
                       room->data, room->context);
}


/*
 * For a long text whose every character is a place to come back to.  The
 * memory would stay with the match data, so this match data is not kept.
 */

static int
match_slowly(const api_regex_t *re, const ngx_str_t *subject,
    api_regex_room_t *room)
{
    int                rc;
    pcre2_match_data  *data;

    data = pcre2_match_data_create(1, NULL);

    if (data == NULL) {
        return PCRE2_ERROR_NOMEMORY;
    }

    room->last = 0;
    room->slow = 1;
    (void) pcre2_set_heap_limit(room->context, REGEX_HEAP_MAX);

    rc = pcre2_match(re->code, subject->data, subject->len, 0, PCRE2_NO_JIT,
                     data, room->context);

    (void) pcre2_set_heap_limit(room->context, REGEX_HEAP);
    pcre2_match_data_free(data);

    return rc;
}


/*
 * PCRE2's own limit starts anew at each place where a match may begin, and
 * does not count the characters that a class runs over.  The translation makes
 * PCRE2 call us: what was done since the last call is the distance from there,
 * and the callout's number says how much may have been tried in vain.
 */

static int
count(pcre2_callout_block *block, void *data)
{
    size_t             cost, here;
    api_regex_room_t  *room;

    room = data;
    here = block->current_position;

    cost = REGEX_STEP;
    cost += (size_t) 1 << (block->callout_number & API_REGEX_WEIGHT);

    if (block->callout_number & API_REGEX_BACK) {
        /* as long as a group may be */
        cost += here;
    }

    /* the way back costs nothing, and it ends at a callout, too */
    if (here > room->last) {
        cost += here - room->last;
    }

    if (room->slow) {
        cost *= REGEX_SLOW;
    }

    room->last = here;

    if (cost > room->left) {
        room->left = 0;
        return PCRE2_ERROR_CALLOUT;
    }

    room->left -= cost;

    return 0;
}


static void
cleanup(void *data)
{
    api_regex_t  *re;

    re = data;

    /* takes NULL */
    pcre2_code_free(re->code);
}


ngx_uint_t
api_regex_valid(const ngx_str_t *pattern)
{
    api_regex_fault_t  fault;

    return api_regex_translate(pattern, NULL, &fault) == NGX_OK;
}


/* "why, at character 5" */

static ngx_int_t
refused(ngx_pool_t *pool, const ngx_str_t *pattern,
    const api_regex_fault_t *fault, ngx_str_t *why)
{
    api_buf_t  buf;

    if (api_buf_init(&buf, pool, 128, 1024) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add(&buf, fault->why, ngx_strlen(fault->why));
    api_buf_add_literal(&buf, ", at character ");
    api_buf_add_uint(&buf, 1 + api_scan_utf8_length(pattern->data,
                                                    pattern->data
                                                    + fault->place));

    return api_buf_string(&buf, why) == NGX_OK ? NGX_DECLINED : NGX_ERROR;
}


/* what only PCRE2 finds: the place it reports is one in the translation */

static ngx_int_t
sentence(ngx_pool_t *pool, int error, ngx_str_t *why)
{
    u_char     text[256];
    api_buf_t  buf;

    switch (error) {

    case PCRE2_ERROR_HEAP_FAILED:
        return NGX_ERROR;

    case PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH:
        ngx_str_set(why, "a lookbehind must have one length here: write its "
                    "alternatives, or match what it looks at");
        return NGX_DECLINED;

    case PCRE2_ERROR_PATTERN_TOO_LARGE:
        ngx_str_set(why, "the pattern is too large for PCRE2: repeat its "
                    "groups less often, or name fewer characters");
        return NGX_DECLINED;
    }

    if (pcre2_get_error_message(error, text, sizeof(text)) < 0) {
        text[0] = '\0';
    }

    if (api_buf_init(&buf, pool, 128, 1024) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_literal(&buf, "PCRE2 cannot run the pattern: ");
    api_buf_add(&buf, text, ngx_strlen(text));

    return api_buf_string(&buf, why) == NGX_OK ? NGX_DECLINED : NGX_ERROR;
}
