
/*
 * What stands in the block that begins, before it is read: whether a directive
 * ends in ";" or in "{", and which directives of others there are.
 *
 * nginx looks into its table before it calls a handler: an entry with
 * NGX_CONF_BLOCK wants "{", any other one ";".  A directive that may be either,
 * as api_body, has two entries of one name, and nginx takes the first that
 * suits the place (cf->cmd_type).  So the place says which: API_CONF_LINE is a
 * bit of it that nginx itself leaves alone.  What is read ahead is read again
 * by nginx; nothing is consumed.
 */


#ifndef API_CONF_AHEAD_H
#define API_CONF_AHEAD_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"
#include "core/words.h"


/* beside NGX_HTTP_LOC_CONF in cf->cmd_type while a route is read whose
   api_body ends in ";": the table has another entry for that */
#define API_CONF_LINE  0x00400000

/* the same of api_answer */
#define API_CONF_RAW   0x00200000


/*
 * How the first directive of that name right in the block whose "{" was read
 * last will end: _LINE, _OPEN, or _CLOSE: there is none (also where it cannot
 * be told: included files, code of Lua or Perl).
 */
api_words_e api_conf_ahead(ngx_conf_t *cf, const char *name);


/*
 * The first of these names, behind which a NULL stands, that begins a directive
 * right in that block; NULL: none, or it cannot be told (included files, what
 * stands behind code of Lua).
 */
const char *api_conf_ahead_among(ngx_conf_t *cf, const char *const *names);


#endif /* API_CONF_AHEAD_H */
