
#include "core/scan.h"
#include "core/value.h"


typedef struct {
    const char    *name;
    const char    *array;
    unsigned       oid;
    unsigned       array_oid;
    api_bounds_e   bounds;
} type_row_t;


/* other names for the same type, PostgreSQL's and others' */
typedef struct {
    const char       *name;
    api_type_kind_e   kind;
} type_alias_t;

/* types that are nearly the same: a sentence that says what to write */
typedef struct {
    const char  *name;
    const char  *why;
} type_hint_t;


static const char *hint(const ngx_str_t *name);
static const char *hint_of_case(const ngx_str_t *name);
static ngx_uint_t is_name(const ngx_str_t *text, const char *name);
static ngx_int_t parse_choices(ngx_pool_t *pool, const ngx_str_t *list,
    ngx_array_t **out, const char **why);
static ngx_int_t add_choice(ngx_array_t *choices, const u_char *p,
    const u_char *end, const char **why);
static ngx_uint_t is_text(const u_char *p, const u_char *end);


/* in the order of api_type_kind_e; the OIDs are those of pg_type.dat */

static const type_row_t  rows[] = {
    { "text", "text[]", 0, 0, API_BOUNDS_NONE },
    { "int", "int[]", 23, 1007, API_BOUNDS_VALUE },
    { "bigint", "bigint[]", 20, 1016, API_BOUNDS_VALUE },
    { "number", "number[]", 1700, 1231, API_BOUNDS_VALUE },
    { "bool", "bool[]", 16, 1000, API_BOUNDS_NONE },
    { "string", "string[]", 25, 1009, API_BOUNDS_LENGTH },
    { "uuid", "uuid[]", 2950, 2951, API_BOUNDS_NONE },
    { "email", "email[]", 25, 1009, API_BOUNDS_LENGTH },
    { "date", "date[]", 1082, 1182, API_BOUNDS_NONE },
    { "timestamp", "timestamp[]", 1184, 1185, API_BOUNDS_NONE },
    { "time", "time[]", 1083, 1183, API_BOUNDS_NONE },
    { "json", "json[]", 3802, 3807, API_BOUNDS_NONE },
    { "uri", "uri[]", 25, 1009, API_BOUNDS_LENGTH },
    { "ipv4", "ipv4[]", 869, 1041, API_BOUNDS_NONE },
    { "ipv6", "ipv6[]", 869, 1041, API_BOUNDS_NONE },
    { "enum", "enum[]", 25, 1009, API_BOUNDS_NONE }
};


static const type_alias_t  aliases[] = {
    { "text", API_TYPE_STRING },
    { "varchar", API_TYPE_STRING },
    { "integer", API_TYPE_INT },
    { "int4", API_TYPE_INT },
    { "int8", API_TYPE_BIGINT },
    { "numeric", API_TYPE_NUMBER },
    { "decimal", API_TYPE_NUMBER },
    { "real", API_TYPE_NUMBER },
    { "float", API_TYPE_NUMBER },
    { "float4", API_TYPE_NUMBER },
    { "float8", API_TYPE_NUMBER },
    { "double", API_TYPE_NUMBER },
    { "boolean", API_TYPE_BOOL },
    { "timestamptz", API_TYPE_TIMESTAMP },
    { "jsonb", API_TYPE_JSON },
    { NULL, API_TYPE_NONE }
};

static const type_hint_t  hints[] = {
    { "smallint", "no such type: write int min=-32768 max=32767 (a column's "
                  "own bounds are kept without that)" },
    { "int2", "no such type: write int min=-32768 max=32767 (a column's own "
              "bounds are kept without that)" },
    { "serial", "no such type: write int" },
    { "bigserial", "no such type: write bigint" },
    { "long", "no such type: write bigint" },
    { "char", "no such type: write string, with max= for its length" },
    { "str", "no such type: write string" },
    { "datetime", "no such type: write timestamp" },
    { "inet", "no such type: write ipv4 or ipv6, or string where it may be "
              "both" },
    { "cidr", "no such type: write string" },
    { "interval", "no such type: write string, which PostgreSQL reads" },
    { "bytea", "no such type: write string" },
    { "money", "no such type: write number" },
    { "xml", "no such type: write string" },
    { "object", "no such type here: write json" },
    { "array", "no such type here: write the items' type with [] behind it, as "
               "int[]" },
    { NULL, NULL }
};


ngx_int_t
api_type_parse(ngx_pool_t *pool, const ngx_str_t *name, api_type_t *type,
    const char **why)
{
    ngx_str_t            base, list;
    ngx_uint_t           kind;
    const type_alias_t  *alias;

    ngx_memzero(type, sizeof(api_type_t));

    base = *name;

    if (base.len > 2 && ngx_memcmp(base.data + base.len - 2, "[]", 2) == 0) {
        type->array = 1;
        base.len -= 2;
    }

    if (base.len > 2 && ngx_memcmp(base.data + base.len - 2, "[]", 2) == 0) {
        *why = "there are no arrays of arrays, declare it as json";
        return NGX_DECLINED;
    }

    if (base.len > 6 && ngx_memcmp(base.data, "enum(", 5) == 0
        && base.data[base.len - 1] == ')')
    {
        type->kind = API_TYPE_ENUM;

        list.data = base.data + 5;
        list.len = base.len - 6;

        return parse_choices(pool, &list, &type->choices, why);
    }

    if (base.len > 4 && ngx_memcmp(base.data, "enum(", 5) == 0) {
        *why = "enum() needs at least one choice and no space, as "
               "enum(low,high): quote it where a choice has a space, \"enum(so "
               "so,ok)\"";
        return NGX_DECLINED;
    }

    for (alias = aliases; alias->name != NULL; alias++) {
        if (is_name(&base, alias->name)) {
            type->kind = alias->kind;
            return NGX_OK;
        }
    }

    /* row 0 is for API_TYPE_NONE */

    for (kind = API_TYPE_INT; kind < API_TYPE_ENUM; kind++) {
        if (is_name(&base, rows[kind].name)) {
            type->kind = (api_type_kind_e) kind;
            return NGX_OK;
        }
    }

    *why = hint(&base);

    return NGX_DECLINED;
}


