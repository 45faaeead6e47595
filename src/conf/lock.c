
#include "conf/lock.h"
#include "conf/check.h"
#include "conf/fault.h"
#include "conf/file.h"
#include "check/check.h"
#include "check/lock_file.h"


#define LOCK_FILE_MAX  (64 * 1024 * 1024)

#define LOCK_REMEDY    "write it with API_LOCK=write nginx -t"


typedef enum {
    MODE_WARN = 0,
    MODE_CHECK,                /* drift is an error */
    MODE_WRITE
} lock_mode_e;


typedef struct {
    ngx_conf_t                 *cf;
    const api_http_database_t  *database;
    ngx_uint_t                  level;
    ngx_uint_t                  drift;
    ngx_array_t                 was;     /* of api_check_lock_block_t */
    ngx_array_t                 is;
} lock_t;


static ngx_int_t lock_mode(ngx_conf_t *cf, lock_mode_e *mode);
static ngx_int_t read_lock(ngx_conf_t *cf,
    const api_http_database_t *database, ngx_array_t *blocks);
static ngx_int_t compare(lock_t *lock, const api_check_t *check);
static void compare_statement(lock_t *lock,
    const api_check_statement_t *st, const api_check_lock_block_t *is);
static void compare_rest(lock_t *lock);
static void first_difference(const api_check_lock_block_t *was,
    const api_check_lock_block_t *is, ngx_str_t *before, ngx_str_t *after);
static void next_line(ngx_str_t *text, ngx_str_t *line);
static ngx_uint_t is_statement(const api_check_lock_block_t *block);
static ngx_int_t write_lock(ngx_conf_t *cf,
    const api_http_database_t *database, const ngx_str_t *text);


ngx_int_t
api_conf_lock(ngx_conf_t *cf, const api_http_database_t *database,
    const api_check_t *check)
{
    lock_t                     lock;
    ngx_str_t                  text;
    ngx_uint_t                 i, line;
    lock_mode_e                mode;

    if (lock_mode(cf, &mode) != NGX_OK
        || api_check_lock_print(check, &text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mode == MODE_WRITE) {

        for (i = 0; i < check->nstatements; i++) {
            if (!check->statements[i].prepared) {
                ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"%V\" is not "
                              "written: a statement could not be checked",
                              &database->lock);
                return NGX_ERROR;
            }
        }

        return write_lock(cf, database, &text);
    }

    ngx_memzero(&lock, sizeof(lock_t));

    lock.cf = cf;
    lock.database = database;
    lock.level = (mode == MODE_CHECK) ? NGX_LOG_EMERG : NGX_LOG_WARN;

    if (api_check_lock_split(cf->temp_pool, &text, &lock.is, &line) != NGX_OK
        || read_lock(cf, database, &lock.was) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return compare(&lock, check);
}


ngx_int_t
api_conf_unlock(ngx_conf_t *cf, const api_http_database_t *database,
    api_check_t *check)
{
    ngx_int_t                rc;
    ngx_uint_t               i, missing;
    lock_mode_e              mode;
    ngx_array_t              blocks;
    const api_conf_asked_t  *asked;

    if (lock_mode(cf, &mode) != NGX_OK) {
        return NGX_ERROR;
    }

    if (mode == MODE_WRITE) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"%V\" is not written: "
                      "there is no database to ask", &database->lock);
        return NGX_ERROR;
    }

    if (read_lock(cf, database, &blocks) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = api_check_lock_answer(check, &blocks);

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"%V\" cannot be understood: "
                      LOCK_REMEDY, &database->lock);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    missing = 0;

    for (i = 0; i < check->nstatements; i++) {

        if (check->statements[i].prepared || check->statements[i].repeats) {
            continue;
        }

        missing = 1;
        asked = check->statements[i].data;

        api_conf_fault(NGX_LOG_EMERG, cf, asked->route, asked->query,
                       API_CONF_SQL_WORD,
                       api_conf_begin(&asked->query->sql.source),
                       "this is not in \"%V\", and there is no database "
                       "to ask: " LOCK_REMEDY, &database->lock);
    }

    return missing ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
