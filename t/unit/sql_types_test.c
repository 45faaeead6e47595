
#include "sql/types.h"
#include "shim.h"
#include "test.h"

#include <libpq-fe.h>


/* one row of api_sql_types_query's result */
typedef struct {
    const char  *oid;
    const char  *kind;
    const char  *reference;
    const char  *delimiter;
    const char  *field;
    const char  *field_oid;
} catalog_row_t;


/*
 * 20000 mood (enum), its array; 20010 email (domain of text), 20012 a domain
 * of that; 20014 tags (domain of text[]); 20020 tree, which holds an array of
 * itself (no server lets it); 20030 an empty table.
 */

static const catalog_row_t  catalog[] = {
    { "20000", "b", NULL,    ",", NULL, NULL },
    { "20001", "a", "20000", ",", NULL, NULL },
    { "20010", "d", "25",    ",", NULL, NULL },
    { "20011", "a", "20010", ";", NULL, NULL },
    { "20012", "d", "20010", ",", NULL, NULL },
    { "20014", "d", "1009",  ",", NULL, NULL },
    { "20020", "c", NULL,    ",", "id", "20" },
    { "20020", "c", NULL,    ",", "say \"hi\"\n", "20012" },
    { "20020", "c", NULL,    ",", "children", "20021" },
    { "20020", "c", NULL,    ",", "later", "29999" },
    { "20021", "a", "20020", ",", NULL, NULL },
    { "20030", "c", NULL,    ",", NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL, NULL }
};


static void
set(PGresult *res, int row, int column, const char *value)
{
    /* libpq does not write through it */
    check(PQsetvalue(res, row, column, (char *) (uintptr_t) value,
                     value ? (int) strlen(value) : -1));
}


static PGresult *
catalog_result(const catalog_row_t *rows, int ncolumns)
{
    int            i, n;
    PGresult      *res;
    PGresAttDesc   columns[6];

    memset(columns, 0, sizeof(columns));

    for (i = 0; i < ncolumns; i++) {
        columns[i].name = (char *) (uintptr_t) "?";
        columns[i].typid = 25;
    }

    res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    check(res != NULL);
    check(PQsetResultAttrs(res, ncolumns, columns));

    for (n = 0; rows[n].oid != NULL; n++) {
        set(res, n, 0, rows[n].oid);

        if (ncolumns == 6) {
            set(res, n, 1, rows[n].kind);
            set(res, n, 2, rows[n].reference);
            set(res, n, 3, rows[n].delimiter);
            set(res, n, 4, rows[n].field);
            set(res, n, 5, rows[n].field_oid);
        }
    }

    return res;
}


static void
load(api_sql_types_t *types, const catalog_row_t *rows)
{
    PGresult   *res;
    ngx_int_t   rc;

    res = catalog_result(rows, 6);
    rc = api_sql_types_load(types, res);
    PQclear(res);

    check_int(rc, NGX_OK);
}


static void
knows_the_built_in_types(ngx_pool_t *pool)
{
    ngx_uint_t             i;
    api_sql_types_t       *types;
    const api_sql_type_t  *type;

    static const struct {
        unsigned        oid;
        api_sql_kind_e  kind;
        unsigned        array;
    } known[] = {
        { 16, API_SQL_BOOL, 1000 },
        { 17, API_SQL_BYTEA, 1001 },
        { 19, API_SQL_TEXT, 1003 },
        { 20, API_SQL_INT, 1016 },
        { 21, API_SQL_INT, 1005 },
        { 23, API_SQL_INT, 1007 },
        { 25, API_SQL_TEXT, 1009 },
        { 26, API_SQL_INT, 1028 },
        { 114, API_SQL_JSON, 199 },
        { 3802, API_SQL_JSON, 3807 },
        { 700, API_SQL_FLOAT, 1021 },
        { 701, API_SQL_FLOAT, 1022 },
        { 1700, API_SQL_FLOAT, 1231 },
        { 790, API_SQL_TEXT, 791 },
        { 1042, API_SQL_TEXT, 1014 },
        { 1043, API_SQL_TEXT, 1015 },
        { 1082, API_SQL_DATE, 1182 },
        { 1083, API_SQL_TIME, 1183 },
        { 1114, API_SQL_TIMESTAMP, 1115 },
        { 1184, API_SQL_TIMESTAMPTZ, 1185 },
        { 1186, API_SQL_TEXT, 1187 },
        { 2950, API_SQL_TEXT, 2951 },
        { 869, API_SQL_TEXT, 1041 },
        { 142, API_SQL_TEXT, 143 },
        { 3904, API_SQL_TEXT, 3905 },
        { 1266, API_SQL_TIMETZ, 1270 },
        { 3908, API_SQL_RANGE, 3909 },
        { 4533, API_SQL_MULTIRANGE, 6152 },
        { 2249, API_SQL_TEXT, 2287 },
        { 0, API_SQL_TEXT, 0 }
    };

    types = api_sql_types_create(pool);

    for (i = 0; known[i].oid != 0; i++) {
        test_note("OID %u", known[i].oid);

        type = api_sql_types_find(types, known[i].oid);
        check_int(type->oid, known[i].oid);
        check_int(type->kind, known[i].kind);

        type = api_sql_types_find(types, known[i].array);
        check_int(type->oid, known[i].array);
        check_int(type->kind, API_SQL_ARRAY);
        check_int(type->delimiter, ',');
        check_int(type->element->oid, known[i].oid);
    }

    test_note("box");
    check_int(api_sql_types_find(types, 1020)->delimiter, ';');

    test_note("vectors");
    type = api_sql_types_find(types, 1013);
    check_int(type->kind, API_SQL_ARRAY);
    check_int(type->element->oid, 30);
    check_int(type->element->delimiter, ' ');
    check_int(type->element->element->kind, API_SQL_INT);
    check_int(api_sql_types_find(types, 22)->element->oid, 21);

    test_note("built in, but not of the list; not built in");
    check(api_sql_types_find(types, 2278) == &api_sql_type_text);
    check(api_sql_types_find(types, 16383) == &api_sql_type_text);
    check(api_sql_types_find(types, 16384) == NULL);
    check(api_sql_types_find(types, 0) == NULL);
}


