
/*
 * Names that are nearly others: for sentences that say what was perhaps meant.
 */


#ifndef API_CORE_NEAR_H
#define API_CORE_NEAR_H


#include "core/core.h"


/*
 * Is name another one, mistyped?  At most one letter is inserted, deleted,
 * replaced or swapped with the next, two in a name of more than five; the case
 * of letters is no matter.  Names below 3 or beyond API_NEAR_LONGEST bytes are
 * near none.
 */
ngx_uint_t api_near(const ngx_str_t *name, const ngx_str_t *other);

#define API_NEAR_LONGEST  63


#endif /* API_CORE_NEAR_H */
