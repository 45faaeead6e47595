
#include "check/migrate_text.h"
#include "check/migrate_fault.h"
#include "sql/script.h"

#include <openssl/evp.h>


/* the first bytes of a file, whatever follows */
#define TEXT_NO_TRANSACTION  "-- no-transaction"


static ngx_int_t text_load(api_check_migrate_file_t *file, ngx_fd_t fd,
    ngx_pool_t *pool, ngx_log_t *log);
static ngx_int_t text_examine(api_check_migrate_file_t *file, ngx_log_t *log);


ngx_int_t
api_check_migrate_text_read(api_check_migrate_file_t *file, ngx_pool_t *pool,
    ngx_log_t *log)
{
    ngx_fd_t   fd;
    ngx_int_t  rc;

    fd = ngx_open_file(file->path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "migration \"%V\" cannot be opened: "
                      API_CHECK_MIGRATE_RIGHTS, &file->path);
        return NGX_ERROR;
    }

    rc = text_load(file, fd, pool, log);

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

    file->no_transaction = (ngx_strncmp(file->text.data, TEXT_NO_TRANSACTION,
                                        sizeof(TEXT_NO_TRANSACTION) - 1)
                            == 0);

    return text_examine(file, log);
}


void
api_check_migrate_text_drop(api_check_migrate_file_t *file, ngx_pool_t *pool)
{
    if (file->text.data != NULL) {
        (void) ngx_pfree(pool, file->text.data);
        ngx_str_null(&file->text);
    }
}


static ngx_int_t
text_load(api_check_migrate_file_t *file, ngx_fd_t fd, ngx_pool_t *pool,
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

    if (ngx_file_size(&info) > API_CHECK_MIGRATE_SIZE) {
        ngx_log_error(NGX_LOG_EMERG, log, 0, "migration \"%V\" has %O bytes:"
                      " at most %d are possible, split it",
                      &file->path, ngx_file_size(&info),
    API_CHECK_MIGRATE_SIZE);
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
text_examine(api_check_migrate_file_t *file, ngx_log_t *log)
{
    api_sql_fault_t  fault;

    if (api_sql_script_text(&file->text, &fault) == NGX_OK) {
        return NGX_OK;
    }

    api_check_migrate_fault(NGX_LOG_EMERG, log, file, fault.offset,
                            ": %s", fault.why);

    return NGX_ERROR;
}