static void
loads_the_users_types(ngx_pool_t *pool)
{
    api_sql_types_t       *types;
    const api_sql_type_t  *type;

    types = api_sql_types_create(pool);
    load(types, catalog);

    type = api_sql_types_find(types, 20000);
    check_int(type->oid, 20000);
    check_int(type->kind, API_SQL_TEXT);

    type = api_sql_types_find(types, 20001);
    check_int(type->kind, API_SQL_ARRAY);
    check_int(type->element->oid, 20000);

    /* domains, also of domains, of arrays, and in arrays */
    check_int(api_sql_types_find(types, 20010)->oid, 25);
    check_int(api_sql_types_find(types, 20012)->oid, 25);
    check_int(api_sql_types_find(types, 20014)->oid, 1009);

    type = api_sql_types_find(types, 20011);
    check_int(type->delimiter, ';');
    check_int(type->element->oid, 25);

    /* a composite in itself */
    type = api_sql_types_find(types, 20020);
    check_int(type->kind, API_SQL_COMPOSITE);
    check_int(type->nfields, 4);

    check_str(&type->fields[0].key, "\"id\":");
    check_int(type->fields[0].oid, 20);
    check_int(type->fields[0].type->kind, API_SQL_INT);

    check_str(&type->fields[1].key, "\"say \\\"hi\\\"\\n\":");
    check_cstr(api_sql_field_name(&type->fields[1]), "say \"hi\"\n");
    check_int(type->fields[1].type->oid, 25);

    check_int(type->fields[2].type->kind, API_SQL_ARRAY);
    check(type->fields[2].type->element == type);

    check(type->fields[3].type == NULL);

    type = api_sql_types_find(types, 20030);
    check_int(type->kind, API_SQL_COMPOSITE);
    check_int(type->nfields, 0);

    check(api_sql_types_find(types, 29999) == NULL);
}


static void
follows_the_catalog(ngx_pool_t *pool)
{
    ngx_uint_t             before, i;
    api_sql_types_t       *types;
    const api_sql_type_t  *tree, *mood;
    const api_sql_field_t *fields;

    static const catalog_row_t  later[] = {
        { "20000", "c", NULL,    ",", "a", "23" },
        { "20020", "c", NULL,    ",", "id", "20" },
        { "20020", "c", NULL,    ",", "name", "25" },
        { "29999", "d", "1700",  ",", NULL, NULL },
        { NULL, NULL, NULL, NULL, NULL, NULL }
    };

    static const catalog_row_t  renamed[] = {
        { "20020", "c", NULL,    ",", "id", "20" },
        { "20020", "c", NULL,    ",", "name2", "25" },
        { NULL, NULL, NULL, NULL, NULL, NULL }
    };

    types = api_sql_types_create(pool);
    load(types, catalog);

    tree = api_sql_types_find(types, 20020);
    mood = api_sql_types_find(types, 20000);
    fields = tree->fields;

    test_note("the same again costs no memory");
    shim_fail_at(0);
    before = shim_allocations();

    for (i = 0; i < 3; i++) {
        load(types, catalog);
    }

    check_int(shim_allocations(), before);
    check(api_sql_types_find(types, 20020) == tree);
    check(tree->fields == fields);

    test_note("what changed has changed in its place");
    load(types, later);

    check(api_sql_types_find(types, 20020) == tree);
    check_int(tree->nfields, 2);
    check_str(&tree->fields[1].key, "\"name\":");
    check(tree->before->fields == fields);
    check(tree->before->before == NULL);
    check_int(tree->fields[1].type->oid, 25);

    check(api_sql_types_find(types, 20000) == mood);
    check_int(mood->kind, API_SQL_COMPOSITE);
    check_int(api_sql_types_find(types, 29999)->oid, 1700);

    /* what the catalog does not have any more is left alone */
    check_int(api_sql_types_find(types, 20014)->oid, 1009);

    load(types, renamed);
    check_str(&tree->fields[1].key, "\"name2\":");
}


