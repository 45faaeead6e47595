
#include "http/members.h"
#include "http/reader.h"


ngx_int_t
api_http_members_write(api_http_ctx_t *ctx, const api_http_members_t *members,
    api_buf_t *out)
{
    ngx_uint_t                i;
    const api_http_member_t  *member;

    member = members->list.elts;

    for (i = 0; i < members->list.nelts; i++) {

        api_buf_add_char(out, i == 0 ? '{' : ',');
        api_buf_add_str(out, &member[i].key);

        if (api_http_member_write(ctx, members, i, out) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    api_buf_add_char(out, '}');

    return api_buf_ok(out) ? NGX_OK : NGX_ERROR;
}


ngx_int_t
api_http_member_write(api_http_ctx_t *ctx, const api_http_members_t *members,
    ngx_uint_t n, api_buf_t *out)
{
    const api_http_member_t  *member;

    member = members->list.elts;
    member += n;

    if (member->members != NULL) {
        return api_http_members_write(ctx, member->members, out);
    }

    if (member->literal.data == NULL) {
        return api_http_reader_json(ctx, members->reader, member->read, out);
    }

    api_buf_add_str(out, &member->literal);

    return api_buf_ok(out) ? NGX_OK : NGX_ERROR;
}
