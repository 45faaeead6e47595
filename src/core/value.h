
/*
 * The type system that parameters, bodies and SQL share, and the rules a value
 * must keep.
 *
 * A value is text as PostgreSQL reads it, NUL-terminated behind text.len,
 * or NULL.  Checking is strict: what passes here PostgreSQL accepts for the
 * matching type, and what passes is bound as it stands (or in the canonical
 * form that api_value_check() returns).
 */


#ifndef API_CORE_VALUE_H
#define API_CORE_VALUE_H


#include "core/core.h"
#include "core/error.h"


typedef enum {
    API_TYPE_NONE = 0,       /* untyped: PostgreSQL says what it is */
    API_TYPE_INT,            /* 32 bits, as PostgreSQL's int */
    API_TYPE_BIGINT,         /* 64 bits */
    API_TYPE_NUMBER,         /* numeric: JSON's number grammar, every digit */
    API_TYPE_BOOL,           /* true or false */
    API_TYPE_STRING,         /* "string" and "text" */
    API_TYPE_UUID,           /* 8-4-4-4-12 hex digits, either case */
    API_TYPE_EMAIL,          /* WHATWG HTML's valid e-mail address */
    API_TYPE_DATE,           /* of these three core/value_time has the forms */
    API_TYPE_TIMESTAMP,
    API_TYPE_TIME,
    API_TYPE_JSON,
    API_TYPE_URI,            /* RFC 3986, absolute */
    API_TYPE_IPV4,
    API_TYPE_IPV6,
    API_TYPE_ENUM            /* one of choices */
} api_type_kind_e;


typedef struct {
    api_type_kind_e   kind;
    unsigned          array:1;
    ngx_array_t      *choices;   /* of ngx_str_t, for API_TYPE_ENUM */
} api_type_t;


typedef struct {
    api_type_t        type;
    unsigned          required:1;
    unsigned          nullable:1;      /* JSON null is allowed */
    unsigned          has_min:1;
    unsigned          has_max:1;
    unsigned          has_default:1;
    unsigned          special:1;       /* NaN and Infinity are numbers, too:
                                          set for PostgreSQL's types, not for
                                          ours */

    /* numbers: bounds of the value; strings: characters; arrays: items */
    ngx_str_t         min;             /* a decimal, as written */
    ngx_str_t         max;
    ngx_str_t         fallback;        /* default=, canonical text of the type
                                          (for an array: "a,b,c") */
} api_rule_t;


typedef struct {
    ngx_str_t         text;            /* NUL-terminated when not null */
    unsigned          null:1;
    unsigned          absent:1;        /* nobody sent it: NULL or a default */
    unsigned          list:1;          /* an item that is an array literal */
} api_value_t;


/*
 * "int", "uuid[]", "enum(a,b)".  NGX_OK; NGX_DECLINED: no such type, *why is
 * a sentence with the remedy (static memory); NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_type_parse(ngx_pool_t *pool,
    const ngx_str_t *name, api_type_t *type, const char **why);

/*
 * The type's name for messages: "uuid[]", "enum" without its choices, "string"
 * for "text"; static memory.
 */
const char *api_type_name(const api_type_t *type);

/*
 * The OID PostgreSQL's catalog fixes for the type a declared type is sent
 * as when it cannot infer one (int4, int8, numeric, bool, text, uuid, date,
 * timestamptz, time, jsonb, text for email, uri and enum, inet for ipv4 and
 * ipv6, or the array of it); 0 for API_TYPE_NONE.
 */
unsigned api_type_oid(const api_type_t *type);

/* what a rule's min and max are about */
typedef enum {
    API_BOUNDS_NONE = 0,     /* the type has no bounds */
    API_BOUNDS_VALUE,        /* int, bigint, number */
    API_BOUNDS_LENGTH,       /* characters of a string, text, email or uri */
    API_BOUNDS_ITEMS         /* of any array; its items have no bounds */
} api_bounds_e;

api_bounds_e api_type_bounds(const api_type_t *type);

/*
 * One word of a rule, as the configuration writes it: "required",
 * "nullable", "default=…", "min=…", "max=…".  NGX_OK; NGX_DECLINED: *why is a
 * sentence (unknown word, not a number, not for this type, twice).  The rule is
 * zeroed and its type set before the first word; the word's memory is kept.
 */
API_MUST_CHECK ngx_int_t api_rule_word(ngx_pool_t *pool, api_rule_t *rule,
    const ngx_str_t *word, const char **why);

/*
 * To be called when all words of a rule are read: min above max, a default
 * that breaks its own rule, required with a default.  Puts the default into
 * canonical form.  Returns as above.
 */
API_MUST_CHECK ngx_int_t api_rule_finish(ngx_pool_t *pool, api_rule_t *rule,
    const char **why);

/*
 * the word of a rule, of n words, that such a sentence speaks of; NULL: none
 * of them
 */
const ngx_str_t *api_rule_blamed(const ngx_str_t *words, ngx_uint_t n,
    const char *why);

/*
 * Text from a path, query, header or cookie (or a decoded JSON string) against
 * a rule's type and bounds; for an array type in is one item, without bounds
 * (see api_value_check_count()).
 *
 * NGX_OK: *out is the canonical text in the pool's memory: integers without
 * leading zeros, UUIDs in lower case, timestamps in UTC ("Z" behind those
 * without a zone), all else as it came; NGX_DECLINED:
 * failure->code and ->message are set, keyword is emptied (the value is never
 * quoted);
 * NGX_ERROR: memory.  out and failure may be NULL: what is not asked for takes
 * no memory.
 *
 * Text with a NUL byte or invalid UTF-8 fails.  Of an integer only
 * -?[0-9]+ passes ("1.0" and "1e2" do not), of a bool only "true" and "false".
 * Whether the text of API_TYPE_JSON is JSON is not looked at: api_json_read()
 * knows.
 *
 * Codes: "type" (int, bigint, number, bool), "format" (the other grammars,
 * invalid UTF-8, more digits than numeric holds), "enum", "nul", "min", "max",
 * "min_length", "max_length", "min_items", "max_items".
 */
API_MUST_CHECK ngx_int_t api_value_check(ngx_pool_t *pool,
    const api_rule_t *rule, const ngx_str_t *in, api_value_t *out,
    api_failure_t *failure);

/* number of items of an array against min and max; returns as above */
API_MUST_CHECK ngx_int_t api_value_check_count(ngx_pool_t *pool,
    const api_rule_t *rule, ngx_uint_t n, api_failure_t *failure);


#endif /* API_CORE_VALUE_H */
