
/*
 * Is a value in the words of an error?  The server quotes a text that it could
 * not read, and the key of a row that is in conflict.
 */


#ifndef API_SQL_EVIDENCE_H
#define API_SQL_EVIDENCE_H


#include "core/core.h"


struct pg_result;              /* PGresult */


typedef enum {
    API_SQL_EVIDENCE_NONE = 0, /* the error does not quote what could not be
                                  read */
    API_SQL_EVIDENCE_OTHER,    /* it quotes another text */
    API_SQL_EVIDENCE_FOUND     /* it quotes this value, or a piece of it */
} api_sql_evidence_e;


/*
 * Of an error of class 22 or 42: made is 1 when something is computed of the
 * value, so that the text may be any piece of it, or hold it, and 2 when that
 * is read as another type, so that it may hold a short one, too.
 */
api_sql_evidence_e api_sql_evidence(const struct pg_result *res,
    const ngx_str_t *value, ngx_uint_t made);

/*
 * For a key in conflict, "Key (a, b)=(1, x) …". OTHER is returned for whole
 * numbers only, such as sequences give: values of other types may be written
 * in several ways.
 */
api_sql_evidence_e api_sql_evidence_key(const struct pg_result *res,
    const ngx_str_t *value);

/*
 * For the same key: is one of its values made of the letters and digits of
 * this value, ignoring case, and not of digits alone?  "a-title" is, of "A
 * title!".
 */
ngx_uint_t api_sql_evidence_alike(const struct pg_result *res,
    const ngx_str_t *value);

/*
 * Of 22001, 22003 and 22026: is the value, which is stored as it is, too long
 * for what the server names, or a number, or bits?
 */
ngx_uint_t api_sql_evidence_size(const struct pg_result *res,
    const ngx_str_t *value);

/*
 * is the value a number that is zero, or does it contain one, as JSON or a
 * list?
 */
ngx_uint_t api_sql_evidence_zero(const ngx_str_t *value);


#endif /* API_SQL_EVIDENCE_H */
