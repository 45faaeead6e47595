
#include "conf/ahead.h"


/* bytes that are looked ahead in all, and first */
#define AHEAD_MOST   (1024 * 1024)
#define AHEAD_FIRST  4096


api_words_e
api_conf_ahead(ngx_conf_t *cf, const char *name)
{
    u_char      *text;
    size_t       size;
    off_t        from;
    ssize_t      n;
    ngx_file_t   file;
    api_words_e  found;

    if (cf->conf_file->file.fd == NGX_INVALID_FILE) {
        return API_WORDS_CLOSE;
    }

    /* a copy: ngx_read_file() moves the offset */

    file = cf->conf_file->file;
    from = file.offset - (cf->conf_file->buffer->last
                          - cf->conf_file->buffer->pos);

    for (size = AHEAD_FIRST; size <= AHEAD_MOST; size *= 4) {

        text = ngx_alloc(size, cf->log);
        if (text == NULL) {
            return API_WORDS_CLOSE;
        }

        n = ngx_read_file(&file, text, size, from);
        found = (n > 0) ? api_words_ahead(text, text + n, name)
                        : API_WORDS_CLOSE;

        ngx_free(text);

        if (found != API_WORDS_MORE) {
            return found;
        }

        if (n != (ssize_t) size) {
            break;
        }
    }

    return API_WORDS_CLOSE;
}