static void
takes_many_types(ngx_pool_t *pool)
{
    int                    i;
    char                   oid[5000][8];
    PGresult              *res;
    catalog_row_t          none[1];
    api_sql_types_t       *types;
    const api_sql_type_t  *type;

    memset(none, 0, sizeof(none));
    res = catalog_result(none, 6);

    for (i = 0; i < 5000; i++) {
        snprintf(oid[i], sizeof(oid[i]), "%d", 20000 + i * 64);
        set(res, i, 0, oid[i]);
        set(res, i, 1, i % 2 ? "a" : "b");
        set(res, i, 2, i % 2 ? oid[i - 1] : NULL);
        set(res, i, 3, ",");
        set(res, i, 4, NULL);
        set(res, i, 5, NULL);
    }

    types = api_sql_types_create(pool);
    check_int(api_sql_types_load(types, res), NGX_OK);
    PQclear(res);

    for (i = 0; i < 5000; i++) {
        type = api_sql_types_find(types, (unsigned) (20000 + i * 64));
        check_int(type->oid, 20000 + i * 64);

        if (i % 2) {
            check_int(type->element->oid, 20000 + (i - 1) * 64);
        }
    }
}


static void
refuses_another_result(ngx_pool_t *pool)
{
    PGresult         *res;
    api_sql_types_t  *types;

    static const catalog_row_t  bad[] = {
        { "x", "b", NULL, ",", NULL, NULL },
        { NULL, NULL, NULL, NULL, NULL, NULL }
    };

    types = api_sql_types_create(pool);

    res = catalog_result(catalog, 1);
    check_int(api_sql_types_load(types, res), NGX_ERROR);
    PQclear(res);

    res = catalog_result(bad, 6);
    check_int(api_sql_types_load(types, res), NGX_ERROR);
    PQclear(res);

    res = PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR);
    check_int(api_sql_types_load(types, res), NGX_ERROR);
    PQclear(res);

    check(api_sql_types_find(types, 20000) == NULL);
}


static void
does_not_follow_a_ring_of_domains(ngx_pool_t *pool)
{
    api_sql_types_t  *types;

    static const catalog_row_t  ring[] = {
        { "20000", "d", "20001", ",", NULL, NULL },
        { "20001", "d", "20000", ",", NULL, NULL },
        { NULL, NULL, NULL, NULL, NULL, NULL }
    };

    types = api_sql_types_create(pool);
    load(types, ring);

    check(api_sql_types_find(types, 20000) == NULL);
}


static ngx_int_t
load_short_of_memory(ngx_pool_t *pool, void *data)
{
    ngx_int_t         rc;
    PGresult         *res = data;
    api_sql_types_t  *types;

    types = api_sql_types_create(pool);
    if (types == NULL) {
        return NGX_ERROR;
    }

    rc = api_sql_types_load(types, res);

    /* half of a catalog must not hurt */
    api_sql_types_find(types, 20020);
    api_sql_types_find(types, 20011);

    return rc;
}


static void
tells_short_memory(ngx_pool_t *pool)
{
    PGresult  *res;

    (void) pool;

    res = catalog_result(catalog, 6);
    check_oom(load_short_of_memory, res);
    PQclear(res);
}


static const test_case_t  cases[] = {
    { "knows the built-in types", knows_the_built_in_types },
    { "loads the user's types", loads_the_users_types },
    { "follows the catalog", follows_the_catalog },
    { "takes many types", takes_many_types },
    { "refuses another result", refuses_another_result },
    { "does not follow a ring of domains",
      does_not_follow_a_ring_of_domains },
    { "tells short memory", tells_short_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
