
/*
 * A parameter's type as PostgreSQL infers it, beside the one that was declared:
 * do they agree, and what does the inferred one ask for besides?
 */


#ifndef API_SQL_INFERRED_H
#define API_SQL_INFERRED_H


#include "sql/bound.h"
#include "core/core.h"
#include "core/value.h"


typedef struct api_sql_inferred_s  api_sql_inferred_t;

struct api_sql_inferred_s {
    unsigned                   oid;
    ngx_str_t                  name;       /* of format_type() */
    u_char                     category;   /* pg_type.typcategory */
    unsigned                   reference;  /* OID: a domain's base, an array's
                                              element; 0: neither */
    unsigned                   domain:1;
    const api_sql_inferred_t  *referred;   /* of reference */
    ngx_array_t               *labels;     /* of ngx_str_t: an enum's */
    ngx_str_t                  stands;     /* a domain's base with its bound,
                                              as "character varying(5)"; or
                                              empty */
};


/*
 * May a value of the declared type be a parameter of the inferred one?
 * API_TYPE_NONE may be any.  NULL, or the type to declare instead, as "uuid",
 * or "" when there is none; static memory.
 */
const char *api_sql_inferred_misfit(const api_type_t *declared,
    const api_sql_inferred_t *type);

/*
 * The same of two built-in types by their OIDs, as far as those tell: 1 where a
 * value of the declared one may be none of the inferred one.
 */
ngx_uint_t api_sql_inferred_differs(unsigned declared, unsigned inferred);

/*
 * Is it certain that no value of the one, as PostgreSQL writes it, can be read
 * as the other?  A text may be anything, a number a bool.
 */
ngx_uint_t api_sql_inferred_never(const api_sql_inferred_t *from,
    const api_sql_inferred_t *to);

/*
 * The label that the declared enum(...) has and the inferred enum has not, or
 * NULL.
 */
const ngx_str_t *api_sql_inferred_stranger(const api_type_t *declared,
    const api_sql_inferred_t *type);

/*
 * What a value of the declared type has still to be checked for: a number
 * beyond the parameter's type, a text that is not one of an enum's labels,
 * anything where no type was declared.  NGX_OK: *rule (the choices remain the
 * type's); NGX_DECLINED: nothing, or something that only PostgreSQL can tell.
 */
ngx_int_t api_sql_inferred_rule(const api_type_t *declared,
    const api_sql_inferred_t *type, api_rule_t *rule);

/*
 * How long a value may be if the parameter's type is itself a domain over a
 * type with a bound: 1 and *bound, or 0.
 */
ngx_uint_t api_sql_inferred_bound(const api_sql_inferred_t *type,
    api_sql_bound_t *bound);

/* the type of an array's items (also for a domain over an array); else NULL */
const api_sql_inferred_t *api_sql_inferred_element(
    const api_sql_inferred_t *type);

/*
 * A built-in type by its OID alone: type[0], and type[1] if it is an array of
 * that.  0: it is unknown.
 */
ngx_uint_t api_sql_inferred_builtin(unsigned oid, api_sql_inferred_t *type);

/*
 * What a value without a declared type is written as for the parameter: json,
 * a number, bool, an array of these or of text; text for all else, which only
 * PostgreSQL reads (dates without a zone, addresses, intervals).
 */
api_type_t api_sql_inferred_nearest(const api_sql_inferred_t *type);


#endif /* API_SQL_INFERRED_H */
