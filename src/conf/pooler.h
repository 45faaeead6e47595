
/*
 * The pooler of a database, configured or noticed, and whether prepared
 * statements last through it.
 */


#ifndef API_CONF_POOLER_H
#define API_CONF_POOLER_H


#include "conf/check.h"


/* at the block's end. NGX_OK or NGX_ERROR (logged) */
API_MUST_CHECK ngx_int_t api_conf_pooler_finish(ngx_conf_t *cf,
    const api_http_database_t *database);

/* does the check reach it through a pooler's transactions? */
ngx_uint_t api_conf_pooled(const api_http_database_t *database);

/* the check has met one at that place; unless the configuration says which it
   is, it is one of transactions, the safe mode */
void api_conf_pooler_noticed(ngx_conf_t *cf,
    api_http_database_t *database, const ngx_str_t *place);

/* one that the configuration says gives sessions is proven to lend them by the
   transaction: it counts as one of transactions */
void api_conf_pooler_lends(ngx_conf_t *cf, api_http_database_t *database,
    const ngx_str_t *place);

/* the same where nobody could ask, until a reload can */
void api_conf_pooler_unasked(ngx_conf_t *cf, api_http_database_t *database);

/*
 * Do prepared statements last through it?  Begun where the configuration needs
 * them to, asked in the check's thread behind the check, and told as a warning.
 * NGX_OK, NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_conf_pooler_begin(ngx_conf_t *cf,
    api_conf_checked_t *c);
API_MUST_CHECK ngx_int_t api_conf_pooler_ask(api_conf_checked_t *c);
void api_conf_pooler_tell(ngx_conf_t *cf, api_conf_checked_t *c);


#endif /* API_CONF_POOLER_H */
