
#include "db/secret.h"
#include "db/conninfo.h"
#include "db/refusal.h"


static ngx_uint_t secret_refresh(api_db_t *db);
static ngx_int_t secret_read(api_db_t *db, u_char *text, size_t *len);
static ngx_uint_t secret_equal(const char *const *a, const char *const *b);


void
api_db_secret_init(api_db_t *db)
{
    db->keywords = db->conf->keywords;
    db->values = db->conf->values;
}


void
api_db_secret_done(api_db_t *db)
{
    if (db->secret) {
        ngx_destroy_pool(db->secret);
    }
}


ngx_uint_t
api_db_secret_again(api_db_conn_t *conn)
{
    api_db_t  *db;

    db = conn->db;

    if (db->conf->secret == NULL || conn->pg == NULL
        || !api_db_refusal_password(conn->pg))
    {
        return 0;
    }

    /* another connection may have read it while this one was refused */

    return conn->secret != db->nsecret || secret_refresh(db);
}


ngx_uint_t
api_db_secret_look(api_db_t *db)
{
    return db->conf->secret != NULL && secret_refresh(db);
}


static ngx_uint_t
secret_refresh(api_db_t *db)
{
    u_char             *text;
    size_t              len;
    ngx_int_t           rc;
    ngx_str_t           conninfo;
    const char         *why;
    ngx_pool_t         *pool;
    const char *const  *keywords, *const *values;

    pool = ngx_create_pool(4096, db->log);
    if (pool == NULL) {
        return 0;
    }

    len = 0;
    keywords = NULL;
    values = NULL;

    text = ngx_palloc(pool, API_DB_CONNINFO_MAX + 1);

    rc = text ? secret_read(db, text, &len) : NGX_ERROR;

    if (rc == NGX_OK) {
        conninfo.data = text;
        conninfo.len = len;

        rc = api_db_conninfo_again(pool, &conninfo, db->conf->fallback_keywords,
                                   db->conf->fallback_values, &keywords,
                                   &values, &why);

        ngx_explicit_memzero(text, len);

        if (rc == NGX_DECLINED) {
            ngx_log_error(NGX_LOG_ERR, db->log, 0, "\"file:%s\" of api_postgres"
                          " \"%V\" %s", db->conf->secret, &db->conf->name, why);
        }
    }

    if (rc != NGX_OK
        || (secret_equal(keywords, db->keywords)
            && secret_equal(values, db->values)))
    {
        ngx_destroy_pool(pool);
        return 0;
    }

    api_db_secret_done(db);

    db->secret = pool;
    db->keywords = keywords;
    db->values = values;
    db->nsecret++;

    ngx_log_error(NGX_LOG_NOTICE, db->log, 0, "\"file:%s\" of api_postgres "
                  "\"%V\" has changed and was read again",
                  db->conf->secret, &db->conf->name);

    return 1;
}


static ngx_int_t
secret_read(api_db_t *db, u_char *text, size_t *len)
{
    int              fd;
    ssize_t          n;
    ngx_err_t        err;
    ngx_file_info_t  info;

    fd = open(db->conf->secret, O_RDONLY|O_NONBLOCK|O_CLOEXEC);

    if (fd == -1) {
        ngx_log_error(NGX_LOG_WARN, db->log, ngx_errno, "\"file:%s\" of "
                      "api_postgres \"%V\" cannot be read by a worker: reload "
                      "nginx when it has changed", db->conf->secret,
                      &db->conf->name);
        return NGX_ERROR;
    }

    /* one read: a file of this size comes whole, or is changing right now */

    n = -1;
    err = 0;

    if (ngx_fd_info(fd, &info) == 0 && ngx_is_file(&info)
        && ngx_file_size(&info) <= API_DB_CONNINFO_MAX)
    {
        n = read(fd, text, API_DB_CONNINFO_MAX);
        err = ngx_errno;
    }

    (void) close(fd);

    if (n < 0) {
        ngx_log_error(NGX_LOG_WARN, db->log, err, "\"file:%s\" of api_postgres "
                      "\"%V\" is not a file that can be read", db->conf->secret,
                      &db->conf->name);
        return NGX_ERROR;
    }

    while (n > 0 && (text[n - 1] == LF || text[n - 1] == CR)) {
        n--;
    }

    text[n] = '\0';
    *len = (size_t) n;

    return NGX_OK;
}


static ngx_uint_t
secret_equal(const char *const *a, const char *const *b)
{
    ngx_uint_t  i;

    for (i = 0; a[i] != NULL && b[i] != NULL; i++) {
        if (ngx_strcmp(a[i], b[i]) != 0) {
            return 0;
        }
    }

    return a[i] == b[i];
}
