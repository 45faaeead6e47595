
/*
 * Names that resemble others: for sentences that say what was perhaps meant.
 */


#ifndef API_CORE_NEAR_H
#define API_CORE_NEAR_H


#include "core/core.h"


/*
 * Is name a mistyped other?  At most one letter is inserted, deleted, replaced
 * or swapped with the next, or two in a name of more than five letters; case
 * is ignored.  Names of fewer than 3 or more than API_NEAR_LONGEST bytes
 * resemble none.
 */
ngx_uint_t api_near(const ngx_str_t *name, const ngx_str_t *other);

#define API_NEAR_LONGEST  63


#endif /* API_CORE_NEAR_H */
