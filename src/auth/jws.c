
#include "auth/base64url.h"
#include "auth/jws.h"
#include "auth/key.h"
#include "json/read.h"


#define JWS_KEPT  512       /* bytes of a header, as it is sent */


/* what a header says, and as which text */
typedef struct {
    u_char                 text[JWS_KEPT];
    size_t                 len;              /* 0: nothing is kept */

    api_auth_algorithm_e   algorithm;
    ngx_uint_t             has_kid;
    u_char                 names[2 * API_AUTH_KID];
    size_t                 kid;              /* bytes of it in names */
    size_t                 typ;              /* and behind it */
} jws_kept_t;


static ngx_int_t decode(ngx_pool_t *pool, const ngx_str_t *part,
    api_auth_jws_t *jws, api_auth_reason_e *reason);
static ngx_int_t repeat(ngx_pool_t *pool, api_auth_jws_t *jws);
static void keep(const ngx_str_t *text, const api_auth_jws_t *jws);
static u_char *add(u_char *p, const ngx_str_t *name);
static ngx_int_t read_header(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_jws_t *jws, api_auth_reason_e *reason);
static ngx_int_t take_member(const api_json_t *member, api_auth_jws_t *jws,
    api_auth_reason_e *reason);
static ngx_int_t take_string(const api_json_t *member, ngx_str_t *out);


/* the last one that was in order: those of an issuer's tokens are all the same.
   Of a process, and its one thread that verifies. */
static jws_kept_t  kept;


ngx_int_t
api_auth_jws_read(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_jws_t *jws, api_auth_reason_e *reason)
{
    u_char     *p, *end;
    ngx_str_t   part[3];
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

    jws->signing.data = text->data;
    jws->signing.len = part[0].len + 1 + part[1].len;

    return decode(pool, part, jws, reason);
}


static ngx_int_t
decode(ngx_pool_t *pool, const ngx_str_t *part, api_auth_jws_t *jws,
    api_auth_reason_e *reason)
{
    size_t      len;
    u_char     *p;
    ngx_int_t   rc;
    ngx_str_t   out[3];
    ngx_uint_t  i, known;

    known = kept.len != 0 && part[0].len == kept.len
            && ngx_memcmp(part[0].data, kept.text, kept.len) == 0;
    len = 0;

    for (i = known; i < 3; i++) {
        len += api_auth_base64url_room(part[i].len);
    }

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = known; i < 3; i++) {
        out[i].data = p;

        if (api_auth_base64url_decode(&part[i], &out[i]) != NGX_OK) {
            *reason = API_AUTH_REASON_BASE64;
            return NGX_DECLINED;
        }

        p += out[i].len;
    }

    jws->payload = out[1];
    jws->signature = out[2];

    if (known) {
        return repeat(pool, jws);
    }

    rc = read_header(pool, &out[0], jws, reason);

    if (rc == NGX_OK) {
        keep(&part[0], jws);
    }

    return rc;
}


static ngx_int_t
repeat(ngx_pool_t *pool, api_auth_jws_t *jws)
{
    u_char  *p;

    p = ngx_pnalloc(pool, kept.kid + kept.typ + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, kept.names, kept.kid + kept.typ);

    jws->algorithm = kept.algorithm;
    jws->has_kid = (kept.has_kid != 0);
    jws->kid.data = p;
    jws->kid.len = kept.kid;
    jws->typ.data = p + kept.kid;
    jws->typ.len = kept.typ;

    return NGX_OK;
}


static void
keep(const ngx_str_t *text, const api_auth_jws_t *jws)
{
    u_char  *p;

    if (text->len > JWS_KEPT) {
        return;
    }

    ngx_memcpy(kept.text, text->data, text->len);
    kept.len = text->len;

    kept.algorithm = jws->algorithm;
    kept.has_kid = jws->has_kid;
    kept.kid = jws->kid.len;
    kept.typ = jws->typ.len;

    p = add(kept.names, &jws->kid);
    (void) add(p, &jws->typ);
}


static u_char *
add(u_char *p, const ngx_str_t *name)
{
    return name->len != 0 ? ngx_cpymem(p, name->data, name->len) : p;
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
