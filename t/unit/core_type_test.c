
#include "core/value.h"
#include "test.h"


typedef struct {
    const char       *name;
    api_type_kind_e   kind;
    const char       *shown;
    unsigned          oid;
    unsigned          array_oid;
    api_bounds_e      bounds;
} type_test_t;


static ngx_int_t parse(ngx_pool_t *pool, const char *name, api_type_t *type,
    const char **why);


static const type_test_t  types[] = {
    { "int", API_TYPE_INT, "int", 23, 1007, API_BOUNDS_VALUE },
    { "bigint", API_TYPE_BIGINT, "bigint", 20, 1016, API_BOUNDS_VALUE },
    { "number", API_TYPE_NUMBER, "number", 1700, 1231, API_BOUNDS_VALUE },
    { "bool", API_TYPE_BOOL, "bool", 16, 1000, API_BOUNDS_NONE },
    { "string", API_TYPE_STRING, "string", 25, 1009, API_BOUNDS_LENGTH },
    { "text", API_TYPE_STRING, "string", 25, 1009, API_BOUNDS_LENGTH },
    { "varchar", API_TYPE_STRING, "string", 25, 1009, API_BOUNDS_LENGTH },
    { "integer", API_TYPE_INT, "int", 23, 1007, API_BOUNDS_VALUE },
    { "int4", API_TYPE_INT, "int", 23, 1007, API_BOUNDS_VALUE },
    { "int8", API_TYPE_BIGINT, "bigint", 20, 1016, API_BOUNDS_VALUE },
    { "numeric", API_TYPE_NUMBER, "number", 1700, 1231, API_BOUNDS_VALUE },
    { "decimal", API_TYPE_NUMBER, "number", 1700, 1231, API_BOUNDS_VALUE },
    { "double", API_TYPE_NUMBER, "number", 1700, 1231, API_BOUNDS_VALUE },
    { "boolean", API_TYPE_BOOL, "bool", 16, 1000, API_BOUNDS_NONE },
    { "jsonb", API_TYPE_JSON, "json", 3802, 3807, API_BOUNDS_NONE },
    { "timestamptz", API_TYPE_TIMESTAMP, "timestamp", 1184, 1185,
      API_BOUNDS_NONE },
    { "uuid", API_TYPE_UUID, "uuid", 2950, 2951, API_BOUNDS_NONE },
    { "email", API_TYPE_EMAIL, "email", 25, 1009, API_BOUNDS_LENGTH },
    { "date", API_TYPE_DATE, "date", 1082, 1182, API_BOUNDS_NONE },
    { "timestamp", API_TYPE_TIMESTAMP, "timestamp", 1184, 1185,
      API_BOUNDS_NONE },
    { "time", API_TYPE_TIME, "time", 1083, 1183, API_BOUNDS_NONE },
    { "json", API_TYPE_JSON, "json", 3802, 3807, API_BOUNDS_NONE },
    { "uri", API_TYPE_URI, "uri", 25, 1009, API_BOUNDS_LENGTH },
    { "ipv4", API_TYPE_IPV4, "ipv4", 869, 1041, API_BOUNDS_NONE },
    { "ipv6", API_TYPE_IPV6, "ipv6", 869, 1041, API_BOUNDS_NONE },
    { "enum(a,b)", API_TYPE_ENUM, "enum", 25, 1009, API_BOUNDS_NONE },
    { NULL, API_TYPE_NONE, NULL, 0, 0, API_BOUNDS_NONE }
};


static ngx_int_t
parse(ngx_pool_t *pool, const char *name, api_type_t *type, const char **why)
{
    ngx_str_t  s;

    s = test_copy(pool, name, strlen(name));
    *why = NULL;

    return api_type_parse(pool, &s, type, why);
}


static void
knows_every_type(ngx_pool_t *pool)
{
    char                name[64];
    const char         *why;
    api_type_t          type;
    const type_test_t  *t;

    for (t = types; t->name != NULL; t++) {
        test_note("%s", t->name);

        check_int(parse(pool, t->name, &type, &why), NGX_OK);
        check_int(type.kind, t->kind);
        check_int(type.array, 0);
        check_cstr(api_type_name(&type), t->shown);
        check_int(api_type_oid(&type), t->oid);
        check_int(api_type_bounds(&type), t->bounds);

        snprintf(name, sizeof(name), "%s[]", t->name);
        check_int(parse(pool, name, &type, &why), NGX_OK);
        check_int(type.kind, t->kind);
        check_int(type.array, 1);
        snprintf(name, sizeof(name), "%s[]", t->shown);
        check_cstr(api_type_name(&type), name);
        check_int(api_type_oid(&type), t->array_oid);
        check_int(api_type_bounds(&type), API_BOUNDS_ITEMS);
    }

    ngx_memzero(&type, sizeof(type));
    check_int(api_type_oid(&type), 0);
    type.array = 1;
    check_int(api_type_oid(&type), 0);
}


static void
refuses_the_rest(ngx_pool_t *pool)
{
    ngx_uint_t          i;
    const char         *why;
    api_type_t          type;
    static const char  *bad[] = {
        "", "[]", "in", "ints", "INT", "int ", "varcha", "int[", "int]",
        "int[3]", "int[][]", "[]int", "enum", "enum()", "enum()[]", "enum(",
        "enum(a", "enum(a,)", "enum(,a)", "enum(a,,b)", "enum( )",
        "enum(a,b,a)", "enum(a, a)", "enum(\xff)", "enum(a\tb)", "none",
        "Integer", "varchar(20)", "char(2)", "numeric(10,2)", "smallint",
        "serial", "datetime", "inet", "bytea", "object", "array", "varchar(",
        NULL
    };

    for (i = 0; bad[i] != NULL; i++) {
        test_note("\"%s\"", bad[i]);
        check_int(parse(pool, bad[i], &type, &why), NGX_DECLINED);
        check(why != NULL && strlen(why) > 20);
    }
}


static void
splits_choices(ngx_pool_t *pool)
{
    ngx_str_t   *choices;
    const char  *why;
    api_type_t   type;

    check_int(parse(pool, "enum( new, in progress ,d\xc3\xb6ne(1))[]",
                    &type, &why),
              NGX_OK);
    check_int(type.array, 1);
    check_int(type.choices->nelts, 3);

    choices = type.choices->elts;
    check_str(&choices[0], "new");
    check_str(&choices[1], "in progress");
    check_str(&choices[2], "d\xc3\xb6ne(1)");
}


static ngx_int_t
parse_enum(ngx_pool_t *pool, void *data)
{
    ngx_str_t    s;
    const char  *why;
    api_type_t   type;

    (void) data;

    s = test_str("enum(a,b,c,d,e,f,g,h,i,j,k)");

    return api_type_parse(pool, &s, &type, &why);
}


static void
survives_want_of_memory(ngx_pool_t *pool)
{
    (void) pool;

    check_oom(parse_enum, NULL);
}


static const test_case_t  cases[] = {
    { "knows every type", knows_every_type },
    { "refuses the rest", refuses_the_rest },
    { "splits choices", splits_choices },
    { "survives want of memory", survives_want_of_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
