
/*
 * JSON values as the standard compares them: 1 equals 1.0, and the order of
 * members does not matter.
 */


#ifndef API_SCHEMA_EQUAL_H
#define API_SCHEMA_EQUAL_H


#include "core/core.h"
#include "json/read.h"


/*
 * 1 or 0. *steps grows by what it took, about one for each value; beyond limit
 * the answer is 0 and means nothing.
 */
ngx_uint_t api_schema_equal(const api_json_t *a, const api_json_t *b,
    ngx_uint_t *steps, ngx_uint_t limit);

/*
 * Equal values have equal hashes; without knowing the seed nobody can make
 * other values have equal ones (SipHash-1-3, Aumasson and Bernstein). *steps
 * as above.
 */
uint64_t api_schema_equal_hash(const api_json_t *json, uint64_t seed,
    ngx_uint_t *steps);


#endif /* API_SCHEMA_EQUAL_H */
