
#include "sql/state.h"

#include "sql/detail.h"
#include "sql/override.h"
#include "sql/reading.h"
#include "core/buf.h"

#include <libpq-fe.h>


/* failures in one answer: as many as an index may have columns */
#define STATE_FAILURES  32


typedef struct state_row_s  state_row_t;

typedef struct {
    ngx_pool_t                 *pool;
    const struct pg_result     *res;
    const api_sql_statement_t  *statement;   /* may be NULL */
    const state_row_t          *row;
    const char                 *state;       /* "" when there is none */
    api_error_t                *error;
} state_case_t;

typedef void (*state_describe_pt)(state_case_t *c);

struct state_row_s {
    const char                 *prefix;      /* of the SQLSTATE */
    api_error_code_e            code;
    const char                 *keyword;     /* the code of its failures */
    const char                 *detail;
    const char                 *message;     /* of its failures: what the field
                                                is, or must be */
    ngx_uint_t                  retry_after;
    api_sql_fault_e             fault;       /* who may be at fault? */
    state_describe_pt           describe;    /* adds what the server says */
};


static const state_row_t *find_row(const state_case_t *c);
static const ngx_str_t *param_name(const state_case_t *c);
static void describe_key(state_case_t *c);
static void describe_reference(state_case_t *c);
static void describe_check(state_case_t *c);
static void describe_view(state_case_t *c);
static void describe_null(state_case_t *c);
static void describe_value(state_case_t *c);
static void describe_raised(state_case_t *c);
static void describe_status(state_case_t *c);
static void fail_column(state_case_t *c, const ngx_str_t *name);
static void fail(state_case_t *c, const char *in, ngx_str_t name);
static ngx_uint_t number(const char *p, const char **end);
static const char *field(const struct pg_result *res, int code);
static ngx_str_t text(const char *p);
static ngx_str_t copy(ngx_pool_t *pool, const char *p);
static void add_line(api_buf_t *b, const char *p);


static const state_row_t  rows[] = {
#define API_SQL_STATE(prefix, code, keyword, detail, message, retry, fault,   \
                      describe)                                               \
    { prefix, code, keyword, detail, message, retry, fault, describe },
#include "sql/state_list.h"
#undef API_SQL_STATE
};

/* without an SQLSTATE it is libpq that reports a broken connection */

static const state_row_t  row_lost = {
    "", API_ERROR_DATABASE_AWAY, NULL,
    "the database cannot be reached at the moment", NULL,
    1, API_SQL_FAULT_NONE, NULL
};

/* errors with another SQLSTATE that are a value's fault nevertheless */

static const state_row_t  row_value = {
    "", API_ERROR_INVALID, "value", "a value is not valid", "is not valid",
    0, API_SQL_FAULT_VALUE, describe_value
};

/* or perhaps are */

static const state_row_t  row_reading = {
    "", API_ERROR_INVALID, "value", "a value is not valid", "is not valid",
    0, API_SQL_FAULT_READING, describe_value
};


ngx_uint_t
api_sql_state_error(ngx_pool_t *pool, const struct pg_result *res,
    const ngx_array_t *overrides, const api_sql_statement_t *statement,
    api_error_t *e)
{
    state_case_t  c;

    c.pool = pool;
    c.res = res;
    c.statement = statement;
    c.state = field(res, PG_DIAG_SQLSTATE);
    c.error = e;
    c.row = find_row(&c);

    api_error_set(e, c.row->code, c.row->detail);
    e->retry_after = c.row->retry_after;

    if (c.row->describe != NULL) {
        c.row->describe(&c);
    }

    api_sql_override_apply(overrides, field(res, PG_DIAG_CONSTRAINT_NAME),
                           c.state, e);

    return api_error_status(e) >= 500
           || (e->status == 0 && e->code == API_ERROR_FORBIDDEN);
}


api_sql_fault_e
api_sql_state_fault(const struct pg_result *res)
{
    state_case_t  c;

    ngx_memzero(&c, sizeof(state_case_t));

    c.res = res;
    c.state = field(res, PG_DIAG_SQLSTATE);

    return find_row(&c)->fault;
}


void
api_sql_state_failure(const struct pg_result *res, api_failure_t *failure)
{
    state_case_t        c;
    const state_row_t  *row;

    ngx_memzero(&c, sizeof(state_case_t));

    c.res = res;
    c.state = field(res, PG_DIAG_SQLSTATE);

    row = find_row(&c);

    ngx_str_null(&failure->code);
    ngx_str_null(&failure->message);

    if (row->fault == API_SQL_FAULT_VALUE
        || row->fault == API_SQL_FAULT_READING
        || row->fault == API_SQL_FAULT_ZERO)
    {
        failure->code = text(row->keyword);
        failure->message = text(row->message);
    }
}