static const char *
hint(const ngx_str_t *name)
{
    ngx_str_t           first;
    const char         *why;
    const u_char       *open;
    const type_hint_t  *h;

    /* varchar(20), numeric(10,2) */

    first = *name;
    open = memchr(name->data, '(', name->len);

    if (open != NULL) {
        first.len = (size_t) (open - name->data);

        if (is_name(&first, "varchar") || is_name(&first, "char")) {
            return "no such type: write string max=20 for varchar(20) (a "
                   "column's own length is kept without that)";
        }

        if (is_name(&first, "numeric") || is_name(&first, "decimal")) {
            return "no such type: write number, with min= and max= (a column's "
                   "own precision is kept without them)";
        }
    }

    for (h = hints; h->name != NULL; h++) {
        if (is_name(name, h->name)) {
            return h->why;
        }
    }

    if (memchr(name->data, '<', name->len) != NULL) {
        return "no such type: a list of them is written with [] behind the "
               "type, as int[]";
    }

    if (first.len > 0 && name->data[name->len - 1] == '?') {
        return "no such type: drop the \"?\", since what is not required may "
               "be absent";
    }

    why = hint_of_case(name);

    if (why != NULL) {
        return why;
    }

    return "no such type, it is one of int, bigint, number, bool, string, "
           "text, uuid, email, date, timestamp, time, json, uri, ipv4, ipv6 "
           "and enum(a,b), or one of these with [] behind it";
}


/* Int, STRING, Uuid */

static const char *
hint_of_case(const ngx_str_t *name)
{
    ngx_uint_t  kind;

    for (kind = API_TYPE_NONE; kind <= API_TYPE_ENUM; kind++) {

        if (name->len >= ngx_strlen(rows[kind].name)
            && ngx_strncasecmp(name->data, (u_char *) (uintptr_t)
                               rows[kind].name, ngx_strlen(rows[kind].name))
               == 0
            && (name->len == ngx_strlen(rows[kind].name)
                || name->data[ngx_strlen(rows[kind].name)] == '('))
        {
            return "no such type: types are written in small letters, as int, "
                   "string or uuid";
        }
    }

    return NULL;
}


static ngx_uint_t
is_name(const ngx_str_t *text, const char *name)
{
    return text->len == ngx_strlen(name)
           && ngx_memcmp(text->data, name, text->len) == 0;
}


static ngx_int_t
parse_choices(ngx_pool_t *pool, const ngx_str_t *list, ngx_array_t **out,
    const char **why)
{
    ngx_int_t      rc;
    ngx_array_t   *choices;
    const u_char  *p, *comma, *end;

    choices = ngx_array_create(pool, 4, sizeof(ngx_str_t));
    if (choices == NULL) {
        return NGX_ERROR;
    }

    p = list->data;
    end = list->data + list->len;

    for ( ;; ) {
        comma = memchr(p, ',', (size_t) (end - p));

        rc = add_choice(choices, p, comma ? comma : end, why);
        if (rc != NGX_OK) {
            return rc;
        }

        if (comma == NULL) {
            break;
        }

        p = comma + 1;
    }

    *out = choices;

    return NGX_OK;
}


static ngx_int_t
add_choice(ngx_array_t *choices, const u_char *p, const u_char *end,
    const char **why)
{
    ngx_str_t   *choice, *known;
    ngx_uint_t   i;

    while (p < end && *p == ' ') {
        p++;
    }

    while (p < end && end[-1] == ' ') {
        end--;
    }

    if (p == end) {
        *why = "a choice of enum() is empty, write enum(a,b)";
        return NGX_DECLINED;
    }

    if (!is_text(p, end)) {
        *why = "a choice of enum() has a control character or invalid UTF-8";
        return NGX_DECLINED;
    }

    known = choices->elts;

    for (i = 0; i < choices->nelts; i++) {
        if (known[i].len == (size_t) (end - p)
            && ngx_memcmp(known[i].data, p, known[i].len) == 0)
        {
            *why = "a choice of enum() is there twice, remove one";
            return NGX_DECLINED;
        }
    }

    choice = ngx_array_push(choices);
    if (choice == NULL) {
        return NGX_ERROR;
    }

    choice->data = (u_char *) (uintptr_t) p;
    choice->len = (size_t) (end - p);

    return NGX_OK;
}


static ngx_uint_t
is_text(const u_char *p, const u_char *end)
{
    size_t  n;

    for ( /* void */ ; p < end; p += n) {
        n = api_scan_utf8(p, end);

        if (n == 0 || *p < 0x20 || *p == 0x7f) {
            return 0;
        }
    }

    return 1;
}


const char *
api_type_name(const api_type_t *type)
{
    return type->array ? rows[type->kind].array : rows[type->kind].name;
}


unsigned
api_type_oid(const api_type_t *type)
{
    return type->array ? rows[type->kind].array_oid : rows[type->kind].oid;
}


api_bounds_e
api_type_bounds(const api_type_t *type)
{
    return type->array ? API_BOUNDS_ITEMS : rows[type->kind].bounds;
}
