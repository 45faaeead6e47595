
/*
 * A script of SQL: a fault has a reason and a place; statements come in order,
 * each begins where something stands; what is allowed inside of a transaction
 * is allowed without one; blanking the modes of one leaves as many statements.
 */


#include "fuzz.h"
#include "sql/script.h"
#include "sql/script_modes.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t            offset, last;
    ngx_int_t         rc;
    ngx_str_t         text, copy;
    ngx_uint_t        n, k;
    ngx_pool_t       *pool;
    api_sql_fault_t   fault;

    pool = fuzz_pool();
    text = fuzz_copy(pool, data, size);

    if (api_sql_script_text(&text, &fault) != NGX_OK) {
        fuzz_check(fault.offset < size && fault.why != NULL);
        ngx_destroy_pool(pool);
        return 0;
    }

    rc = api_sql_script_check(&text, 1, &fault);

    if (rc == NGX_OK) {
        fuzz_check(api_sql_script_check(&text, 0, &fault) == NGX_OK);

    } else {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(fault.why != NULL && strlen(fault.why) > 10);
        fuzz_check(fault.offset <= size);
    }

    last = 0;

    for (n = 0; api_sql_script_find(&text, n, &offset) == NGX_OK; n++) {
        fuzz_check(offset < size && (n == 0 || offset > last));
        fuzz_check(strchr(" \t\n\r\f\v;", data[offset]) == NULL);
        last = offset;
    }

    fuzz_check(n <= size);

    copy = fuzz_copy(pool, data, size);
    api_sql_script_modes(&copy);

    for (k = 0; api_sql_script_find(&copy, k, &offset) == NGX_OK; k++) {
        /* void */
    }

    fuzz_check(copy.len == size && k == n);
    (void) api_sql_script_all_constraints(&text);
    (void) api_sql_script_is_index(&text, last);

    fuzz_check(api_sql_script_offset(&text, size + 2) == size);

    ngx_destroy_pool(pool);

    return 0;
}
