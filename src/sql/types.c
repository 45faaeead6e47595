
#include "sql/types.h"
#include "sql/oid.h"

#include "core/buf.h"
#include "json/write.h"

#include <libpq-fe.h>


/* domains may be based on domains: a bound, not a limit */
#define TYPES_DOMAINS     64


/* the columns of api_sql_types_query */
enum {
    TYPES_OID = 0,
    TYPES_KIND,
    TYPES_REFERENCE,
    TYPES_DELIMITER,
    TYPES_FIELD,
    TYPES_FIELD_OID,
    TYPES_COLUMNS
};

enum {
#define API_SQL_TYPE(name, oid, array, kind)  TYPES_##name,
#include "sql/types_list.h"
#undef API_SQL_TYPE
    TYPES_MAX
};


typedef struct {
    unsigned           oid;        /* 0: free */
    unsigned           reference;  /* an array's element, a domain's base */
    api_sql_type_t    *type;       /* NULL: a domain */
} types_entry_t;

struct api_sql_types_s {
    ngx_pool_t        *pool;
    types_entry_t     *entries;    /* open addressing, never more than half
                                      full */
    ngx_uint_t         size;       /* a power of two, or 0 */
    ngx_uint_t         n;
};


static ngx_int_t load_type(api_sql_types_t *types,
    const struct pg_result *res, int row, int end);
static ngx_int_t load_fields(ngx_pool_t *pool, api_sql_type_t *type,
    const struct pg_result *res, int row, int end);
static ngx_uint_t has_fields(const api_sql_type_t *type,
    const struct pg_result *res, int row, ngx_uint_t n);
static void link_types(api_sql_types_t *types);
static const api_sql_type_t *find_builtin(unsigned oid);
static types_entry_t *entry_add(api_sql_types_t *types, unsigned oid);
static types_entry_t *entry_find(const api_sql_types_t *types, unsigned oid);
static ngx_int_t grow(api_sql_types_t *types);
static unsigned oid_value(const struct pg_result *res, int row, int column);


const api_sql_type_t  api_sql_type_text = {
    0, API_SQL_TEXT, 0, NULL, 0, NULL, NULL
};


/*
 * One row for each type, for a composite one for each attribute: a table's
 * row type is a type, too.  A true array is what its element's typarray
 * names; others with a typelem (point, name) are not.  The array's typdelim
 * is its element's.
 */

const char  api_sql_types_query[] =
    "SELECT t.oid,"
    " CASE WHEN e.oid IS NOT NULL THEN 'a'"
         " WHEN t.typtype IN ('c', 'd', 'r', 'm') THEN t.typtype::text"
         " ELSE 'b' END,"
    " CASE WHEN t.typtype = 'd' THEN t.typbasetype"
         " WHEN t.typtype IN ('r', 'm') THEN (SELECT r.rngsubtype"
             " FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid,"
             " (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid))"
         " ELSE e.oid END,"
    " t.typdelim, a.attname, a.atttypid"
    " FROM pg_catalog.pg_type t"
    " LEFT JOIN pg_catalog.pg_type e"
    " ON e.oid = t.typelem AND e.typarray = t.oid"
    " LEFT JOIN pg_catalog.pg_attribute a"
    " ON t.typtype = 'c' AND a.attrelid = t.typrelid"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE t.oid >= 16384 AND t.typtype IN ('b', 'c', 'd', 'e', 'r', 'm')"
    " ORDER BY t.oid, a.attnum";


/* pg_range has multiranges from PostgreSQL 14 on, and no such column before */