ngx_uint_t
api_sql_state_param(const struct pg_result *res,
    const api_sql_statement_t *statement)
{
    ngx_uint_t  n;

    n = api_sql_detail_param(field(res, PG_DIAG_CONTEXT));

    return n == 0 || n > statement->params.nelts ? statement->params.nelts
                                                 : n - 1;
}


static const state_row_t *
find_row(const state_case_t *c)
{
    const state_row_t  *row;

    if (*c->state == '\0') {
        return &row_lost;
    }

    row = rows;

    while (ngx_strncmp(c->state, row->prefix, ngx_strlen(row->prefix)) != 0) {
        row++;
    }

    if (*row->prefix != '\0') {
        return row;
    }

    switch (api_sql_reading(c->res)) {

    case API_SQL_READING_VALUE:
        return &row_value;

    case API_SQL_READING_PERHAPS:
        return &row_reading;

    default:
        return row;
    }
}


/* one failure for each column of the key, when all of them have names */

static void
describe_key(state_case_t *c)
{
    ngx_str_t    name;
    const char  *p;

    p = api_sql_detail_key(field(c->res, PG_DIAG_MESSAGE_DETAIL));

    while (p != NULL) {
        p = api_sql_detail_name(p, &name);
        fail_column(c, &name);
    }
}


/* the column says which value refers to a row that does not exist */

static void
describe_reference(state_case_t *c)
{
    switch (api_sql_detail_side(field(c->res, PG_DIAG_MESSAGE_DETAIL),
                                field(c->res, PG_DIAG_TABLE_NAME)))
    {
    case API_SQL_DETAIL_REFERRING:
        c->error->detail = text("this refers to something that does not "
                                "exist");
        describe_key(c);
        break;

    case API_SQL_DETAIL_REFERRED:
        c->error->detail = text("something still refers to this");
        break;

    default:
        break;
    }
}


/*
 * a constraint of a table, or of a domain, which is checked while parameters
 * are read
 */

static void
describe_check(state_case_t *c)
{
    api_buf_t         b;
    ngx_str_t         detail;
    const char       *name;
    const ngx_str_t  *param;

    name = field(c->res, PG_DIAG_CONSTRAINT_NAME);

    if (*name == '\0'
        || api_buf_init(&b, c->pool, 0, NGX_MAX_SIZE_T_VALUE) != NGX_OK)
    {
        return;
    }

    api_buf_add_literal(&b, "this violates the constraint \"");
    api_buf_add(&b, name, ngx_strlen(name));
    api_buf_add_char(&b, '"');

    if (api_buf_string(&b, &detail) != NGX_OK) {
        return;
    }

    c->error->detail = detail;

    param = param_name(c);

    if (param != NULL) {
        fail(c, "param", *param);

    } else {
        fail(c, "constraint", copy(c->pool, name));
    }
}


/* which view, is in the message alone, see api_sql_said_view() */

static void
describe_view(state_case_t *c)
{
    ngx_str_t  none;

    ngx_str_null(&none);
    fail(c, "view", none);
}


static void
describe_null(state_case_t *c)
{
    ngx_str_t  name;

    name = text(field(c->res, PG_DIAG_COLUMN_NAME));

    if (name.len != 0) {
        fail_column(c, &name);
        return;
    }

    /* a domain that must not be null */
    describe_value(c);
}


static void
describe_value(state_case_t *c)
{
    const ngx_str_t  *param;

    param = param_name(c);

    if (param != NULL) {
        fail(c, "param", *param);
    }
}


/*
 * The parameter whose own text was read when it failed, or NULL: the server
 * says which in the context, since 14.
 */

static const ngx_str_t *
param_name(const state_case_t *c)
{
    ngx_uint_t              n;
    const api_sql_param_t  *param;

    if (c->statement == NULL) {
        return NULL;
    }

    n = api_sql_state_param(c->res, c->statement);
    param = c->statement->params.elts;

    return n < c->statement->params.nelts ? &param[n].name : NULL;
}


static void
describe_raised(state_case_t *c)
{
    c->error->detail = copy(c->pool, field(c->res, PG_DIAG_MESSAGE_PRIMARY));
}


/* RAISE … USING ERRCODE = 'PT404' */

static void
describe_status(state_case_t *c)
{
    const char  *end;
    ngx_uint_t   status;

    status = number(c->state + 2, &end);

    if (*end != '\0' || status < 400 || status > 599) {
        return;
    }

    api_error_ask(c->error, status);
    describe_raised(c);
}


