
/*
 * Claims as values of statements: $jwt.sub, $jwt."https://x/role", $jwt.
 */


#ifndef API_HTTP_SOURCE_JWT_H
#define API_HTTP_SOURCE_JWT_H


#include "http/source.h"


/* index: of the route's paths, see http/jwt */
extern const api_http_source_t  api_http_source_jwt;


#endif /* API_HTTP_SOURCE_JWT_H */
