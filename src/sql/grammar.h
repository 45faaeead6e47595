
/*
 * Is this text JSON (RFC 8259)? For what comes from inside an array or a
 * composite: only the registry says that its type is JSON, and the catalog may
 * have changed since.
 */


#ifndef API_SQL_GRAMMAR_H
#define API_SQL_GRAMMAR_H


#include "core/core.h"


/* deeper JSON inside an array or a composite is written as a string */
#define API_SQL_GRAMMAR_DEPTH  128


/* a number, and nothing around it */
ngx_uint_t api_sql_grammar_number(const u_char *data, size_t len);

/* one value of any kind, with white space around it; valid UTF-8 is given */
ngx_uint_t api_sql_grammar_json(const u_char *data, size_t len);


#endif /* API_SQL_GRAMMAR_H */
