
#include "check/migrate_files.h"
#include "core/scan.h"


/*
 * what is asked of an entry of the folder; files takes it if it is a migration
 */
typedef ngx_int_t (*files_entry_pt)(const ngx_str_t *dir, ngx_str_t *name,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files);


static ngx_int_t files_walk(const ngx_str_t *dir, files_entry_pt entry,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files);
static void files_no_folder(const ngx_str_t *dir, const ngx_str_t *where,
    ngx_log_t *log);
static ngx_int_t files_entry(const ngx_str_t *dir, ngx_str_t *name,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files);
static ngx_int_t files_repeatable(const ngx_str_t *dir, ngx_str_t *name,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files);
static ngx_int_t files_info(const ngx_str_t *path, ngx_file_info_t *info,
    ngx_log_t *log);
static api_check_migrate_file_t *files_push(ngx_array_t *files,
    const ngx_str_t *path, size_t name);
static ngx_uint_t files_is_utf8(const ngx_str_t *name);
static ngx_int_t files_name(const ngx_str_t *name, ngx_str_t *version,
    ngx_str_t *rest);
static ngx_int_t files_describe(api_check_migrate_file_t *file, ngx_str_t *rest,
    ngx_pool_t *pool);
static ngx_uint_t files_seem_meant(const ngx_str_t *name);
static ngx_uint_t files_end(const ngx_str_t *name, const char *suffix);
static ngx_int_t files_path(const ngx_str_t *dir, const ngx_str_t *name,
    ngx_pool_t *pool, ngx_str_t *path);
static int ngx_libc_cdecl files_compare(const void *one, const void *two);
static int ngx_libc_cdecl files_compare_names(const void *one,
    const void *two);
static ngx_int_t files_unique(const ngx_array_t *files, ngx_log_t *log);


