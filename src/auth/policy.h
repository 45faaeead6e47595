
/*
 * "role=admin|editor", "any sub=$id role=admin", "tenant.id!=0": what a
 * request's claims must be.
 */


#ifndef API_AUTH_POLICY_H
#define API_AUTH_POLICY_H


#include "auth/path.h"
#include "core/core.h"
#include "json/read.h"


#define API_AUTH_POLICY_WORDS   64       /* in a line */
#define API_AUTH_POLICY_VALUES  64       /* in a word */


typedef struct {
    ngx_str_t                  text;         /* a literal */
    ngx_uint_t                 name;         /* of "$name": 1 + its place among
                                                the names; else 0 */
} api_auth_policy_value_t;


typedef struct {
    ngx_str_t                  text;         /* as it was written */
    api_auth_path_t            path;
    unsigned                   negated:1;
    unsigned                   scope:1;      /* a list with spaces between
                                                (RFC 8693, section 4.2) */
    ngx_uint_t                 count;
    api_auth_policy_value_t   *values;
} api_auth_policy_word_t;


/* one line: all of its words hold, or at least one */
typedef struct {
    unsigned                   any:1;
    ngx_uint_t                 count;
    api_auth_policy_word_t    *words;
} api_auth_policy_t;


/* what "$name" is in a request */
typedef struct {
    ngx_str_t                  text;         /* in its type's canonical form;
                                                data NULL: absent */
    unsigned                   fold:1;       /* the case of letters does not
                                                count: a uuid */
} api_auth_policy_given_t;


/*
 * The words behind the directive.  names (of ngx_str_t, without "$") gets
 * those that are new to it: lines of one route share it.  NGX_OK: *policy, in
 * the pool; NGX_DECLINED: *why is the end of a sentence about *word (static
 * memory, and one of the words); NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_auth_policy_read(ngx_pool_t *pool,
    const ngx_str_t *words, ngx_uint_t n, ngx_array_t *names,
    api_auth_policy_t *policy, const ngx_str_t **word, const char **why);

/*
 * given: by the order of names.  A claim that is absent, null or an object
 * holds nothing, not "!=" either; of an array one item must be equal, and
 * with "!=" none may be.  NULL: it holds; else the word that does not (the
 * first; of an "any" line the first of scope, if there is one).
 */
const api_auth_policy_word_t *api_auth_policy_fails(
    const api_auth_policy_t *policy, const api_json_t *claims,
    const api_auth_policy_given_t *given);


#endif /* API_AUTH_POLICY_H */
