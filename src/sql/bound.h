
/*
 * How long a text, how large a number a column takes: varchar(n), char(n),
 * numeric(p,s), bit(n).  PostgreSQL's types of parameters have no such bounds
 * (its documentation, chapters 8.1.2, 8.3 and 8.10).
 */


#ifndef API_SQL_BOUND_H
#define API_SQL_BOUND_H


#include "core/core.h"
#include "core/error.h"


typedef enum {
    API_SQL_BOUND_NONE = 0,
    API_SQL_BOUND_TEXT,        /* at most length characters; further spaces
                                  at the end are dropped */
    API_SQL_BOUND_NUMBER,      /* below 10^(precision - scale) when rounded to
                                  scale digits behind the point */
    API_SQL_BOUND_BITS         /* length bits, exactly or at most */
} api_sql_bound_e;


typedef struct {
    api_sql_bound_e  kind;
    ngx_int_t        length;
    ngx_int_t        precision;
    ngx_int_t        scale;    /* may be negative, or above precision */
    unsigned         exact:1;  /* bit(n), not bit varying(n) */
    unsigned         array:1;  /* of each item */
} api_sql_bound_t;


/*
 * From a type as format_type() writes it, "character varying(20)",
 * "numeric(10,2)[]": 1 and *bound, or 0 where it has none.
 */
ngx_uint_t api_sql_bound_read(const ngx_str_t *type, api_sql_bound_t *bound);

/*
 * Does a value of the parameter's type, an OID, reach the column with the text
 * that was sent?  A uuid would be written anew, a float rounded.
 */
ngx_uint_t api_sql_bound_suits(const api_sql_bound_t *bound, unsigned oid);

/*
 * One value's text (an item's of an array): NGX_OK, or NGX_DECLINED where
 * PostgreSQL would refuse to store it: code and message of *failure are set.
 * What cannot be told is NGX_OK.  NGX_ERROR: memory.
 */
API_MUST_CHECK ngx_int_t api_sql_bound_check(ngx_pool_t *pool,
    const api_sql_bound_t *bound, const ngx_str_t *text,
    api_failure_t *failure);

/*
 * Is this bound the one that the server speaks of, in whatever language:
 * "value too long for type character varying(20)", or in the detail "A field
 * with precision 10, scale 2 must …"?
 */
ngx_uint_t api_sql_bound_is_meant(const api_sql_bound_t *bound,
    const char *message, const char *detail);


#endif /* API_SQL_BOUND_H */
