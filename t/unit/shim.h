
/*
 * Stands in for the part of nginx that tiers 0 to 2 may call (see
 * allowed-symbols), over malloc, so that ASan sees every allocation by
 * itself.  Without ASan, in the benchmarks, it is as quick as nginx's.
 */


#ifndef API_SHIM_H
#define API_SHIM_H


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * The n-th allocation from now fails, those behind it do not: an ignored
 * failure is seen.  0: none does.  Counts ngx_palloc() and friends, not
 * ngx_create_pool().
 */
void shim_fail_at(ngx_uint_t n);

/* has one failed since? */
ngx_uint_t shim_failed(void);

/* allocations since shim_fail_at(), and the bytes they asked for */
ngx_uint_t shim_allocations(void);
size_t shim_bytes(void);


#endif /* API_SHIM_H */
