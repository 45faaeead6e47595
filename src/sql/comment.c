
#include "sql/comment.h"


static u_char *write_escaped(u_char *p, const ngx_str_t *text);
static ngx_uint_t is_plain(u_char ch);


ngx_int_t
api_sql_comment(ngx_pool_t *pool, const ngx_str_t *route,
    api_sql_statement_t *statement)
{
    u_char  *p, *start;

    static const u_char  before[] = "/*http_route='";
    static const u_char  behind[] = "'*/ ";

    start = ngx_pnalloc(pool, sizeof(before) + sizeof(behind) + 3 * route->len
                              + statement->text.len);
    if (start == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(start, before, sizeof(before) - 1);
    p = write_escaped(p, route);
    p = ngx_cpymem(p, behind, sizeof(behind) - 1);
    p = ngx_cpymem(p, statement->text.data, statement->text.len);
    *p = '\0';

    statement->sent.data = start;
    statement->sent.len = (size_t) (p - start);

    return NGX_OK;
}


static u_char *
write_escaped(u_char *p, const ngx_str_t *text)
{
    size_t  i;

    static const u_char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < text->len; i++) {

        if (is_plain(text->data[i])) {
            *p++ = text->data[i];

        } else {
            *p++ = '%';
            *p++ = hex[text->data[i] >> 4];
            *p++ = hex[text->data[i] & 0xf];
        }
    }

    return p;
}


static ngx_uint_t
is_plain(u_char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9')
           || ch == '-' || ch == '.' || ch == '_' || ch == '~';
}