lock_mode(ngx_conf_t *cf, lock_mode_e *mode)
{
    const char  *value;

    value = getenv("API_LOCK");
    *mode = MODE_WARN;

    if (value == NULL || *value == '\0') {
        return NGX_OK;
    }

    if (ngx_strcmp(value, "check") == 0) {
        *mode = MODE_CHECK;
        return NGX_OK;
    }

    if (ngx_strcmp(value, "write") == 0) {

        /* the file is written by nginx -t only, never by a server that
           starts */

        *mode = ngx_test_config ? MODE_WRITE : MODE_WARN;
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "the environment variable "
                  "\"API_LOCK\" must be write or check");

    return NGX_ERROR;
}


static ngx_int_t
read_lock(ngx_conf_t *cf, const api_http_database_t *database,
    ngx_array_t *blocks)
{
    ngx_int_t    rc;
    ngx_str_t    name, text;
    ngx_uint_t   line;
    ngx_pool_t  *pool;

    /* its memory is needed only while this configuration is read */

    pool = cf->pool;
    cf->pool = cf->temp_pool;
    name = database->lock;

    rc = api_conf_file(cf, 0, &name, LOCK_FILE_MAX, &text);

    cf->pool = pool;

    if (rc != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"check file=\" of "
                      "api_postgres \"%V\" needs that file: " LOCK_REMEDY,
                      &database->db.name);
        return NGX_ERROR;
    }

    rc = api_check_lock_split(cf->temp_pool, &text, blocks, &line);

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"%V\":%ui cannot be "
                      "understood: " LOCK_REMEDY, &database->lock, line);
    }

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
compare(lock_t *lock, const api_check_t *check)
{
    ngx_uint_t                     i;
    api_check_lock_block_t         like;
    const api_check_lock_block_t  *is;
    const api_check_statement_t   *st;

    st = check->statements;

    for (i = 0; i < check->nstatements; i++) {

        if (!st[i].prepared || st[i].repeats) {
            continue;
        }

        ngx_memzero(&like, sizeof(api_check_lock_block_t));

        if (api_check_lock_head(check->pool, st[i].sql, &like.head) != NGX_OK) {
            return NGX_ERROR;
        }

        is = api_check_lock_find(&lock->is, &like);

        if (is != NULL) {
            compare_statement(lock, &st[i], is);
        }
    }

    compare_rest(lock);

    return (lock->drift && lock->level == NGX_LOG_EMERG) ? NGX_ERROR : NGX_OK;
}


static void
compare_statement(lock_t *lock, const api_check_statement_t *st,
    const api_check_lock_block_t *is)
{
    size_t                         offset;
    ngx_str_t                      before, after;
    api_check_lock_block_t         like;
    const api_conf_asked_t        *asked;
    const api_check_lock_block_t  *was;

    asked = st->data;
    offset = api_conf_begin(&asked->query->sql.source);

    ngx_memzero(&like, sizeof(api_check_lock_block_t));
    like.head = is->head;

    was = api_check_lock_find(&lock->was, &like);

    if (was == NULL) {
        lock->drift = 1;
        api_conf_fault(lock->level, lock->cf, asked->route, asked->query,
                       API_CONF_SQL_WORD, offset, "this is not in \"%V\": "
                       LOCK_REMEDY, &lock->database->lock);
        return;
    }

    first_difference(was, is, &before, &after);

    if (before.len == 0 && after.len == 0) {
        return;
    }

    lock->drift = 1;
    api_conf_fault(lock->level, lock->cf, asked->route, asked->query,
                   API_CONF_SQL_WORD, offset, "PostgreSQL says \"%V\", "
                   "and \"%V\" has \"%V\": " LOCK_REMEDY, &after,
                   &lock->database->lock, &before);
}


