
#include "sql/override.h"


static ngx_uint_t rank(const ngx_str_t *name, const char *constraint,
    const char *state);
static ngx_uint_t is_text(const ngx_str_t *name, const char *s);


void
api_sql_override_apply(const ngx_array_t *overrides, const char *constraint,
    const char *state, api_error_t *e)
{
    ngx_uint_t                 i, n, highest;
    const api_sql_override_t  *o, *best;

    if (overrides == NULL) {
        return;
    }

    o = overrides->elts;
    best = NULL;
    highest = 0;

    for (i = 0; i < overrides->nelts; i++) {
        n = rank(&o[i].name, constraint, state);

        if (n > highest) {
            highest = n;
            best = &o[i];
        }
    }

    if (best == NULL) {
        return;
    }

    api_error_ask(e, best->status);

    if (best->detail.len != 0) {
        e->detail = best->detail;
    }
}


ngx_uint_t
api_sql_override_has(const ngx_array_t *overrides, const char *state)
{
    ngx_uint_t                 i;
    const api_sql_override_t  *o;

    if (overrides == NULL) {
        return 0;
    }

    o = overrides->elts;

    for (i = 0; i < overrides->nelts; i++) {
        if (rank(&o[i].name, "", state) != 0) {
            return 1;
        }
    }

    return 0;
}


/* 3 for the constraint, 2 for the state, 1 for its class, else 0 */

static ngx_uint_t
rank(const ngx_str_t *name, const char *constraint, const char *state)
{
    if (is_text(name, constraint)) {
        return 3;
    }

    if (is_text(name, state)) {
        return 2;
    }

    return name->len == 3 && name->data[2] == '*'
           && ngx_strncmp(name->data, state, 2) == 0;
}


static ngx_uint_t
is_text(const ngx_str_t *name, const char *s)
{
    return *s != '\0' && name->len == ngx_strlen(s)
           && ngx_memcmp(name->data, s, name->len) == 0;
}
