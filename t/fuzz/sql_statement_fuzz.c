
/*
 * SQL with $name: what is refused has a reason and a place in the source; what
 * is taken has each name once, and every place of the text leads to one of the
 * source, in order.
 */


#include "core/scan.h"
#include "fuzz.h"
#include "sql/statement.h"


static void check_statement(ngx_pool_t *pool,
    const api_sql_statement_t *statement);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t             rc;
    ngx_str_t             source;
    ngx_uint_t            line, column;
    ngx_pool_t           *pool;
    api_sql_fault_t       fault;
    api_sql_statement_t   statement;

    pool = fuzz_pool();
    source = fuzz_copy(pool, data, size);

    ngx_memzero(&statement, sizeof(statement));
    ngx_memzero(&fault, sizeof(fault));

    rc = api_sql_statement_parse(pool, &source, &statement, &fault);

    if (rc == NGX_OK) {
        check_statement(pool, &statement);

    } else {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(fault.why != NULL && strlen(fault.why) > 10);
        fuzz_check(fault.offset <= size);

        api_sql_statement_place(&source, fault.offset, &line, &column);
        fuzz_check(line >= 1 && column >= 1);
    }

    ngx_destroy_pool(pool);

    return 0;
}


static void
check_statement(ngx_pool_t *pool, const api_sql_statement_t *statement)
{
    size_t                  offset, last;
    ngx_str_t               message;
    ngx_uint_t              i, j, n;
    const api_sql_param_t  *params;

    fuzz_check(statement->text.data[statement->text.len] == '\0');
    fuzz_check(memchr(statement->text.data, '\0', statement->text.len)
               == NULL);

    params = statement->params.elts;

    for (i = 0; i < statement->params.nelts; i++) {
        offset = params[i].offset;

        fuzz_check(offset + params[i].name.len < statement->source.len);
        fuzz_check(statement->source.data[offset] == '$');
        fuzz_check(memcmp(statement->source.data + offset + 1,
                          params[i].name.data, params[i].name.len)
                   == 0);

        for (j = 0; j < i; j++) {
            fuzz_check(!api_str_equal(&params[i].name, &params[j].name));
        }
    }

    n = api_scan_utf8_length(statement->text.data,
                             statement->text.data + statement->text.len);
    last = 0;

    for (i = 1; i <= n; i++) {
        offset = api_sql_statement_offset(statement, i);
        fuzz_check(offset < statement->source.len && offset >= last);
        last = offset;
    }

    message = api_sql_statement_message(pool, statement, &statement->text);
    fuzz_check(message.data != NULL);
}
