
#include "sql/inferred.h"
#include "sql/given.h"
#include "shim.h"
#include "test.h"

#include <string.h>


static api_sql_inferred_t  types[] = {
    { 16, ngx_string("boolean"), 'B', 0, 0, NULL, NULL, ngx_null_string },
    { 20, ngx_string("bigint"), 'N', 0, 0, NULL, NULL, ngx_null_string },
    { 21, ngx_string("smallint"), 'N', 0, 0, NULL, NULL, ngx_null_string },
    { 23, ngx_string("integer"), 'N', 0, 0, NULL, NULL, ngx_null_string },
    { 25, ngx_string("text"), 'S', 0, 0, NULL, NULL, ngx_null_string },
    { 26, ngx_string("oid"), 'N', 0, 0, NULL, NULL, ngx_null_string },
    { 114, ngx_string("json"), 'U', 0, 0, NULL, NULL, ngx_null_string },
    { 701, ngx_string("float8"), 'N', 0, 0, NULL, NULL, ngx_null_string },
    { 869, ngx_string("inet"), 'I', 0, 0, NULL, NULL, ngx_null_string },
    { 1043, ngx_string("varchar"), 'S', 0, 0, NULL, NULL, ngx_null_string },
    { 1082, ngx_string("date"), 'D', 0, 0, NULL, NULL, ngx_null_string },
    { 1083, ngx_string("time"), 'D', 0, 0, NULL, NULL, ngx_null_string },
    { 1114, ngx_string("timestamp"), 'D', 0, 0, NULL, NULL, ngx_null_string },
    { 1184, ngx_string("timestamptz"), 'D', 0, 0, NULL, NULL,
      ngx_null_string },
    { 1186, ngx_string("interval"), 'T', 0, 0, NULL, NULL, ngx_null_string },
    { 1700, ngx_string("numeric"), 'N', 0, 0, NULL, NULL, ngx_null_string },
    { 2950, ngx_string("uuid"), 'U', 0, 0, NULL, NULL, ngx_null_string },
    { 3802, ngx_string("jsonb"), 'U', 0, 0, NULL, NULL, ngx_null_string },
    { 20000, ngx_string("mood"), 'E', 0, 0, NULL, NULL, ngx_null_string },
    { 20001, ngx_string("short"), 'N', 21, 1, &types[2], NULL,
      ngx_null_string },
    { 20002, ngx_string("shorter"), 'N', 20001, 1, &types[19], NULL,
      ngx_null_string },
    { 1007, ngx_string("integer[]"), 'A', 23, 0, &types[3], NULL,
      ngx_null_string },
    { 1009, ngx_string("text[]"), 'A', 25, 0, &types[4], NULL,
      ngx_null_string },
    { 0, ngx_null_string, 0, 0, 0, NULL, NULL, ngx_null_string }
};


/* "+": it fits; else what to declare instead */

