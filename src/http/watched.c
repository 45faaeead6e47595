
#include "http/watched.h"


static ngx_int_t read_text(api_http_watched_t *watched, ngx_fd_t fd,
    ngx_pool_t *pool, ngx_str_t *text, const char **why, ngx_err_t *err);
static ngx_uint_t differs(const ngx_file_info_t *a, const ngx_file_info_t *b);


ngx_int_t
api_http_watched_read(api_http_watched_t *watched, const ngx_str_t *path,
    ngx_pool_t *pool, ngx_str_t *text, const char **why, ngx_err_t *err)
{
    ngx_fd_t   fd;
    ngx_int_t  rc;

    /* O_NONBLOCK: opening a pipe would wait for ever */

    fd = open((const char *) path->data, O_RDONLY|O_NONBLOCK|O_CLOEXEC);

    if (fd == NGX_INVALID_FILE) {
        *err = ngx_errno;
        *why = "it cannot be read";
        return NGX_DECLINED;
    }

    rc = read_text(watched, fd, pool, text, why, err);

    (void) ngx_close_file(fd);

    return rc;
}


static ngx_int_t
read_text(api_http_watched_t *watched, ngx_fd_t fd, ngx_pool_t *pool,
    ngx_str_t *text, const char **why, ngx_err_t *err)
{
    size_t   size;
    ssize_t  n;

    if (ngx_fd_info(fd, &watched->info) == NGX_FILE_ERROR) {
        *err = ngx_errno;
        *why = "it cannot be read";
        return NGX_DECLINED;
    }

    if (!ngx_is_file(&watched->info)) {
        *why = "it is no regular file";
        return NGX_DECLINED;
    }

    if (ngx_file_size(&watched->info) > API_HTTP_WATCHED_MOST) {
        *why = "it has more than 256 KiB";
        return NGX_DECLINED;
    }

    size = (size_t) ngx_file_size(&watched->info);

    text->data = ngx_pnalloc(pool, size + 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    n = ngx_read_fd(fd, text->data, size);

    if (n == -1) {
        *err = ngx_errno;
        *why = "it cannot be read";
        return NGX_DECLINED;
    }

    text->len = (size_t) n;
    text->data[n] = '\0';

    if (n == 0) {
        *why = "it is empty";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* what is not there any more, or just being replaced, is as it was */

ngx_uint_t
api_http_watched_changed(api_http_watched_t *watched, const ngx_str_t *path)
{
    ngx_file_info_t  info;

    if (watched->looked == ngx_time()) {
        return 0;
    }

    watched->looked = ngx_time();

    if (ngx_file_info(path->data, &info) == NGX_FILE_ERROR) {
        return 0;
    }

    if (!differs(&info, &watched->info)) {
        return 0;
    }

    /* should it not open, that is told once */

    watched->info = info;

    return 1;
}


static ngx_uint_t
differs(const ngx_file_info_t *a, const ngx_file_info_t *b)
{
    return a->st_ino != b->st_ino || a->st_dev != b->st_dev
           || a->st_size != b->st_size
           || a->st_mtim.tv_sec != b->st_mtim.tv_sec
           || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}
