
/*
 * nginx's rules for words, a byte at a time: what stands in a directive's own
 * block that nginx's reader would not take.
 */


#ifndef API_CORE_WORDS_H
#define API_CORE_WORDS_H


#include "core/buf.h"
#include "core/core.h"


/* words in front of one ";" or "{", and bytes of one */
#define API_WORDS_COUNT   256
#define API_WORDS_LENGTH  65536


typedef enum {
    API_WORDS_MORE = 0,          /* the next byte is wanted */
    API_WORDS_LINE,              /* words and ";" */
    API_WORDS_OPEN,              /* words (none is possible) and "{" */
    API_WORDS_CLOSE,             /* "}", without words */
    API_WORDS_FAULT,             /* why is set */
    API_WORDS_ERROR              /* memory */
} api_words_e;


typedef enum {
    API_WORDS_IN_BLANK = 0,
    API_WORDS_IN_COMMENT,
    API_WORDS_IN_BARE,
    API_WORDS_IN_QUOTES,
    API_WORDS_BEHIND_QUOTES
} api_words_in_e;


typedef struct {
    ngx_pool_t      *pool;
    ngx_array_t     *words;      /* of ngx_str_t */
    const char      *why;        /* a sentence, static memory */

    /* for this file only */
    api_buf_t        word;
    api_words_in_e   in;
    u_char           quote;
    u_char           last;       /* of a bare word */
    unsigned         escape:1;   /* behind a backslash */
} api_words_t;


/* words is emptied and filled; each word is the pool's, a NUL behind it */
void api_words_begin(api_words_t *w, ngx_pool_t *pool, ngx_array_t *words);

/*
 * What is not _MORE ends it: begin again for what follows.  Quotes may also
 * begin behind "=" (pattern="^[a-z ]{2}$"), and "#" begins a comment where no
 * word is.  A backslash stays unless a quote, a backslash, t, r or n follows.
 */
API_MUST_CHECK api_words_e api_words_byte(api_words_t *w, u_char ch);

/* what a backslash and the byte behind it stand for, in *ch; 0: for both, the
   backslash means nothing there */
ngx_uint_t api_words_unescape(u_char *ch);

/* between words */
ngx_uint_t api_words_is_space(u_char ch);

/*
 * A word as nginx's own reader has it, at p where one begins: behind it and its
 * quotes, or end; raw is what is in them, its escapes as they are.
 */
const u_char *api_words_skip(const u_char *p, const u_char *end,
    ngx_str_t *raw);

/*
 * How the first directive of that name right in a block will end whose text
 * begins at p, read with nginx's own rules: _LINE or _OPEN; _CLOSE: the block
 * has none; _MORE: the text ends before.
 */
API_MUST_CHECK api_words_e api_words_ahead(const u_char *p, const u_char *end,
    const char *name);

/*
 * The first of these names, behind which a NULL stands, that begins a directive
 * right in such a block.  _OPEN: *found is set; _CLOSE: none does, or it stands
 * behind a block of Lua, whose words are not nginx's; _MORE: the text ends
 * before.
 */
API_MUST_CHECK api_words_e api_words_among(const u_char *p, const u_char *end,
    const char *const *names, const char **found);


#endif /* API_CORE_WORDS_H */