static void
fail_column(state_case_t *c, const ngx_str_t *name)
{
    ngx_str_t  column;

    column.len = name->len;
    column.data = ngx_pstrdup(c->pool, (ngx_str_t *) (uintptr_t) name);

    if (column.data != NULL) {
        fail(c, "column", column);
    }
}


/* without memory the answer says less */

static void
fail(state_case_t *c, const char *in, ngx_str_t name)
{
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    failure.in = text(in);
    failure.field = name;
    failure.code = text(c->row->keyword);
    failure.message = text(c->row->message);

    if (api_error_fail(c->pool, &c->error->failures, STATE_FAILURES, &failure)
        != NGX_OK)
    {
        c->error->failures = NULL;
    }
}


ngx_str_t
api_sql_state_message(ngx_pool_t *pool, const struct pg_result *res,
    const api_sql_statement_t *statement)
{
    api_buf_t    b;
    ngx_str_t    message;
    const char  *state, *hint;

    if (api_buf_init(&b, pool, 256, NGX_MAX_SIZE_T_VALUE) != NGX_OK) {
        return text("out of memory");
    }

    state = field(res, PG_DIAG_SQLSTATE);
    hint = field(res, PG_DIAG_MESSAGE_HINT);

    if (*state == '\0') {
        add_line(&b, PQresultErrorMessage(res));

    } else {
        add_line(&b, field(res, PG_DIAG_SEVERITY_NONLOCALIZED));
        api_buf_add_char(&b, ' ');
        add_line(&b, state);
        api_buf_add_literal(&b, ": ");
        add_line(&b, field(res, PG_DIAG_MESSAGE_PRIMARY));
    }

    if (*hint != '\0') {
        api_buf_add_literal(&b, "; HINT ");
        add_line(&b, hint);
    }

    /* neither detail nor context: they quote rows and statements */

    if (api_buf_string(&b, &message) != NGX_OK) {
        return text("out of memory");
    }

    return statement == NULL
           ? message : api_sql_statement_message(pool, statement, &message);
}


ngx_uint_t
api_sql_state_is_bound(const struct pg_result *res,
    const api_sql_bound_t *bound)
{
    return api_sql_state_is_bounds(res)
           && api_sql_bound_is_meant(bound,
                                     field(res, PG_DIAG_MESSAGE_PRIMARY),
                                     field(res, PG_DIAG_MESSAGE_DETAIL));
}


ngx_uint_t
api_sql_state_is_bounds(const struct pg_result *res)
{
    const char  *state;

    state = field(res, PG_DIAG_SQLSTATE);

    return ngx_strcmp(state, "22001") == 0 || ngx_strcmp(state, "22003") == 0
           || ngx_strcmp(state, "22026") == 0;
}


size_t
api_sql_state_offset(const struct pg_result *res,
    const api_sql_statement_t *statement)
{
    const char  *end, *position;

    position = field(res, PG_DIAG_STATEMENT_POSITION);

    if (statement == NULL || *position == '\0') {
        return (size_t) NGX_ERROR;
    }

    return api_sql_statement_offset(statement, number(position, &end));
}


/* one line in a log: a character that would end it becomes a space */

static void
add_line(api_buf_t *b, const char *p)
{
    size_t  len;

    len = ngx_strlen(p);

    while (len != 0 && (u_char) p[len - 1] <= ' ') {
        len--;
    }

    for ( /* void */ ; len != 0; len--, p++) {
        api_buf_add_char(b, (u_char) *p < ' ' ? ' ' : (u_char) *p);
    }
}


/* up to nine digits */

static ngx_uint_t
number(const char *p, const char **end)
{
    ngx_uint_t  i, n;

    n = 0;

    for (i = 0; i < 9 && *p >= '0' && *p <= '9'; i++, p++) {
        n = n * 10 + (ngx_uint_t) (*p - '0');
    }

    *end = p;

    return n;
}


/* a field of the error, "" where the server sent none */

static const char *
field(const struct pg_result *res, int code)
{
    const char  *p;

    p = PQresultErrorField(res, code);

    return p != NULL ? p : "";
}


/* without a copy: for constants, and for what is copied later */

static ngx_str_t
text(const char *p)
{
    ngx_str_t  s;

    s.data = (u_char *) (uintptr_t) p;
    s.len = ngx_strlen(p);

    return s;
}


static ngx_str_t
copy(ngx_pool_t *pool, const char *p)
{
    ngx_str_t  s;

    s = text(p);

    s.data = ngx_pstrdup(pool, &s);
    if (s.data == NULL) {
        s.len = 0;
    }

    return s;
}
