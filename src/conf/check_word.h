
/*
 * The words of check in api_postgres.
 */


#ifndef API_CONF_CHECK_WORD_H
#define API_CONF_CHECK_WORD_H


#include "http/route.h"


/* a word of "check" in api_postgres; NULL or the end of a sentence that begins
   with the directive's name */
char *api_conf_check_word(ngx_conf_t *cf, api_http_database_t *database,
    ngx_str_t *word);


#endif /* API_CONF_CHECK_WORD_H */
