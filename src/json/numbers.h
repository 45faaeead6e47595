
/*
 * What the numbers of a JSON value come to when PostgreSQL writes them without
 * exponents; see core/value_number.
 */


#ifndef API_JSON_NUMBERS_H
#define API_JSON_NUMBERS_H


#include "json/read.h"
#include "core/core.h"


/*
 * 1: each is short enough, and all together become no more than *left longer,
 * which is taken; else 0.
 */
ngx_uint_t api_json_numbers_short(const api_json_t *json, size_t *left);


#endif /* API_JSON_NUMBERS_H */
