
#include "auth/reason.h"


static const ngx_str_t  words[] = {
#define API_AUTH_REASON(name, word, sentence)  ngx_string(word),
#include "auth/reason_list.h"
#undef API_AUTH_REASON
};

static const ngx_str_t  sentences[] = {
#define API_AUTH_REASON(name, word, sentence)  ngx_string(sentence),
#include "auth/reason_list.h"
#undef API_AUTH_REASON
};


const ngx_str_t *
api_auth_reason_word(api_auth_reason_e reason)
{
    return &words[reason];
}


const ngx_str_t *
api_auth_reason_sentence(api_auth_reason_e reason)
{
    return &sentences[reason];
}


const char *
api_auth_reason_client(api_auth_reason_e reason)
{
    return reason == API_AUTH_REASON_MISSING
           || reason == API_AUTH_REASON_SEVERAL
           ? "an access token is required" : "the access token is not valid";
}
