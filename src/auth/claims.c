
#include "auth/claims.h"
#include "core/value_number.h"
#include "json/write.h"


/* 2^53: beyond it not every second has a number of its own in JSON as many
   read it */
#define CLAIMS_DIGITS   16
#define CLAIMS_SECONDS  ((int64_t) 1 << 53)


/* a copy as it is written into its block */
typedef struct {
    api_json_t  *values;
    u_char      *text;
} copy_t;


static const api_json_t *claim(const api_json_t *tree, const char *name);
static ngx_uint_t has_nul(const api_json_t *json);
static ngx_int_t check_times(const api_auth_demands_t *demands, time_t now,
    api_auth_claims_t *claims, api_auth_reason_e *reason);
static ngx_int_t read_time(const api_json_t *tree, const char *name,
    int64_t *seconds);
static ngx_int_t check_issuer(const api_auth_demands_t *demands,
    const api_json_t *tree, api_auth_reason_e *reason);
static ngx_int_t check_audience(const api_auth_demands_t *demands,
    const api_json_t *tree, api_auth_reason_e *reason);
static ngx_uint_t is_among(const api_json_t *json, const ngx_str_t *strings,
    ngx_uint_t n);
static ngx_uint_t is_at_jwt(const ngx_str_t *typ);
static ngx_int_t read_string(const api_json_t *tree, const char *name,
    ngx_str_t *out);
static void count(const api_json_t *json, size_t *values, size_t *text);
static void copy(copy_t *c, const api_json_t *from, api_json_t *to);
static ngx_str_t copy_text(copy_t *c, const ngx_str_t *from);


