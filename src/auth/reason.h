
/*
 * Why a token is refused: a precise sentence for the log, one and the same for
 * every client.
 */


#ifndef API_AUTH_REASON_H
#define API_AUTH_REASON_H


#include "core/core.h"


typedef enum {
#define API_AUTH_REASON(name, word, sentence)  API_AUTH_REASON_##name,
#include "auth/reason_list.h"
#undef API_AUTH_REASON
    API_AUTH_REASONS             /* how many */
} api_auth_reason_e;


/* static memory, a NUL behind each; the sentence has no full stop */
const ngx_str_t *api_auth_reason_word(api_auth_reason_e reason);
const ngx_str_t *api_auth_reason_sentence(api_auth_reason_e reason);

/* what the client reads: that a token is required, or that it is not valid */
const char *api_auth_reason_client(api_auth_reason_e reason);


#endif /* API_AUTH_REASON_H */
