
#include "sql/statement.h"

#include "sql/foreign.h"
#include "sql/lexer.h"
#include "sql/list.h"
#include "sql/null.h"
#include "sql/utility.h"
#include "core/buf.h"
#include "core/scan.h"


/* a parameter: where it stands in the rewritten text and in the source */
typedef struct {
    size_t            text;
    size_t            text_len;
    size_t            source;
    size_t            source_len;
} statement_move_t;

typedef struct {
    ngx_pool_t           *pool;
    api_sql_lexer_t       lexer;
    api_sql_statement_t  *statement;
    api_sql_fault_t      *fault;
    api_buf_t             out;
    size_t                copied;     /* bytes of the source in out */
    api_sql_list_t        list;
    api_sql_null_t        null;
    api_sql_foreign_t     foreign;
    unsigned              into:1;     /* INTO may follow the last token */
} statement_parser_t;


static ngx_int_t check_bytes(const ngx_str_t *source,
    api_sql_fault_t *fault);
static ngx_int_t number_params(statement_parser_t *p);
static ngx_int_t rewrite(statement_parser_t *p);
static ngx_int_t next(statement_parser_t *p);
static ngx_int_t check_first(statement_parser_t *p);
static ngx_int_t check_into(statement_parser_t *p);
static ngx_int_t add_param(statement_parser_t *p);
static ngx_int_t param_number(statement_parser_t *p, ngx_uint_t null,
    ngx_uint_t *number);
static void copy_source(statement_parser_t *p, size_t end);
static ngx_int_t check_end(statement_parser_t *p);
static ngx_int_t refuse(statement_parser_t *p, size_t offset,
    const char *why);
static ngx_uint_t message_param(const api_sql_statement_t *statement,
    const ngx_str_t *message, size_t at, size_t *len);


