
#include "auth/base64url.h"
#include "auth/jws.h"
#include "auth/key.h"
#include "json/read.h"


static ngx_int_t read_header(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_jws_t *jws, api_auth_reason_e *reason);
static ngx_int_t take_member(const api_json_t *member, api_auth_jws_t *jws,
    api_auth_reason_e *reason);
static ngx_int_t take_string(const api_json_t *member, ngx_str_t *out);


ngx_int_t
api_auth_jws_read(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_jws_t *jws, api_auth_reason_e *reason)
{
    size_t      len;
    u_char     *p, *end;
    ngx_str_t   part[3], out[3];
    ngx_uint_t  i;

    ngx_memzero(jws, sizeof(api_auth_jws_t));

    if (text->len == 0) {
        *reason = API_AUTH_REASON_MISSING;
        return NGX_DECLINED;
    }

    if (text->len > API_AUTH_TOKEN) {
        *reason = API_AUTH_REASON_TOO_LONG;
        return NGX_DECLINED;
    }

    p = text->data;
    end = text->data + text->len;

    for (i = 0; i < 2; i++) {
        part[i].data = p;
        p = memchr(p, '.', (size_t) (end - p));

        if (p == NULL) {
            *reason = API_AUTH_REASON_FORM;
            return NGX_DECLINED;
        }

        part[i].len = (size_t) (p - part[i].data);
        p++;
    }

    part[2].data = p;
    part[2].len = (size_t) (end - p);

    /* a third dot is no base64url; four are those of an encrypted token */

    for (i = 2; (p = memchr(p, '.', (size_t) (end - p))) != NULL; i++) {
        p++;
    }

    if (i != 2) {
        *reason = i == 4 ? API_AUTH_REASON_ENCRYPTED : API_AUTH_REASON_FORM;
        return NGX_DECLINED;
    }

    len = 0;

    for (i = 0; i < 3; i++) {
        len += api_auth_base64url_room(part[i].len);
    }

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < 3; i++) {
        out[i].data = p;

        if (api_auth_base64url_decode(&part[i], &out[i]) != NGX_OK) {
            *reason = API_AUTH_REASON_BASE64;
            return NGX_DECLINED;
        }

        p += out[i].len;
    }

    jws->signing.data = text->data;
    jws->signing.len = part[0].len + 1 + part[1].len;
    jws->payload = out[1];
    jws->signature = out[2];

    return read_header(pool, &out[0], jws, reason);
}


static ngx_int_t
read_header(ngx_pool_t *pool, const ngx_str_t *text, api_auth_jws_t *jws,
    api_auth_reason_e *reason)
{
    ngx_int_t                 rc;
    ngx_str_t                 name;
    ngx_uint_t                i;
    api_json_t               *header, *alg;
    api_error_t               err;
    static api_json_limits_t  limits = { API_AUTH_DEPTH, API_AUTH_VALUES };

    ngx_memzero(&err, sizeof(api_error_t));

    rc = api_json_read(pool, text, &limits, &header, &err);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED || header->type != API_JSON_OBJECT) {
        *reason = API_AUTH_REASON_HEADER;
        return NGX_DECLINED;
    }

    for (i = 0; i < header->count; i++) {
        if (take_member(&header->items[i], jws, reason) != NGX_OK) {
            return NGX_DECLINED;
        }
    }

    ngx_str_set(&name, "alg");
    alg = api_json_member(header, &name);

    if (alg == NULL || alg->type != API_JSON_STRING
        || api_auth_algorithm_find(&alg->text, &jws->algorithm) != NGX_OK)
    {
        *reason = API_AUTH_REASON_ALGORITHM;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* "b64" says how to read what is signed, so it is told before "crit" */

static ngx_int_t
take_member(const api_json_t *member, api_auth_jws_t *jws,
    api_auth_reason_e *reason)
{
    const ngx_str_t  *key;

    key = &member->key;

    if (api_str_is(key, "b64")) {
        *reason = API_AUTH_REASON_UNENCODED;
        return NGX_DECLINED;
    }

    if (api_str_is(key, "crit")) {
        *reason = API_AUTH_REASON_CRITICAL;
        return NGX_DECLINED;
    }

    if (api_str_is(key, "kid")) {
        *reason = API_AUTH_REASON_KID;
        jws->has_kid = 1;

        return take_string(member, &jws->kid);
    }

    if (api_str_is(key, "typ")) {
        *reason = API_AUTH_REASON_TYPE;

        return take_string(member, &jws->typ);
    }

    return NGX_OK;
}


static ngx_int_t
take_string(const api_json_t *member, ngx_str_t *out)
{
    if (member->type != API_JSON_STRING || member->has_nul
        || member->text.len == 0 || member->text.len > API_AUTH_KID)
    {
        return NGX_DECLINED;
    }

    *out = member->text;

    return NGX_OK;
}
