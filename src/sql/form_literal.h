
/*
 * Array, row and range literals piece by piece, as PostgreSQL's array_in(),
 * record_in() and range_in() read them (its documentation, chapters 8.15.6,
 * 8.16.6 and 8.17.5).
 */


#ifndef API_SQL_FORM_LITERAL_H
#define API_SQL_FORM_LITERAL_H


#include "core/buf.h"
#include "core/core.h"


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    u_char        *room;                 /* of one unquoted piece */
    ngx_uint_t     depth;                /* of an array's braces, */
    ngx_uint_t     index;                /* and its items so far, less one */
    unsigned       begun:1;
} api_sql_form_reader_t;


/* NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_sql_form_reader_init(api_sql_form_reader_t *r,
    ngx_pool_t *pool, const ngx_str_t *text);

/*
 * NGX_OK: the next item that is not NULL, valid until the next call; what
 * comes before it has been written to out, with the type's delimiter, and the
 * item is to be appended there.  NGX_DONE: there are no more; NGX_DECLINED: it
 * is not an array.  Whatever else may be wrong with the text is copied to out.
 */
ngx_int_t api_sql_form_array_next(api_sql_form_reader_t *r, u_char delimiter,
    u_char other, ngx_str_t *item, api_buf_t *out);

/*
 * A field of a row, a bound of a range: NGX_OK, the text up to one of stops,
 * valid until the next call; NGX_DONE: there is none; NGX_DECLINED: it does
 * not end.
 */
ngx_int_t api_sql_form_field(api_sql_form_reader_t *r, const char *stops,
    ngx_str_t *field);

/* 1 and behind the character, which spaces may precede; 0 */
ngx_uint_t api_sql_form_accept(api_sql_form_reader_t *r, const char *word);

/* is nothing left but spaces? */
ngx_uint_t api_sql_form_done(api_sql_form_reader_t *r);


#endif /* API_SQL_FORM_LITERAL_H */
