
#include "sql/inferred.h"
#include "sql/oid.h"


/* pg_type.typcategory */
#define CATEGORY_NUMBER  'N'
#define CATEGORY_STRING  'S'
#define CATEGORY_UNKNOWN 'X'

/* a domain may stand on a domain, and so on: a bound, not a limit */
#define DOMAINS          64


typedef struct {
    unsigned          oid;
    api_type_kind_e   kind;
} inferred_kind_t;

typedef struct {
    unsigned          oid;
    unsigned          array;
} inferred_builtin_t;


static api_type_kind_e family(api_type_kind_e kind);
static ngx_uint_t fits(const api_type_t *declared,
    const api_sql_inferred_t *type);
static api_type_t nearest(const api_sql_inferred_t *type);
static const api_sql_inferred_t *base(const api_sql_inferred_t *type);
static const api_sql_inferred_t *element(const api_sql_inferred_t *type);
static ngx_uint_t is_text(api_type_kind_e kind);
static ngx_int_t rule_of_number(const api_type_t *declared,
    const api_sql_inferred_t *type, api_rule_t *rule);
static void bound(api_rule_t *rule, const ngx_str_t *min,
    const ngx_str_t *max);


static const inferred_kind_t  kinds[] = {
    {   16, API_TYPE_BOOL },
    { API_SQL_OID_int8, API_TYPE_BIGINT },
    { API_SQL_OID_int2, API_TYPE_INT },
    { API_SQL_OID_int4, API_TYPE_INT },
    { API_SQL_OID_oid, API_TYPE_BIGINT },
    {  114, API_TYPE_JSON },
    {  650, API_TYPE_IPV4 },             /* cidr */
    {  700, API_TYPE_NUMBER },
    {  701, API_TYPE_NUMBER },
    { API_SQL_OID_money, API_TYPE_NUMBER },
    {  869, API_TYPE_IPV4 },
    { 1082, API_TYPE_DATE },
    { 1083, API_TYPE_TIME },
    { API_SQL_OID_timestamp, API_TYPE_TIMESTAMP },
    { API_SQL_OID_timestamptz, API_TYPE_TIMESTAMP },
    { API_SQL_OID_timetz, API_TYPE_TIME },
    { 1700, API_TYPE_NUMBER },
    { 2950, API_TYPE_UUID },
    { 3802, API_TYPE_JSON },
    {    0, API_TYPE_NONE }
};

static const inferred_builtin_t  builtin[] = {
#define API_SQL_TYPE(name, oid, array, kind)  { oid, array },
#include "sql/types_list.h"
#undef API_SQL_TYPE
    { 0, 0 }
};

static const ngx_str_t  int2_min = ngx_string("-32768");
static const ngx_str_t  int2_max = ngx_string("32767");
static const ngx_str_t  oid_min = ngx_string("0");
static const ngx_str_t  oid_max = ngx_string("4294967295");


const char *
api_sql_inferred_misfit(const api_type_t *declared,
    const api_sql_inferred_t *type)
{
    api_type_t  other;

    if (fits(declared, type)) {
        return NULL;
    }

    other = nearest(type);

    return fits(&other, type) ? api_type_name(&other) : "";
}


ngx_uint_t
api_sql_inferred_differs(unsigned declared, unsigned inferred)
{
    api_type_t          from;
    ngx_uint_t          i;
    api_sql_inferred_t  one[2], other[2];

    static const unsigned  texts[] = { 19, 25, 1042, 1043, 0 };

    if (!api_sql_inferred_builtin(declared, one)
        || !api_sql_inferred_builtin(inferred, other))
    {
        return 0;
    }

    for (i = 0; texts[i] != 0; i++) {
        if (inferred == texts[i]) {
            return 0;
        }
    }

    from = nearest(one);

    switch (nearest(other).kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:

        if (from.kind == API_TYPE_INT || from.kind == API_TYPE_BIGINT) {
            return (one->referred == NULL) != (other->referred == NULL);
        }

        break;

    case API_TYPE_NUMBER:

        if (family(from.kind) == API_TYPE_NUMBER) {
            return (one->referred == NULL) != (other->referred == NULL);
        }

        break;

    default:
        break;
    }

    return !fits(&from, other);
}


