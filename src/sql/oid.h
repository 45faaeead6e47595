
/*
 * OIDs by name, those of types_list.h: API_SQL_OID_text is that of text,
 * API_SQL_OID_text_array that of text[].
 */


#ifndef API_SQL_OID_H
#define API_SQL_OID_H


enum {
#define API_SQL_TYPE(name, oid, array, how)                                   \
    API_SQL_OID_##name = oid,                                                 \
    API_SQL_OID_##name##_array = array,
#include "sql/types_list.h"
#undef API_SQL_TYPE

    /* what a function returns that returns nothing: no value has it */
    API_SQL_OID_void = 2278,

    /* types of a database's users begin here (FirstNormalObjectId) */
    API_SQL_OID_FIRST_USER = 16384
};


#endif /* API_SQL_OID_H */
