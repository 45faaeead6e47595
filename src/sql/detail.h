
/*
 * What an error's detail and context name, read from the server's words in
 * whatever language it speaks (lc_messages is the server's, not ours).
 */


#ifndef API_SQL_DETAIL_H
#define API_SQL_DETAIL_H


#include "core/core.h"


/* of a foreign key violation: the client's row … */
typedef enum {
    API_SQL_DETAIL_UNKNOWN = 0,
    API_SQL_DETAIL_REFERRING,      /* … refers to one that does not exist */
    API_SQL_DETAIL_REFERRED        /* … is still referred to */
} api_sql_detail_side_e;


/*
 * "Key (a, b)=(1, 2) already exists.": where the columns' names begin, for
 * api_sql_detail_name().  NULL unless each is a plain name, or one alone in a
 * function, "Key (lower(email))=(x)": as for an index on another expression.
 */
const char *api_sql_detail_key(const char *detail);

/* a name, in detail's memory; where the next begins, NULL after the last */
const char *api_sql_detail_name(const char *p, ngx_str_t *name);

/*
 * The same of any key, be it an expression, "Key (lower(a))=(x)" or "Partition
 * key of the failing row contains (a) = (x)": where it begins, or NULL: the
 * detail has none; and the next name in it, which may also be that of a
 * function or a type, with what is behind it, or NULL: there is none.
 */
const char *api_sql_detail_words(const char *detail);
const char *api_sql_detail_word(const char *p, ngx_str_t *name);

/* table: the one the constraint is on */
api_sql_detail_side_e api_sql_detail_side(const char *detail,
    const char *table);

/*
 * "unnamed portal parameter $2 = '…'" (PostgreSQL 14 and later): the number,
 * or 0 where the context is another, as that of a function.
 */
ngx_uint_t api_sql_detail_param(const char *context);


#endif /* API_SQL_DETAIL_H */