const char  api_sql_types_reached[] =
    "WITH RECURSIVE ranges(oid, part) AS ("
        "SELECT r.rngtypid, r.rngsubtype FROM pg_catalog.pg_range r"
        " UNION ALL"
        " SELECT (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid,"
        " r.rngsubtype FROM pg_catalog.pg_range r),"
    " parts(oid, part) AS ("
        "SELECT t.oid, CASE WHEN t.typtype = 'd' THEN t.typbasetype"
        " ELSE t.typelem END FROM pg_catalog.pg_type t"
        " UNION ALL SELECT oid, part FROM ranges"
        " UNION ALL SELECT c.reltype, a.atttypid FROM pg_catalog.pg_class c"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
        " WHERE a.attnum > 0 AND NOT a.attisdropped),"
    " used(oid) AS ("
        "SELECT u FROM pg_catalog.unnest($1::pg_catalog.oid[]) u"
        " UNION"
        " SELECT p.part FROM used JOIN parts p ON p.oid = used.oid)"
    " SELECT t.oid,"
    " CASE WHEN e.oid IS NOT NULL THEN 'a'"
         " WHEN t.typtype IN ('c', 'd', 'r', 'm') THEN t.typtype::text"
         " ELSE 'b' END,"
    " CASE WHEN t.typtype = 'd' THEN t.typbasetype"
         " WHEN t.typtype IN ('r', 'm') THEN r.part ELSE e.oid END,"
    " t.typdelim, a.attname, a.atttypid"
    " FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid"
    " LEFT JOIN pg_catalog.pg_type e"
    " ON e.oid = t.typelem AND e.typarray = t.oid"
    " LEFT JOIN ranges r ON r.oid = t.oid"
    " LEFT JOIN pg_catalog.pg_attribute a"
    " ON t.typtype = 'c' AND a.attrelid = t.typrelid"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE t.oid >= 16384 AND t.typtype IN ('b', 'c', 'd', 'e', 'r', 'm')"
    " ORDER BY t.oid, a.attnum";


/* what a range's bounds are, where sql/form has to know */

#define types_bound(oid)                                                      \
    ((oid) == 3908 || (oid) == 4533 ? &scalars[TYPES_timestamp]               \
     : (oid) == 3910 || (oid) == 4534 ? &scalars[TYPES_timestamptz] : NULL)

static const api_sql_type_t  scalars[TYPES_MAX] = {
#define API_SQL_TYPE(name, oid, array, kind)                                  \
    { oid, kind, 0, types_bound(oid), 0, NULL, NULL },
#include "sql/types_list.h"
#undef API_SQL_TYPE
};

/* box alone has ";" between its items */
#define types_delimiter(oid)  ((oid) == 603 ? ';' : ',')

