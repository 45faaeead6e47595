
#include "check/lock_file.h"
#include "auth/digest.h"
#include "core/buf.h"


/* OIDs of all databases: FirstNormalObjectId */
#define LOCK_USERS  16384


static ngx_int_t lock_print_statement(const api_check_t *check,
    const api_check_statement_t *st, api_buf_t *b);
static void lock_print_columns(const api_check_statement_t *st,
    api_buf_t *b);
static void lock_print_type(const api_check_t *check,
    const api_sql_inferred_t *type, api_buf_t *b);
static void lock_name(const api_check_t *check, unsigned oid,
    api_buf_t *b);
static void lock_quote(const ngx_str_t *text, api_buf_t *b);
static int ngx_libc_cdecl lock_by_route(const void *one, const void *two);
static int ngx_libc_cdecl lock_by_name(const void *one, const void *two);
static int lock_compare(const ngx_str_t *a, const ngx_str_t *b);


ngx_int_t
api_check_lock_print(const api_check_t *check, ngx_str_t *text)
{
    size_t                      i;
    api_buf_t                   b;
    const api_sql_inferred_t  **type, *types;
    api_check_statement_t     **st;

    st = ngx_palloc(check->pool, (check->nstatements + 1) * sizeof(void *));
    type = ngx_palloc(check->pool, (check->types.nelts + 1) * sizeof(void *));

    if (st == NULL || type == NULL
        || api_buf_init(&b, check->pool, 4096, NGX_MAX_INT_T_VALUE) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < check->nstatements; i++) {
        st[i] = &check->statements[i];
    }

    types = check->types.elts;

    for (i = 0; i < check->types.nelts; i++) {
        type[i] = &types[i];
    }

    ngx_qsort(st, check->nstatements, sizeof(void *), lock_by_route);
    ngx_qsort((void *) type, check->types.nelts, sizeof(void *), lock_by_name);

    api_buf_add_literal(&b, "# What PostgreSQL says of the statements of "
                        "nginx.conf.  Written by\n# API_LOCK=write nginx -t, "
                        "compared by nginx -t, used where no database is.\n");

    for (i = 0; i < check->nstatements; i++) {
        if (st[i]->prepared && !st[i]->repeats
            && lock_print_statement(check, st[i], &b) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < check->types.nelts; i++) {
        lock_print_type(check, type[i], &b);
    }

    return api_buf_string(&b, text);
}


static ngx_int_t
lock_print_statement(const api_check_t *check,
    const api_check_statement_t *st, api_buf_t *b)
{
    ngx_str_t                  head;
    ngx_uint_t                 i;
    const api_sql_param_t     *param;
    const api_check_column_t  *column;

    if (api_check_lock_head(check->pool, st->sql, &head) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_char(b, '\n');
    api_buf_add_str(b, &head);
    api_buf_add_literal(b, "\n    route ");
    lock_quote(&st->name, b);

    param = st->sql->params.elts;

    for (i = 0; i < st->sql->params.nelts; i++) {

        if (param[i].null) {
            continue;
        }

        api_buf_add_literal(b, "\n    param ");
        api_buf_add_str(b, &param[i].name);
        api_buf_add_char(b, ' ');
        lock_name(check, st->oids[i], b);

        if (st->attempt.given != NULL && st->attempt.given[i]) {
            api_buf_add_literal(b, "\n    told ");
            api_buf_add_str(b, &param[i].name);

            if (st->attempt.given[i] != (unsigned) param[i].declared) {
                api_buf_add_char(b, ' ');
                api_buf_add_uint(b, st->attempt.given[i]);
            }
        }
    }

    lock_print_columns(st, b);

    column = st->columns.elts;

    for (i = 0; i < st->columns.nelts; i++) {
        api_buf_add_literal(b, "\n    column ");
        lock_quote(&column[i].name, b);
        api_buf_add_char(b, ' ');
        lock_name(check, column[i].oid, b);
    }

    if (st->writes) {
        api_buf_add_literal(b, "\n    writes");
    }

    if (st->locks) {
        api_buf_add_literal(b, "\n    locks");
    }

    if (st->moves) {
        api_buf_add_literal(b, "\n    moves a sequence");
    }

    api_buf_add_char(b, '\n');

    return NGX_OK;
}


static void
lock_print_columns(const api_check_statement_t *st, api_buf_t *b)
{
    ngx_uint_t                     i;
    api_sql_bound_t                bound;
    const api_sql_param_t         *param;
    const api_sql_target_t        *target;
    const api_check_constraint_t  *rule;
    const api_check_stored_t      *stored;

    param = st->sql->params.elts;
    target = st->targets->elts;
    stored = st->stored;

    for (i = 0; stored != NULL && i < st->targets->nelts; i++) {

        if (stored[i].column.len == 0
            || (target[i].position == 0
                && !api_sql_bound_read(&stored[i].type, &bound)))
        {
            continue;
        }

        api_buf_add_literal(b, "\n    stores ");
        api_buf_add_str(b, &param[target[i].param].name);
        api_buf_add_char(b, ' ');
        lock_quote(&target[i].table, b);
        api_buf_add_char(b, ' ');
        lock_quote(&stored[i].column, b);
        api_buf_add_char(b, ' ');
        api_buf_add_str(b, &stored[i].type);
    }

    rule = st->rules ? st->rules->elts : NULL;

    for (i = 0; rule != NULL && i < st->rules->nelts; i++) {

        if (rule[i].column.len == 0) {
            api_buf_add_literal(b, "\n    table ");
            lock_quote(&rule[i].relation, b);
            continue;
        }

        api_buf_add_literal(b, "\n    check ");
        lock_quote(&rule[i].relation, b);
        api_buf_add_char(b, ' ');
        lock_quote(&rule[i].name, b);
        api_buf_add_char(b, ' ');
        lock_quote(&rule[i].column, b);
    }
}


static void
lock_print_type(const api_check_t *check, const api_sql_inferred_t *type,
    api_buf_t *b)
{
    ngx_str_t   *label;
    ngx_uint_t   i;

    api_buf_add_literal(b, "\ntype ");
    api_buf_add_str(b, &type->name);

    if (type->oid < LOCK_USERS) {
        api_buf_add_literal(b, "\n    oid ");
        api_buf_add_uint(b, type->oid);
    }

    api_buf_add_literal(b, "\n    category ");
    api_buf_add_char(b, type->category);

    if (type->reference) {
        api_buf_add(b, type->domain ? "\n    domain " : "\n    items  ", 12);
        lock_name(check, type->reference, b);
    }

    if (type->stands.len != 0) {
        api_buf_add_literal(b, "\n    stands ");
        api_buf_add_str(b, &type->stands);
    }

    label = type->labels ? type->labels->elts : NULL;

    for (i = 0; type->labels != NULL && i < type->labels->nelts; i++) {
        api_buf_add_literal(b, "\n    label ");
        lock_quote(&label[i], b);
    }

    api_buf_add_char(b, '\n');
}


static void
lock_name(const api_check_t *check, unsigned oid, api_buf_t *b)
{
    const api_sql_inferred_t  *type;

    type = api_check_type(check, oid);

    if (type != NULL) {
        api_buf_add_str(b, &type->name);

    } else {
        api_buf_add_literal(b, "???");
    }
}


static void
lock_quote(const ngx_str_t *text, api_buf_t *b)
{
    size_t  i;

    api_buf_add_char(b, '"');

    for (i = 0; i < text->len; i++) {

        if (text->data[i] == '"' || text->data[i] == '\\') {
            api_buf_add_char(b, '\\');
        }

        if (text->data[i] == LF) {
            api_buf_add_literal(b, "\\n");

        } else {
            api_buf_add_char(b, text->data[i]);
        }
    }

    api_buf_add_char(b, '"');
}


static int ngx_libc_cdecl
lock_by_route(const void *one, const void *two)
{
    int                           rc;
    const api_check_statement_t  *a, *b;

    a = *(api_check_statement_t *const *) one;
    b = *(api_check_statement_t *const *) two;

    rc = lock_compare(&a->name, &b->name);

    /* in the order of the route */

    return rc ? rc : (a < b) ? -1 : (a > b);
}


static int ngx_libc_cdecl
lock_by_name(const void *one, const void *two)
{
    const api_sql_inferred_t  *a, *b;

    a = *(api_sql_inferred_t *const *) one;
    b = *(api_sql_inferred_t *const *) two;

    return lock_compare(&a->name, &b->name);
}


static int
lock_compare(const ngx_str_t *a, const ngx_str_t *b)
{
    int  rc;

    rc = memcmp(a->data, b->data, ngx_min(a->len, b->len));

    return rc ? rc : (a->len < b->len) ? -1 : (a->len > b->len);
}


ngx_int_t
api_check_lock_head(ngx_pool_t *pool, const api_sql_statement_t *sql,
    ngx_str_t *head)
{
    char  hex[API_AUTH_DIGEST_SIZE + 1];

    api_auth_digest(&sql->text, hex);

    head->len = sizeof("statement ") - 1 + API_AUTH_DIGEST_SIZE;
    head->data = ngx_pnalloc(pool, head->len);

    if (head->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(head->data, "statement %*s",
                       (size_t) API_AUTH_DIGEST_SIZE, hex);

    return NGX_OK;
}


ngx_int_t
api_check_lock_split(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_array_t *blocks, ngx_uint_t *line)
{
    ngx_str_t                left, row;
    api_check_lock_block_t  *block;

    if (ngx_array_init(blocks, pool, 64, sizeof(api_check_lock_block_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    left = *text;
    block = NULL;

    for (*line = 1; api_check_lock_line(&left, &row); (*line)++) {

        if (row.len == 0 || row.data[0] == '#') {
            block = NULL;
            continue;
        }

        if (row.len > 4 && ngx_memcmp(row.data, "    ", 4) == 0
            && block != NULL)
        {
            if (block->body.len == 0) {
                block->body.data = row.data;
            }

            block->body.len = (size_t) (row.data + row.len
                                        - block->body.data);

            row.data += 4;
            row.len -= 4;

            if (api_check_lock_word(&row, "route ")) {
                block->route = row;
            }

            continue;
        }

        if (ngx_strncmp(row.data, "statement ", 10) != 0
            && ngx_strncmp(row.data, "type ", 5) != 0)
        {
            return NGX_DECLINED;
        }

        block = ngx_array_push(blocks);
        if (block == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(block, sizeof(api_check_lock_block_t));
        block->head = row;
    }

    return NGX_OK;
}


ngx_uint_t
api_check_lock_line(ngx_str_t *text, ngx_str_t *line)
{
    u_char  *end;

    if (text->len == 0) {
        return 0;
    }

    end = memchr(text->data, LF, text->len);

    line->data = text->data;
    line->len = end ? (size_t) (end - text->data) : text->len;

    text->data += line->len + (end ? 1 : 0);
    text->len -= line->len + (end ? 1 : 0);

    if (line->len > 0 && line->data[line->len - 1] == CR) {
        line->len--;
    }

    return 1;
}


const api_check_lock_block_t *
api_check_lock_find(const ngx_array_t *blocks,
    const api_check_lock_block_t *like)
{
    ngx_uint_t                     i;
    const api_check_lock_block_t  *block;

    block = blocks->elts;

    for (i = 0; i < blocks->nelts; i++) {
        if (api_str_equal(&block[i].head, &like->head)
            && (like->route.len == 0
                || api_str_equal(&block[i].route, &like->route)))
        {
            return &block[i];
        }
    }

    return NULL;
}


ngx_uint_t
api_check_lock_word(ngx_str_t *line, const char *word)
{
    size_t  len;

    len = ngx_strlen(word);

    if (line->len < len || ngx_memcmp(line->data, word, len) != 0) {
        return 0;
    }

    line->data += len;
    line->len -= len;

    return 1;
}
