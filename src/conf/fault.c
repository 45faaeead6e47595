
#include "conf/fault.h"
#include "conf/place.h"
#include "core/caret.h"
#include "sql/lexer.h"


/* bytes of a file that are read to show a line of it */
#define FAULT_FILE_MAX  (16 * 1024 * 1024)

/* bytes of a sentence: the place behind it has to find room in the line of the
   log, too */
#define FAULT_TEXT_MAX  1000


static ngx_int_t find(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, ngx_uint_t word, size_t offset,
    api_conf_point_t *point);
static u_char *show(ngx_conf_t *cf, const api_http_query_t *query,
    ngx_uint_t word, const api_conf_point_t *point, u_char *p);
static ngx_int_t read_file(const ngx_str_t *name, ngx_log_t *log,
    ngx_str_t *text);


/* indexed by api_sql_result_e, as the directive has them */

static const ngx_str_t  kinds[] = {
    ngx_string("one"),
    ngx_string("optional"),
    ngx_string("many"),
    ngx_string("value"),
    ngx_string("exec")
};


const ngx_str_t *
api_conf_kind(const api_http_query_t *query)
{
    return &kinds[query->result];
}


void
api_conf_query_fault(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, size_t offset, const char *why,
    const ngx_str_t *name)
{
    if (name != NULL) {
        api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                       offset, "\"$%V\" %s", name, why);
        return;
    }

    api_conf_fault(NGX_LOG_EMERG, cf, route, query, API_CONF_SQL_WORD,
                   offset, "%s", why);
}


void ngx_cdecl
api_conf_fault(ngx_uint_t level, ngx_conf_t *cf,
    const api_http_route_t *route, const api_http_query_t *query,
    ngx_uint_t word, size_t offset, const char *fmt, ...)
{
    u_char            text[FAULT_TEXT_MAX], source[API_CARET_SIZE];
    u_char           *p, *last;
    va_list           args;
    api_conf_point_t  point;

    p = ngx_snprintf(text, sizeof(text), query->aside
                                         ? "%V: " : "api_query of \"%V\": ",
                     &route->name);
    last = text + sizeof(text);

    va_start(args, fmt);
    p = ngx_vslprintf(p, last, fmt, args);
    va_end(args);

    if (find(cf, route, query, word, offset, &point) == NGX_OK) {
        last = show(cf, query, word, &point, source);

        ngx_log_error(level, cf->log, 0, "%*s in %V:%ui:%ui%*s",
                      (size_t) (p - text), text,
                      word == API_CONF_SQL_WORD ? &query->sql.file
                                                : &query->place.file,
                      point.line, point.column,
                      (size_t) (last - source), source);
        return;
    }

    if (word != API_CONF_SQL_WORD) {
        ngx_log_error(level, cf->log, 0, "%*s in %V:%ui",
                      (size_t) (p - text), text, &query->place.file,
                      query->place.line);
        return;
    }

    /* the file has changed since it was read */

    api_sql_statement_place(&query->sql.source, offset, &point.line,
                            &point.column);

    last = api_caret(source, &query->sql.source, offset);

    ngx_log_error(level, cf->log, 0,
                  "%*s at line %ui, column %ui of the statement in %V:%ui%*s",
                  (size_t) (p - text), text, point.line, point.column,
                  &query->place.file, query->place.line,
                  (size_t) (last - source), source);
}


static ngx_int_t
find(ngx_conf_t *cf, const api_http_route_t *route,
    const api_http_query_t *query, ngx_uint_t word, size_t offset,
    api_conf_point_t *point)
{
    const ngx_str_t  *value;

    if (word == API_CONF_SQL_WORD && query->from_file) {
        api_sql_statement_place(&query->sql.source, offset, &point->line,
                                &point->column);
        point->offset = offset;

        return NGX_OK;
    }

    value = (word == API_CONF_SQL_WORD) ? &query->sql.source
                                        : api_conf_kind(query);

    if (word == API_CONF_SQL_WORD) {
        word = api_conf_sql_word(query);
    }

    return api_conf_place_find(query->aside || query->shared
                               ? NULL : &route->place,
                               &query->place, word, value, offset, cf->log,
                               point);
}


ngx_uint_t
api_conf_sql_word(const api_http_query_t *query)
{
    return query->aside ? 1 : API_CONF_SQL_WORD;
}


/* the line of the place and a caret; nothing when the file cannot be read */

static u_char *
show(ngx_conf_t *cf, const api_http_query_t *query, ngx_uint_t word,
    const api_conf_point_t *point, u_char *p)
{
    ngx_str_t  text;

    if (word == API_CONF_SQL_WORD && query->from_file) {
        return api_caret(p, &query->sql.source, point->offset);
    }

    if (read_file(&query->place.file, cf->log, &text) != NGX_OK) {
        return p;
    }

    p = api_caret(p, &text, point->offset);

    ngx_free(text.data);

    return p;
}


static ngx_int_t
read_file(const ngx_str_t *name, ngx_log_t *log, ngx_str_t *text)
{
    ssize_t     n;
    ngx_file_t  file;

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name = *name;
    file.log = log;
    file.fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        return NGX_DECLINED;
    }

    n = NGX_ERROR;
    text->data = NULL;

    if (ngx_fd_info(file.fd, &file.info) != NGX_FILE_ERROR
        && ngx_is_file(&file.info)
        && ngx_file_size(&file.info) <= FAULT_FILE_MAX)
    {
        text->len = (size_t) ngx_file_size(&file.info);
        text->data = ngx_alloc(text->len + 1, log);
    }

    if (text->data != NULL) {
        n = ngx_read_file(&file, text->data, text->len, 0);

        if (n != (ssize_t) text->len) {
            ngx_free(text->data);
            n = NGX_ERROR;
        }
    }

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", name);
    }

    return n == NGX_ERROR ? NGX_DECLINED : NGX_OK;
}


size_t
api_conf_begin(const ngx_str_t *source)
{
    api_sql_lexer_t  lexer;

    api_sql_lexer_init(&lexer, source);

    return api_sql_lexer_next(&lexer) == NGX_OK ? lexer.start : 0;
}
