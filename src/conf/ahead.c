
#include "conf/ahead.h"


/* bytes that are looked ahead in all, and first */
#define AHEAD_MOST   (1024 * 1024)
#define AHEAD_FIRST  4096


/* one name, or any of several */
typedef struct {
    const char         *name;
    const char *const  *names;
    const char         *found;       /* of names */
} ahead_t;


static api_words_e look(ngx_conf_t *cf, ahead_t *ahead);
static api_words_e look_at(const u_char *p, const u_char *end, ahead_t *ahead);


api_words_e
api_conf_ahead(ngx_conf_t *cf, const char *name)
{
    ahead_t  ahead;

    ngx_memzero(&ahead, sizeof(ahead_t));
    ahead.name = name;

    return look(cf, &ahead);
}


const char *
api_conf_ahead_among(ngx_conf_t *cf, const char *const *names)
{
    ahead_t  ahead;

    ngx_memzero(&ahead, sizeof(ahead_t));
    ahead.names = names;

    return look(cf, &ahead) == API_WORDS_OPEN ? ahead.found : NULL;
}


static api_words_e
look(ngx_conf_t *cf, ahead_t *ahead)
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
        found = (n > 0) ? look_at(text, text + n, ahead) : API_WORDS_CLOSE;

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


static api_words_e
look_at(const u_char *p, const u_char *end, ahead_t *ahead)
{
    return ahead->names == NULL
           ? api_words_ahead(p, end, ahead->name)
           : api_words_among(p, end, ahead->names, &ahead->found);
}
