
#include "sql/statement.h"
#include "test.h"


static ngx_int_t
parse(ngx_pool_t *pool, const char *source, api_sql_statement_t *statement,
    api_sql_fault_t *fault)
{
    ngx_str_t  copy;

    copy = test_copy(pool, source, strlen(source));

    return api_sql_statement_parse(pool, &copy, statement, fault);
}


static void
maps_positions(ngx_pool_t *pool)
{
    ngx_uint_t            i;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    /* "$1, 'é', $2 x": characters, not bytes */

    static const struct {
        ngx_uint_t  position;
        size_t      offset;
    } places[] = {
        { 0, 0 }, { 1, 0 },              /* "$" */
        { 2, 0 },                        /* inside "$1" */
        { 3, 5 },                        /* "," */
        { 5, 7 },                        /* the quote */
        { 6, 8 }, { 7, 10 }, { 8, 11 },
        { 10, 13 }, { 11, 13 },          /* "$2" */
        { 12, 19 }, { 13, 20 },          /* " x" */
        { 14, 21 }, { 15, 21 }, { 9999, 21 }
    };

    check_int(parse(pool, "$name, '\xc3\xa9', $b.cde x -- y", &statement,
                    &fault), NGX_OK);
    check_str(&statement.text, "$1, '\xc3\xa9', $2 x");

    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        test_note("position %d", (int) places[i].position);
        check_int(api_sql_statement_offset(&statement, places[i].position),
                  places[i].offset);
    }

    test_note("without parameters");
    check_int(parse(pool, "SELECT \xe2\x82\xac, x", &statement, &fault),
              NGX_OK);
    check_int(api_sql_statement_offset(&statement, 8), 7);
    check_int(api_sql_statement_offset(&statement, 9), 10);
    check_int(api_sql_statement_offset(&statement, 11), 12);

    test_note("the text may be longer than the source");
    check_int(parse(pool, "$a+$b+$c+$d+$e+$f+$g+$h+$i+$j+$k+$l", &statement,
                    &fault), NGX_OK);
    check_int(api_sql_statement_offset(&statement, 28), 27);
    check_int(api_sql_statement_offset(&statement, 30), 27);
    check_int(api_sql_statement_offset(&statement, 31), 29);
    check_int(api_sql_statement_offset(&statement, 32), 30);
}


static void
says_where(ngx_pool_t *pool)
{
    ngx_uint_t           line, column;
    api_sql_fault_t      fault;
    api_sql_statement_t  statement;

    check_int(parse(pool, "SELECT a,\n  b", &statement, &fault), NGX_OK);

    statement.line = 7;
    statement.column = 20;

    check(api_sql_statement_where(&statement, 7, &line, &column));
    check_int(line, 7);
    check_int(column, 27);

    check(api_sql_statement_where(&statement, 12, &line, &column));
    check_int(line, 8);
    check_int(column, 3);

    check(api_sql_statement_where(&statement, (size_t) NGX_ERROR, &line,
                                  &column));
    check_int(line, 7);
    check_int(column, 20);

    test_note("escapes stand in it");
    statement.column = 0;

    check(!api_sql_statement_where(&statement, 12, &line, &column));
    check_int(line, 2);
    check_int(column, 3);
}


static void
tells_lines_and_columns(ngx_pool_t *pool)
{
    ngx_str_t   source;
    ngx_uint_t  line, column;

    source = test_copy(pool, "a\n\t\xc3\xa9" "b\r\nc\n", 9);

    api_sql_statement_place(&source, 0, &line, &column);
    check_int(line, 1);
    check_int(column, 1);

    api_sql_statement_place(&source, 1, &line, &column);
    check_int(line, 1);
    check_int(column, 2);

    api_sql_statement_place(&source, 2, &line, &column);
    check_int(line, 2);
    check_int(column, 1);

    api_sql_statement_place(&source, 5, &line, &column);
    check_int(line, 2);
    check_int(column, 3);

    api_sql_statement_place(&source, 8, &line, &column);
    check_int(line, 3);
    check_int(column, 1);

    api_sql_statement_place(&source, 9, &line, &column);
    check_int(line, 3);
    check_int(column, 2);

    api_sql_statement_place(&source, 1000, &line, &column);
    check_int(line, 3);
    check_int(column, 2);
}


static void
names_parameters_in_messages(ngx_pool_t *pool)
{
    ngx_str_t             message, out;
    ngx_uint_t            i;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    static const char *const  messages[][2] = {
        { "type of parameter $1", "type of parameter $id" },
        { "at or near \"$2\"", "at or near \"$user.id\"" },
        { "$1 $2$1 $2", "$id $2$1 $user.id" },
        { "$3, $0, $12", "$3, $0, $12" },
        { "$1.", "$id." },
        { "($1, $2)", "($id, $user.id)" },
        { "$1.50, $1,000 and a$1", "$1.50, $1,000 and a$1" },
        { "$1a $$1 $99999999999999999999", "$1a $$1 $99999999999999999999" },
        { "$", "$" },
        { "", "" },
        { "\xc3\xa9$1", "\xc3\xa9$id" },
        { NULL, NULL }
    };

    check_int(parse(pool, "SELECT $id, $user.id", &statement, &fault),
              NGX_OK);

    for (i = 0; messages[i][0] != NULL; i++) {
        test_note("%s", messages[i][0]);

        message = test_copy(pool, messages[i][0], strlen(messages[i][0]));
        out = api_sql_statement_message(pool, &statement, &message);
        check_bytes(out.data, out.len, messages[i][1],
                    strlen(messages[i][1]));
    }

    message = test_str("nothing to replace");
    out = api_sql_statement_message(pool, &statement, &message);
    check(out.data == message.data);
}


static const test_case_t  cases[] = {
    { "maps positions", maps_positions },
    { "says where", says_where },
    { "tells lines and columns", tells_lines_and_columns },
    { "names parameters in messages", names_parameters_in_messages },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
