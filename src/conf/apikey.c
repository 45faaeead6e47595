
#include "conf/apikey.h"
#include "conf/aside.h"
#include "conf/block.h"
#include "conf/jwt_block.h"
#include "conf/place.h"


/* the block while it is read */
typedef struct {
    api_http_apikey_t  *key;
    ngx_uint_t          cache;
    ngx_uint_t          rate;
    ngx_uint_t          required;
    ngx_str_t           realm;
} apikey_read_t;


static char *set_header(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_keys(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *load_keys(ngx_conf_t *cf, api_http_apikey_file_t *file);
static char *set_query(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_realm(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *set_required(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
static char *finish(ngx_conf_t *cf, apikey_read_t *read);


static const api_conf_setting_t  settings[] = {

    { .name = ngx_string("header"), .set = set_header },

    { .name = ngx_string("query"), .set = set_query },

    { .name = ngx_string("keys"), .set = set_keys },

    { .name = ngx_string("cache"), .set = api_conf_block_time,
      .offset = offsetof(apikey_read_t, cache), .fallback = "30s",
      .min = 1000, .max = 24 * 60 * 60 * 1000 },

    { .name = ngx_string("rate"), .set = api_conf_block_number,
      .offset = offsetof(apikey_read_t, rate), .fallback = "100",
      .min = 1, .max = 100000 },

    { .name = ngx_string("realm"), .set = set_realm },

    { .name = ngx_string("required"), .set = set_required },

    { .name = ngx_null_string }
};


/* names of the statement */
static const api_conf_aside_name_t  names[] = {
    { ngx_string("api_key"), &api_http_apikey_source },
    { ngx_null_string, NULL }
};


char *
api_conf_apikey_block(ngx_conf_t *cf, api_http_apikey_t *key,
    ngx_uint_t *required)
{
    apikey_read_t     read;
    api_conf_block_t  block;

    ngx_memzero(&read, sizeof(apikey_read_t));
    ngx_memzero(&block, sizeof(api_conf_block_t));

    read.key = key;
    read.required = NGX_CONF_UNSET_UINT;

    block.settings = settings;
    block.directive = "api_key";
    block.conf = &read;

    if (api_conf_block_init(cf, &block) != NGX_OK
        || api_conf_block_read(cf, &block) != NGX_CONF_OK
        || api_conf_block_settle(cf, &block) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    *required = read.required;

    return finish(cf, &read);
}


static char *
set_header(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    size_t          i;
    apikey_read_t  *read;

    read = block->conf;

    if (read->key->header.len != 0) {
        return "is duplicate";
    }

    for (i = 0; i < value->len; i++) {
        if (!((value->data[i] >= 'a' && value->data[i] <= 'z')
              || (value->data[i] >= 'A' && value->data[i] <= 'Z')
              || (value->data[i] >= '0' && value->data[i] <= '9')
              || value->data[i] == '-'))
        {
            return "is a header's name, as X-API-Key";
        }
    }

    read->key->header = *value;

    return NGX_CONF_OK;
}


static char *
set_query(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    apikey_read_t  *read;

    read = block->conf;

    if (read->key->route != NULL) {
        return "is duplicate";
    }

    read->key->route = api_conf_aside(cf, "\"query\" of api_key",
                                      API_SQL_OPTIONAL, NULL);

    return read->key->route != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* file:FILE */

static char *
set_keys(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    apikey_read_t           *read;
    api_http_apikey_file_t  *file;

    read = block->conf;

    if (read->key->file != NULL) {
        return "is duplicate";
    }

    if (value->len <= 5 || ngx_strncmp(value->data, "file:", 5) != 0) {
        return "is file:FILE, a JSON object of SHA-256 and claims";
    }

    file = api_http_apikey_file_new(cf);
    if (file == NULL) {
        return NGX_CONF_ERROR;
    }

    file->written = *value;
    file->path.data = value->data + 5;
    file->path.len = value->len - 5;

    if (ngx_conf_full_name(cf->cycle, &file->path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    read->key->file = file;

    return load_keys(cf, file);
}


static char *
load_keys(ngx_conf_t *cf, api_http_apikey_file_t *file)
{
    u_char     room[512];
    ngx_str_t  why;

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_CONF_OK;
    }

    switch (api_http_apikey_file_load(file, room, sizeof(room), &why)) {

    case NGX_OK:
        return NGX_CONF_OK;

    case NGX_DECLINED:
        api_conf_wrong(cf, 1, "api_key: \"%V\": %V", &file->written, &why);
        return NGX_CONF_ERROR;

    default:
        return NGX_CONF_ERROR;
    }
}


static char *
set_realm(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    apikey_read_t  *read;

    read = block->conf;

    return api_conf_jwt_realm(value, &read->realm);
}


static char *
set_required(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value)
{
    apikey_read_t  *read;

    read = block->conf;

    if (read->required != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    return api_conf_jwt_required(value, &read->required) == NGX_OK
           ? NGX_CONF_OK : "must be on, optional or off";
}


static char *
finish(ngx_conf_t *cf, apikey_read_t *read)
{
    u_char             *p;
    api_http_apikey_t  *key;

    key = read->key;

    if (key->route == NULL && key->file == NULL) {
        api_conf_log(NGX_LOG_EMERG, cf, &key->place,
                     "api_key has no \"query\" and no \"keys\": say which row "
                     "has a key, as query \"SELECT owner AS sub FROM api_keys "
                     "WHERE hash = sha256(convert_to($api_key, 'UTF8'))\"; or "
                     "which file, as keys file:api-keys.json;");
        return NGX_CONF_ERROR;
    }

    if (key->header.len == 0) {
        ngx_str_set(&key->header, "X-API-Key");
    }

    if (read->realm.data == NULL) {
        ngx_str_set(&read->realm, "api");
    }

    key->cache = read->cache;
    key->rate = read->rate;

    p = ngx_pnalloc(cf->pool, sizeof("ApiKey realm=\"\"") + read->realm.len);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    key->challenge.data = p;
    p = ngx_sprintf(p, "ApiKey realm=\"%V\"", &read->realm);
    key->challenge.len = (size_t) (p - key->challenge.data);

    return NGX_CONF_OK;
}


ngx_int_t
api_conf_apikey_finish(ngx_conf_t *cf, api_http_apikey_t *key)
{
    return key->route == NULL ? NGX_OK
                              : api_conf_aside_finish(cf, key->route, names);
}
