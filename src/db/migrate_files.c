
#include "core/scan.h"
#include "db/migrate_files.h"
#include "sql/script.h"
#include "sql/statement.h"

#include <openssl/evp.h>


/* the first bytes of a file, whatever follows */
#define FILES_NO_TRANSACTION  "-- no-transaction"


static ngx_int_t files_entry(const ngx_str_t *dir, ngx_str_t *name,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files);
static ngx_int_t files_name(const ngx_str_t *name, ngx_str_t *version,
    ngx_str_t *rest);
static ngx_int_t files_describe(api_db_migrate_file_t *file, ngx_str_t *rest,
    ngx_pool_t *pool);
static ngx_uint_t files_seem_meant(const ngx_str_t *name);
static ngx_uint_t files_end(const ngx_str_t *name, const char *suffix);
static ngx_int_t files_path(const ngx_str_t *dir, const ngx_str_t *name,
    ngx_pool_t *pool, ngx_str_t *path);
static int ngx_libc_cdecl files_compare(const void *one, const void *two);
static ngx_int_t files_unique(const ngx_array_t *files, ngx_log_t *log);
static ngx_int_t files_load(api_db_migrate_file_t *file, ngx_fd_t fd,
    ngx_pool_t *pool, ngx_log_t *log);
static ngx_int_t files_examine(api_db_migrate_file_t *file, ngx_log_t *log);


ngx_int_t
api_db_migrate_files_list(const ngx_str_t *dir, ngx_pool_t *pool,
    ngx_log_t *log, ngx_array_t *files)
{
    ngx_err_t  err;
    ngx_int_t  rc;
    ngx_dir_t  d;
    ngx_str_t  path, name;

    if (ngx_array_init(files, pool, 16, sizeof(api_db_migrate_file_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&name);

    if (files_path(dir, &name, pool, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_open_dir(&path, &d) == NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "the folder of migrations \"%V\" cannot be read", dir);
        return NGX_ERROR;
    }

    do {
        ngx_set_errno(0);

        if (ngx_read_dir(&d) == NGX_ERROR) {
            err = ngx_errno;
            rc = (err == 0 || err == NGX_ENOMOREFILES) ? NGX_DONE : NGX_ERROR;

            if (rc == NGX_ERROR) {
                ngx_log_error(NGX_LOG_EMERG, log, err, "the folder of"
                              " migrations \"%V\" cannot be read", dir);
            }

            break;
        }

        name.data = ngx_de_name(&d);
        name.len = ngx_de_namelen(&d);

        rc = files_entry(dir, &name, pool, log, files);

    } while (rc == NGX_OK);

    (void) ngx_close_dir(&d);

    if (rc != NGX_DONE) {
        return NGX_ERROR;
    }

    ngx_qsort(files->elts, files->nelts, sizeof(api_db_migrate_file_t),
              files_compare);

    return files_unique(files, log);
}


ngx_int_t
api_db_migrate_files_read(api_db_migrate_file_t *file, ngx_pool_t *pool,
    ngx_log_t *log)
{
    ngx_fd_t   fd;
    ngx_int_t  rc;

    fd = ngx_open_file(file->path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "migration \"%V\" cannot be opened", &file->path);
        return NGX_ERROR;
    }

    rc = files_load(file, fd, pool, log);

    (void) ngx_close_file(fd);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (EVP_Digest(file->text.data, file->text.len, file->checksum, NULL,
                   EVP_sha384(), NULL)
        != 1)
    {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "migration \"%V\": SHA-384 failed", &file->path);
        return NGX_ERROR;
    }

    file->no_transaction = (ngx_strncmp(file->text.data, FILES_NO_TRANSACTION,
                                        sizeof(FILES_NO_TRANSACTION) - 1)
                            == 0);

    return files_examine(file, log);
}


void
api_db_migrate_files_drop(api_db_migrate_file_t *file, ngx_pool_t *pool)
{
    if (file->text.data != NULL) {
        (void) ngx_pfree(pool, file->text.data);
        ngx_str_null(&file->text);
    }
}


