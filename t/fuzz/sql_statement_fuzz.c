
/*
 * SQL with $name: what is refused has a reason and a place in the source; what
 * is taken has each name once, and every place of the text leads to one of the
 * source, in order.  White space is as good as a comment.
 */


#include "core/buf.h"
#include "core/scan.h"
#include "fuzz.h"
#include "sql/lexer.h"
#include "sql/statement.h"


#define BLANK    " "
#define COMMENT  " /*;$x'*/ "
#define INSIDE   "/*;"


static void check_statement(ngx_pool_t *pool,
    const api_sql_statement_t *statement);
static void check_blanks(ngx_pool_t *pool, const ngx_str_t *source,
    const api_sql_statement_t *statement);
static ngx_str_t respaced(ngx_pool_t *pool, const ngx_str_t *source,
    const char *between);
static ngx_str_t uncommented(ngx_pool_t *pool, const ngx_str_t *text);


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
        check_blanks(pool, &source, &statement);

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
            fuzz_check(!params[j].null || params[i].null);
            fuzz_check(params[j].null != params[i].null
                       || !api_str_equal(&params[i].name, &params[j].name));
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


static void
check_blanks(ngx_pool_t *pool, const ngx_str_t *source,
    const api_sql_statement_t *statement)
{
    ngx_str_t               blanks, comments, one, two;
    ngx_uint_t              i;
    api_sql_fault_t         fault;
    api_sql_statement_t     a, b;
    const api_sql_param_t  *params, *x, *y;

    for (i = 0; i + sizeof(INSIDE) - 1 <= source->len; i++) {

        /* its own could not be told from ours */
        if (memcmp(source->data + i, INSIDE, sizeof(INSIDE) - 1) == 0) {
            return;
        }
    }

    ngx_memzero(&a, sizeof(a));
    ngx_memzero(&b, sizeof(b));

    blanks = respaced(pool, source, BLANK);
    comments = respaced(pool, source, COMMENT);

    fuzz_check(api_sql_statement_parse(pool, &blanks, &a, &fault) == NGX_OK);
    fuzz_check(api_sql_statement_parse(pool, &comments, &b, &fault)
               == NGX_OK);

    one = uncommented(pool, &a.text);
    two = uncommented(pool, &b.text);
    fuzz_check(one.len == two.len
               && memcmp(one.data, two.data, one.len) == 0);

    fuzz_check(a.params.nelts == statement->params.nelts);
    fuzz_check(b.params.nelts == statement->params.nelts);

    params = statement->params.elts;
    x = a.params.elts;
    y = b.params.elts;

    for (i = 0; i < a.params.nelts; i++) {
        fuzz_check(api_str_equal(&params[i].name, &x[i].name));
        fuzz_check(api_str_equal(&params[i].name, &y[i].name));
    }
}


/* each gap between two tokens is the same now */

static ngx_str_t
respaced(ngx_pool_t *pool, const ngx_str_t *source, const char *between)
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
            api_buf_add(&b, between, strlen(between));
        }

        behind = api_scan_offset(&lexer.in);
        api_buf_add(&b, source->data + lexer.start, behind - lexer.start);
    }

    fuzz_check(api_buf_string(&b, &text) == NGX_OK);

    return text;
}


static ngx_str_t
uncommented(ngx_pool_t *pool, const ngx_str_t *text)
{
    api_buf_t      b;
    ngx_str_t      out;
    const u_char  *p, *end;

    fuzz_check(api_buf_init(&b, pool, 0, 1 << 20) == NGX_OK);
    end = text->data + text->len;

    for (p = text->data; p < end; /* void */ ) {

        if ((size_t) (end - p) >= sizeof(COMMENT) - 1
            && memcmp(p, COMMENT, sizeof(COMMENT) - 1) == 0)
        {
            api_buf_add(&b, BLANK, sizeof(BLANK) - 1);
            p += sizeof(COMMENT) - 1;

        } else {
            api_buf_add_char(&b, *p++);
        }
    }

    fuzz_check(api_buf_string(&b, &out) == NGX_OK);

    return out;
}
