
#include "conf/file.h"
#include "conf/place.h"


static ngx_int_t read_text(ngx_conf_t *cf, ngx_uint_t word, ngx_file_t *file,
    size_t max, ngx_str_t *text);


ngx_int_t
api_conf_file(ngx_conf_t *cf, ngx_uint_t word, ngx_str_t *name, size_t max,
    ngx_str_t *text)
{
    u_char      error[NGX_MAX_ERROR_STR / 4], *p;
    ngx_int_t   rc;
    ngx_file_t  file;

    if (ngx_conf_full_name(cf->cycle, name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name = *name;
    file.log = cf->log;
    file.fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        p = ngx_log_errno(error, error + sizeof(error), ngx_errno);

        api_conf_wrong(cf, word, "cannot read \"%V\" (a name without \"/\" in "
                       "front is relative to the folder of nginx.conf)%*s",
                       name, (size_t) (p - error), error);
        return NGX_ERROR;
    }

    rc = read_text(cf, word, &file, max, text);

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, cf->log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", name);
    }

    return rc;
}


static ngx_int_t
read_text(ngx_conf_t *cf, ngx_uint_t word, ngx_file_t *file, size_t max,
    ngx_str_t *text)
{
    off_t    size;
    ssize_t  n;

    if (ngx_fd_info(file->fd, &file->info) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", &file->name);
        return NGX_ERROR;
    }

    if (!ngx_is_file(&file->info)) {
        api_conf_wrong(cf, word, "\"%V\" is not a regular file", &file->name);
        return NGX_ERROR;
    }

    size = ngx_file_size(&file->info);

    if (size > (off_t) max) {
        api_conf_wrong(cf, word, "\"%V\" has more than %uz bytes, the most "
                       "that is read", &file->name, max);
        return NGX_ERROR;
    }

    text->data = ngx_pnalloc(cf->pool, (size_t) size + 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    n = ngx_read_file(file, text->data, (size_t) size, 0);

    if (n == NGX_ERROR) {
        return NGX_ERROR;
    }

    text->len = (size_t) n;
    text->data[n] = '\0';

    return NGX_OK;
}
