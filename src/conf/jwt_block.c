
#include "conf/jwt_block.h"
#include "conf/jwt_keys.h"
#include "conf/place.h"
#include "conf/revoked.h"
#include "auth/jwt.h"


/* seconds that clocks may differ, at most */
#define LEEWAY_MOST  (10 * 60)


/* the block while it is read */
typedef struct {
    api_http_jwt_t  *jwt;            /* the first: see conf/jwt_keys */
    ngx_array_t      issuers;        /* of ngx_str_t */
    ngx_array_t      audiences;
    ngx_uint_t       any_audience;
    ngx_uint_t       exp;
    ngx_uint_t       type;
    ngx_uint_t       required;
    ngx_uint_t       cache;
    ngx_uint_t       leeway;
    ngx_str_t        realm;
} jwt_read_t;


static char *set_issuer(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_audience(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *add_string(ngx_array_t *list, ngx_str_t *value);
static char *set_algorithms(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_leeway(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_token(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_realm(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_origins(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_revoked(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *finish(ngx_conf_t *cf, jwt_read_t *read);
static ngx_int_t set_vary(ngx_conf_t *cf, api_http_jwt_t *jwt);
static ngx_int_t set_challenges(ngx_conf_t *cf, api_http_jwt_t *jwt);


static const api_conf_word_t  switches[] = {
    { "on", 1 }, { "off", 0 }, { NULL, 0 }
};

static const api_conf_word_t  types[] = {
    { "any", 0 }, { "at+jwt", 1 }, { NULL, 0 }
};

static const api_conf_word_t  requireds[] = {
    { "on", API_HTTP_JWT_ON }, { "optional", API_HTTP_JWT_OPTIONAL },
    { "off", API_HTTP_JWT_OFF }, { NULL, 0 }
};


static const api_conf_setting_t  settings[] = {

    { .name = ngx_string("key"), .set = api_conf_jwt_key, .many = 1 },

    { .name = ngx_string("jwks"), .set = api_conf_jwt_jwks, .many = 1 },

    { .name = ngx_string("issuer"), .set = set_issuer, .many = 1 },

    { .name = ngx_string("audience"), .set = set_audience, .many = 1 },

    { .name = ngx_string("algorithms"), .set = set_algorithms, .many = 1 },

    { .name = ngx_string("leeway"), .set = set_leeway,
      .offset = offsetof(jwt_read_t, leeway), .fallback = "30s" },

    { .name = ngx_string("exp"), .set = api_conf_block_word,
      .offset = offsetof(jwt_read_t, exp), .fallback = "on",
      .words = switches, .must = "must be on or off" },

    { .name = ngx_string("type"), .set = api_conf_block_word,
      .offset = offsetof(jwt_read_t, type), .fallback = "any",
      .words = types, .must = "must be any or at+jwt" },

    { .name = ngx_string("token"), .set = set_token },

    { .name = ngx_string("realm"), .set = set_realm },

    { .name = ngx_string("required"), .set = api_conf_block_word,
      .offset = offsetof(jwt_read_t, required), .fallback = "on",
      .words = requireds, .must = "must be on, optional or off" },

    { .name = ngx_string("cache"), .set = api_conf_block_number,
      .offset = offsetof(jwt_read_t, cache), .fallback = "1000",
      .max = API_AUTH_TOKENS_MOST },

    { .name = ngx_string("origins"), .set = set_origins, .many = 1 },

    { .name = ngx_string("revoked"), .set = set_revoked, .many = 1 },

    { .name = ngx_null_string }
};


ngx_int_t
api_conf_jwt_required(const ngx_str_t *word, ngx_uint_t *required)
{
    const api_conf_word_t  *w;

    for (w = requireds; w->name != NULL; w++) {
        if (word->len == ngx_strlen(w->name)
            && ngx_memcmp(word->data, w->name, word->len) == 0)
        {
            *required = w->value;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


char *
api_conf_jwt_block(ngx_conf_t *cf, api_http_jwt_t *jwt, ngx_uint_t *required)
{
    jwt_read_t        read;
    api_conf_block_t  block;

    ngx_memzero(&read, sizeof(jwt_read_t));
    ngx_memzero(&block, sizeof(api_conf_block_t));

    read.jwt = jwt;

    block.settings = settings;
    block.directive = "api_jwt";
    block.conf = &read;

    if (api_http_keys_init(cf, &jwt->keys) != NGX_OK
        || ngx_array_init(&read.issuers, cf->pool, 1, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&read.audiences, cf->pool, 1, sizeof(ngx_str_t))
           != NGX_OK
        || api_auth_jwt_init() != NGX_OK
        || api_conf_block_init(cf, &block) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (api_conf_block_read(cf, &block) != NGX_CONF_OK
        || api_conf_block_settle(cf, &block) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    *required = read.required;

    return finish(cf, &read);
}


static char *
set_issuer(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    jwt_read_t  *read;

    read = block->conf;

    return add_string(&read->issuers, value);
}


static char *
set_audience(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    jwt_read_t  *read;

    read = block->conf;

    if (api_str_is(value, "any")) {
        read->any_audience = 1;
        return NGX_CONF_OK;
    }

    return add_string(&read->audiences, value);
}


static char *
add_string(ngx_array_t *list, ngx_str_t *value)
{
    ngx_str_t  *slot;

    if (value->len == 0) {
        return "has an empty value";
    }

    if (value->data[0] == '$') {
        return "cannot be a variable: it is what a token must say";
    }

    slot = ngx_array_push(list);
    if (slot == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = *value;

    return NGX_CONF_OK;
}


static char *
set_algorithms(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    jwt_read_t            *read;
    api_auth_algorithm_e   algorithm;

    read = block->conf;

    if (api_auth_algorithm_find(value, &algorithm) != NGX_OK) {
        api_conf_wrong(cf, (ngx_uint_t) (value - (ngx_str_t *) cf->args->elts),
                       "\"algorithms\" of api_jwt: \"%V\" is none; there are "
                       "HS256, HS384, HS512, RS256, RS384, RS512, PS256, "
                       "PS384, PS512, ES256, ES384, ES512 and EdDSA", value);
        return NGX_CONF_ERROR;
    }

    read->jwt->demands.algorithms |= api_auth_algorithm_bit(algorithm);

    return NGX_CONF_OK;
}


static char *
set_leeway(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    ngx_int_t    seconds;
    jwt_read_t  *read;

    read = block->conf;

    if (read->leeway != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    seconds = ngx_parse_time(value, 1);

    if (seconds == NGX_ERROR || seconds > LEEWAY_MOST) {
        return "must be a time from 0 to 10m, as 30s: so much may clocks "
               "differ";
    }

    read->leeway = (ngx_uint_t) seconds;

    return NGX_CONF_OK;
}


static char *
set_token(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    ngx_str_t    name;
    jwt_read_t  *read;

    read = block->conf;

    if (read->jwt->source.len != 0) {
        return "is duplicate";
    }

    if (value->len < 2 || value->data[0] != '$') {
        return "is a variable that has the token, as $cookie_session; without "
               "the line it is taken from the header \"Authorization: Bearer\"";
    }

    name.data = value->data + 1;
    name.len = value->len - 1;

    if (ngx_strncasecmp(name.data, (u_char *) "api_jwt_", 8) == 0) {
        return "is what is made of a token";
    }

    read->jwt->index = ngx_http_get_variable_index(cf, &name);

    if (read->jwt->index == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    read->jwt->source.data = ngx_pnalloc(cf->pool, name.len);
    if (read->jwt->source.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_strlow(read->jwt->source.data, name.data, name.len);
    read->jwt->source.len = name.len;

    return NGX_CONF_OK;
}


static char *
set_realm(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    jwt_read_t  *read;

    read = block->conf;

    return api_conf_jwt_realm(value, &read->realm);
}


/* a quoted-string (RFC 9110, section 5.6.4) without escapes */

char *
api_conf_jwt_realm(ngx_str_t *value, ngx_str_t *realm)
{
    size_t  i;

    if (realm->data != NULL) {
        return "is duplicate";
    }

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < 0x20 || value->data[i] > 0x7e
            || value->data[i] == '"' || value->data[i] == '\\')
        {
            return "has only ASCII characters, and no quotes or backslashes";
        }
    }

    *realm = *value;

    return NGX_CONF_OK;
}


/* SCHEME://HOST[:PORT], as browsers send it */

static char *
set_origins(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    u_char      *host;
    jwt_read_t  *read;

    read = block->conf;

    host = ngx_strnstr(value->data, "://", value->len);

    if (host == NULL || host == value->data
        || host + 3 == value->data + value->len
        || ngx_strlchr(host + 3, value->data + value->len, '/') != NULL
        || ngx_strlchr(value->data, value->data + value->len, '*') != NULL
        || ngx_strlchr(value->data, value->data + value->len, '$') != NULL)
    {
        return "are sites as browsers name them, https://app.example.com: "
               "scheme and host, with the port if it is another, and no path "
               "or \"*\"";
    }

    if (read->jwt->origins == NULL) {
        read->jwt->origins = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));
        if (read->jwt->origins == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    return add_string(read->jwt->origins, value);
}


/* the whole line, with its first word */

static char *
set_revoked(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    jwt_read_t  *read;

    read = block->conf;

    if (value != (ngx_str_t *) cf->args->elts + 1) {
        return NGX_CONF_OK;
    }

    return api_conf_revoked(cf, &read->jwt->revoked);
}


static char *
finish(ngx_conf_t *cf, jwt_read_t *read)
{
    api_http_jwt_t  *jwt;

    jwt = read->jwt;

    if (read->any_audience && read->audiences.nelts != 0) {
        api_conf_log(NGX_LOG_EMERG, cf, &jwt->place,
                     "\"audience\" of api_jwt says any and names some: keep "
                     "the one or the others");
        return NGX_CONF_ERROR;
    }

    if (jwt->keys.sources.nelts == 0) {
        api_conf_log(NGX_LOG_EMERG, cf, &jwt->place,
                     "api_jwt has no keys to verify tokens with: add "
                     "\"key env:NAME;\", \"key file:FILE;\" or "
                     "\"jwks FILE;\" or \"jwks /LOCATION;\"");
        return NGX_CONF_ERROR;
    }

    jwt->demands.nissuers = read->issuers.nelts;
    jwt->demands.issuers = read->issuers.elts;
    jwt->demands.naudiences = read->audiences.nelts;
    jwt->demands.audiences = read->audiences.elts;
    jwt->demands.any_audience = (read->any_audience != 0);
    jwt->demands.leeway = (time_t) read->leeway;
    jwt->demands.no_exp = (read->exp == 0);
    jwt->demands.at_jwt = (read->type != 0);

    jwt->cache = read->cache;
    jwt->realm = read->realm;

    if (jwt->realm.data == NULL) {
        ngx_str_set(&jwt->realm, "api");
    }

    if (set_vary(cf, jwt) != NGX_OK || set_challenges(cf, jwt) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (jwt->origins != NULL && !jwt->cookie) {
        api_conf_log(NGX_LOG_EMERG, cf, &jwt->place,
                     "\"origins\" of api_jwt says whose pages may use a token "
                     "in a cookie, and this one is in none: say \"token "
                     "$cookie_NAME;\", or drop it");
        return NGX_CONF_ERROR;
    }

    return api_conf_jwt_load(cf, jwt);
}


/* the header of a request that the token comes from, for Vary */

static ngx_int_t
set_vary(ngx_conf_t *cf, api_http_jwt_t *jwt)
{
    size_t  i;

    if (jwt->source.len == 0) {
        ngx_str_set(&jwt->vary, "Authorization");
        return NGX_OK;
    }

    if (ngx_strncmp(jwt->source.data, "cookie_", 7) == 0) {
        jwt->cookie = 1;
        ngx_str_set(&jwt->vary, "Cookie");
        return NGX_OK;
    }

    if (ngx_strncmp(jwt->source.data, "arg_", 4) == 0) {
        /* part of the address, which needs no Vary */
        return NGX_OK;
    }

    if (jwt->source.len <= 5
        || ngx_strncmp(jwt->source.data, "http_", 5) != 0
        || api_str_is(&jwt->source, "http_cookie"))
    {
        /* nobody knows where a map or a script has it from: a cookie, perhaps,
           if the request has any */

        jwt->cookie = 1;
        return NGX_OK;
    }

    jwt->vary.len = jwt->source.len - 5;
    jwt->vary.data = ngx_pstrdup(cf->pool, &jwt->source);
    if (jwt->vary.data == NULL) {
        return NGX_ERROR;
    }

    jwt->vary.data += 5;

    for (i = 0; i < jwt->vary.len; i++) {
        if (jwt->vary.data[i] == '_') {
            jwt->vary.data[i] = '-';
        }
    }

    return NGX_OK;
}


static ngx_int_t
set_challenges(ngx_conf_t *cf, api_http_jwt_t *jwt)
{
    u_char  *p;
    size_t   len;

    len = sizeof("Bearer realm=\"\"") - 1 + jwt->realm.len;

    p = ngx_pnalloc(cf->pool, 2 * len + sizeof(", error=\"invalid_token\""));
    if (p == NULL) {
        return NGX_ERROR;
    }

    jwt->challenge.data = p;
    jwt->challenge.len = len;
    jwt->invalid.data = ngx_sprintf(p, "Bearer realm=\"%V\"", &jwt->realm);

    p = ngx_sprintf(jwt->invalid.data,
                    "Bearer realm=\"%V\", error=\"invalid_token\"",
                    &jwt->realm);

    jwt->invalid.len = (size_t) (p - jwt->invalid.data);

    return NGX_OK;
}