static const struct {
    const char  *declared;
    const char  *type;
    const char  *better;
} pairs[] = {
    { "int", "integer", "+" }, { "int", "bigint", "+" },
    { "int", "smallint", "+" }, { "int", "numeric", "+" },
    { "bigint", "integer", "+" }, { "bigint", "shorter", "+" },
    { "int", "text", "+" }, { "int", "varchar", "+" },
    { "int", "uuid", "uuid" }, { "int", "boolean", "bool" },
    { "int", "mood", "string" }, { "int", "interval", "string" },
    { "number", "numeric", "+" }, { "number", "float8", "+" },
    { "number", "integer", "int" }, { "number", "bigint", "bigint" },
    { "number", "short", "int" },
    { "string", "text", "+" }, { "string", "mood", "+" },
    { "string", "interval", "+" }, { "string", "inet", "+" },
    { "string", "uuid", "uuid" }, { "string", "integer", "int" },
    { "string", "date", "date" }, { "string", "timestamptz", "timestamp" },
    { "string", "jsonb", "json" }, { "string", "boolean", "bool" },
    { "string", "text[]", "string[]" }, { "string", "time", "time" },
    { "email", "text", "+" }, { "email", "mood", "+" },
    { "uri", "numeric", "number" }, { "uuid", "uuid", "+" },
    { "uuid", "text", "+" }, { "uuid", "integer", "int" },
    { "date", "date", "+" }, { "date", "timestamp", "+" },
    { "timestamp", "date", "+" }, { "timestamp", "timestamp", "+" },
    { "timestamp", "timestamptz", "+" }, { "timestamp", "time", "time" },
    { "date", "integer", "int" }, { "time", "time", "+" },
    { "json", "json", "+" }, { "json", "jsonb", "+" },
    { "json", "text", "+" }, { "json", "integer", "int" },
    { "bool", "boolean", "+" }, { "bool", "integer", "int" },
    { "ipv4", "inet", "+" }, { "ipv6", "inet", "+" },
    { "ipv4", "uuid", "uuid" }, { "enum(a)", "text", "+" },
    { "enum(a)", "mood", "+" }, { "enum(a)", "integer", "int" },
    { "int[]", "integer[]", "+" }, { "bigint[]", "integer[]", "+" },
    { "int[]", "text[]", "+" }, { "string[]", "integer[]", "int[]" },
    { "int[]", "integer", "int" }, { "int", "integer[]", "int[]" },
    { "uuid[]", "uuid", "uuid" }, { "int[]", "text", "+" },
    { NULL, NULL, NULL }
};


static api_sql_inferred_t *
find(const char *name)
{
    api_sql_inferred_t  *type;

    for (type = types; type->oid != 0; type++) {
        if (strcmp((char *) type->name.data, name) == 0) {
            return type;
        }
    }

    check(0);

    return type;
}


static api_type_t
declare(ngx_pool_t *pool, const char *name)
{
    ngx_str_t    text;
    api_type_t   type;
    const char  *why;

    memset(&type, 0, sizeof(type));

    text = test_str(name);

    if (text.len) {
        check_int(api_type_parse(pool, &text, &type, &why), NGX_OK);
    }

    return type;
}


static ngx_array_t *
labels(ngx_pool_t *pool, const char *one, const char *two)
{
    ngx_array_t  *array;

    array = ngx_array_create(pool, 2, sizeof(ngx_str_t));

    *(ngx_str_t *) ngx_array_push(array) = test_str(one);
    *(ngx_str_t *) ngx_array_push(array) = test_str(two);

    return array;
}


static void
knows_what_is_never_the_other(ngx_pool_t *pool)
{
    int  i;

    static const struct {
        const char  *from;
        const char  *to;
        int          never;
    } rows[] = {
        { "integer", "uuid", 1 }, { "uuid", "shorter", 1 },
        { "boolean", "integer", 1 }, { "timestamptz", "bigint", 1 },
        { "inet", "date", 1 }, { "shorter", "uuid", 1 },
        { "integer", "integer[]", 1 }, { "integer[]", "integer", 1 },
        { "integer", "numeric", 0 }, { "float8", "smallint", 0 },
        { "integer", "boolean", 0 }, { "integer", "date", 0 },
        { "timestamptz", "date", 0 }, { "timestamp", "time", 0 },
        { "uuid", "text", 0 }, { "text", "uuid", 0 },
        { "mood", "uuid", 0 }, { "uuid", "interval", 0 },
        { "jsonb", "integer", 0 }, { "integer", "json", 0 },
        { "integer[]", "integer[]", 0 }, { "text[]", "integer[]", 0 },
        { "integer[]", "text", 0 }, { "uuid", "uuid", 0 },
        { NULL, NULL, 0 }
    };

    (void) pool;

    for (i = 0; rows[i].from != NULL; i++) {
        test_note("%s to %s", rows[i].from, rows[i].to);

        check_int(api_sql_inferred_never(find(rows[i].from),
                                         find(rows[i].to)),
                  rows[i].never);
    }
}


