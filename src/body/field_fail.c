
#include "body/field_fail.h"

#include "core/buf.h"


static void write_pointer(api_buf_t *b, const api_body_field_at_t *at);


ngx_int_t
api_body_field_refuse(api_body_field_check_t *c,
    const api_body_field_at_t *at, const char *code, const char *message)
{
    api_failure_t  failure;

    ngx_memzero(&failure, sizeof(api_failure_t));

    failure.code.data = api_unconst(code);
    failure.code.len = ngx_strlen(code);
    failure.message.data = api_unconst(message);
    failure.message.len = ngx_strlen(message);

    return api_body_field_fail(c, at, &failure);
}


ngx_int_t
api_body_field_fail(api_body_field_check_t *c, const api_body_field_at_t *at,
    api_failure_t *failure)
{
    api_buf_t  b;

    if (c->failures != NULL && c->failures->nelts >= API_BODY_FIELD_FAILURES) {
        return NGX_OK;
    }

    if (api_buf_init(&b, c->pool, 64, NGX_MAX_INT_T_VALUE) != NGX_OK) {
        return NGX_ERROR;
    }

    api_buf_add_str(&b, &c->pointer);
    write_pointer(&b, at);
    api_buf_add_str(&b, &failure->field);

    if (api_buf_string(&b, &failure->field) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&failure->in, "body");

    return api_error_fail(c->pool, &c->failures, API_BODY_FIELD_FAILURES,
                          failure);
}


/* as deep as JSON may nest */

static void
write_pointer(api_buf_t *b, const api_body_field_at_t *at)
{
    if (at == NULL) {
        return;
    }

    write_pointer(b, at->up);

    if (at->item) {
        api_buf_add_char(b, '/');
        api_buf_add_uint(b, at->index);
        return;
    }

    api_error_add_key(b, &at->json->key);
}
