
/*
 * What a worker knows of a database's types: the built-in ones by their fixed
 * OIDs, and the user's own (enum, domain, composite, range, arrays of them)
 * as read from the catalog.
 *
 * A registry belongs to one worker and one database; it only grows, and is
 * filled by loading the result of api_sql_types_query.
 */


#ifndef API_SQL_TYPES_H
#define API_SQL_TYPES_H


#include "core/core.h"


struct pg_result;              /* PGresult */


typedef enum {
    API_SQL_TEXT = 0,          /* a JSON string of its text */
    API_SQL_BOOL,
    API_SQL_INT,               /* int2, int4, int8, oid: its text is JSON */
    API_SQL_FLOAT,             /* float4, float8, numeric: the same, but NaN and
                                  Infinity are strings */
    API_SQL_JSON,              /* json and jsonb: as they are */
    API_SQL_TIMESTAMP,         /* "2026-01-31T10:00:00.5" */
    API_SQL_TIMESTAMPTZ,       /* RFC 3339: "2026-01-31T10:00:00.5+00:00" */
    API_SQL_BYTEA,             /* base64 (RFC 4648, section 4) */
    API_SQL_DATE,              /* these are written as their text, but read in
                                  another way, see sql/form */
    API_SQL_TIME,
    API_SQL_TIMETZ,
    API_SQL_RANGE,
    API_SQL_MULTIRANGE,
    API_SQL_ARRAY,
    API_SQL_COMPOSITE
} api_sql_kind_e;


typedef struct api_sql_type_s  api_sql_type_t;

typedef struct {
    ngx_str_t               key;     /* "\"name\":" escaped, ready to write;
                                        see api_sql_types_key() */
    unsigned                oid;
    const api_sql_type_t   *type;    /* NULL until resolved: text */
} api_sql_field_t;

struct api_sql_type_s {
    unsigned                oid;
    api_sql_kind_e          kind;
    u_char                  delimiter;   /* of an array's items, "," or ";";
                                            " " of a vector, without braces */
    const api_sql_type_t   *element;     /* of an array, a range; NULL: text */
    ngx_uint_t              nfields;     /* of a composite */
    api_sql_field_t        *fields;
    const api_sql_type_t   *before;      /* the same, as it was: a result may be
                                            older than what is known */
};


typedef struct api_sql_types_s  api_sql_types_t;


/* pool: its own, as long as the worker.  NULL: memory. */
api_sql_types_t *api_sql_types_create(ngx_pool_t *pool);

/* without parameters; every type that is not built in, with its fields */
extern const char  api_sql_types_query[];

/*
 * The same of those that $1, an array of OIDs, names and what they are made
 * of; of ranges, too, what their bounds are.
 */
extern const char  api_sql_types_reached[];

/*
 * Takes in the result of one of them.  A type that is known stays where
 * it is; what the catalog says otherwise about it changes in place, so that
 * what was made of it before (shapes, composites it is a field of) follows.
 * NGX_OK, NGX_ERROR (memory, or not such a result).
 */
API_MUST_CHECK ngx_int_t api_sql_types_load(api_sql_types_t *types,
    const struct pg_result *res);

/*
 * types may be NULL: the built-in ones alone are known then.  A domain's is its
 * base type.  A built-in type without a JSON form of its own
 * is api_sql_type_text.  NULL: not built in and not loaded.
 */
const api_sql_type_t *api_sql_types_find(const api_sql_types_t *types,
    unsigned oid);

/*
 * prefix, the name as a JSON string, a colon; behind it (not counted) a NUL and
 * the name as it is, for api_sql_field_name().  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_sql_types_key(ngx_pool_t *pool,
    const char *prefix, const char *name, ngx_str_t *key);

#define api_sql_field_name(f)                                                 \
    ((const char *) (f)->key.data + (f)->key.len + 1)

/* what to write where a type stays unknown even after loading: its text */
extern const api_sql_type_t  api_sql_type_text;


#endif /* API_SQL_TYPES_H */