static void
knows_what_fits(ngx_pool_t *pool)
{
    int                  i;
    api_type_t           declared;
    const char          *better;

    for (i = 0; pairs[i].declared != NULL; i++) {
        test_note("%s into %s", pairs[i].declared, pairs[i].type);

        declared = declare(pool, pairs[i].declared);
        better = api_sql_inferred_misfit(&declared, find(pairs[i].type));

        check_cstr(better ? better : "+", pairs[i].better);
    }

    declared = declare(pool, "");

    for (i = 0; types[i].oid != 0; i++) {
        check(api_sql_inferred_misfit(&declared, &types[i]) == NULL);
    }
}


/* the value's verdict by the rule, "-" where there is no rule */

static const struct {
    const char  *declared;
    const char  *type;
    const char  *value;
    const char  *code;
} values[] = {
    { "", "uuid", "x", "format" },
    { "", "uuid", "00000000-0000-0000-0000-00000000000A", "" },
    { "", "integer", "1.0", "type" },
    { "", "integer", "2147483648", "max" },
    { "", "bigint", "2147483648", "" },
    { "", "bigint", "9223372036854775808", "max" },
    { "", "smallint", "32768", "max" },
    { "", "smallint", "-32768", "" },
    { "", "shorter", "-32769", "min" },
    { "", "oid", "-1", "min" },
    { "", "oid", "4294967295", "" },
    { "", "numeric", "1e3", "" },
    { "", "numeric", "x", "type" },
    { "", "boolean", "yes", "type" },
    { "", "date", "2026-02-30", "format" },
    { "", "timestamptz", "2026-02-20", "format" },
    { "", "mood", "fine", "" },
    { "", "mood", "Fine", "enum" },
    { "", "timestamp", "2026-02-20", "-" },
    { "", "text", "x", "-" },
    { "", "inet", "x", "-" },
    { "", "jsonb", "x", "-" },
    { "", "interval", "x", "-" },
    { "", "integer[]", "x", "-" },
    { "bigint", "integer", "2147483648", "max" },
    { "bigint", "smallint", "40000", "max" },
    { "int", "smallint", "40000", "max" },
    { "int", "integer", "1", "-" },
    { "int", "bigint", "1", "-" },
    { "int", "numeric", "1", "-" },
    { "bigint", "text", "1", "-" },
    { "string", "mood", "Fine", "enum" },
    { "email", "mood", "a@b.c", "enum" },
    { "enum(fine)", "mood", "fine", "-" },
    { "uuid", "uuid", "x", "-" },
    { "number", "numeric", "x", "-" },
    { "bigint[]", "integer[]", "x", "-" },
    { NULL, NULL, NULL, NULL }
};


static void
asks_for_what_is_missing(ngx_pool_t *pool)
{
    int             i;
    ngx_str_t       text;
    api_type_t      declared;
    api_rule_t      rule;
    api_failure_t   failure;

    find("mood")->labels = labels(pool, "fine", "bad");

    for (i = 0; values[i].declared != NULL; i++) {
        test_note("%s into %s: %s", values[i].declared, values[i].type,
                  values[i].value);

        declared = declare(pool, values[i].declared);
        memset(&failure, 0, sizeof(failure));

        if (api_sql_inferred_rule(&declared, find(values[i].type), &rule)
            != NGX_OK)
        {
            check_cstr("-", values[i].code);
            continue;
        }

        text = test_str(values[i].value);

        check_int(api_value_check(pool, &rule, &text, NULL, &failure),
                  *values[i].code ? NGX_DECLINED : NGX_OK);
        check_bytes(failure.code.data, failure.code.len, values[i].code,
                    strlen(values[i].code));
    }

    find("mood")->labels = NULL;
}


static void
finds_strange_labels(ngx_pool_t *pool)
{
    api_type_t           declared;
    api_sql_inferred_t  *mood;

    mood = find("mood");
    mood->labels = labels(pool, "fine", "bad");

    declared = declare(pool, "enum(bad,fine)");
    check(api_sql_inferred_stranger(&declared, mood) == NULL);

    declared = declare(pool, "enum(bad,worse)");
    check_str(api_sql_inferred_stranger(&declared, mood), "worse");
    check(api_sql_inferred_stranger(&declared, find("text")) == NULL);

    declared = declare(pool, "string");
    check(api_sql_inferred_stranger(&declared, mood) == NULL);

    mood->labels = NULL;
}


