
#include "sql/comment.h"
#include "shim.h"
#include "test.h"


/* what stands in front of a statement, of a route of this name */

static ngx_str_t *
front(ngx_pool_t *pool, const char *route)
{
    ngx_str_t            name, source;
    api_sql_fault_t      fault;
    api_sql_statement_t  statement;

    static ngx_str_t  text;

    static const char  select[] = "SELECT 1";

    ngx_memzero(&statement, sizeof(api_sql_statement_t));

    name = test_str(route);
    source = test_str(select);

    check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
              NGX_OK);
    check_int(api_sql_comment(pool, &name, &statement), NGX_OK);

    text = statement.sent;

    check(text.len >= sizeof(select) - 1);
    check_str(&statement.text, "SELECT 1");
    check_int(text.data[text.len], '\0');

    text.len -= sizeof(select) - 1;
    check_int(ngx_strncmp(text.data + text.len, select, sizeof(select) - 1), 0);

    return &text;
}


static void
names_the_route(ngx_pool_t *pool)
{
    check_str(front(pool, "GET /users/:id<int>"),
              "/*http_route='GET%20%2Fusers%2F%3Aid%3Cint%3E'*/ ");
    check_str(front(pool, "A-z0.9_~"), "/*http_route='A-z0.9_~'*/ ");
    check_str(front(pool, ""), "/*http_route=''*/ ");
}


/* whatever a path has, the comment ends where it should */

static void
is_ended_by_no_name(ngx_pool_t *pool)
{
    check_str(front(pool, "*/ DROP TABLE x; /*'"),
              "/*http_route='%2A%2F%20DROP%20TABLE%20x%3B%20%2F%2A%27'*/ ");
    check_str(front(pool, "\"\\%\n\x7f\xc3\xa9"),
              "/*http_route='%22%5C%25%0A%7F%C3%A9'*/ ");
}


static void
keeps_the_places(ngx_pool_t *pool)
{
    ngx_str_t            name, source;
    ngx_uint_t           i, front;
    api_sql_fault_t      fault;
    api_sql_statement_t  plain, with;

    name = test_str("GET /x");
    source = test_str("SELECT $id::int + $other, '\xc3\xa9', $id");

    ngx_memzero(&plain, sizeof(api_sql_statement_t));
    ngx_memzero(&with, sizeof(api_sql_statement_t));

    check_int(api_sql_statement_parse(pool, &source, &plain, &fault), NGX_OK);
    check_int(api_sql_statement_parse(pool, &source, &with, &fault), NGX_OK);
    check_int(api_sql_comment(pool, &name, &with), NGX_OK);

    front = with.sent.len - with.text.len;
    check(front > 10);

    for (i = 1; i <= plain.text.len + 1; i++) {
        check_int(api_sql_statement_offset(&with, i + front),
                  api_sql_statement_offset(&plain, i));
    }

    /* a place in the comment is none of the statement's */

    check_int(api_sql_statement_offset(&with, 3), 0);
}


static void
survives_without_memory(ngx_pool_t *pool)
{
    ngx_str_t            name, source;
    api_sql_fault_t      fault;
    api_sql_statement_t  statement;

    name = test_str("GET /x");
    source = test_str("SELECT 1");

    ngx_memzero(&statement, sizeof(api_sql_statement_t));

    check_int(api_sql_statement_parse(pool, &source, &statement, &fault),
              NGX_OK);

    shim_fail_at(1);
    check_int(api_sql_comment(pool, &name, &statement), NGX_ERROR);
    shim_fail_at(0);

    check_str(&statement.sent, "SELECT 1");
}


static const test_case_t  cases[] = {
    { "names the route", names_the_route },
    { "is ended by no name", is_ended_by_no_name },
    { "keeps the places", keeps_the_places },
    { "survives without memory", survives_without_memory },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