ngx_int_t
api_sql_statement_parse(ngx_pool_t *pool, const ngx_str_t *source,
    api_sql_statement_t *statement, api_sql_fault_t *fault)
{
    ngx_int_t           rc;
    statement_parser_t  p;

    if (check_bytes(source, fault) != NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_memzero(&p, sizeof(statement_parser_t));
    p.pool = pool;
    p.statement = statement;
    p.fault = fault;
    api_sql_lexer_init(&p.lexer, source);

    statement->source = *source;

    if (ngx_array_init(&statement->params, pool, 4, sizeof(api_sql_param_t))
            != NGX_OK
        || ngx_array_init(&statement->moves, pool, 4,
                          sizeof(statement_move_t))
               != NGX_OK
        || api_buf_init(&p.out, pool, source->len, NGX_MAX_SIZE_T_VALUE)
               != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = number_params(&p);

    if (rc == NGX_OK) {
        rc = rewrite(&p);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    rc = api_buf_string(&p.out, &statement->text);

    statement->sent = statement->text;

    return rc;
}


/*
 * Tokens whose place tells a type come first: lookups by name find those.
 * Faults are left for the second pass.
 */

static ngx_int_t
number_params(statement_parser_t *p)
{
    ngx_int_t        rc;
    ngx_uint_t       number;
    api_sql_null_t   null;
    api_sql_lexer_t  start;

    rc = NGX_OK;
    start = p->lexer;
    ngx_memzero(&null, sizeof(api_sql_null_t));

    while (rc == NGX_OK && api_sql_lexer_next(&p->lexer) == NGX_OK
           && p->lexer.token != API_SQL_TOKEN_END)
    {
        api_sql_null_token(&null, &p->lexer);

        if (p->lexer.token == API_SQL_TOKEN_PARAM
            && !api_sql_null_is_asked(&null, &p->lexer))
        {
            rc = param_number(p, 0, &number);
        }
    }

    p->lexer = start;

    return rc;
}


static ngx_int_t
rewrite(statement_parser_t *p)
{
    size_t       end;
    ngx_int_t    rc;
    const char  *why;

    rc = next(p);
    if (rc == NGX_OK) {
        rc = check_first(p);
    }

    /* what follows the last token is left out: a text that ends in a comment
       could not be put into another statement */
    end = 0;

    while (rc == NGX_OK && p->lexer.token != API_SQL_TOKEN_END
           && p->lexer.token != API_SQL_TOKEN_SEMICOLON)
    {
        end = api_scan_offset(&p->lexer.in);

        api_sql_list_token(&p->list, &p->lexer);
        api_sql_null_token(&p->null, &p->lexer);

        rc = p->lexer.token == API_SQL_TOKEN_PARAM ? add_param(p)
                                                   : check_into(p);

        why = api_sql_foreign(&p->foreign, &p->lexer);

        if (rc == NGX_OK && why != NULL) {
            rc = refuse(p, p->lexer.start, why);
        }

        if (rc == NGX_OK) {
            rc = next(p);
        }
    }

    if (rc != NGX_OK) {
        return rc;
    }

    copy_source(p, end);

    return check_end(p);
}


static ngx_int_t
check_bytes(const ngx_str_t *source, api_sql_fault_t *fault)
{
    size_t         len;
    const u_char  *p, *end;

    end = source->data + source->len;

    for (p = source->data; p < end; p += len) {
        len = api_scan_utf8(p, end);

        if (len == 0 || *p == '\0') {
            fault->offset = (size_t) (p - source->data);
            fault->why = len == 0
                         ? "this byte is not UTF-8: save the text as UTF-8"
                         : "a NUL byte cannot be in a statement: remove it";

            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


static ngx_int_t
next(statement_parser_t *p)
{
    if (api_sql_lexer_next(&p->lexer) != NGX_OK) {
        return refuse(p, p->lexer.offset, p->lexer.why);
    }

    return NGX_OK;
}


static ngx_int_t
check_first(statement_parser_t *p)
{
    const char  *why;

    switch (p->lexer.token) {

    case API_SQL_TOKEN_END:
    case API_SQL_TOKEN_SEMICOLON:
        return refuse(p, p->lexer.start,
                      "there is no statement: write one, as SELECT 1");

    default:
        break;
    }

    why = api_sql_utility(&p->lexer);

    return why ? refuse(p, p->lexer.start, why) : NGX_OK;
}


/*
 * SELECT … INTO makes a table, which neither its description nor its plan
 * tells.  The word is reserved: elsewhere it is behind INSERT or MERGE, or a
 * column's name behind AS or a dot.
 */

static ngx_int_t
check_into(statement_parser_t *p)
{
    ngx_uint_t  may;

    static const char *const  before_into[] = {
        "INSERT", "MERGE", "AS", NULL
    };

    may = p->into;
    p->into = 0;

    if (p->lexer.token != API_SQL_TOKEN_WORD) {
        p->into = (p->lexer.in.pos[-1] == '.');
        return NGX_OK;
    }

    if (!may && api_sql_lexer_is(&p->lexer, "INTO")) {
        return refuse(p, p->lexer.start, "SELECT INTO makes a table, and a "
                      "route cannot change the schema: write INSERT INTO and "
                      "the SELECT behind it");
    }

    p->into = (api_sql_lexer_in(&p->lexer, before_into) != 0);

    return NGX_OK;
}


static ngx_int_t
add_param(statement_parser_t *p)
{
    ngx_int_t          rc;
    ngx_uint_t         number, null;
    statement_move_t  *move;

    null = api_sql_null_is_asked(&p->null, &p->lexer);

    rc = param_number(p, null, &number);
    if (rc != NGX_OK) {
        return rc;
    }

    copy_source(p, p->lexer.start);

    move = ngx_array_push(&p->statement->moves);
    if (move == NULL) {
        return NGX_ERROR;
    }

    move->source = p->lexer.start;
    move->source_len = p->lexer.name.len + 1;
    move->text = api_buf_len(&p->out);

    api_buf_add_char(&p->out, '$');
    api_buf_add_uint(&p->out, number);

    if (null) {
        api_buf_add_literal(&p->out, "::text");

    } else if (p->lexer.name.data[p->lexer.name.len - 1] == '?') {
        /* a select list would make it text */
        api_buf_add_literal(&p->out, "::bool");

    } else if ((api_str_is(&p->lexer.name, "body")
                || api_str_is(&p->lexer.name, "jwt"))
               && api_sql_list_is_item(&p->list, &p->lexer))
    {
        api_buf_add_literal(&p->out, "::jsonb");
    }

    move->text_len = api_buf_len(&p->out) - move->text;
    p->copied = move->source + move->source_len;

    return NGX_OK;
}


static ngx_int_t
param_number(statement_parser_t *p, ngx_uint_t null, ngx_uint_t *number)
{
    ngx_uint_t        i;
    ngx_array_t      *params;
    api_sql_param_t  *param;

    params = &p->statement->params;
    param = params->elts;

    for (i = 0; i < params->nelts; i++) {
        if (param[i].null == null
            && api_str_equal(&param[i].name, &p->lexer.name))
        {
            *number = i + 1;
            return NGX_OK;
        }
    }

    if (params->nelts == API_SQL_PARAMS) {
        return refuse(p, p->lexer.start, "a statement has at most 1000 "
                      "parameters: pass an array or $body instead");
    }

    param = ngx_array_push(params);
    if (param == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(param, sizeof(api_sql_param_t));

    param->name = p->lexer.name;
    param->offset = p->lexer.start;
    param->null = (null != 0);

    *number = params->nelts;

    return NGX_OK;
}


static void
copy_source(statement_parser_t *p, size_t end)
{
    if (end > p->copied) {
        api_buf_add(&p->out, p->statement->source.data + p->copied,
                    end - p->copied);
        p->copied = end;
    }
}


/* behind the statement: nothing, or semicolons */

static ngx_int_t
check_end(statement_parser_t *p)
{
    ngx_int_t  rc;

    while (p->lexer.token == API_SQL_TOKEN_SEMICOLON) {
        rc = next(p);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (p->lexer.token != API_SQL_TOKEN_END) {
        return refuse(p, p->lexer.start, "a second statement: one api_query "
                      "holds one, several api_query are one transaction");
    }

    return NGX_OK;
}


static ngx_int_t
refuse(statement_parser_t *p, size_t offset, const char *why)
{
    p->fault->offset = offset;
    p->fault->why = why;

    return NGX_DECLINED;
}


size_t
api_sql_statement_offset(const api_sql_statement_t *statement,
    ngx_uint_t position)
{
    size_t                   len, offset;
    ngx_uint_t               i;
    const u_char            *p, *end;
    const statement_move_t  *move;

    p = statement->text.data;
    end = p + statement->text.len;

    for (i = 1 + statement->sent.len - statement->text.len;
         i < position && p < end;
         i++)
    {
        len = api_scan_utf8(p, end);
        p += len ? len : 1;
    }

    offset = (size_t) (p - statement->text.data);
    move = statement->moves.elts;

    for (i = statement->moves.nelts; i > 0; i--) {
        if (offset < move[i - 1].text) {
            continue;
        }

        move = &move[i - 1];

        if (offset < move->text + move->text_len) {
            return move->source;
        }

        return offset - move->text - move->text_len
               + move->source + move->source_len;
    }

    return offset;
}


void
api_sql_statement_place(const ngx_str_t *source, size_t offset,
    ngx_uint_t *line, ngx_uint_t *column)
{
    const u_char  *p, *start, *end;

    start = source->data;
    end = start + ngx_min(offset, source->len);

    *line = 1;

    for (p = start; p < end; p++) {
        if (*p == '\n') {
            (*line)++;
            start = p + 1;
        }
    }

    *column = api_scan_utf8_length(start, end) + 1;
}


ngx_uint_t
api_sql_statement_where(const api_sql_statement_t *statement, size_t offset,
    ngx_uint_t *line, ngx_uint_t *column)
{
    if (offset == (size_t) NGX_ERROR) {
        offset = 0;
    }

    api_sql_statement_place(&statement->source, offset, line, column);

    if (statement->column == 0) {
        return 0;
    }

    if (*line == 1) {
        *column += statement->column - 1;
    }

    *line += statement->line - 1;

    return 1;
}


ngx_str_t
api_sql_statement_message(ngx_pool_t *pool,
    const api_sql_statement_t *statement, const ngx_str_t *message)
{
    size_t            at, len;
    ngx_str_t         out;
    api_buf_t         b;
    ngx_uint_t        n, replaced;
    api_sql_param_t  *param;

    if (api_buf_init(&b, pool, 0, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return *message;
    }

    param = statement->params.elts;
    replaced = 0;

    for (at = 0; at < message->len; at += len) {
        n = message_param(statement, message, at, &len);

        if (n == 0) {
            api_buf_add(&b, message->data + at, len);
            continue;
        }

        api_buf_add_char(&b, '$');
        api_buf_add_str(&b, &param[n - 1].name);
        replaced = 1;
    }

    if (!replaced || api_buf_string(&b, &out) != NGX_OK) {
        return *message;
    }

    return out;
}


/*
 * The number of the parameter named here, or 0; *len: bytes to pass over.
 * "$1.50" and "a$1" are no parameters.
 */

static ngx_uint_t
message_param(const api_sql_statement_t *statement, const ngx_str_t *message,
    size_t at, size_t *len)
{
    int         before, ch;
    ngx_str_t   rest;
    ngx_uint_t  n;
    api_scan_t  in;

    *len = 1;

    before = at ? message->data[at - 1] : -1;

    rest.data = message->data + at;
    rest.len = message->len - at;
    api_scan_init(&in, &rest);

    if (!api_scan_accept(&in, "$") || api_scan_is_name(before)
        || before == '$')
    {
        return 0;
    }

    n = 0;

    for ( ;; ) {
        ch = api_scan_peek(&in, 0);

        if (ch < '0' || ch > '9' || n > API_SQL_PARAMS) {
            break;
        }

        n = n * 10 + (ngx_uint_t) (ch - '0');
        in.pos++;
    }

    if (api_scan_is_name(ch) || ch == '$' || n > statement->params.nelts) {
        return 0;
    }

    ch = (ch == '.' || ch == ',') ? api_scan_peek(&in, 1) : -1;
    if (n == 0 || (ch >= '0' && ch <= '9')) {
        return 0;
    }

    *len = api_scan_offset(&in);

    return n;
}