static const api_sql_type_t  arrays[] = {
#define API_SQL_TYPE(name, oid, array, kind)                                  \
    { array, API_SQL_ARRAY, types_delimiter(oid), &scalars[TYPES_##name],     \
      0, NULL, NULL },
#include "sql/types_list.h"
#undef API_SQL_TYPE
};

/* int2vector and oidvector, whose text is "1 2 3", and arrays of them */

static const api_sql_type_t  vectors[] = {
    {   22, API_SQL_ARRAY, ' ', &scalars[TYPES_int2], 0, NULL, NULL },
    { 1006, API_SQL_ARRAY, ',', &vectors[0],          0, NULL, NULL },
    {   30, API_SQL_ARRAY, ' ', &scalars[TYPES_oid],  0, NULL, NULL },
    { 1013, API_SQL_ARRAY, ',', &vectors[2],          0, NULL, NULL }
};


api_sql_types_t *
api_sql_types_create(ngx_pool_t *pool)
{
    api_sql_types_t  *types;

    types = ngx_pcalloc(pool, sizeof(api_sql_types_t));
    if (types == NULL) {
        return NULL;
    }

    types->pool = pool;

    return types;
}


ngx_int_t
api_sql_types_load(api_sql_types_t *types, const struct pg_result *res)
{
    int        row, end, n;
    ngx_int_t  rc;

    if (PQresultStatus(res) != PGRES_TUPLES_OK
        || PQnfields(res) != TYPES_COLUMNS)
    {
        return NGX_ERROR;
    }

    n = PQntuples(res);
    rc = NGX_OK;

    for (row = 0; row < n && rc == NGX_OK; row = end) {

        for (end = row + 1; end < n; end++) {
            if (ngx_strcmp(PQgetvalue(res, end, TYPES_OID),
                           PQgetvalue(res, row, TYPES_OID))
                != 0)
            {
                break;
            }
        }

        rc = load_type(types, res, row, end);
    }

    /* also after a failure: no pointer may lead to what a type was before */
    link_types(types);

    return rc;
}


/* rows row to end - 1 are one type's */

static ngx_int_t
load_type(api_sql_types_t *types, const struct pg_result *res, int row,
    int end)
{
    unsigned         oid;
    types_entry_t   *entry;
    api_sql_type_t  *type;

    oid = oid_value(res, row, TYPES_OID);
    if (oid == 0) {
        return NGX_ERROR;
    }

    entry = entry_add(types, oid);
    if (entry == NULL) {
        return NGX_ERROR;
    }

    entry->reference = oid_value(res, row, TYPES_REFERENCE);

    if (*PQgetvalue(res, row, TYPES_KIND) == 'd') {
        entry->type = NULL;
        return NGX_OK;
    }

    type = entry->type;

    if (type == NULL) {
        type = ngx_pcalloc(types->pool, sizeof(api_sql_type_t));
        if (type == NULL) {
            return NGX_ERROR;
        }

        entry->type = type;
    }

    type->oid = oid;
    type->delimiter = (u_char) *PQgetvalue(res, row, TYPES_DELIMITER);

    switch (*PQgetvalue(res, row, TYPES_KIND)) {

    case 'a':
        type->kind = API_SQL_ARRAY;
        return NGX_OK;

    case 'r':
        type->kind = API_SQL_RANGE;
        return NGX_OK;

    case 'm':
        type->kind = API_SQL_MULTIRANGE;
        return NGX_OK;

    case 'c':
        return load_fields(types->pool, type, res, row, end);

    default:
        type->kind = API_SQL_TEXT;
        return NGX_OK;
    }
}


static ngx_int_t
load_fields(ngx_pool_t *pool, api_sql_type_t *type,
    const struct pg_result *res, int row, int end)
{
    ngx_uint_t        i, n;
    api_sql_type_t   *before;
    api_sql_field_t  *fields;

    /* a table without columns has one row without an attribute */
    n = PQgetisnull(res, row, TYPES_FIELD) ? 0 : (ngx_uint_t) (end - row);

    /*
     * the pool never shrinks: types that have not changed are not made again
     */
    if (has_fields(type, res, row, n)) {
        return NGX_OK;
    }

    fields = ngx_pcalloc(pool, ngx_max(n, 1) * sizeof(api_sql_field_t));
    if (fields == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++, row++) {
        fields[i].oid = oid_value(res, row, TYPES_FIELD_OID);

        if (api_sql_types_key(pool, "", PQgetvalue(res, row, TYPES_FIELD),
                              &fields[i].key)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (type->kind == API_SQL_COMPOSITE) {
        before = ngx_palloc(pool, sizeof(api_sql_type_t));
        if (before == NULL) {
            return NGX_ERROR;
        }

        *before = *type;
        type->before = before;
    }

    type->kind = API_SQL_COMPOSITE;
    type->nfields = n;
    type->fields = fields;

    return NGX_OK;
}


static ngx_uint_t
has_fields(const api_sql_type_t *type, const struct pg_result *res, int row,
    ngx_uint_t n)
{
    ngx_uint_t              i;
    const api_sql_field_t  *f;

    if (type->kind != API_SQL_COMPOSITE || type->nfields != n) {
        return 0;
    }

    for (i = 0; i < n; i++, row++) {
        f = &type->fields[i];

        if (f->oid != oid_value(res, row, TYPES_FIELD_OID)
            || ngx_strcmp(api_sql_field_name(f),
                          PQgetvalue(res, row, TYPES_FIELD))
               != 0)
        {
            return 0;
        }
    }

    return 1;
}


/*
 * By pointer, once every type has its place: a type may be older than what it
 * is made of.
 */

static void
link_types(api_sql_types_t *types)
{
    ngx_uint_t        i, k;
    api_sql_type_t   *type;
    api_sql_field_t  *f;

    for (i = 0; i < types->size; i++) {
        type = types->entries[i].type;

        if (types->entries[i].oid == 0 || type == NULL) {
            continue;
        }

        type->element = NULL;

        if (type->kind == API_SQL_ARRAY || type->kind == API_SQL_RANGE
            || type->kind == API_SQL_MULTIRANGE)
        {
            type->element = api_sql_types_find(types,
                                               types->entries[i].reference);
        }

        if (type->kind != API_SQL_COMPOSITE) {
            continue;
        }

        for (k = 0; k < type->nfields; k++) {
            f = &type->fields[k];
            f->type = api_sql_types_find(types, f->oid);
        }
    }
}


const api_sql_type_t *
api_sql_types_find(const api_sql_types_t *types, unsigned oid)
{
    ngx_uint_t            i;
    const types_entry_t  *entry;

    for (i = 0; i < TYPES_DOMAINS; i++) {

        if (oid == 0) {
            return NULL;
        }

        if (oid < API_SQL_OID_FIRST_USER) {
            return find_builtin(oid);
        }

        entry = types ? entry_find(types, oid) : NULL;
        if (entry == NULL || entry->type != NULL) {
            return entry ? entry->type : NULL;
        }

        oid = entry->reference;
    }

    return NULL;
}


/* not on the hot path: called once for a column of a statement */

static const api_sql_type_t *
find_builtin(unsigned oid)
{
    ngx_uint_t  i;

    for (i = 0; i < TYPES_MAX; i++) {
        if (scalars[i].oid == oid) {
            return &scalars[i];
        }

        if (arrays[i].oid == oid) {
            return &arrays[i];
        }
    }

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        if (vectors[i].oid == oid) {
            return &vectors[i];
        }
    }

    return &api_sql_type_text;
}


ngx_int_t
api_sql_types_key(ngx_pool_t *pool, const char *prefix, const char *name,
    ngx_str_t *key)
{
    size_t     len, size;
    api_buf_t  b;

    len = ngx_strlen(name);
    size = ngx_strlen(prefix) + sizeof("\"\":") + 2 * len + 1;

    if (api_buf_init(&b, pool, size, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add(&b, prefix, ngx_strlen(prefix));
    api_json_write_string(&b, (const u_char *) name, len);
    api_buf_add_char(&b, ':');

    size = api_buf_len(&b);

    api_buf_add_char(&b, '\0');
    api_buf_add(&b, name, len);

    if (api_buf_string(&b, key) != NGX_OK) {
        return NGX_ERROR;
    }

    key->len = size;

    return NGX_OK;
}


/* the type's place, or a new one; NULL: memory */

static types_entry_t *
entry_add(api_sql_types_t *types, unsigned oid)
{
    ngx_uint_t      i;
    types_entry_t  *entry;

    entry = entry_find(types, oid);
    if (entry != NULL) {
        return entry;
    }

    if (types->n >= types->size / 2 && grow(types) != NGX_OK) {
        return NULL;
    }

    i = oid & (types->size - 1);

    while (types->entries[i].oid != 0) {
        i = (i + 1) & (types->size - 1);
    }

    types->n++;

    entry = &types->entries[i];
    entry->oid = oid;

    return entry;
}


static types_entry_t *
entry_find(const api_sql_types_t *types, unsigned oid)
{
    ngx_uint_t  i;

    if (types->size == 0) {
        return NULL;
    }

    /* OIDs are consecutive: they are their own hash */
    i = oid & (types->size - 1);

    while (types->entries[i].oid != 0) {
        if (types->entries[i].oid == oid) {
            return &types->entries[i];
        }

        i = (i + 1) & (types->size - 1);
    }

    return NULL;
}


static ngx_int_t
grow(api_sql_types_t *types)
{
    ngx_uint_t      i, k, size;
    types_entry_t  *entries;

    size = types->size ? types->size * 2 : 64;

    entries = ngx_pcalloc(types->pool, size * sizeof(types_entry_t));
    if (entries == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < types->size; i++) {
        if (types->entries[i].oid == 0) {
            continue;
        }

        k = types->entries[i].oid & (size - 1);

        while (entries[k].oid != 0) {
            k = (k + 1) & (size - 1);
        }

        entries[k] = types->entries[i];
    }

    if (types->entries != NULL) {
        ngx_pfree(types->pool, types->entries);
    }

    types->entries = entries;
    types->size = size;

    return NGX_OK;
}


static unsigned
oid_value(const struct pg_result *res, int row, int column)
{
    unsigned     oid;
    const char  *p;

    oid = 0;

    for (p = PQgetvalue(res, row, column); *p >= '0' && *p <= '9'; p++) {
        oid = oid * 10 + (unsigned) (*p - '0');
    }

    return oid;
}
