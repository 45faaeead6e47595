
#include "http/keys.h"
#include "auth/jwk.h"
#include "auth/pem.h"


static void destroy_pool(void *data);
static ngx_int_t load(api_http_keys_t *keys, ngx_pool_t *pool,
    api_auth_keys_t *set, api_http_keys_fault_t *fault);
static ngx_int_t add_text(api_http_keys_t *keys, ngx_pool_t *pool,
    api_http_key_source_t *source, const ngx_str_t *text,
    api_auth_keys_t *set, api_http_keys_fault_t *fault);
static ngx_int_t add_set(api_http_keys_t *keys, ngx_pool_t *pool,
    api_http_key_source_t *source, const ngx_str_t *text,
    api_auth_keys_t *set, api_http_keys_fault_t *fault);
static ngx_int_t add_key(ngx_pool_t *pool, api_http_key_source_t *source,
    const ngx_str_t *text, api_auth_keys_t *set, const char **why);
static const char *check_keys(const api_http_key_source_t *source,
    const api_auth_keys_t *set, ngx_uint_t from);
static ngx_uint_t is_twin(const api_auth_key_t *a, const api_auth_key_t *b);
static ngx_int_t refuse(api_http_keys_fault_t *fault,
    api_http_key_source_t *source, const char *why);
static void look(api_http_keys_t *keys);
static ngx_int_t await(api_http_keys_t *keys, api_http_ctx_t *ctx,
    ngx_uint_t is_unknown);
static ngx_int_t env_read(api_http_key_source_t *source, ngx_pool_t *pool,
    ngx_str_t *text, const char **why, ngx_err_t *err);
static ngx_int_t file_read(api_http_key_source_t *source, ngx_pool_t *pool,
    ngx_str_t *text, const char **why, ngx_err_t *err);
static ngx_uint_t file_changed(api_http_key_source_t *source);


const api_http_key_kind_t  api_http_keys_env = {
    .name = "env",
    .read = env_read
};

const api_http_key_kind_t  api_http_keys_file = {
    .name = "file",
    .read = file_read,
    .changed = file_changed
};


ngx_int_t
api_http_keys_init(ngx_conf_t *cf, api_http_keys_t *keys)
{
    ngx_pool_cleanup_t  *cln;

    ngx_memzero(keys, sizeof(api_http_keys_t));

    keys->log = &cf->cycle->new_log;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = destroy_pool;
    cln->data = keys;

    return ngx_array_init(&keys->sources, cf->pool, 1,
                          sizeof(api_http_key_source_t));
}


static void
destroy_pool(void *data)
{
    api_http_keys_t *keys = data;

    if (keys->pool != NULL) {
        ngx_destroy_pool(keys->pool);
        keys->pool = NULL;
    }
}


