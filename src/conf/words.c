
#include "conf/words.h"
#include "conf/place.h"


static ngx_int_t next_byte(ngx_conf_t *cf, u_char *ch);
static ngx_int_t refill(ngx_conf_t *cf);


ngx_int_t
api_conf_words(ngx_conf_t *cf, api_words_e *end)
{
    u_char       ch;
    api_words_t  words;

    api_words_begin(&words, cf->pool, cf->args);

    do {
        if (next_byte(cf, &ch) != NGX_OK) {
            return NGX_ERROR;
        }

        *end = api_words_byte(&words, ch);

    } while (*end == API_WORDS_MORE);

    if (*end == API_WORDS_FAULT) {
        api_conf_wrong_byte(cf, 1, "%s", words.why);
        return NGX_ERROR;
    }

    return *end == API_WORDS_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
next_byte(ngx_conf_t *cf, u_char *ch)
{
    ngx_buf_t  *b;

    b = cf->conf_file->buffer;

    if (b->pos >= b->last && refill(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    *ch = *b->pos++;

    if (*ch == LF) {
        cf->conf_file->line++;
    }

    return NGX_OK;
}


/* as ngx_conf_read_token() does, whose buffer it is; also for "nginx -T" */

static ngx_int_t
refill(ngx_conf_t *cf)
{
    off_t       left;
    size_t      size;
    ssize_t     n;
    ngx_buf_t  *b, *dump;

    b = cf->conf_file->buffer;
    dump = cf->conf_file->dump;

    left = 0;

    if (cf->conf_file->file.fd != NGX_INVALID_FILE) {
        left = ngx_file_size(&cf->conf_file->file.info)
               - cf->conf_file->file.offset;
    }

    if (left <= 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unexpected end of file, expecting \"}\"");
        return NGX_ERROR;
    }

    size = (size_t) (b->end - b->start);

    if (left < (off_t) size) {
        size = (size_t) left;
    }

    n = ngx_read_file(&cf->conf_file->file, b->start, size,
                      cf->conf_file->file.offset);

    if (n != (ssize_t) size) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           ngx_read_file_n " did not return all of the file");
        return NGX_ERROR;
    }

    b->pos = b->start;
    b->last = b->start + size;

    if (dump) {
        dump->last = ngx_cpymem(dump->last, b->pos, size);
    }

    return NGX_OK;
}
