
#include "schema/check.h"
#include "core/buf.h"


/* values of an enum that a sentence names */
#define FAIL_VALUES  20


static ngx_uint_t add(api_schema_check_t *c, const api_schema_path_t *path,
    const char *code, const char *keyword, const ngx_str_t *limit,
    api_buf_t *message);
static ngx_uint_t start(api_schema_check_t *c, api_buf_t *message);
static ngx_uint_t is_known(const api_schema_check_t *c,
    const api_failure_t *failure);
static ngx_int_t set_place(api_schema_check_t *c, api_schema_failed_t *failed,
    const api_schema_path_t *path);
static void write_pointer(api_buf_t *b, const api_schema_path_t *path);
static void write_value(api_buf_t *b, const api_json_t *value);
static ngx_uint_t can_be_named(const api_schema_values_t *values);
static int compare(const api_schema_failed_t *a,
    const api_schema_failed_t *b);
static void set_text(ngx_str_t *s, const char *text);


ngx_uint_t
api_schema_fail(api_schema_check_t *c, const api_schema_path_t *path,
    const char *code, const char *keyword, const char *before,
    const ngx_str_t *middle, const char *after)
{
    api_buf_t  b;

    if (!start(c, &b)) {
        return 0;
    }

    api_buf_add(&b, before, ngx_strlen(before));

    if (middle != NULL) {
        api_buf_add_str(&b, middle);
    }

    api_buf_add(&b, after, ngx_strlen(after));

    return add(c, path, code, keyword, NULL, &b);
}


ngx_uint_t
api_schema_fail_limit(api_schema_check_t *c, const api_schema_path_t *path,
    const char *code, const char *keyword, const char *before,
    const ngx_str_t *limit)
{
    api_buf_t  b;

    if (!start(c, &b)) {
        return 0;
    }

    api_buf_add(&b, before, ngx_strlen(before));
    api_buf_add_str(&b, limit);

    return add(c, path, code, keyword, limit, &b);
}


ngx_uint_t
api_schema_fail_count(api_schema_check_t *c, const api_schema_path_t *path,
    const char *code, const char *keyword, const char *before, size_t count,
    const char *unit, const char *after)
{
    api_buf_t  b;
    ngx_str_t  limit;

    if (!start(c, &b)) {
        return 0;
    }

    api_buf_add_uint(&b, count);

    if (api_buf_string(&b, &limit) != NGX_OK || !start(c, &b)) {
        c->broken = 1;
        return 0;
    }

    api_buf_add(&b, before, ngx_strlen(before));
    api_buf_add_str(&b, &limit);
    api_buf_add_char(&b, ' ');
    api_buf_add(&b, unit, ngx_strlen(unit));

    if (count != 1) {
        api_buf_add_char(&b, 's');
    }

    api_buf_add(&b, after, ngx_strlen(after));

    return add(c, path, code, keyword, &limit, &b);
}


ngx_uint_t
api_schema_fail_type(api_schema_check_t *c, const api_schema_path_t *path,
    const char *code, const char *keyword, ngx_uint_t types)
{
    api_buf_t            b;
    ngx_uint_t           i, left;
    static const struct {
        ngx_uint_t   bits;
        const char  *name;
    } names[] = {
        { API_SCHEMA_STRING, "a string" },
        { API_SCHEMA_NUMBER, "a number" },
        { API_SCHEMA_INTEGER, "an integer" },
        { API_SCHEMA_FRACTION, "a number with a fraction" },
        { API_SCHEMA_BOOLEAN, "true or false" },
        { API_SCHEMA_ARRAY, "an array" },
        { API_SCHEMA_OBJECT, "an object" },
        { API_SCHEMA_NULL, "null" }
    };

    if (!start(c, &b)) {
        return 0;
    }

    api_buf_add_literal(&b, "must be ");
    left = types;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        if ((left & names[i].bits) != names[i].bits) {
            continue;
        }

        if (left != types) {
            api_buf_add(&b, left == names[i].bits ? " or " : ", ",
                        left == names[i].bits ? 4 : 2);
        }

        api_buf_add(&b, names[i].name, ngx_strlen(names[i].name));
        left &= ~names[i].bits;
    }

    if (types == 0) {
        api_buf_add_literal(&b, "left out: no value is allowed");
    }

    return add(c, path, code, keyword, NULL, &b);
}


ngx_uint_t
api_schema_fail_values(api_schema_check_t *c, const api_schema_path_t *path,
    const char *code, const char *keyword, const api_schema_values_t *values)
{
    api_buf_t   b;
    ngx_uint_t  i;

    if (!can_be_named(values)) {
        return api_schema_fail(c, path, code, keyword,
                               values->count == 1
                               ? "must be the only allowed value"
                               : "must be one of the allowed values",
                               NULL, "");
    }

    if (!start(c, &b)) {
        return 0;
    }

    if (values->count == 1) {
        api_buf_add_literal(&b, "must be ");

    } else {
        api_buf_add_literal(&b, "must be one of: ");
    }

    for (i = 0; i < values->count; i++) {
        if (i != 0) {
            api_buf_add_literal(&b, ", ");
        }

        write_value(&b, &values->items[i]);
    }

    return add(c, path, code, keyword, NULL, &b);
}


/* are they few, and each a word or a number? */

