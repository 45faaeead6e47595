
/*
 * The names of a connection string, looked up while the configuration is read,
 * and not for longer than that should take: libpq would wait for a name server
 * as long as libc does.
 *
 * Each look-up is a short-lived process: getaddrinfo() cannot be stopped in
 * another way, and whatever locks it holds are not there when workers are
 * forked.
 */


#ifndef API_CHECK_ADDRESSES_H
#define API_CHECK_ADDRESSES_H


#include "core/core.h"


typedef struct api_check_addresses_s  api_check_addresses_t;


/*
 * Begins to look them up; no other thread may run.  *names is NULL when there
 * is nothing to look up; otherwise it is to be ended once.  NGX_OK, NGX_ERROR
 * (logged).
 */
API_MUST_CHECK ngx_int_t api_check_addresses_begin(ngx_pool_t *pool,
    ngx_log_t *log, const char *const *keywords, const char *const *values,
    api_check_addresses_t **names);

/*
 * Waits for the answers until a moment of api_check_session_msec(); in any
 * thread.  Then *keywords and *values, made in pool, name addresses.  NGX_OK;
 * NGX_DECLINED: no address was found, *why is a phrase of ours; NGX_ERROR:
 * memory.
 */
API_MUST_CHECK ngx_int_t api_check_addresses_end(api_check_addresses_t *names,
    uint64_t until, const char *const **keywords, const char *const **values,
    const char **why);

/* the value of a keyword; NULL: none */
const char *api_check_addresses_value(const char *const *keywords,
    const char *const *values, const char *keyword);


#endif /* API_CHECK_ADDRESSES_H */