ngx_uint_t
api_sql_inferred_never(const api_sql_inferred_t *from,
    const api_sql_inferred_t *to)
{
    api_type_kind_e  one, other;

    from = base(from);
    to = base(to);

    one = family(nearest(from).kind);
    other = family(nearest(to).kind);

    /* texts, enums, intervals and so on; json may be a number or a string */

    if (one == API_TYPE_STRING || one == API_TYPE_JSON
        || other == API_TYPE_STRING || other == API_TYPE_JSON)
    {
        return 0;
    }

    if (element(from) != NULL || element(to) != NULL) {
        return element(from) == NULL || element(to) == NULL
               || api_sql_inferred_never(element(from), element(to));
    }

    /* 1 is a bool, 20240131 a date, and 10 a network */

    return one != other && (one != API_TYPE_NUMBER || other == API_TYPE_UUID);
}


static api_type_kind_e
family(api_type_kind_e kind)
{
    switch (kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
        return API_TYPE_NUMBER;

    case API_TYPE_DATE:
    case API_TYPE_TIME:
        return API_TYPE_TIMESTAMP;

    default:
        return kind;
    }
}


const ngx_str_t *
api_sql_inferred_stranger(const api_type_t *declared,
    const api_sql_inferred_t *type)
{
    ngx_str_t   *choice, *label;
    ngx_uint_t   i, n;

    type = base(type);

    if (declared->array) {
        type = element(type);
    }

    if (declared->kind != API_TYPE_ENUM || type == NULL
        || type->labels == NULL)
    {
        return NULL;
    }

    choice = declared->choices->elts;
    label = type->labels->elts;

    for (i = 0; i < declared->choices->nelts; i++) {

        for (n = 0; n < type->labels->nelts; n++) {
            if (api_str_equal(&choice[i], &label[n])) {
                break;
            }
        }

        if (n == type->labels->nelts) {
            return &choice[i];
        }
    }

    return NULL;
}


ngx_int_t
api_sql_inferred_rule(const api_type_t *declared,
    const api_sql_inferred_t *type, api_rule_t *rule)
{
    ngx_memzero(rule, sizeof(api_rule_t));

    type = base(type);

    if (declared->array || element(type) != NULL) {
        return NGX_DECLINED;
    }

    if (type->labels != NULL) {

        if (declared->kind != API_TYPE_NONE && !is_text(declared->kind)) {
            return NGX_DECLINED;
        }

        rule->type.kind = API_TYPE_ENUM;
        rule->type.choices = type->labels;

        return NGX_OK;
    }

    rule->type = nearest(type);

    switch (rule->type.kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
        return rule_of_number(declared, type, rule);

    case API_TYPE_TIME:
    case API_TYPE_TIMESTAMP:

        /* of what has no zone PostgreSQL reads more than RFC 3339 knows */

        if (type->oid == API_SQL_OID_timestamp
            || type->oid == API_SQL_OID_timetz)
        {
            return NGX_DECLINED;
        }

        break;

    case API_TYPE_NUMBER:

        /* "$1,234.50", as the server's locale has it */

        if (type->oid == API_SQL_OID_money) {
            return NGX_DECLINED;
        }

        rule->special = 1;
        break;

    case API_TYPE_BOOL:
    case API_TYPE_UUID:
    case API_TYPE_DATE:
        break;

    default:
        return NGX_DECLINED;
    }

    return declared->kind == API_TYPE_NONE ? NGX_OK : NGX_DECLINED;
}


ngx_uint_t
api_sql_inferred_bound(const api_sql_inferred_t *type, api_sql_bound_t *bound)
{
    ngx_uint_t  i;

    for (i = 0; i < DOMAINS && type != NULL && type->domain; i++) {

        if (api_sql_bound_read(&type->stands, bound)) {
            return 1;
        }

        type = type->referred;
    }

    return 0;
}


static ngx_int_t
rule_of_number(const api_type_t *declared, const api_sql_inferred_t *type,
    api_rule_t *rule)
{
    if (declared->kind != API_TYPE_NONE && declared->kind != API_TYPE_INT
        && declared->kind != API_TYPE_BIGINT)
    {
        return NGX_DECLINED;
    }

    switch (type->oid) {

    case API_SQL_OID_int2:
        bound(rule, &int2_min, &int2_max);
        return NGX_OK;

    case API_SQL_OID_oid:
        bound(rule, &oid_min, &oid_max);
        return NGX_OK;

    case API_SQL_OID_int4:
        return declared->kind == API_TYPE_INT ? NGX_DECLINED : NGX_OK;

    default:
        return declared->kind == API_TYPE_NONE ? NGX_OK : NGX_DECLINED;
    }
}


