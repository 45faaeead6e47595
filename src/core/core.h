
/*
 * The base of every file: nginx's core types and our few attributes.
 *
 * Tiers 0 to 2 (core, json, route, sql, auth, schema) include nothing of nginx
 * but this, and call only the functions listed in t/unit/allowed-symbols.
 */


#ifndef API_CORE_H
#define API_CORE_H


#include <ngx_config.h>
#include <ngx_core.h>


/* of the module; CHANGES.md begins with it */
#define API_VERSION  "unreleased"


/* every function that can fail carries it */
#define API_MUST_CHECK  __attribute__((warn_unused_result))


/* a string literal as the pointer and length of an ngx_str_t argument */
#define api_str_is(s, literal)                                                \
    ((s)->len == sizeof(literal) - 1                                          \
     && ngx_memcmp((s)->data, literal, sizeof(literal) - 1) == 0)

#define api_str_equal(a, b)                                                   \
    ((a)->len == (b)->len && ngx_memcmp((a)->data, (b)->data, (a)->len) == 0)

/* nginx's types have no const: for what is only read through them */
#define api_unconst(p)  ((void *) (uintptr_t) (p))


#endif /* API_CORE_H */