static ngx_uint_t
can_be_named(const api_schema_values_t *values)
{
    ngx_uint_t         i;
    const api_json_t  *value;

    if (values->count == 0 || values->count > FAIL_VALUES) {
        return 0;
    }

    for (i = 0; i < values->count; i++) {
        value = &values->items[i];

        if (value->type == API_JSON_ARRAY || value->type == API_JSON_OBJECT
            || value->text.len > API_ERROR_KEY
            || (value->type == API_JSON_STRING && value->text.len == 0))
        {
            return 0;
        }
    }

    return 1;
}


static void
write_value(api_buf_t *b, const api_json_t *value)
{
    switch (value->type) {
    case API_JSON_NULL:
        api_buf_add_literal(b, "null");
        break;
    case API_JSON_TRUE:
        api_buf_add_literal(b, "true");
        break;
    case API_JSON_FALSE:
        api_buf_add_literal(b, "false");
        break;
    default:
        api_buf_add_str(b, &value->text);
    }
}


ngx_uint_t
api_schema_fail_full(const api_schema_check_t *c)
{
    return c->broken || c->stopped
           || (c->failed != NULL && c->failed->nelts >= API_ERROR_FAILURES);
}


static ngx_uint_t
start(api_schema_check_t *c, api_buf_t *message)
{
    if (!c->collect || api_schema_fail_full(c)) {
        return 0;
    }

    if (api_buf_init(message, c->pool, 64, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        c->broken = 1;
        return 0;
    }

    return 1;
}


static ngx_uint_t
add(api_schema_check_t *c, const api_schema_path_t *path, const char *code,
    const char *keyword, const ngx_str_t *limit, api_buf_t *message)
{
    api_buf_t             pointer;
    api_failure_t         failure;
    api_schema_failed_t  *failed;

    c->broken = 1;

    ngx_memzero(&failure, sizeof(api_failure_t));
    ngx_str_set(&failure.in, "body");

    if (limit != NULL) {
        failure.limit = *limit;
    }

    set_text(&failure.code, code);
    set_text(&failure.keyword, keyword);

    if (api_buf_init(&pointer, c->pool, 64, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return 0;
    }

    write_pointer(&pointer, path);

    if (api_buf_string(&pointer, &failure.field) != NGX_OK
        || api_buf_string(message, &failure.message) != NGX_OK)
    {
        return 0;
    }

    if (c->failed == NULL) {
        c->failed = ngx_array_create(c->pool, 4, sizeof(api_schema_failed_t));
        if (c->failed == NULL) {
            return 0;
        }
    }

    if (is_known(c, &failure)) {
        c->broken = 0;
        return 0;
    }

    failed = ngx_array_push(c->failed);

    if (failed != NULL) {
        failed->failure = failure;
        c->broken = (set_place(c, failed, path) != NGX_OK);
    }

    return 0;
}


/* two schemas may report the same for one place */

static ngx_uint_t
is_known(const api_schema_check_t *c, const api_failure_t *failure)
{
    ngx_uint_t                  i;
    const api_schema_failed_t  *failed;

    failed = c->failed->elts;

    for (i = 0; i < c->failed->nelts; i++) {
        if (api_str_equal(&failed[i].failure.field, &failure->field)
            && api_str_equal(&failed[i].failure.code, &failure->code)
            && api_str_equal(&failed[i].failure.message, &failure->message))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
set_place(api_schema_check_t *c, api_schema_failed_t *failed,
    const api_schema_path_t *path)
{
    ngx_uint_t                n;
    const api_schema_path_t  *p;

    for (n = 0, p = path; p != NULL; p = p->up) {
        n++;
    }

    failed->nplaces = n;
    failed->places = ngx_palloc(c->pool, (n + 1) * sizeof(uint32_t));

    if (failed->places == NULL) {
        return NGX_ERROR;
    }

    for (p = path; p != NULL; p = p->up) {
        failed->places[--n] = (uint32_t) p->index;
    }

    return NGX_OK;
}


/* a failure found later at the same place comes after */

ngx_int_t
api_schema_fail_list(api_schema_check_t *c, ngx_array_t **failures)
{
    ngx_uint_t            i, n;
    api_schema_failed_t  *failed, moved;

    failed = c->failed->elts;

    for (i = 1; i < c->failed->nelts; i++) {
        moved = failed[i];

        for (n = i; n > 0 && compare(&failed[n - 1], &moved) > 0; n--) {
            failed[n] = failed[n - 1];
        }

        failed[n] = moved;
    }

    for (i = 0; i < c->failed->nelts; i++) {
        if (api_error_fail(c->pool, failures, API_ERROR_FAILURES,
                           &failed[i].failure) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static int
compare(const api_schema_failed_t *a, const api_schema_failed_t *b)
{
    ngx_uint_t  i;

    for (i = 0; i < a->nplaces && i < b->nplaces; i++) {
        if (a->places[i] != b->places[i]) {
            return a->places[i] < b->places[i] ? -1 : 1;
        }
    }

    return (int) a->nplaces - (int) b->nplaces;
}


static void
write_pointer(api_buf_t *b, const api_schema_path_t *path)
{
    if (path == NULL) {
        return;
    }

    write_pointer(b, path->up);

    if (path->key != NULL) {
        api_error_add_key(b, path->key);

    } else {
        api_buf_add_char(b, '/');
        api_buf_add_uint(b, path->index);
    }
}


static void
set_text(ngx_str_t *s, const char *text)
{
    s->data = api_unconst(text);
    s->len = ngx_strlen(text);
}