ngx_int_t
api_http_keys_load(api_http_keys_t *keys, api_http_keys_fault_t *fault)
{
    ngx_int_t         rc;
    ngx_pool_t       *pool;
    api_auth_keys_t  *set;

    /* of all sets of this process */
    static uint64_t   generations;

    fault->source = NULL;
    ngx_str_null(&fault->text);

    pool = ngx_create_pool(4096, keys->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    set = ngx_pcalloc(pool, sizeof(api_auth_keys_t));

    rc = (set != NULL) ? load(keys, pool, set, fault) : NGX_ERROR;

    if (rc != NGX_OK) {
        ngx_destroy_pool(pool);
        return rc;
    }

    /* the old set can go: nobody keeps a key beyond the event in which he got
       it */

    destroy_pool(keys);

    keys->pool = pool;
    keys->set = (set->count != 0) ? set : NULL;
    keys->generation = ++generations;

    return NGX_OK;
}


static ngx_int_t
load(api_http_keys_t *keys, ngx_pool_t *pool, api_auth_keys_t *set,
    api_http_keys_fault_t *fault)
{
    ngx_int_t               rc;
    ngx_str_t               text;
    ngx_err_t               err;
    ngx_uint_t              i;
    const char             *why;
    api_http_key_source_t  *source;

    source = keys->sources.elts;

    for (i = 0; i < keys->sources.nelts; i++) {

        why = NULL;
        err = 0;

        rc = source[i].kind->read(&source[i], pool, &text, &why, &err);

        if (rc == NGX_AGAIN) {
            continue;
        }

        if (rc == NGX_DECLINED) {
            (void) refuse(fault, &source[i], why);

            if (err != 0) {
                fault->text.len = (size_t)
                    (ngx_log_errno(fault->room + fault->text.len,
                                   fault->room + sizeof(fault->room), err)
                     - fault->room);
            }

            return NGX_DECLINED;
        }

        if (rc == NGX_OK) {
            rc = add_text(keys, pool, &source[i], &text, set, fault);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
add_text(api_http_keys_t *keys, ngx_pool_t *pool,
    api_http_key_source_t *source, const ngx_str_t *text,
    api_auth_keys_t *set, api_http_keys_fault_t *fault)
{
    ngx_int_t    rc;
    ngx_uint_t   from;
    const char  *why;

    from = set->count;
    why = NULL;

    if (api_auth_jwk_looks(text)) {
        rc = add_set(keys, pool, source, text, set, fault);

    } else {
        rc = add_key(pool, source, text, set, &why);

        if (rc == NGX_DECLINED) {
            return refuse(fault, source, why);
        }
    }

    if (rc != NGX_OK) {
        return rc;
    }

    why = check_keys(source, set, from);

    return why == NULL ? NGX_OK : refuse(fault, source, why);
}


static ngx_int_t
add_set(api_http_keys_t *keys, ngx_pool_t *pool,
    api_http_key_source_t *source, const ngx_str_t *text,
    api_auth_keys_t *set, api_http_keys_fault_t *fault)
{
    u_char            *p, *last;
    ngx_int_t          rc;
    ngx_uint_t         i;
    ngx_array_t        faults;
    api_auth_fault_t  *f;

    if (source->kid.len != 0) {
        return refuse(fault, source, "it is a JWK or a set of them, which "
                                     "have their kid themselves: drop kid=");
    }

    if (ngx_array_init(&faults, pool, 4, sizeof(api_auth_fault_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = api_auth_jwk_read(pool, text, source->kind->is_public, set, &faults);

    if (rc == NGX_ERROR || faults.nelts == 0) {
        return rc == NGX_DECLINED ? refuse(fault, source, "there is no key "
                                                          "in it")
                                  : rc;
    }

    f = faults.elts;

    for (i = 0; i < faults.nelts; i++) {

        p = fault->room;
        last = p + sizeof(fault->room);

        if (f[i].index != 0) {
            p = ngx_slprintf(p, last, "key %ui%s%V%s: ", f[i].index,
                             f[i].kid.len ? " (" : "", &f[i].kid,
                             f[i].kid.len ? ")" : "");
        }

        p = ngx_slprintf(p, last, "%s", f[i].why);

        fault->source = source;
        fault->text.data = fault->room;
        fault->text.len = (size_t) (p - fault->room);

        if (rc != NGX_OK || !source->kind->lenient) {
            return NGX_DECLINED;
        }

        ngx_log_error(NGX_LOG_WARN, keys->log, 0, "api_jwt: of %V %V",
                      &source->written, &fault->text);
    }

    return rc;
}


/* a key in PEM, or a secret */

static ngx_int_t
add_key(ngx_pool_t *pool, api_http_key_source_t *source, const ngx_str_t *text,
    api_auth_keys_t *set, const char **why)
{
    ngx_int_t        rc;
    ngx_str_t        secret;
    api_auth_key_t  *key;

    if (api_auth_pem_looks(text)) {
        rc = api_auth_pem_read(pool, text, &source->kid, &key, why);

    } else if (source->kind->is_public) {
        *why = "it is no set of keys";
        return NGX_DECLINED;

    } else {
        secret = *text;

        /* an editor's line break is not part of it */

        while (secret.len > 0 && (secret.data[secret.len - 1] == LF
                                  || secret.data[secret.len - 1] == CR))
        {
            secret.len--;
        }

        key = api_auth_key_new(pool);
        if (key == NULL) {
            return NGX_ERROR;
        }

        key->kid = source->kid;

        rc = api_auth_key_secret(key, &secret, why);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    *why = "there are more than 100 keys";

    return api_auth_key_add(set, key);
}


static const char *
check_keys(const api_http_key_source_t *source, const api_auth_keys_t *set,
    ngx_uint_t from)
{
    ngx_uint_t  i, n, used;

    used = 0;

    for (i = from; i < set->count; i++) {

        used |= (api_auth_key_algorithms(set->key[i], source->algorithms) != 0);

        for (n = 0; n < from; n++) {
            if (is_twin(set->key[i], set->key[n])) {
                return "another key has the same kid and is of the same kind";
            }
        }
    }

    return used ? NULL : "none of its keys is for one of the algorithms that "
                         "\"algorithms\" names";
}


static ngx_uint_t
is_twin(const api_auth_key_t *a, const api_auth_key_t *b)
{
    return a->kid.len != 0 && api_str_equal(&a->kid, &b->kid)
           && a->kind == b->kind && (a->may & b->may) != 0;
}


static ngx_int_t
refuse(api_http_keys_fault_t *fault, api_http_key_source_t *source,
    const char *why)
{
    fault->source = source;
    fault->text.data = fault->room;
    fault->text.len = (size_t) (ngx_slprintf(fault->room,
                                          fault->room + sizeof(fault->room),
                                          "%s", why)
                                - fault->room);

    return NGX_DECLINED;
}


ngx_int_t
api_http_keys_get(api_http_keys_t *keys, api_http_ctx_t *ctx)
{
    look(keys);

    return keys->set != NULL ? NGX_OK : await(keys, ctx, 0);
}


/* a file that is broken, perhaps half written, is read again until it is
   whole */

static void
look(api_http_keys_t *keys)
{
    ngx_int_t               rc;
    ngx_uint_t              i, changed;
    api_http_keys_fault_t   fault;
    api_http_key_source_t  *source;

    changed = 0;
    source = keys->sources.elts;

    for (i = 0; i < keys->sources.nelts; i++) {
        if (source[i].kind->changed != NULL
            && source[i].kind->changed(&source[i]))
        {
            changed = 1;
        }
    }

    if (!changed && (!keys->told || keys->looked == ngx_time())) {
        return;
    }

    keys->looked = ngx_time();

    rc = api_http_keys_load(keys, &fault);

    if (rc == NGX_OK) {
        keys->told = 0;

        ngx_log_error(NGX_LOG_NOTICE, keys->log, 0,
                      "api_jwt: the keys have changed: %ui are known now",
                      keys->set ? keys->set->count : 0);
        return;
    }

    if (changed || !keys->told) {
        keys->told = 1;

        ngx_log_error(NGX_LOG_ERR, keys->log, 0,
                      "api_jwt: %V has changed and is not taken, the keys stay "
                      "as they were: %V",
                      fault.source ? &fault.source->written : &fault.text,
                      &fault.text);
    }
}


ngx_int_t
api_http_keys_unknown(api_http_keys_t *keys, api_http_ctx_t *ctx)
{
    return await(keys, ctx, 1);
}


static ngx_int_t
await(api_http_keys_t *keys, api_http_ctx_t *ctx, ngx_uint_t is_unknown)
{
    ngx_uint_t              i;
    api_http_key_source_t  *source;

    source = keys->sources.elts;

    for (i = 0; i < keys->sources.nelts; i++) {
        if (source[i].kind->wait != NULL
            && source[i].kind->wait(&source[i], ctx, is_unknown) == NGX_AGAIN)
        {
            return NGX_AGAIN;
        }
    }

    return NGX_DECLINED;
}


void
api_http_keys_forget(api_http_keys_t *keys, api_http_ctx_t *ctx)
{
    ngx_uint_t              i;
    api_http_key_source_t  *source;

    source = keys->sources.elts;

    for (i = 0; i < keys->sources.nelts; i++) {
        if (source[i].kind->forget != NULL) {
            source[i].kind->forget(&source[i], ctx);
        }
    }
}


/* it was looked up while the configuration was read */

static ngx_int_t
env_read(api_http_key_source_t *source, ngx_pool_t *pool, ngx_str_t *text,
    const char **why, ngx_err_t *err)
{
    *text = source->where;

    return NGX_OK;
}


static ngx_int_t
file_read(api_http_key_source_t *source, ngx_pool_t *pool, ngx_str_t *text,
    const char **why, ngx_err_t *err)
{
    return api_http_watched_read(&source->file, &source->where, pool, text, why,
                                 err);
}


/* a file that is gone, or just being replaced, counts as unchanged */

static ngx_uint_t
file_changed(api_http_key_source_t *source)
{
    return api_http_watched_changed(&source->file, &source->where);
}
