
#include "schema_text.h"


#define USER                                                                  \
    "{\"allOf\":[{\"$ref\":\"#/$defs/base\"},{\"required\":[\"name\"]}],"     \
    "\"type\":\"object\",\"properties\":{"                                    \
    "\"name\":{\"type\":\"string\",\"default\":\"x\"},"                       \
    "\"tags\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/tag\"}},"     \
    "\"age\":{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"null\"}]},"       \
    "\"size\":{\"enum\":[1,2.5,\"big\"]}},\"$defs\":{"                        \
    "\"base\":{\"properties\":{\"id\":{\"$ref\":\"#/$defs/id\"},"             \
    "\"self\":{\"$ref\":\"#\"}},\"required\":[\"id\"]},"                      \
    "\"id\":{\"type\":\"string\",\"format\":\"uuid\",\"default\":\"y\"},"     \
    "\"tag\":{\"type\":\"string\",\"format\":\"date\"}}}"


static const api_schema_node_t *member(const api_schema_node_t *node,
    const char *name);


static const api_schema_node_t *
member(const api_schema_node_t *node, const char *name)
{
    ngx_str_t  s;

    s = test_str(name);

    return api_schema_member(node, &s);
}


static void
finds_members(ngx_pool_t *pool)
{
    ngx_str_t                 s;
    const api_schema_node_t  *root, *node;

    root = api_schema_root(schema_text_compile(pool, USER));

    check_int(api_schema_types(root), API_SCHEMA_OBJECT);
    check(member(root, "none") == NULL);

    node = member(root, "name");
    check(node != NULL);
    check_int(api_schema_types(node), API_SCHEMA_STRING);
    check_str(&api_schema_default(node)->text, "x");
    s = api_schema_format(node);
    check_int(s.len, 0);

    /* through allOf, $ref, properties, $ref */
    node = member(root, "id");
    check(node != NULL);
    check_int(api_schema_types(node), API_SCHEMA_STRING);
    check_str(&api_schema_default(node)->text, "y");
    s = api_schema_format(node);
    check_str(&s, "uuid");

    check(member(member(root, "self"), "age") == member(root, "age"));
    check_int(api_schema_types(member(root, "age")),
              API_SCHEMA_INTEGER|API_SCHEMA_NULL);
    check(api_schema_default(member(root, "age")) == NULL);
    check_int(api_schema_types(member(root, "size")),
              API_SCHEMA_NUMBER|API_SCHEMA_STRING);
}


static void
finds_items(ngx_pool_t *pool)
{
    ngx_str_t                 s;
    const api_schema_node_t  *root, *node;

    root = api_schema_root(schema_text_compile(pool, USER));

    node = api_schema_items(member(root, "tags"));
    check(node != NULL);
    check_int(api_schema_types(node), API_SCHEMA_STRING);
    s = api_schema_format(node);
    check_str(&s, "date");

    check(api_schema_items(member(root, "name")) == NULL);
}


static void
validates_a_part(ngx_pool_t *pool)
{
    ngx_array_t              *failures;
    api_schema_doc_t         *doc;
    const api_schema_node_t  *node;

    doc = schema_text_compile(pool, USER);
    node = member(api_schema_root(doc), "age");

    check_int(api_schema_validate_node(doc, node,
                                       schema_text_json(pool, "null"), pool,
                                       &failures),
              NGX_OK);
    check_int(api_schema_validate_node(doc, node,
                                       schema_text_json(pool, "\"1\""), pool,
                                       &failures),
              NGX_DECLINED);
    check_int(failures->nelts, 1);
}


static const test_case_t  cases[] = {
    { "finds members", finds_members },
    { "finds items", finds_items },
    { "validates a part", validates_a_part },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
