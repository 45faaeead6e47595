
#include "conf/either.h"
#include "core/words.h"


/* files within files, and bytes of one: nginx itself has no bound */
#define EITHER_DEPTH  32
#define EITHER_MOST   (64 * 1024 * 1024)


typedef struct {
    ngx_conf_t         *cf;
    api_conf_either_t  *either;
    ngx_str_t           file;
    ngx_uint_t          line;
    const u_char       *pos;
    const u_char       *end;
    ngx_uint_t          depth;       /* files around it */
} either_text_t;


static ngx_int_t read_file(either_text_t *t, off_t from);
static ngx_int_t read_text(either_text_t *t);
static ngx_uint_t is_level(const ngx_str_t *word);
static ngx_int_t end_directive(either_text_t *t, const ngx_str_t *words,
    ngx_uint_t n);
static ngx_int_t include(const either_text_t *around, const ngx_str_t *name);
static ngx_int_t include_file(const either_text_t *around,
    const ngx_str_t *name);
static void set_row(api_conf_either_t *either);


ngx_int_t
api_conf_either_begin(ngx_conf_t *cf, ngx_command_t *command,
    api_conf_either_t *either)
{
    ngx_int_t      rc;
    ngx_buf_t     *b;
    either_text_t  t;

    either->command = command;
    either->next = 0;

    if (ngx_array_init(&either->found, cf->temp_pool, 16,
                       sizeof(api_conf_either_one_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    if (cf->conf_file->file.fd != NGX_INVALID_FILE) {

        ngx_memzero(&t, sizeof(either_text_t));

        b = cf->conf_file->buffer;

        t.cf = cf;
        t.either = either;
        t.file = cf->conf_file->file.name;
        t.line = cf->conf_file->line;

        rc = read_file(&t, cf->conf_file->file.offset - (b->last - b->pos));
    }

    set_row(either);

    return rc;
}


/* its text from there on */

static ngx_int_t
read_file(either_text_t *t, off_t from)
{
    u_char           *text;
    size_t            size;
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_int_t         rc;
    ngx_file_info_t   info;

    fd = ngx_open_file(t->file.data, NGX_FILE_RDONLY|O_NONBLOCK, NGX_FILE_OPEN,
                       0);

    if (fd == NGX_INVALID_FILE) {
        return NGX_OK;
    }

    rc = NGX_OK;

    if (ngx_fd_info(fd, &info) != NGX_FILE_ERROR && ngx_is_file(&info)
        && ngx_file_size(&info) > from
        && ngx_file_size(&info) - from <= EITHER_MOST)
    {
        size = (size_t) (ngx_file_size(&info) - from);
        text = ngx_alloc(size, t->cf->log);

        if (text != NULL) {
            n = pread(fd, text, size, from);

            if (n > 0) {
                t->pos = text;
                t->end = text + n;

                rc = read_text(t);
            }

            ngx_free(text);

        } else {
            rc = NGX_ERROR;
        }
    }

    (void) ngx_close_file(fd);

    return rc;
}


/* directives, in whichever block, until that ends which the text began in */

static ngx_int_t
read_text(either_text_t *t)
{
    u_char         ch;
    ngx_str_t      words[2];
    ngx_uint_t     n, depth, foreign;
    const u_char  *p;

    n = 0;
    depth = 0;
    foreign = 0;             /* the depth of a block that is another's, or 0 */

    while (t->pos < t->end) {

        ch = *t->pos;

        if (api_words_is_space(ch)) {
            t->line += (ch == LF);
            t->pos++;
            continue;
        }

        if (ch == '#') {
            while (t->pos < t->end && *t->pos != LF) {
                t->pos++;
            }

            continue;
        }

        if (ch == ';' || ch == '{' || ch == '}') {

            if (n != 0 && foreign == 0
                && end_directive(t, words, n) != NGX_OK)
            {
                return NGX_ERROR;
            }

            if (ch == '{') {
                depth++;

                if (foreign == 0 && (n == 0 || !is_level(&words[0]))) {
                    foreign = depth;
                }

            } else if (ch == '}') {

                if (depth == foreign) {
                    foreign = 0;
                }

                if (depth-- == 0) {
                    return NGX_OK;
                }
            }

            n = 0;
            t->pos++;
            continue;
        }

        p = api_words_skip(t->pos, t->end, &words[n < 2 ? n : 1]);

        /* of the words the first two count */

        n++;

        for ( /* void */ ; t->pos < p; t->pos++) {
            t->line += (*t->pos == LF);
        }

        if (n > 2) {
            n = 3;
        }
    }

    return NGX_OK;
}


/* a block that has directives of nginx in it, and not a map's values */

static ngx_uint_t
is_level(const ngx_str_t *word)
{
    ngx_uint_t  i;

    static const ngx_str_t  levels[] = {
        ngx_string("server"),
        ngx_string("location"),
        ngx_string("api_route"),
        ngx_string("if"),
        ngx_string("limit_except"),
        ngx_null_string
    };

    for (i = 0; levels[i].len != 0; i++) {
        if (api_str_equal(word, &levels[i])) {
            return 1;
        }
    }

    return 0;
}


/* at its ";" or "{" */

static ngx_int_t
end_directive(either_text_t *t, const ngx_str_t *words, ngx_uint_t n)
{
    api_conf_either_one_t  *one;

    if (api_str_is(&words[0], "include") && n == 2 && *t->pos == ';') {
        return include(t, &words[1]);
    }

    if (!api_str_equal(&words[0], &t->either->command->name)) {
        return NGX_OK;
    }

    one = ngx_array_push(&t->either->found);
    if (one == NULL) {
        return NGX_ERROR;
    }

    one->file = t->file;
    one->line = t->line;
    one->open = (*t->pos == '{');

    return NGX_OK;
}


/* as ngx_conf_include() does */

static ngx_int_t
include(const either_text_t *around, const ngx_str_t *name)
{
    ngx_int_t   rc;
    ngx_str_t   file, found;
    ngx_glob_t  gl;

    if (around->depth == EITHER_DEPTH) {
        return NGX_OK;
    }

    file.len = name->len;
    file.data = ngx_pnalloc(around->cf->temp_pool, file.len + 1);
    if (file.data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(file.data, name->data, file.len + 1);

    if (ngx_conf_full_name(around->cf->cycle, &file, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    if (strpbrk((char *) file.data, "*?[") == NULL) {
        return include_file(around, &file);
    }

    ngx_memzero(&gl, sizeof(ngx_glob_t));

    gl.pattern = file.data;
    gl.log = around->cf->log;
    gl.test = 1;

    if (ngx_open_glob(&gl) != NGX_OK) {
        return NGX_OK;
    }

    rc = NGX_OK;

    while (rc == NGX_OK && ngx_read_glob(&gl, &found) == NGX_OK) {

        file.len = found.len;
        file.data = ngx_pnalloc(around->cf->temp_pool, found.len + 1);

        if (file.data == NULL) {
            rc = NGX_ERROR;
            break;
        }

        (void) ngx_cpystrn(file.data, found.data, found.len + 1);

        rc = include_file(around, &file);
    }

    ngx_close_glob(&gl);

    return rc;
}


static ngx_int_t
include_file(const either_text_t *around, const ngx_str_t *name)
{
    either_text_t  t;

    ngx_memzero(&t, sizeof(either_text_t));

    t.cf = around->cf;
    t.either = around->either;
    t.depth = around->depth + 1;
    t.file = *name;
    t.line = 1;

    return read_file(&t, 0);
}


ngx_uint_t
api_conf_either_met(ngx_conf_t *cf, api_conf_either_t *either)
{
    ngx_uint_t              i, open;
    api_conf_either_one_t  *one;

    open = (either->command->type & NGX_CONF_BLOCK) ? 1 : 0;
    one = either->found.elts;

    /* what looked like one, in code of Lua perhaps, is passed over */

    for (i = either->next; i < either->found.nelts; i++) {
        if (one[i].line == cf->conf_file->line
            && api_str_equal(&one[i].file, &cf->conf_file->file.name))
        {
            break;
        }
    }

    either->next = ((i < either->found.nelts) ? i : either->next) + 1;

    set_row(either);

    return open;
}


static void
set_row(api_conf_either_t *either)
{
    api_conf_either_one_t  *one;

    one = either->found.elts;

    if (either->next >= either->found.nelts || one[either->next].open) {
        either->command->type |= NGX_CONF_BLOCK;

    } else {
        either->command->type &= ~(ngx_uint_t) NGX_CONF_BLOCK;
    }
}
