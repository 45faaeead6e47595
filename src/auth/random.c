
#include <sodium.h>

#include "auth/random.h"


void
api_random_bytes(u_char *out, size_t len)
{
    randombytes_buf(out, len);
}
