
#include "auth/path.h"


static ngx_int_t quoted_name(const u_char **p, const u_char *end,
    ngx_str_t *name);
static ngx_int_t bare_name(const u_char **p, const u_char *end,
    ngx_str_t *name);


ngx_int_t
api_auth_path_read(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_path_t *path, const char **why)
{
    u_char        *room;
    ngx_str_t     *name;
    const u_char  *p, *end;

    path->count = 0;
    path->names = ngx_palloc(pool, API_AUTH_PATH * sizeof(ngx_str_t));
    room = ngx_pnalloc(pool, text->len + 1);

    if (path->names == NULL || room == NULL) {
        return NGX_ERROR;
    }

    p = text->data;
    end = text->data + text->len;

    for ( ;; ) {
        if (path->count == API_AUTH_PATH) {
            *why = "it has more than 16 names";
            return NGX_DECLINED;
        }

        name = &path->names[path->count++];
        name->data = room;
        name->len = 0;

        if ((p < end && *p == '"' ? quoted_name(&p, end, name)
                                  : bare_name(&p, end, name)) != NGX_OK)
        {
            *why = "a name in it is empty, or its quotes are not closed";
            return NGX_DECLINED;
        }

        room += name->len;

        if (p == end) {
            return NGX_OK;
        }

        if (*p++ != '.') {
            *why = "behind a name in quotes comes a dot or nothing";
            return NGX_DECLINED;
        }
    }
}


static ngx_int_t
quoted_name(const u_char **p, const u_char *end, ngx_str_t *name)
{
    const u_char  *q;

    for (q = *p + 1; q < end; q++) {

        if (*q == '"') {
            *p = q + 1;
            return name->len != 0 ? NGX_OK : NGX_DECLINED;
        }

        if (*q == '\\' && q + 1 < end && (q[1] == '"' || q[1] == '\\')) {
            q++;
        }

        name->data[name->len++] = *q;
    }

    return NGX_DECLINED;
}


static ngx_int_t
bare_name(const u_char **p, const u_char *end, ngx_str_t *name)
{
    for ( /* void */ ; *p < end && **p != '.'; (*p)++) {

        if (**p == '"') {
            return NGX_DECLINED;
        }

        name->data[name->len++] = **p;
    }

    return name->len != 0 ? NGX_OK : NGX_DECLINED;
}


const api_json_t *
api_auth_path_find(const api_json_t *claims, const api_auth_path_t *path)
{
    ngx_uint_t         i;
    const api_json_t  *json;

    json = claims;

    for (i = 0; i < path->count && json != NULL; i++) {
        json = json->type == API_JSON_OBJECT
               ? api_json_member(json, &path->names[i]) : NULL;
    }

    return json != NULL && json->type != API_JSON_NULL ? json : NULL;
}