/* types that changed, statements that are no more */

static void
compare_rest(lock_t *lock)
{
    ngx_str_t                      before, after;
    ngx_uint_t                     i;
    api_check_lock_block_t         like;
    const api_check_lock_block_t  *was, *is;

    was = lock->was.elts;

    for (i = 0; i < lock->was.nelts; i++) {

        ngx_memzero(&like, sizeof(api_check_lock_block_t));
        like.head = was[i].head;

        is = api_check_lock_find(&lock->is, &like);

        if (is == NULL) {

            if (is_statement(&was[i])) {
                lock->drift = 1;
                ngx_log_error(lock->level, lock->cf->log, 0,
                              "\"%V\" has a statement of %V that no route has "
                              "any more: " LOCK_REMEDY, &lock->database->lock,
                              &was[i].route);
            }

            continue;
        }

        if (is_statement(&was[i])) {
            continue;
        }

        first_difference(&was[i], is, &before, &after);

        if (before.len != 0 || after.len != 0) {
            lock->drift = 1;
            ngx_log_error(lock->level, lock->cf->log, 0, "of the %V PostgreSQL "
                          "says \"%V\", and \"%V\" has \"%V\": " LOCK_REMEDY,
                          &was[i].head, &after, &lock->database->lock,
                          &before);
        }
    }
}


/* without the route's own line: the same statement may be in several */

static void
first_difference(const api_check_lock_block_t *was,
    const api_check_lock_block_t *is, ngx_str_t *before, ngx_str_t *after)
{
    ngx_str_t  a, b;

    a = was->body;
    b = is->body;

    do {
        next_line(&a, before);
        next_line(&b, after);

    } while (api_str_equal(before, after) && before->len != 0);
}


/* empty behind the last one */

static void
next_line(ngx_str_t *text, ngx_str_t *line)
{
    u_char  *end;

    do {
        end = text->len ? memchr(text->data, LF, text->len) : NULL;

        line->data = text->data;
        line->len = end ? (size_t) (end - text->data) : text->len;

        text->data += line->len + (end ? 1 : 0);
        text->len -= line->len + (end ? 1 : 0);

        while (line->len > 0 && line->data[0] == ' ') {
            line->data++;
            line->len--;
        }

        if (line->len > 0 && line->data[line->len - 1] == CR) {
            line->len--;
        }

    } while (line->len > 6 && ngx_memcmp(line->data, "route ", 6) == 0);
}


static ngx_uint_t
is_statement(const api_check_lock_block_t *block)
{
    return ngx_strncmp(block->head.data, "statement ", 10) == 0;
}


/* whole or not at all */

static ngx_int_t
write_lock(ngx_conf_t *cf, const api_http_database_t *database,
    const ngx_str_t *text)
{
    u_char       *name;
    ngx_int_t     rc;
    ngx_file_t    file;

    name = ngx_pnalloc(cf->temp_pool, database->lock.len + sizeof(".new"));
    if (name == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(name, "%V.new%Z", &database->lock);

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name.data = name;
    file.name.len = ngx_strlen(name);
    file.log = cf->log;
    file.fd = ngx_open_file(name, NGX_FILE_WRONLY, NGX_FILE_TRUNCATE,
                            NGX_FILE_DEFAULT_ACCESS);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, ngx_errno,
                      ngx_open_file_n " \"%s\" failed", name);
        return NGX_ERROR;
    }

    rc = (ngx_write_file(&file, text->data, text->len, 0)
          == (ssize_t) text->len) ? NGX_OK : NGX_ERROR;

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR
        || (rc == NGX_OK
            && ngx_rename_file(name, database->lock.data) == NGX_FILE_ERROR))
    {
        rc = NGX_ERROR;
    }

    if (rc != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, ngx_errno,
                      "\"%V\" cannot be written", &database->lock);
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_NOTICE, cf->log, 0, "\"%V\" is written",
                  &database->lock);

    return NGX_OK;
}