ngx_int_t
api_check_migrate_files_list(const ngx_str_t *dir, const ngx_str_t *where,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files)
{
    ngx_int_t  rc;

    rc = files_walk(dir, files_entry, pool, log, files);

    if (rc == NGX_DECLINED) {
        files_no_folder(dir, where, log);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_qsort(files->elts, files->nelts, sizeof(api_check_migrate_file_t),
              files_compare);

    return files_unique(files, log);
}


ngx_int_t
api_check_migrate_files_repeatable(const ngx_str_t *dir, const ngx_str_t *where,
    ngx_pool_t *pool, ngx_log_t *log, ngx_array_t *files)
{
    ngx_int_t  rc;
    ngx_str_t  name, path;

    ngx_str_set(&name, API_CHECK_MIGRATE_REPEATABLE);

    if (files_path(dir, &name, pool, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = files_walk(&path, files_repeatable, pool, log, files);

    if (rc == NGX_DECLINED) {

        if (ngx_errno == NGX_ENOENT) {
            return NGX_OK;
        }

        files_no_folder(&path, where, log);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_qsort(files->elts, files->nelts, sizeof(api_check_migrate_file_t),
              files_compare_names);

    return NGX_OK;
}


/* NGX_DECLINED: the folder cannot be opened, ngx_errno tells why */

static ngx_int_t
files_walk(const ngx_str_t *dir, files_entry_pt entry, ngx_pool_t *pool,
    ngx_log_t *log, ngx_array_t *files)
{
    ngx_err_t  err;
    ngx_int_t  rc;
    ngx_dir_t  d;
    ngx_str_t  path, name;

    if (ngx_array_init(files, pool, 16, sizeof(api_check_migrate_file_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&name);

    if (files_path(dir, &name, pool, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_open_dir(&path, &d) == NGX_ERROR) {
        return NGX_DECLINED;
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

        rc = entry(dir, &name, pool, log, files);

    } while (rc == NGX_OK);

    (void) ngx_close_dir(&d);

    return rc == NGX_DONE ? NGX_OK : NGX_ERROR;
}


static void
files_no_folder(const ngx_str_t *dir, const ngx_str_t *where, ngx_log_t *log)
{
    ngx_err_t    err;
    const char  *remedy;

    err = ngx_errno;

    switch (err) {

    case NGX_ENOENT:
        remedy = "make it, or correct its name";
        break;

    case NGX_ENOTDIR:
        remedy = "name the folder that the files are in";
        break;

    default:
        remedy = API_CHECK_MIGRATE_RIGHTS;
    }

    /*
     * the reason comes first: nginx writes the error's text behind everything
     */

    ngx_log_error(NGX_LOG_EMERG, log, err, "the folder of migrations \"%V\""
                  " cannot be read: %s%V", dir, remedy, where);
}


static ngx_int_t
files_entry(const ngx_str_t *dir, ngx_str_t *name, ngx_pool_t *pool,
    ngx_log_t *log, ngx_array_t *files)
{
    off_t                      number;
    ngx_str_t                  path, version, rest;
    ngx_file_info_t            info;
    api_check_migrate_file_t  *file;

    if (files_path(dir, name, pool, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    if (files_name(name, &version, &rest) != NGX_OK) {

        if (files_seem_meant(name)) {
            ngx_log_error(NGX_LOG_WARN, log, 0, "\"%V\" is not a migration: "
                          "its name is not VERSION_DESCRIPTION.sql, rename it "
                          "as 0001_users.sql, or move it elsewhere", &path);
        }

        return NGX_OK;
    }

    if (files_info(&path, &info, log) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_is_file(&info) || files_end(&rest, ".down.sql")) {
        return NGX_OK;
    }

    number = ngx_atoof(version.data, version.len);

    if (number == (off_t) NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, 0, "migration \"%V\": the name has"
                      " to begin with a version, a whole number up to"
                      " 9223372036854775807, as 0001_users.sql; one to apply"
                      " again when its text changes goes into the folder \""
                      API_CHECK_MIGRATE_REPEATABLE "\" in this one", &path);
        return NGX_ERROR;
    }

    file = files_push(files, &path, name->len);
    if (file == NULL) {
        return NGX_ERROR;
    }

    file->version = number;

    if (!files_is_utf8(&rest)) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "migration \"%V\": the name is not UTF-8: rename it",
                      &path);
        return NGX_ERROR;
    }

    return files_describe(file, &rest, pool);
}


static ngx_int_t
files_repeatable(const ngx_str_t *dir, ngx_str_t *name, ngx_pool_t *pool,
    ngx_log_t *log, ngx_array_t *files)
{
    ngx_str_t                  path;
    ngx_file_info_t            info;
    api_check_migrate_file_t  *file;

    if (files_path(dir, name, pool, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    if (name->data[0] == '.' || !files_end(name, ".sql")) {

        if (files_seem_meant(name)) {
            ngx_log_error(NGX_LOG_WARN, log, 0, "\"%V\" is not a repeatable "
                          "migration: its name does not end in .sql, rename "
                          "it, or move it elsewhere", &path);
        }

        return NGX_OK;
    }

    if (files_info(&path, &info, log) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_is_file(&info)) {
        return NGX_OK;
    }

    if (!files_is_utf8(name)) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "migration \"%V\": the name is not UTF-8: rename it",
                      &path);
        return NGX_ERROR;
    }

    file = files_push(files, &path,
                      sizeof(API_CHECK_MIGRATE_REPEATABLE) + name->len);
    if (file == NULL) {
        return NGX_ERROR;
    }

    file->repeatable = 1;

    file->description.len = name->len;
    file->description.data = path.data + path.len - name->len;

    return NGX_OK;
}


static ngx_int_t
files_info(const ngx_str_t *path, ngx_file_info_t *info, ngx_log_t *log)
{
    if (ngx_file_info(path->data, info) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno, "migration \"%V\" cannot "
                      "be read: repair or remove it", path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* name: how many of the path's last bytes are its name */

static api_check_migrate_file_t *
files_push(ngx_array_t *files, const ngx_str_t *path, size_t name)
{
    api_check_migrate_file_t  *file;

    file = ngx_array_push(files);
    if (file == NULL) {
        return NULL;
    }

    ngx_memzero(file, sizeof(api_check_migrate_file_t));

    file->path = *path;
    file->name.len = name;
    file->name.data = path->data + path->len - name;

    return file;
}


static ngx_uint_t
files_is_utf8(const ngx_str_t *name)
{
    size_t  i, len;

    for (i = 0; i < name->len; i += len) {
        len = api_scan_utf8(name->data + i, name->data + name->len);

        if (len == 0) {
            return 0;
        }
    }

    return 1;
}


/* the parts before and behind the first "_"; NGX_DECLINED: there is none */

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


/* as SQLx does, the suffix is removed as often as it is there */

static ngx_int_t
files_describe(api_check_migrate_file_t *file, ngx_str_t *rest,
    ngx_pool_t *pool)
{
    size_t       i;
    ngx_str_t    text;
    const char  *suffix;

    suffix = files_end(rest, ".up.sql") ? ".up.sql" : ".sql";
    text = *rest;

    while (files_end(&text, suffix)) {
        text.len -= ngx_strlen(suffix);
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


/*
 * 0002-posts.sql and 0002_posts.slq look so, README.md and .gitignore do not
 */

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
    const api_check_migrate_file_t  *a, *b;

    a = one;
    b = two;

    if (a->version != b->version) {
        return a->version < b->version ? -1 : 1;
    }

    return ngx_strcmp(a->path.data, b->path.data);
}


/* compares bytes, whatever the locale, as ngx_strcmp() does: unsigned */

static int ngx_libc_cdecl
files_compare_names(const void *one, const void *two)
{
    const api_check_migrate_file_t  *a, *b;

    a = one;
    b = two;

    return ngx_strcmp(a->path.data, b->path.data);
}


static ngx_int_t
files_unique(const ngx_array_t *files, ngx_log_t *log)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i;
    api_check_migrate_file_t  *file;

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
