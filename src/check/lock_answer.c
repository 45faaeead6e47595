
#include "check/lock_file.h"


/* our own OIDs, in order, for types that are not built in */
#define ANSWER_OID    0x80000000u

/* those of databases begin with FirstNormalObjectId: ours are below */
#define ANSWER_USERS  16384


static ngx_int_t lock_statement(api_check_t *check,
    api_check_statement_t *st, const api_check_lock_block_t *block);
static ngx_int_t lock_param(api_check_t *check,
    api_check_statement_t *st, const ngx_str_t *rest, ngx_uint_t given);
static ngx_int_t lock_stores(api_check_t *check,
    api_check_statement_t *st, ngx_str_t *rest);
static ngx_int_t lock_rule(api_check_t *check,
    api_check_statement_t *st, ngx_str_t *rest,
    ngx_uint_t names);
static ngx_str_t lock_first(const ngx_str_t *line);
static ngx_int_t lock_column(api_check_t *check,
    api_check_statement_t *st, ngx_str_t *rest);
static ngx_int_t lock_types(api_check_t *check, const ngx_array_t *blocks);
static ngx_int_t lock_type(api_check_t *check, api_sql_inferred_t *type,
    const api_check_lock_block_t *block);
static api_sql_inferred_t *lock_find_type(const api_check_t *check,
    const ngx_str_t *name);
static ngx_int_t lock_unquote(ngx_pool_t *pool, ngx_str_t *line,
    ngx_str_t *out);


