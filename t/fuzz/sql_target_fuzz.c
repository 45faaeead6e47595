
/*
 * Where a statement writes its parameters to: each target has a parameter of
 * the statement, a column or its number, and a table, all of them taken from
 * the text.  White space changes nothing.
 */


#include "core/buf.h"
#include "fuzz.h"
#include "sql/lexer.h"
#include "sql/statement.h"
#include "sql/target.h"


static void check_target(const api_sql_statement_t *statement,
    const api_sql_target_t *target);
static ngx_str_t spaced(ngx_pool_t *pool, const ngx_str_t *source);
static void check_same(ngx_pool_t *pool, const ngx_array_t *targets,
    const ngx_str_t *source);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t             source, other;
    ngx_uint_t            i;
    ngx_pool_t           *pool;
    ngx_array_t           targets;
    api_sql_fault_t       fault;
    api_sql_target_t     *target;
    api_sql_statement_t   statement;

    pool = fuzz_pool();
    source = fuzz_copy(pool, data, size);

    ngx_memzero(&statement, sizeof(statement));

    if (api_sql_statement_parse(pool, &source, &statement, &fault) == NGX_OK) {

        fuzz_check(api_sql_target_find(pool, &statement, 0, &targets)
                   == NGX_OK);

        target = targets.elts;

        for (i = 0; i < targets.nelts; i++) {
            check_target(&statement, &target[i]);
        }

        other = spaced(pool, &source);
        check_same(pool, &targets, &other);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
check_target(const api_sql_statement_t *statement,
    const api_sql_target_t *target)
{
    size_t  len;

    len = statement->source.len;

    fuzz_check(target->param < statement->params.nelts);
    fuzz_check(target->how <= API_SQL_ITEM_PLAIN);
    fuzz_check(!target->sure && target->bound.kind == API_SQL_BOUND_NONE);

    fuzz_check((target->position == 0) == (target->column.len != 0));
    fuzz_check(target->position <= len && target->column.len <= len);

    fuzz_check(target->table.len != 0 && target->table.len <= len);
    fuzz_check(target->relation.len <= target->table.len);
}


/* in each gap between two tokens a comment */

static ngx_str_t
spaced(ngx_pool_t *pool, const ngx_str_t *source)
{
    size_t           behind;
    api_buf_t        b;
    ngx_str_t        text;
    api_sql_lexer_t  lexer;

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 20) == NGX_OK);

    api_sql_lexer_init(&lexer, source);
    behind = 0;

    while (api_sql_lexer_next(&lexer) == NGX_OK
           && lexer.token != API_SQL_TOKEN_END)
    {
        if (lexer.start != behind) {
            api_buf_add(&b, "\n/* $x( */\t", 11);
        }

        behind = api_scan_offset(&lexer.in);
        api_buf_add(&b, source->data + lexer.start, behind - lexer.start);
    }

    fuzz_check(api_buf_string(&b, &text) == NGX_OK);

    return text;
}


static void
check_same(ngx_pool_t *pool, const ngx_array_t *targets,
    const ngx_str_t *source)
{
    ngx_uint_t            i;
    ngx_array_t           others;
    api_sql_fault_t       fault;
    api_sql_target_t     *one, *two;
    api_sql_statement_t   statement;

    ngx_memzero(&statement, sizeof(statement));

    fuzz_check(api_sql_statement_parse(pool, source, &statement, &fault)
               == NGX_OK);
    fuzz_check(api_sql_target_find(pool, &statement, 0, &others) == NGX_OK);
    fuzz_check(others.nelts == targets->nelts);

    one = targets->elts;
    two = others.elts;

    for (i = 0; i < others.nelts; i++) {
        fuzz_check(one[i].param == two[i].param && one[i].how == two[i].how);
        fuzz_check(one[i].position == two[i].position);
        fuzz_check(one[i].perhaps == two[i].perhaps);
        fuzz_check(api_str_equal(&one[i].table, &two[i].table));
        fuzz_check(one[i].position != 0
                   || api_str_equal(&one[i].column, &two[i].column));
    }
}
