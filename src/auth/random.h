
/*
 * Unpredictable bytes, by libsodium from the system's generator.
 */


#ifndef API_AUTH_RANDOM_H
#define API_AUTH_RANDOM_H


#include "core/core.h"


/* fills out[0..len); a system call, so better seldom and much; cannot fail */
void api_random_bytes(u_char *out, size_t len);


#endif /* API_AUTH_RANDOM_H */