ngx_int_t
api_auth_claims_read(ngx_pool_t *pool, const api_auth_jws_t *jws,
    const api_auth_demands_t *demands, time_t now, api_auth_claims_t *claims,
    api_auth_reason_e *reason)
{
    ngx_int_t                 rc;
    api_json_t               *tree;
    api_error_t               err;
    static api_json_limits_t  limits = { API_AUTH_DEPTH, API_AUTH_VALUES };

    ngx_memzero(&err, sizeof(api_error_t));
    ngx_memzero(claims, sizeof(api_auth_claims_t));

    if (demands->at_jwt && !is_at_jwt(&jws->typ)) {
        *reason = API_AUTH_REASON_TYPE;
        return NGX_DECLINED;
    }

    rc = api_json_read(pool, &jws->payload, &limits, &tree, &err);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED || tree->type != API_JSON_OBJECT) {
        *reason = API_AUTH_REASON_CLAIMS;
        return NGX_DECLINED;
    }

    if (has_nul(tree)) {
        *reason = API_AUTH_REASON_NUL;
        return NGX_DECLINED;
    }

    claims->tree = tree;
    claims->text = jws->payload;

    if (check_times(demands, now, claims, reason) != NGX_OK
        || check_issuer(demands, tree, reason) != NGX_OK
        || check_audience(demands, tree, reason) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (read_string(tree, "sub", &claims->sub) != NGX_OK) {
        *reason = API_AUTH_REASON_SUB_FORM;
        return NGX_DECLINED;
    }

    if (read_string(tree, "jti", &claims->jti) != NGX_OK) {
        *reason = API_AUTH_REASON_JTI_FORM;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
api_auth_claims_row(ngx_pool_t *pool, const ngx_str_t *text,
    api_auth_claims_t *claims)
{
    ngx_int_t                 rc;
    api_json_t               *tree;
    api_error_t               err;
    static api_json_limits_t  limits = { API_AUTH_DEPTH, API_AUTH_VALUES };

    ngx_memzero(&err, sizeof(api_error_t));
    ngx_memzero(claims, sizeof(api_auth_claims_t));

    rc = api_json_read(pool, text, &limits, &tree, &err);

    if (rc != NGX_OK) {
        return rc;
    }

    if (tree->type != API_JSON_OBJECT || has_nul(tree)) {
        return NGX_DECLINED;
    }

    claims->tree = tree;
    claims->text = *text;
    claims->exp = -1;
    claims->iat = -1;

    (void) read_string(tree, "sub", &claims->sub);
    (void) read_string(tree, "jti", &claims->jti);

    return NGX_OK;
}


static const api_json_t *
claim(const api_json_t *tree, const char *name)
{
    ngx_str_t  key;

    key.data = api_unconst(name);
    key.len = ngx_strlen(name);

    return api_json_member(tree, &key);
}


/* not deeper than API_AUTH_DEPTH */

static ngx_uint_t
has_nul(const api_json_t *json)
{
    ngx_uint_t  i;

    if (json->has_nul) {
        return 1;
    }

    for (i = 0; i < json->count; i++) {
        if (has_nul(&json->items[i])) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
check_times(const api_auth_demands_t *demands, time_t now,
    api_auth_claims_t *claims, api_auth_reason_e *reason)
{
    int64_t  nbf;

    if (read_time(claims->tree, "exp", &claims->exp) != NGX_OK) {
        *reason = API_AUTH_REASON_EXP_FORM;
        return NGX_DECLINED;
    }

    if (claims->exp == -1 && !demands->no_exp) {
        *reason = API_AUTH_REASON_EXP_MISSING;
        return NGX_DECLINED;
    }

    if (!api_auth_claims_last(claims, demands->leeway, now)) {
        *reason = API_AUTH_REASON_EXPIRED;
        return NGX_DECLINED;
    }

    if (read_time(claims->tree, "nbf", &nbf) != NGX_OK) {
        *reason = API_AUTH_REASON_NBF_FORM;
        return NGX_DECLINED;
    }

    if (nbf > now + demands->leeway) {
        *reason = API_AUTH_REASON_NBF;
        return NGX_DECLINED;
    }

    if (read_time(claims->tree, "iat", &claims->iat) != NGX_OK) {
        *reason = API_AUTH_REASON_IAT_FORM;
        return NGX_DECLINED;
    }

    if (claims->iat > now + demands->leeway) {
        *reason = API_AUTH_REASON_IAT;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
api_auth_claims_end(api_auth_claims_t *claims)
{
    return read_time(claims->tree, "exp", &claims->exp);
}


ngx_uint_t
api_auth_claims_last(const api_auth_claims_t *claims, time_t leeway,
    time_t now)
{
    return claims->exp == -1 || claims->exp > now - leeway;
}


/*
 * NumericDate (RFC 7519, section 2): a number from 0 to 2^53, a fraction of
 * which is dropped.  -1: it is absent; null is no number.
 */

static ngx_int_t
read_time(const api_json_t *tree, const char *name, int64_t *seconds)
{
    int64_t              left;
    const u_char        *p;
    const api_json_t    *json;
    api_value_number_t   n;

    *seconds = -1;

    json = claim(tree, name);

    if (json == NULL) {
        return NGX_OK;
    }

    if (json->type != API_JSON_NUMBER
        || !api_value_number_parse(&json->text, &n))
    {
        return NGX_DECLINED;
    }

    *seconds = 0;

    if (n.first == n.end) {
        return NGX_OK;
    }

    if (n.negative || n.huge || n.weight >= CLAIMS_DIGITS) {
        return NGX_DECLINED;
    }

    p = n.first;

    for (left = n.weight; left >= 0; left--) {

        if (p < n.end && *p == '.') {
            p++;
        }

        *seconds = *seconds * 10 + (p < n.end ? *p++ - '0' : 0);
    }

    return *seconds < CLAIMS_SECONDS ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
check_issuer(const api_auth_demands_t *demands, const api_json_t *tree,
    api_auth_reason_e *reason)
{
    const api_json_t  *json;

    json = claim(tree, "iss");

    if (json == NULL) {
        *reason = API_AUTH_REASON_ISS_MISSING;
        return demands->nissuers == 0 ? NGX_OK : NGX_DECLINED;
    }

    if (json->type != API_JSON_STRING) {
        *reason = API_AUTH_REASON_ISS_FORM;
        return NGX_DECLINED;
    }

    *reason = API_AUTH_REASON_ISS;

    return demands->nissuers == 0
           || is_among(json, demands->issuers, demands->nissuers)
           ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
check_audience(const api_auth_demands_t *demands, const api_json_t *tree,
    api_auth_reason_e *reason)
{
    ngx_uint_t         i, n, found;
    const api_json_t  *json, *item;

    json = claim(tree, "aud");

    if (json == NULL) {
        *reason = API_AUTH_REASON_AUD_MISSING;
        return demands->naudiences == 0 ? NGX_OK : NGX_DECLINED;
    }

    item = json;
    n = 1;

    if (json->type == API_JSON_ARRAY) {
        item = json->items;
        n = json->count;
    }

    found = 0;

    for (i = 0; i < n; i++) {
        if (item[i].type != API_JSON_STRING) {
            *reason = API_AUTH_REASON_AUD_FORM;
            return NGX_DECLINED;
        }

        found |= is_among(&item[i], demands->audiences, demands->naudiences);
    }

    if (demands->naudiences == 0) {
        *reason = API_AUTH_REASON_AUD_UNASKED;
        return demands->any_audience ? NGX_OK : NGX_DECLINED;
    }

    *reason = API_AUTH_REASON_AUD;

    return found ? NGX_OK : NGX_DECLINED;
}


static ngx_uint_t
is_among(const api_json_t *json, const ngx_str_t *strings, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (api_str_equal(&json->text, &strings[i])) {
            return 1;
        }
    }

    return 0;
}


/* RFC 9068, section 4; names of media types have no case (RFC 7515, 4.1.9) */

static ngx_uint_t
is_at_jwt(const ngx_str_t *typ)
{
    static u_char  with[] = "application/at+jwt", without[] = "at+jwt";

    return (typ->len == sizeof(without) - 1
            && ngx_strncasecmp(typ->data, without, sizeof(without) - 1) == 0)
           || (typ->len == sizeof(with) - 1
               && ngx_strncasecmp(typ->data, with, sizeof(with) - 1) == 0);
}


static ngx_int_t
read_string(const api_json_t *tree, const char *name, ngx_str_t *out)
{
    const api_json_t  *json;

    json = claim(tree, name);

    if (json == NULL) {
        return NGX_OK;
    }

    if (json->type != API_JSON_STRING) {
        return NGX_DECLINED;
    }

    *out = json->text;

    return NGX_OK;
}


ngx_int_t
api_auth_claims_text(ngx_pool_t *pool, const api_auth_claims_t *claims,
    const api_auth_path_t *path, ngx_str_t *out)
{
    api_buf_t          b;
    const api_json_t  *json;

    json = api_auth_path_find(claims->tree, path);

    if (json == NULL) {
        return NGX_DECLINED;
    }

    switch (json->type) {

    case API_JSON_STRING:
    case API_JSON_NUMBER:
        *out = json->text;
        return NGX_OK;

    case API_JSON_TRUE:
        ngx_str_set(out, "true");
        return NGX_OK;

    case API_JSON_FALSE:
        ngx_str_set(out, "false");
        return NGX_OK;

    default:
        break;
    }

    /* an escaped byte has six */

    if (api_buf_init(&b, pool, 0, 6 * API_AUTH_TOKEN) != NGX_OK) {
        return NGX_ERROR;
    }

    api_json_write_value(&b, json);

    return api_buf_string(&b, out);
}


size_t
api_auth_claims_size(const api_auth_claims_t *claims)
{
    size_t  values, text;

    values = 0;
    text = claims->text.len + 1;

    count(claims->tree, &values, &text);

    return values * sizeof(api_json_t) + text;
}


static void
count(const api_json_t *json, size_t *values, size_t *text)
{
    ngx_uint_t  i;

    *values += 1;
    *text += json->key.len + 1 + json->text.len + 1;

    for (i = 0; i < json->count; i++) {
        count(&json->items[i], values, text);
    }
}


void
api_auth_claims_copy(const api_auth_claims_t *claims, u_char *block,
    api_auth_claims_t *to)
{
    size_t   values, text;
    copy_t   c;

    values = 0;
    text = 0;

    count(claims->tree, &values, &text);

    c.values = (api_json_t *) (void *) block;
    c.text = block + values * sizeof(api_json_t);

    *to = *claims;

    to->tree = c.values++;
    copy(&c, claims->tree, api_unconst(to->tree));

    to->text = copy_text(&c, &claims->text);

    /* they were strings before */

    (void) read_string(to->tree, "sub", &to->sub);
    (void) read_string(to->tree, "jti", &to->jti);
}


static void
copy(copy_t *c, const api_json_t *from, api_json_t *to)
{
    ngx_uint_t  i;

    *to = *from;

    to->key = copy_text(c, &from->key);
    to->text = copy_text(c, &from->text);
    to->items = c->values;

    c->values += from->count;

    for (i = 0; i < from->count; i++) {
        copy(c, &from->items[i], &to->items[i]);
    }
}


/* a NUL behind it */

static ngx_str_t
copy_text(copy_t *c, const ngx_str_t *from)
{
    ngx_str_t  to;

    to.data = c->text;
    to.len = from->len;

    c->text = ngx_cpymem(c->text, from->len != 0 ? from->data : c->text,
                         from->len);
    *c->text++ = '\0';

    return to;
}
