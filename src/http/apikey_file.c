
#include "http/apikey_file.h"


static void destroy_pool(void *data);
static ngx_int_t read_keys(api_http_apikey_file_t *file, ngx_pool_t *pool,
    api_auth_apikeys_t *keys, u_char *room, size_t size, ngx_str_t *why);
static void look(api_http_apikey_file_t *file);


api_http_apikey_file_t *
api_http_apikey_file_new(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t      *cln;
    api_http_apikey_file_t  *file;

    file = ngx_pcalloc(cf->pool, sizeof(api_http_apikey_file_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (file == NULL || cln == NULL) {
        return NULL;
    }

    file->log = &cf->cycle->new_log;

    cln->handler = destroy_pool;
    cln->data = file;

    return file;
}


static void
destroy_pool(void *data)
{
    api_http_apikey_file_t *file = data;

    if (file->pool != NULL) {
        ngx_destroy_pool(file->pool);
        file->pool = NULL;
    }
}


ngx_int_t
api_http_apikey_file_load(api_http_apikey_file_t *file, u_char *room,
    size_t size, ngx_str_t *why)
{
    ngx_int_t           rc;
    ngx_pool_t         *pool;
    api_auth_apikeys_t  keys;

    /* of all files of this process; 0 is that of what a statement has found */
    static uint64_t     generations;

    pool = ngx_create_pool(4096, file->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    rc = read_keys(file, pool, &keys, room, size, why);

    if (rc != NGX_OK) {
        ngx_destroy_pool(pool);
        return rc;
    }

    /* requests hold copies */

    destroy_pool(file);

    file->pool = pool;
    file->keys = keys;
    file->generation = ++generations;

    return NGX_OK;
}


static ngx_int_t
read_keys(api_http_apikey_file_t *file, ngx_pool_t *pool,
    api_auth_apikeys_t *keys, u_char *room, size_t size, ngx_str_t *why)
{
    u_char      *p, *last;
    ngx_int_t    rc;
    ngx_err_t    err;
    ngx_str_t    text, said;
    const char  *sentence;

    sentence = NULL;
    err = 0;
    ngx_str_null(&said);

    rc = api_http_watched_read(&file->watched, &file->path, pool, &text,
                               &sentence, &err);

    if (rc == NGX_OK) {
        rc = api_auth_apikeys_read(pool, &text, keys, &said);
    }

    if (rc != NGX_DECLINED) {
        return rc;
    }

    p = room;
    last = room + size;

    p = sentence != NULL ? ngx_slprintf(p, last, "%s", sentence)
                         : ngx_slprintf(p, last, "%V", &said);

    if (err != 0) {
        p = ngx_log_errno(p, last, err);
    }

    why->data = room;
    why->len = (size_t) (p - room);

    return NGX_DECLINED;
}


ngx_int_t
api_http_apikey_file_look(api_http_apikey_file_t *file,
    api_auth_tokens_t *known, const u_char *hash, api_auth_entry_t **entry)
{
    ngx_str_t                 name;
    const api_auth_apikey_t  *key;

    look(file);

    key = api_auth_apikeys_find(&file->keys, hash);

    if (key == NULL || !api_auth_claims_last(&key->claims, 0, ngx_time())) {
        return NGX_DECLINED;
    }

    name.data = api_unconst(hash);
    name.len = API_AUTH_DIGEST_RAW;

    *entry = api_auth_tokens_find(known, &name, file, file->generation,
                                  ngx_time());

    if (*entry == NULL) {
        api_auth_tokens_add(known, &name, file, file->generation, 0,
                            &key->claims);

        *entry = api_auth_tokens_find(known, &name, file, file->generation,
                                      ngx_time());
    }

    return *entry != NULL ? NGX_OK : NGX_ERROR;
}


/* a text that is broken, half written perhaps, is read again until it is
   whole */

static void
look(api_http_apikey_file_t *file)
{
    u_char      room[512];
    ngx_int_t   rc;
    ngx_str_t   why;
    ngx_uint_t  changed;

    changed = api_http_watched_changed(&file->watched, &file->path);

    if (!changed && (!file->told || file->looked == ngx_time())) {
        return;
    }

    file->looked = ngx_time();

    ngx_str_set(&why, "there is no memory");

    rc = api_http_apikey_file_load(file, room, sizeof(room), &why);

    if (rc == NGX_OK) {
        file->told = 0;

        ngx_log_error(NGX_LOG_NOTICE, file->log, 0,
                      "api_key: the keys of %V have changed: %ui are known "
                      "now", &file->written, file->keys.count);
        return;
    }

    if (changed || !file->told) {
        file->told = 1;

        ngx_log_error(NGX_LOG_ERR, file->log, 0,
                      "api_key: %V has changed and is not taken, the keys stay "
                      "as they were: %V", &file->written, &why);
    }
}