ngx_int_t
api_check_lock_answer(api_check_t *check, const ngx_array_t *blocks)
{
    ngx_int_t                      rc;
    ngx_uint_t                     i;
    api_check_lock_block_t         like;
    const api_check_lock_block_t  *block;

    rc = lock_types(check, blocks);

    for (i = 0; i < check->nstatements && rc == NGX_OK; i++) {

        ngx_memzero(&like, sizeof(api_check_lock_block_t));

        if (api_check_lock_head(check->pool, check->statements[i].sql,
                                &like.head)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        block = api_check_lock_find(blocks, &like);

        if (block != NULL) {
            rc = lock_statement(check, &check->statements[i], block);
        }
    }

    return rc;
}


static ngx_int_t
lock_statement(api_check_t *check, api_check_statement_t *st,
    const api_check_lock_block_t *block)
{
    size_t      n;
    ngx_int_t   rc;
    ngx_str_t   left, row;

    n = (st->sql->params.nelts + 1) * sizeof(unsigned);

    st->oids = ngx_pcalloc(check->pool, n);
    st->attempt.given = ngx_pcalloc(check->pool, n);
    st->stored = ngx_pcalloc(check->pool, (st->targets->nelts + 1)
                                          * sizeof(api_check_stored_t));

    if (st->oids == NULL || st->attempt.given == NULL || st->stored == NULL
        || ngx_array_init(&st->columns, check->pool, 8,
                          sizeof(api_check_column_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_OK;
    left = block->body;

    while (rc == NGX_OK && api_check_lock_line(&left, &row)) {
        row.data += 4;
        row.len -= 4;

        if (api_check_lock_word(&row, "param ")) {
            rc = lock_param(check, st, &row, 0);

        } else if (api_check_lock_word(&row, "told ")) {
            rc = lock_param(check, st, &row, 1);

        } else if (api_check_lock_word(&row, "stores ")) {
            rc = lock_stores(check, st, &row);

        } else if (api_check_lock_word(&row, "check ")) {
            rc = lock_rule(check, st, &row, 1);

        } else if (api_check_lock_word(&row, "table ")) {
            rc = lock_rule(check, st, &row, 0);

        } else if (api_check_lock_word(&row, "column ")) {
            rc = lock_column(check, st, &row);

        } else if (api_check_lock_word(&row, "writes")) {
            st->writes = 1;

        } else if (api_check_lock_word(&row, "locks")) {
            st->locks = 1;

        } else if (api_check_lock_word(&row, "moves ")) {
            st->moves = 1;

        } else if (!api_check_lock_word(&row, "route ")) {
            return NGX_DECLINED;
        }
    }

    st->prepared = (rc == NGX_OK);

    return rc;
}


/*
 * "id uuid"; when told, "id" alone; or with the OID of a built-in type where
 * that is not the declared one
 */

static ngx_int_t
lock_param(api_check_t *check, api_check_statement_t *st,
    const ngx_str_t *rest, ngx_uint_t given)
{
    ngx_int_t               oid;
    ngx_str_t               name, type;
    ngx_uint_t              i;
    const api_sql_param_t  *param;
    api_sql_inferred_t     *found;

    name = lock_first(rest);
    param = st->sql->params.elts;

    for (i = 0; i < st->sql->params.nelts; i++) {
        if (api_str_equal(&param[i].name, &name)) {
            break;
        }
    }

    if (i == st->sql->params.nelts) {
        return NGX_DECLINED;
    }

    if (name.len == rest->len) {
        st->attempt.given[i] = given ? (unsigned) param[i].declared : 0;
        return given ? NGX_OK : NGX_DECLINED;
    }

    type.data = rest->data + name.len + 1;
    type.len = rest->len - name.len - 1;

    if (given) {
        oid = ngx_atoi(type.data, type.len);
        st->attempt.given[i] = (unsigned) oid;

        return (oid > 0 && oid < ANSWER_USERS) ? NGX_OK : NGX_DECLINED;
    }

    found = lock_find_type(check, &type);

    if (found == NULL) {
        return NGX_DECLINED;
    }

    st->oids[i] = found->oid;

    return NGX_OK;
}


static ngx_str_t
lock_first(const ngx_str_t *line)
{
    ngx_str_t  word;

    word = *line;
    word.len = 0;

    while (word.len < line->len && line->data[word.len] != ' ') {
        word.len++;
    }

    return word;
}


/* 'nick "users" "name" character varying(20)'; the type may be missing */

static ngx_int_t
lock_stores(api_check_t *check, api_check_statement_t *st,
    ngx_str_t *rest)
{
    ngx_str_t                name, table, column;
    ngx_uint_t               i;
    const api_sql_param_t   *param;
    const api_sql_target_t  *target;

    name = lock_first(rest);
    rest->data += name.len;
    rest->len -= name.len;

    if (!api_check_lock_word(rest, " ")
        || lock_unquote(check->pool, rest, &table) != NGX_OK
        || !api_check_lock_word(rest, " ")
        || lock_unquote(check->pool, rest, &column) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    (void) api_check_lock_word(rest, " ");

    param = st->sql->params.elts;
    target = st->targets->elts;

    for (i = 0; i < st->targets->nelts; i++) {

        if (api_str_equal(&param[target[i].param].name, &name)
            && api_str_equal(&target[i].table, &table)
            && (target[i].position != 0
                || api_str_equal(&target[i].column, &column))
            && st->stored[i].column.len == 0)
        {
            st->stored[i].column = column;
            st->stored[i].type = *rest;
            break;
        }
    }

    return NGX_OK;
}


/*
 * '"users" "users_name_check" "name"'; for a table without constraints
 * '"users"'
 */

static ngx_int_t
lock_rule(api_check_t *check, api_check_statement_t *st,
    ngx_str_t *rest, ngx_uint_t names)
{
    api_check_constraint_t  *rule;

    if (st->rules == NULL) {
        st->rules = ngx_array_create(check->pool, 4,
                                     sizeof(api_check_constraint_t));
    }

    rule = st->rules ? ngx_array_push(st->rules) : NULL;

    if (rule == NULL) {
        return NGX_ERROR;
    }

    ngx_str_null(&rule->name);
    ngx_str_null(&rule->column);

    if (lock_unquote(check->pool, rest, &rule->relation) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (names
        && (!api_check_lock_word(rest, " ")
            || lock_unquote(check->pool, rest, &rule->name) != NGX_OK
            || !api_check_lock_word(rest, " ")
            || lock_unquote(check->pool, rest, &rule->column) != NGX_OK))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
lock_column(api_check_t *check, api_check_statement_t *st,
    ngx_str_t *rest)
{
    ngx_int_t            rc;
    api_sql_inferred_t  *found;
    api_check_column_t  *column;

    column = ngx_array_push(&st->columns);
    if (column == NULL) {
        return NGX_ERROR;
    }

    rc = lock_unquote(check->pool, rest, &column->name);

    if (rc != NGX_OK || !api_check_lock_word(rest, " ")) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_DECLINED;
    }

    found = lock_find_type(check, rest);

    if (found == NULL) {
        return NGX_DECLINED;
    }

    column->oid = found->oid;

    return NGX_OK;
}


static ngx_int_t
lock_types(api_check_t *check, const ngx_array_t *blocks)
{
    ngx_int_t                      rc;
    ngx_uint_t                     i;
    api_sql_inferred_t            *type;
    const api_check_lock_block_t  *block;

    if (ngx_array_init(&check->types, check->pool, 32,
                       sizeof(api_sql_inferred_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    block = blocks->elts;

    for (i = 0; i < blocks->nelts; i++) {

        if (ngx_strncmp(block[i].head.data, "type ", 5) != 0) {
            continue;
        }

        type = ngx_array_push(&check->types);
        if (type == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(type, sizeof(api_sql_inferred_t));

        type->name.data = block[i].head.data + 5;
        type->name.len = block[i].head.len - 5;
        type->oid = ANSWER_OID + (unsigned) check->types.nelts;
    }

    type = check->types.elts;
    rc = NGX_OK;

    for (i = 0; i < blocks->nelts && rc == NGX_OK; i++) {
        if (ngx_strncmp(block[i].head.data, "type ", 5) == 0) {
            rc = lock_type(check, type++, &block[i]);
        }
    }

    return rc;
}


static ngx_int_t
lock_type(api_check_t *check, api_sql_inferred_t *type,
    const api_check_lock_block_t *block)
{
    ngx_int_t   n;
    ngx_str_t   left, row, *label;

    left = block->body;

    while (api_check_lock_line(&left, &row)) {
        row.data += 4;
        row.len -= 4;

        if (api_check_lock_word(&row, "oid ")) {
            n = ngx_atoi(row.data, row.len);

            if (n < 1 || n >= ANSWER_USERS) {
                return NGX_DECLINED;
            }

            type->oid = (unsigned) n;

        } else if (api_check_lock_word(&row, "category ") && row.len == 1) {
            type->category = row.data[0];

        } else if (api_check_lock_word(&row, "domain ")) {
            type->domain = 1;
            type->referred = lock_find_type(check, &row);

        } else if (api_check_lock_word(&row, "items  ")) {
            type->referred = lock_find_type(check, &row);

        } else if (api_check_lock_word(&row, "stands ")) {
            type->stands = row;

        } else if (api_check_lock_word(&row, "label ")) {

            if (type->labels == NULL) {
                type->labels = ngx_array_create(check->pool, 4,
                                                sizeof(ngx_str_t));
            }

            label = type->labels ? ngx_array_push(type->labels) : NULL;

            if (label == NULL) {
                return NGX_ERROR;
            }

            n = lock_unquote(check->pool, &row, label);

            if (n != NGX_OK) {
                return n;
            }

        } else {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


static api_sql_inferred_t *
lock_find_type(const api_check_t *check, const ngx_str_t *name)
{
    ngx_uint_t           i;
    api_sql_inferred_t  *type;

    type = check->types.elts;

    for (i = 0; i < check->types.nelts; i++) {
        if (api_str_equal(&type[i].name, name)) {
            return &type[i];
        }
    }

    return NULL;
}


static ngx_int_t
lock_unquote(ngx_pool_t *pool, ngx_str_t *line, ngx_str_t *out)
{
    u_char      *p, *end;
    ngx_uint_t   escaped;

    if (!api_check_lock_word(line, "\"")) {
        return NGX_DECLINED;
    }

    out->data = ngx_pnalloc(pool, line->len + 1);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    out->len = 0;
    end = line->data + line->len;

    for (p = line->data; p < end && *p != '"'; p++) {

        escaped = (*p == '\\');

        if (escaped && ++p == end) {
            break;
        }

        out->data[out->len++] = (escaped && *p == 'n') ? LF : *p;
    }

    if (p == end) {
        return NGX_DECLINED;
    }

    line->len = (size_t) (end - p - 1);
    line->data = p + 1;

    return NGX_OK;
}
