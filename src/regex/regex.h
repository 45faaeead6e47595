
/*
 * Patterns of schemas: the regular expressions of ECMA-262 with the flag u,
 * as JSON Schema wants them, run by PCRE2.  regex_syntax.h says where the
 * dialect ends; beside that, a lookbehind is of one length for each of its
 * alternatives, a pattern has at most API_REGEX_LENGTH bytes, and a
 * group that is repeated keeps what it captured in an earlier turn.
 *
 * A pattern matches anywhere in a text, which may be of any length.  How long
 * it searches is bounded by counting, not by a clock, so that the same pair
 * has the same end on every machine: some 10 ns for a unit of work, less where
 * PCRE2's JIT compiler may be used.
 */


#ifndef API_REGEX_REGEX_H
#define API_REGEX_REGEX_H


#include "core/core.h"


typedef struct api_regex_s       api_regex_t;
typedef struct api_regex_room_s  api_regex_room_t;


#define API_REGEX_LENGTH  8192

/* for one text, or all of a document: a few milliseconds */
#define API_REGEX_WORK    3000000


/*
 * NGX_OK; NGX_DECLINED and *why, a sentence in the pool that ends with the
 * place in the pattern; NGX_ERROR: memory.  The pool's cleanup frees what
 * PCRE2 has allocated.  Patterns are compiled while the configuration is read.
 */
API_MUST_CHECK ngx_int_t api_regex_compile(ngx_pool_t *pool,
    const ngx_str_t *pattern, api_regex_t **out, ngx_str_t *why);

/*
 * What matches work in, one after the other: each thread has its own.  The
 * struct is in the pool; what PCRE2 has allocated is freed by the caller.
 * NULL: memory.
 */
api_regex_room_t *api_regex_room_create(ngx_pool_t *pool);
void api_regex_room_free(api_regex_room_t *room);

/*
 * NGX_OK: it matches; NGX_DECLINED: it does not (a text that is not UTF-8
 * never does); NGX_ABORT: it took more than *work; NGX_ERROR: memory.  *work
 * is reduced: started with API_REGEX_WORK for a document, it bounds the time
 * of all its texts together.
 */
API_MUST_CHECK ngx_int_t api_regex_match(const api_regex_t *re,
    const ngx_str_t *subject, api_regex_room_t *room, size_t *work);

/*
 * The format "regex": is it a pattern of the dialect?  1 or 0, in linear time.
 * A pattern that PCRE2 cannot run, such as a long lookbehind, is valid, too.
 */
ngx_uint_t api_regex_valid(const ngx_str_t *pattern);


#endif /* API_REGEX_REGEX_H */