static void
bound(api_rule_t *rule, const ngx_str_t *min, const ngx_str_t *max)
{
    rule->has_min = 1;
    rule->min = *min;
    rule->has_max = 1;
    rule->max = *max;
}


static ngx_uint_t
fits(const api_type_t *declared, const api_sql_inferred_t *type)
{
    api_type_t  plain, other;

    type = base(type);

    if (declared->kind == API_TYPE_NONE
        || type->category == CATEGORY_STRING
        || type->category == CATEGORY_UNKNOWN)
    {
        return 1;
    }

    if (element(type) != NULL || declared->array) {

        if (element(type) == NULL || !declared->array) {
            return 0;
        }

        plain = *declared;
        plain.array = 0;

        return fits(&plain, element(type));
    }

    other = nearest(type);

    switch (declared->kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
        return type->category == CATEGORY_NUMBER;

    case API_TYPE_DATE:
    case API_TYPE_TIMESTAMP:
        return other.kind == API_TYPE_DATE || other.kind == API_TYPE_TIMESTAMP;

    case API_TYPE_IPV4:
    case API_TYPE_IPV6:
        return other.kind == API_TYPE_IPV4;

    case API_TYPE_STRING:
    case API_TYPE_EMAIL:
    case API_TYPE_URI:
    case API_TYPE_ENUM:

        /* enums, and types for which we have no other name: intervals … */

        return other.kind == API_TYPE_STRING || other.kind == API_TYPE_IPV4
               || type->oid == API_SQL_OID_money;

    default:
        return other.kind == declared->kind;
    }
}


const api_sql_inferred_t *
api_sql_inferred_element(const api_sql_inferred_t *type)
{
    return element(base(type));
}


/* the type to declare for it */

static api_type_t
nearest(const api_sql_inferred_t *type)
{
    api_type_t              out;
    const inferred_kind_t  *k;

    ngx_memzero(&out, sizeof(api_type_t));

    type = base(type);

    if (element(type) != NULL) {
        out = nearest(element(type));
        out.array = 1;
        return out;
    }

    for (k = kinds; k->oid != 0; k++) {
        if (k->oid == type->oid) {
            out.kind = k->kind;
            return out;
        }
    }

    out.kind = API_TYPE_STRING;

    return out;
}


ngx_uint_t
api_sql_inferred_builtin(unsigned oid, api_sql_inferred_t *type)
{
    const inferred_builtin_t  *b;

    ngx_memzero(type, 2 * sizeof(api_sql_inferred_t));
    type[0].oid = oid;

    for (b = builtin; b->oid != 0; b++) {

        if (b->oid == oid) {
            return 1;
        }

        if (b->array == oid) {
            type[1].oid = b->oid;
            type[0].reference = b->oid;
            type[0].referred = &type[1];
            return 1;
        }
    }

    return 0;
}


api_type_t
api_sql_inferred_nearest(const api_sql_inferred_t *type)
{
    api_type_t  out;

    out = nearest(type);

    switch (out.kind) {

    case API_TYPE_INT:
    case API_TYPE_BIGINT:
    case API_TYPE_NUMBER:
    case API_TYPE_BOOL:
    case API_TYPE_JSON:
        break;

    default:
        out.kind = API_TYPE_STRING;
    }

    return out;
}


static const api_sql_inferred_t *
base(const api_sql_inferred_t *type)
{
    ngx_uint_t  i;

    for (i = 0; i < DOMAINS && type->domain && type->referred != NULL; i++) {
        type = type->referred;
    }

    return type;
}


/* an array's element; else NULL */

static const api_sql_inferred_t *
element(const api_sql_inferred_t *type)
{
    return (type != NULL && !type->domain) ? type->referred : NULL;
}


static ngx_uint_t
is_text(api_type_kind_e kind)
{
    return kind == API_TYPE_STRING || kind == API_TYPE_EMAIL
           || kind == API_TYPE_URI;
}
