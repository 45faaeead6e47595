
/*
 * $jwt and $jwt.NAME of statements.
 */


#ifndef API_CONF_SOURCE_JWT_H
#define API_CONF_SOURCE_JWT_H


#include "conf/source.h"


extern const api_conf_source_t  api_conf_source_jwt;


#endif /* API_CONF_SOURCE_JWT_H */