static void
tells_declared_types(ngx_pool_t *pool)
{
    unsigned              oids[2];
    ngx_str_t             source;
    api_sql_fault_t       fault;
    api_sql_param_t      *params;
    api_sql_statement_t   statement;

    memset(&statement, 0, sizeof(statement));
    memset(oids, 0, sizeof(oids));

    source = test_str("SELECT $a, $b");
    check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
              NGX_OK);

    params = statement.params.elts;
    params[0].declared = 23;
    params[1].declared = 2950;

    check_int(api_sql_given(&statement, "23505", "$1",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_NOTHING);
    check_int(api_sql_given(&statement, NULL, NULL,
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_NOTHING);
    check_int(api_sql_given(&statement, "42P18", "no number",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_NOTHING);
    check_int(api_sql_given(&statement, "42P18", "of $3",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_NOTHING);
    check_int(api_sql_given(&statement, "42P18", "of $99999999999999",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_NOTHING);
    check_int(oids[0], 0);
    check_int(api_sql_given(&statement, "42P18", "of $2",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_MORE);
    check_int(oids[0], 0);
    check_int(oids[1], 2950);
    check_int(api_sql_given(&statement, "42P08", "of $2",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_BEFORE);
    check_int(api_sql_given(&statement, "42883", "no such function",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_MORE);
    check_int(oids[0], 23);
    check_int(api_sql_given(&statement, "42725", "several",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_BEFORE);

    params[0].declared = 0;
    params[1].declared = 0;
    check_int(api_sql_given(&statement, "42725", "several",
                           (size_t) NGX_ERROR, oids),
              API_SQL_GIVEN_NOTHING);
}


/* a domain's, or that of the domain it stands on */

static void
bounds_domains(ngx_pool_t *pool)
{
    api_sql_bound_t     bound;
    api_sql_inferred_t  one, two;

    (void) pool;

    memset(&one, 0, sizeof(one));
    memset(&two, 0, sizeof(two));

    one.domain = 1;
    one.referred = &two;
    two.domain = 1;
    two.stands = test_str("character varying(5)");
    two.referred = &types[9];

    check(api_sql_inferred_bound(&two, &bound));
    check_int(bound.length, 5);
    bound.length = 0;
    check(api_sql_inferred_bound(&one, &bound));
    check_int(bound.length, 5);

    two.stands = test_str("character varying");
    check(!api_sql_inferred_bound(&one, &bound));

    one.stands = test_str("character varying(5)");
    one.domain = 0;
    check(!api_sql_inferred_bound(&one, &bound));

    /* a circle, which there is not, ends */

    one.stands = test_str("");
    one.domain = 1;
    two.referred = &one;
    check(!api_sql_inferred_bound(&one, &bound));
}


static void
knows_built_in_types(ngx_pool_t *pool)
{
    api_type_t          nearest;
    api_sql_inferred_t  type[2];

    (void) pool;

    check(api_sql_inferred_builtin(23, type));
    nearest = api_sql_inferred_nearest(type);
    check_int(nearest.kind, API_TYPE_INT);
    check_int(nearest.array, 0);

    check(api_sql_inferred_builtin(1007, type));
    nearest = api_sql_inferred_nearest(type);
    check_int(nearest.kind, API_TYPE_INT);
    check_int(nearest.array, 1);

    check(api_sql_inferred_builtin(3807, type));
    nearest = api_sql_inferred_nearest(type);
    check_int(nearest.kind, API_TYPE_JSON);
    check_int(nearest.array, 1);

    check(!api_sql_inferred_builtin(0, type));
    check(!api_sql_inferred_builtin(20000, type));
}


static const test_case_t  cases[] = {
    { "knows what fits", knows_what_fits },
    { "knows what is never the other", knows_what_is_never_the_other },
    { "asks for what is missing", asks_for_what_is_missing },
    { "finds strange labels", finds_strange_labels },
    { "tells declared types", tells_declared_types },
    { "bounds domains", bounds_domains },
    { "knows the built-in types", knows_built_in_types },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
