
#include "http/attribute.h"
#include "http/member.h"
#include "sql/columns.h"
#include "sql/detail.h"
#include "sql/evidence.h"
#include "sql/said.h"
#include "sql/state.h"


/* objects in objects that are looked at */
#define ATTRIBUTE_DEPTH  API_JSON_DEPTH


/* how a value may be known: whichever finds one alone, the surest first */
typedef enum {
    ATTRIBUTE_QUOTED = 0,
    ATTRIBUTE_TYPED,           /* of a type that the server names */
    ATTRIBUTE_SIZED,           /* too large for it */
    ATTRIBUTE_WAYS
} attribute_way_e;

typedef struct {
    const api_http_query_t  *query;
    const struct pg_result  *res;
    attribute_way_e          way;
    ngx_uint_t               found;
    ngx_uint_t               depth;
    const api_json_t        *key;       /* of the object's member that it is,
                                           or is in; NULL: none */
    ngx_uint_t               path[ATTRIBUTE_DEPTH];
    ngx_uint_t               at[ATTRIBUTE_DEPTH];     /* of the last found */
    ngx_uint_t               nat;
} attribute_t;


static const api_json_t *follow(const api_json_t *value, ngx_str_t pointer);
static ngx_uint_t is_segment(const ngx_str_t *segment, const ngx_str_t *key);
static void look(attribute_t *a, const api_json_t *value);
static ngx_uint_t is_meant(const attribute_t *a, const api_json_t *value);
static ngx_uint_t is_typed(const attribute_t *a);
static void lengthen(const attribute_t *a, ngx_pool_t *pool,
    const api_json_t *value, api_failure_t *failure);


void
api_http_attribute(const api_http_ctx_t *ctx, const api_http_query_t *query,
    const struct pg_result *res, api_failure_t *failure)
{
    attribute_t        a;
    ngx_pool_t        *temporary;
    const api_json_t  *value;

    if (!api_str_is(&failure->in, "body")
        || api_str_is(&failure->code, "required")
        || (api_sql_said_inner(res)
            && !api_sql_detail_param(api_sql_said_context(res))))
    {
        return;
    }

    temporary = ngx_create_pool(4096, ctx->request->connection->log);
    if (temporary == NULL) {
        return;
    }

    ngx_memzero(&a, sizeof(attribute_t));

    a.query = query;
    a.res = res;

    value = follow(api_http_member_body(ctx, temporary), failure->field);

    if (value != NULL && value->count != 0) {

        for (a.way = ATTRIBUTE_QUOTED; a.way < ATTRIBUTE_WAYS; a.way++) {

            a.found = 0;
            look(&a, value);

            if (a.found != 0) {
                break;
            }
        }

        if (a.found == 1) {
            lengthen(&a, ctx->request->pool, value, failure);
        }
    }

    ngx_destroy_pool(temporary);
}


static const api_json_t *
follow(const api_json_t *value, ngx_str_t pointer)
{
    ngx_str_t    segment;
    ngx_uint_t   i;

    while (value != NULL && pointer.len != 0) {

        if (value->type != API_JSON_OBJECT) {
            return NULL;
        }

        pointer.data++;
        pointer.len--;

        for (segment = pointer, segment.len = 0;
             segment.len < pointer.len && segment.data[segment.len] != '/';
             segment.len++)
        {
            /* void */
        }

        pointer.data += segment.len;
        pointer.len -= segment.len;

        for (i = 0; i < value->count; i++) {
            if (is_segment(&segment, &value->items[i].key)) {
                break;
            }
        }

        value = (i < value->count) ? &value->items[i] : NULL;
    }

    return value;
}


/* "~1" is "/", "~0" is "~" */

static ngx_uint_t
is_segment(const ngx_str_t *segment, const ngx_str_t *key)
{
    u_char  ch;
    size_t  i, k;

    for (i = 0, k = 0; i < segment->len && k < key->len; i++, k++) {

        ch = segment->data[i];

        if (ch == '~' && i + 1 < segment->len) {
            ch = (segment->data[++i] == '1') ? '/' : '~';
        }

        if (ch != key->data[k]) {
            return 0;
        }
    }

    return i == segment->len && k == key->len;
}


static void
look(attribute_t *a, const api_json_t *value)
{
    ngx_uint_t         i;
    const api_json_t  *key;

    if (value->type != API_JSON_ARRAY && value->type != API_JSON_OBJECT) {

        if (a->depth != 0 && is_meant(a, value)) {
            ngx_memcpy(a->at, a->path, a->depth * sizeof(ngx_uint_t));
            a->nat = a->depth;
            a->found++;
        }

        return;
    }

    if (a->depth == ATTRIBUTE_DEPTH) {
        return;
    }

    key = a->key;

    for (i = 0; i < value->count; i++) {
        a->path[a->depth++] = i;
        a->key = (value->type == API_JSON_OBJECT) ? &value->items[i] : key;
        look(a, &value->items[i]);
        a->depth--;
    }

    a->key = key;
}


static ngx_uint_t
is_meant(const attribute_t *a, const api_json_t *value)
{
    if (value->type == API_JSON_NULL) {
        return 0;
    }

    switch (a->way) {

    case ATTRIBUTE_QUOTED:
        return value->text.len != 0
               && api_sql_evidence(a->res, &value->text, 0)
                  == API_SQL_EVIDENCE_FOUND;

    case ATTRIBUTE_TYPED:
        return is_typed(a)
               && (!api_sql_state_is_bounds(a->res)
                   || api_sql_evidence_size(a->res, &value->text));

    default:
        return api_sql_evidence_size(a->res, &value->text);
    }
}


static ngx_uint_t
is_typed(const attribute_t *a)
{
    size_t                  n;
    ngx_str_t               name, constraint;
    ngx_uint_t              i;
    const api_http_constraint_t  *rule;

    n = sizeof(API_SQL_COLUMNS_ATTRIBUTE) - 1;
    rule = a->query->rules.elts;
    constraint = api_sql_said_constraint(a->res);

    for (i = 0; a->key != NULL && i < a->query->rules.nelts; i++) {

        if (rule[i].name.len <= n
            || ngx_memcmp(rule[i].name.data, API_SQL_COLUMNS_ATTRIBUTE, n) != 0
            || !api_str_equal(&rule[i].column, &a->key->key))
        {
            continue;
        }

        name.data = rule[i].name.data + n;
        name.len = rule[i].name.len - n;

        if (constraint.len != 0 ? api_str_equal(&name, &constraint)
                                : api_sql_said_names(a->res, &name))
        {
            return 1;
        }
    }

    return 0;
}


static void
lengthen(const attribute_t *a, ngx_pool_t *pool, const api_json_t *value,
    api_failure_t *failure)
{
    api_buf_t    b;
    ngx_str_t    field;
    ngx_uint_t   i;

    if (api_buf_init(&b, pool, failure->field.len + 64, NGX_MAX_SIZE_T_VALUE)
        != NGX_OK)
    {
        return;
    }

    api_buf_add(&b, failure->field.data, failure->field.len);

    for (i = 0; i < a->nat; i++) {

        if (value->type == API_JSON_OBJECT) {
            api_error_add_key(&b, &value->items[a->at[i]].key);

        } else {
            api_buf_add_char(&b, '/');
            api_buf_add_uint(&b, a->at[i]);
        }

        value = &value->items[a->at[i]];
    }

    if (api_buf_string(&b, &field) == NGX_OK) {
        failure->field = field;
    }
}
