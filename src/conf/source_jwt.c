
#include "conf/source_jwt.h"
#include "http/jwt.h"
#include "http/source_jwt.h"
#include "sql/oid.h"
#include "auth/path.h"


static ngx_int_t find(api_conf_sought_t *s);
static ngx_uint_t begins(const api_conf_sought_t *s, const char *name);
static ngx_int_t find_path(api_conf_sought_t *s, const ngx_str_t *name,
    ngx_array_t *paths);
static ngx_int_t declare(const api_http_route_t *route,
    api_conf_declared_t *declared);


const api_conf_source_t  api_conf_source_jwt = {
    .source = &api_http_source_jwt,
    .find = find,
    .declare = declare
};


static ngx_int_t
find(api_conf_sought_t *s)
{
    ngx_str_t                 name;
    api_http_jwt_loc_conf_t  *jlcf;

    jlcf = api_http_chapter_conf(s->route->loc_conf, &api_http_jwt_chapter);

    if (!begins(s, "jwt") && (jlcf->apikey == NULL || !begins(s, "key"))) {
        return NGX_DECLINED;
    }

    if (jlcf->jwt == NULL && jlcf->apikey == NULL) {
        s->why = "is a claim of an access token, and there is no api_jwt { } "
                 "here or around";
        return NGX_ERROR;
    }

    if (jlcf->required == API_HTTP_JWT_OFF) {
        s->why = "is a claim of an access token, and api_jwt is off here: say "
                 "optional or on";
        return NGX_ERROR;
    }

    if (jlcf->paths.elts == NULL
        && ngx_array_init(&jlcf->paths, s->cf->pool, 2,
                          sizeof(api_auth_path_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    s->param->declared = (s->name.len > 3) ? API_SQL_OID_text
                                           : API_SQL_OID_jsonb;

    /* of $jwt without a name: all of them */

    name.data = s->name.data + ngx_min(s->name.len, 4);
    name.len = s->name.len - ngx_min(s->name.len, 4);

    return find_path(s, &name, &jlcf->paths);
}


/* three letters, and nothing or a dot behind them */

static ngx_uint_t
begins(const api_conf_sought_t *s, const char *name)
{
    return s->name.len >= 3 && ngx_memcmp(s->name.data, name, 3) == 0
           && (s->name.len == 3 || s->name.data[3] == '.');
}


static ngx_int_t
find_path(api_conf_sought_t *s, const ngx_str_t *name, ngx_array_t *paths)
{
    ngx_int_t         rc;
    api_auth_path_t  *path;

    path = ngx_array_push(paths);
    if (path == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(path, sizeof(api_auth_path_t));

    s->bind->index = paths->nelts - 1;

    if (s->name.len == 3) {
        return NGX_OK;
    }

    rc = api_auth_path_read(s->cf->pool, name, path, &s->why);

    if (rc == NGX_DECLINED) {
        s->why = "is no claim's name: it is $jwt.name, $jwt.name.name or "
                 "$jwt.\"name\"";
        return NGX_ERROR;
    }

    return rc;
}


/* so that nothing else is called so */

static ngx_int_t
declare(const api_http_route_t *route, api_conf_declared_t *declared)
{
    api_http_jwt_loc_conf_t  *jlcf;

    static const ngx_str_t  jwt = ngx_string("jwt");
    static const ngx_str_t  key = ngx_string("key");

    jlcf = api_http_chapter_conf(route->loc_conf, &api_http_jwt_chapter);

    if (jlcf->jwt != NULL
        && api_conf_declared_add(declared, &jwt, "the claims of api_jwt",
                                 &jlcf->jwt->place)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return jlcf->apikey != NULL
           ? api_conf_declared_add(declared, &key, "the row of api_key",
                                   &jlcf->apikey->place)
           : NGX_OK;
}
