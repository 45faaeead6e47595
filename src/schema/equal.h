
/*
 * JSON values as the standard compares them: 1 is 1.0, the order of members
 * means nothing.
 */


#ifndef API_SCHEMA_EQUAL_H
#define API_SCHEMA_EQUAL_H


#include "core/core.h"
#include "json/read.h"


/*
 * 1 or 0.  *steps is counted up by what it took, about one for a value; beyond
 * limit the answer is 0 and means nothing.
 */
ngx_uint_t api_schema_equal(const api_json_t *a, const api_json_t *b,
    ngx_uint_t *steps, ngx_uint_t limit);

/*
 * Equal values have equal hashes; who does not know the seed cannot make
 * others have them (SipHash-1-3, Aumasson and Bernstein).  *steps counts as
 * above.
 */
uint64_t api_schema_equal_hash(const api_json_t *json, uint64_t seed,
    ngx_uint_t *steps);


#endif /* API_SCHEMA_EQUAL_H */
