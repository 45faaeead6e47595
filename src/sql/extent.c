
#include "sql/extent.h"
#include "sql/said.h"

#include "core/buf.h"
#include "core/scan.h"


/* what a type may be as long as, and more */
#define EXTENT_MOST  100000000


static void set(ngx_str_t *out, const char *text);
static ngx_int_t set_length(ngx_pool_t *pool, api_sql_extent_t *extent,
    const char *message, ngx_uint_t exactly);
static ngx_int_t set_precision(ngx_pool_t *pool, api_sql_extent_t *extent,
    const char *detail);
static void set_type(api_sql_extent_t *extent, const char *message);
static ngx_uint_t number(const char **p, int *n);
static const char *copy(ngx_pool_t *pool, const char *text);


ngx_int_t
api_sql_extent(ngx_pool_t *pool, const struct pg_result *res,
    ngx_uint_t writes, api_sql_extent_t *extent)
{
    const char  *message;

    ngx_memzero(extent, sizeof(api_sql_extent_t));

    extent->state = copy(pool, api_sql_said_state(res));
    extent->place = copy(pool, api_sql_said_place(res));

    if (extent->state == NULL || extent->place == NULL) {
        return NGX_ERROR;
    }

    /* one row, however many the expression has */

    set(&extent->before, "SELECT pg_catalog.count(x) FROM (SELECT (");
    set(&extent->behind, ")) q (x)");

    message = api_sql_said_message(res);

    if (ngx_strcmp(extent->state, "22001") == 0) {
        return set_length(pool, extent, message, 0);
    }

    if (ngx_strcmp(extent->state, "22026") == 0) {
        return set_length(pool, extent, message, 1);
    }

    if (ngx_strcmp(extent->state, "22003") != 0 || !writes) {
        return NGX_OK;
    }

    if (*api_sql_said_detail(res) != '\0') {
        return set_precision(pool, extent, api_sql_said_detail(res));
    }

    set_type(extent, message);

    return NGX_OK;
}


ngx_int_t
api_sql_extent_ask(ngx_pool_t *pool, const api_sql_extent_t *extent,
    const ngx_str_t *expression, ngx_str_t *out)
{
    api_buf_t  b;

    if (api_buf_init(&b, pool, extent->before.len + expression->len
                               + extent->behind.len + 1,
                     NGX_MAX_SIZE_T_VALUE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    api_buf_add_str(&b, &extent->before);
    api_buf_add_str(&b, expression);
    api_buf_add_str(&b, &extent->behind);

    return api_buf_string(&b, out);
}


/*
 * "… character varying(20)", in whatever language: an explicit cast would cut
 * the text, so it is measured, and too long a one is told by dividing by zero.
 */

static ngx_int_t
set_length(ngx_pool_t *pool, api_sql_extent_t *extent, const char *message,
    ngx_uint_t exactly)
{
    int          n;
    api_buf_t    b;
    const char  *open, *last;

    last = NULL;

    for (open = message; *open != '\0'; open++) {
        if (*open == '(' && api_scan_is_digit((u_char) open[1])) {
            last = open + 1;
        }
    }

    if (last == NULL || !number(&last, &n)) {
        return NGX_OK;
    }

    if (api_buf_init(&b, pool, 128, 256) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_literal(&b, ")) q (x) WHERE pg_catalog.length("
                        "pg_catalog.rtrim(x::text, ' ')) ");

    if (exactly) {
        api_buf_add_literal(&b, "<> ");

    } else {
        api_buf_add_literal(&b, "> ");
    }

    api_buf_add_uint(&b, (uint64_t) n);

    if (api_buf_string(&b, &extent->behind) != NGX_OK) {
        return NGX_ERROR;
    }

    set(&extent->before,
        "SELECT 1 / (pg_catalog.count(x) = 0)::pg_catalog.int4"
        " FROM (SELECT (");

    extent->state = "22012";
    extent->place = "int4div";

    return NGX_OK;
}


/* "A field with precision 4, scale 2 must …" */

static ngx_int_t
set_precision(ngx_pool_t *pool, api_sql_extent_t *extent, const char *detail)
{
    int        precision, scale;
    api_buf_t  b;

    if (!number(&detail, &precision) || !number(&detail, &scale)
        || precision < 1 || precision > 1000)
    {
        return NGX_OK;
    }

    if (api_buf_init(&b, pool, 64, 128) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_literal(&b, ")::pg_catalog.numeric(");
    api_buf_add_uint(&b, (uint64_t) precision);
    api_buf_add_char(&b, ',');

    if (scale < 0) {
        api_buf_add_char(&b, '-');
    }

    api_buf_add_uint(&b, (uint64_t) (scale < 0 ? -scale : scale));
    api_buf_add_literal(&b, ")) q (x)");

    if (api_buf_string(&b, &extent->behind) != NGX_OK) {
        return NGX_ERROR;
    }

    extent->casts = 1;

    return NGX_OK;
}


/* "smallint out of range": the names of types are not translated */

static void
set_type(api_sql_extent_t *extent, const char *message)
{
    extent->casts = 1;

    if (ngx_strstr(message, "smallint") != NULL) {
        set(&extent->behind, ")::pg_catalog.int2) q (x)");

    } else if (ngx_strstr(message, "bigint") != NULL) {
        set(&extent->behind, ")::pg_catalog.int8) q (x)");

    } else if (ngx_strstr(message, "integer") != NULL) {
        set(&extent->behind, ")::pg_catalog.int4) q (x)");

    } else {
        extent->casts = 0;
    }
}


/* the next one in the text; 0: there is none */

static ngx_uint_t
number(const char **p, int *n)
{
    int          negative;
    const char  *q;

    for (q = *p; *q != '\0' && !api_scan_is_digit((u_char) *q); q++) {
        /* void */
    }

    if (*q == '\0') {
        return 0;
    }

    negative = (q > *p && q[-1] == '-');

    for (*n = 0; api_scan_is_digit((u_char) *q); q++) {
        if (*n < EXTENT_MOST) {
            *n = *n * 10 + (*q - '0');
        }
    }

    if (negative) {
        *n = -*n;
    }

    *p = q;

    return 1;
}


static void
set(ngx_str_t *out, const char *text)
{
    out->data = (u_char *) (uintptr_t) text;
    out->len = ngx_strlen(text);
}


static const char *
copy(ngx_pool_t *pool, const char *text)
{
    ngx_str_t   s;
    u_char     *p;

    set(&s, text);

    p = ngx_pnalloc(pool, s.len + 1);
    if (p != NULL) {
        ngx_memcpy(p, s.data, s.len + 1);
    }

    return (const char *) p;
}