static ngx_int_t
files_entry(const ngx_str_t *dir, ngx_str_t *name, ngx_pool_t *pool,
    ngx_log_t *log, ngx_array_t *files)
{
    off_t                   number;
    ngx_str_t               path, version, rest;
    ngx_file_info_t         info;
    api_db_migrate_file_t  *file;

    if (files_path(dir, name, pool, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    if (files_name(name, &version, &rest) != NGX_OK) {

        if (files_seem_meant(name)) {
            ngx_log_error(NGX_LOG_WARN, log, 0, "\"%V\" is no migration:"
                          " its name is not VERSION_DESCRIPTION.sql", &path);
        }

        return NGX_OK;
    }

    if (ngx_file_info(path.data, &info) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "migration \"%V\" cannot be read", &path);
        return NGX_ERROR;
    }

    if (!ngx_is_file(&info) || files_end(&rest, ".down.sql")) {
        return NGX_OK;
    }

    number = ngx_atoof(version.data, version.len);

    if (number == (off_t) NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, 0, "migration \"%V\": the name has"
                      " to begin with a version, a whole number up to"
                      " 9223372036854775807", &path);
        return NGX_ERROR;
    }

    file = ngx_array_push(files);
    if (file == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(file, sizeof(api_db_migrate_file_t));

    file->version = number;
    file->path = path;

    if (files_describe(file, &rest, pool) != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "migration \"%V\": the name is not UTF-8", &path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* the parts before and behind the first "_"; NGX_DECLINED: not such a name */

static ngx_int_t
files_name(const ngx_str_t *name, ngx_str_t *version, ngx_str_t *rest)
{
    u_char  *p;

    p = ngx_strlchr(name->data, name->data + name->len, '_');

    if (p == NULL) {
        return NGX_DECLINED;
    }

    version->data = name->data;
    version->len = (size_t) (p - name->data);

    rest->data = p + 1;
    rest->len = name->len - version->len - 1;

    return files_end(rest, ".sql") ? NGX_OK : NGX_DECLINED;
}


/* SQLx takes the suffix away as often as it is there */

static ngx_int_t
files_describe(api_db_migrate_file_t *file, ngx_str_t *rest, ngx_pool_t *pool)
{
    size_t      i, len;
    ngx_str_t   text;
    const char  *suffix;

    suffix = files_end(rest, ".up.sql") ? ".up.sql" : ".sql";
    text = *rest;

    while (files_end(&text, suffix)) {
        text.len -= ngx_strlen(suffix);
    }

    for (i = 0; i < text.len; i += len) {
        len = api_scan_utf8(text.data + i, text.data + text.len);

        if (len == 0) {
            return NGX_DECLINED;
        }
    }

    file->description.data = ngx_pnalloc(pool, text.len + 1);
    if (file->description.data == NULL) {
        return NGX_ERROR;
    }

    file->description.len = text.len;

    for (i = 0; i < text.len; i++) {
        file->description.data[i] = (text.data[i] == '_') ? ' '
                                                          : text.data[i];
    }

    file->description.data[i] = '\0';

    return NGX_OK;
}


/* README.md and .gitignore are not, 0002-posts.sql and 0002_posts.slq are */

static ngx_uint_t
files_seem_meant(const ngx_str_t *name)
{
    return (name->data[0] >= '0' && name->data[0] <= '9')
           || (name->len > 4 && name->data[0] != '.'
               && ngx_strncasecmp(name->data + name->len - 4,
                                  (u_char *) ".sql", 4)
                  == 0);
}


static ngx_uint_t
files_end(const ngx_str_t *name, const char *suffix)
{
    size_t  len;

    len = ngx_strlen(suffix);

    return name->len >= len
           && ngx_memcmp(name->data + name->len - len, suffix, len) == 0;
}


/* dir/name, or dir alone, with a NUL behind it */

static ngx_int_t
files_path(const ngx_str_t *dir, const ngx_str_t *name, ngx_pool_t *pool,
    ngx_str_t *path)
{
    u_char  *p;

    path->data = ngx_pnalloc(pool, dir->len + name->len + 2);
    if (path->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(path->data, dir->data, dir->len);

    if (name->len) {
        if (p > path->data && p[-1] != '/') {
            *p++ = '/';
        }

        p = ngx_cpymem(p, name->data, name->len);
    }

    *p = '\0';

    path->len = (size_t) (p - path->data);

    return NGX_OK;
}


static int ngx_libc_cdecl
files_compare(const void *one, const void *two)
{
    const api_db_migrate_file_t  *a, *b;

    a = one;
    b = two;

    if (a->version != b->version) {
        return a->version < b->version ? -1 : 1;
    }

    return ngx_strcmp(a->path.data, b->path.data);
}


static ngx_int_t
files_unique(const ngx_array_t *files, ngx_log_t *log)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    api_db_migrate_file_t  *file;

    rc = NGX_OK;
    file = files->elts;

    for (i = 1; i < files->nelts; i++) {

        if (file[i].version == file[i - 1].version) {
            ngx_log_error(NGX_LOG_EMERG, log, 0, "migrations \"%V\" and \"%V\""
                          " have the same version: give one a new number",
                          &file[i - 1].path, &file[i].path);
            rc = NGX_ERROR;
        }
    }

    return rc;
}


static ngx_int_t
files_load(api_db_migrate_file_t *file, ngx_fd_t fd, ngx_pool_t *pool,
    ngx_log_t *log)
{
    size_t           size;
    ssize_t          n;
    ngx_file_info_t  info;

    if (ngx_fd_info(fd, &info) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "migration \"%V\" cannot be read", &file->path);
        return NGX_ERROR;
    }

    if (ngx_file_size(&info) > API_DB_MIGRATE_SIZE) {
        ngx_log_error(NGX_LOG_EMERG, log, 0, "migration \"%V\" has %O bytes:"
                      " at most %d are possible, split it",
                      &file->path, ngx_file_size(&info), API_DB_MIGRATE_SIZE);
        return NGX_ERROR;
    }

    size = (size_t) ngx_file_size(&info);

    file->text.len = 0;
    file->text.data = ngx_palloc(pool, size + 1);

    if (file->text.data == NULL) {
        return NGX_ERROR;
    }

    while (file->text.len < size) {
        n = ngx_read_fd(fd, file->text.data + file->text.len,
                        size - file->text.len);

        if (n == -1) {
            ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                          "migration \"%V\" cannot be read", &file->path);
            return NGX_ERROR;
        }

        if (n == 0) {
            break;
        }

        file->text.len += (size_t) n;
    }

    file->text.data[file->text.len] = '\0';

    return NGX_OK;
}


static ngx_int_t
files_examine(api_db_migrate_file_t *file, ngx_log_t *log)
{
    ngx_uint_t       line, column;
    api_sql_fault_t  fault;

    if (api_sql_script_text(&file->text, &fault) == NGX_OK) {
        return NGX_OK;
    }

    api_sql_statement_place(&file->text, fault.offset, &line, &column);

    ngx_log_error(NGX_LOG_EMERG, log, 0, "migration \"%V\":%ui:%ui: %s",
                  &file->path, line, column, fault.why);

    return NGX_ERROR;
}
