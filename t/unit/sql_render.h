
/*
 * What the tests of sql/render have in common: types of a user's own, and
 * whether jansson takes what comes out.
 */


#ifndef API_SQL_RENDER_TEST_H
#define API_SQL_RENDER_TEST_H


#include "sql/render.h"
#include "test.h"

#include <jansson.h>


#define TREE_OID  50000


/* (id int, name text, tags text[], extra json, child tree) */

static api_sql_field_t       tree_fields[5];
static const api_sql_type_t  tree = {
    TREE_OID, API_SQL_COMPOSITE, ',', NULL, 5, tree_fields, NULL
};
static const api_sql_type_t  trees = {
    TREE_OID + 1, API_SQL_ARRAY, ',', &tree, 0, NULL, NULL
};
static const api_sql_type_t  empty = {
    TREE_OID + 2, API_SQL_COMPOSITE, ',', NULL, 0, NULL, NULL
};
static const api_sql_type_t  unknown_items = {
    TREE_OID + 3, API_SQL_ARRAY, ',', NULL, 0, NULL, NULL
};


static const api_sql_type_t *
type_of(const api_sql_types_t *types, unsigned oid)
{
    static const char *const  keys[] = {
        "\"id\":", "\"name\":", "\"tags\":", "\"extra\":", "\"child\":"
    };
    static const unsigned     oids[] = { 23, 25, 1009, 114, TREE_OID };

    ngx_uint_t  i;

    for (i = 0; i < 5; i++) {
        tree_fields[i].key = test_str(keys[i]);
        tree_fields[i].type = oids[i] == TREE_OID
                              ? &tree : api_sql_types_find(types, oids[i]);
    }

    switch (oid) {
    case TREE_OID:
        return &tree;
    case TREE_OID + 1:
        return &trees;
    case TREE_OID + 2:
        return &empty;
    case TREE_OID + 3:
        return &unknown_items;
    default:
        return api_sql_types_find(types, oid);
    }
}


static void
check_valid(const u_char *data, size_t len)
{
    json_t        *json;
    json_error_t   error;

    json = json_loadb((const char *) data, len,
                      JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (json == NULL) {
        printf("# %s: %.*s\n", error.text, (int) len, data);
    }

    check(json != NULL);
    json_decref(json);
}


#endif /* API_SQL_RENDER_TEST_H */
