
/*
 * Lines and blocks of a directive's own block, read with nginx's rules for
 * words: nginx's own reader refuses a block in such a block.
 */


#ifndef API_CONF_WORDS_H
#define API_CONF_WORDS_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"
#include "core/words.h"


/*
 * The next words of the file that is being read, into cf->args, a NUL behind
 * each; cf->conf_file->line is that of their end.  Quotes may also begin
 * behind "=" (pattern="^[a-z ]{2}$").  NGX_OK or NGX_ERROR (logged).
 */
API_MUST_CHECK ngx_int_t api_conf_words(ngx_conf_t *cf,
    api_words_e *end);


#endif /* API_CONF_WORDS_H */
