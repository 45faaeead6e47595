
/*
 * Where a directive stands, and messages that say so.
 */


#ifndef API_CONF_PLACE_H
#define API_CONF_PLACE_H


#include "http/route.h"


/* of the directive that is being read, or of the "{" just behind it */
void api_conf_place(ngx_conf_t *cf, api_place_t *place);

/*
 * As ngx_conf_log_error(), for a place remembered, or with NULL that of the
 * directive that is being read: "... in FILE:LINE:COLUMN" of its word.
 * Without a column when the file cannot be cut into words.
 */
void ngx_cdecl api_conf_log(ngx_uint_t level, ngx_conf_t *cf,
    const api_place_t *place, const char *fmt, ...);

/* the same at emerg, of a word of the directive that is being read (its name is
   0); one that is not there is the name */
void ngx_cdecl api_conf_wrong(ngx_conf_t *cf, ngx_uint_t word,
    const char *fmt, ...);

/*
 * " in FILE:LINE:COLUMN" of a word of the directive that is being read, for
 * those who will tell of it and know no configuration.
 */
API_MUST_CHECK ngx_int_t api_conf_place_said(ngx_conf_t *cf,
    ngx_uint_t word, ngx_str_t *said);

/* at emerg, of the byte that was read so many bytes ago: of what is no
   directive yet */
void ngx_cdecl api_conf_wrong_byte(ngx_conf_t *cf, size_t ago,
    const char *fmt, ...);


typedef struct {
    ngx_uint_t       line;      /* from 1 */
    ngx_uint_t       column;    /* characters, from 1; a tab is one */
    size_t           offset;    /* bytes from the file's start */
} api_conf_point_t;

/*
 * The exact place of a byte of a directive's argument.  nginx keeps none, so
 * the file is read again and cut into words once more.
 *
 * from: a directive before it in the same file whose end is a safe place to
 * begin at (a route's own), or NULL for the file's start.  word: which of the
 * directive's words, its name is 0; value: the word as nginx gave it, or NULL
 * for whichever it is, and its first byte; offset: bytes into value.
 *
 * NGX_OK; NGX_DECLINED: the file reads otherwise now, or holds what only
 * another module can cut into words (code of Lua or Perl).
 */
API_MUST_CHECK ngx_int_t api_conf_place_find(const api_place_t *from,
    const api_place_t *place, ngx_uint_t word, const ngx_str_t *value,
    size_t offset, ngx_log_t *log, api_conf_point_t *point);


/* a variable in a word */
typedef struct {
    ngx_str_t         name;      /* what stands behind the prefix, in lower case
                                    as nginx has it */
    api_conf_point_t  point;     /* of its "$" */
} api_conf_mention_t;

/*
 * The variables whose names begin so between two places of one file, as its
 * text says: what an include brings in is not seen.  found: of
 * api_conf_mention_t, in the pool.  NGX_OK; NGX_DECLINED: as above; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_conf_place_variables(ngx_pool_t *pool,
    const api_place_t *from, const api_place_t *to,
    const char *prefix, ngx_log_t *log, ngx_array_t *found);


#endif /* API_CONF_PLACE_H */
