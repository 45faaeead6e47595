
/*
 * A line of a text and a caret below one of its characters.
 */


#ifndef API_CORE_CARET_H
#define API_CORE_CARET_H


#include "core/core.h"


/* bytes that api_caret() writes at most */
#define API_CARET_SIZE  512


/*
 * Writes "\nLINE\n   ^" for the byte at offset of text (its end, if that comes
 * first) and returns the end; p has API_CARET_SIZE bytes.  Tabs are kept in
 * both lines, and a wide character (Unicode's East Asian Width, W and F) takes
 * two columns, so that the caret is in the right place.  Only the
 * neighbourhood is shown of a long line.
 */
u_char *api_caret(u_char *p, const ngx_str_t *text, size_t offset);


#endif /* API_CORE_CARET_H */
