
/*
 * Why a token is refused, once: API_AUTH_REASON(name, word, sentence).  The
 * word is for $api_jwt_status, the sentence for the log; a client is told
 * neither.  No include guard: it is included where a list is needed.
 */

API_AUTH_REASON(NONE,          "ok",
    "the token is valid")
API_AUTH_REASON(MISSING,       "missing",
    "no access token was sent")
API_AUTH_REASON(SEVERAL,       "several",
    "more than one Authorization header was sent")
API_AUTH_REASON(TOO_LONG,      "too_long",
    "the token is longer than 8192 bytes")
API_AUTH_REASON(FORM,          "form",
    "the token is not three parts with dots between")
API_AUTH_REASON(ENCRYPTED,     "encrypted",
    "the token has five parts: it is encrypted, not signed")
API_AUTH_REASON(BASE64,        "base64",
    "a part of the token is not base64url without padding")
API_AUTH_REASON(HEADER,        "header",
    "the token's header is no JSON object, or has a member twice")
API_AUTH_REASON(ALGORITHM,     "alg",
    "the token's \"alg\" is none that is known here")
API_AUTH_REASON(KID,           "kid",
    "the token's \"kid\" is no string of 1 to 256 bytes")
API_AUTH_REASON(CRITICAL,      "crit",
    "the token's header has \"crit\": what it demands is not known here")
API_AUTH_REASON(UNENCODED,     "b64",
    "the token's header has \"b64\" (RFC 7797), which is not taken")
API_AUTH_REASON(TYPE,          "typ",
    "the token's \"typ\" is no string, or not at+jwt, which is demanded")
API_AUTH_REASON(KEY_UNKNOWN,   "key_unknown",
    "no key has the token's \"kid\"")
API_AUTH_REASON(KEY_ALGORITHM, "key_alg",
    "no key is there for the token's \"alg\"")
API_AUTH_REASON(SIGNATURE,     "signature",
    "the token's signature is of none of the keys")
API_AUTH_REASON(CLAIMS,        "claims",
    "the token's claims are no JSON object, too many or too deep, or one is "
    "there twice")
API_AUTH_REASON(NUL,           "nul",
    "a claim contains a NUL character")
API_AUTH_REASON(EXP_MISSING,   "exp_missing",
    "the token has no \"exp\"")
API_AUTH_REASON(EXP_FORM,      "exp_form",
    "the token's \"exp\" is no number of seconds")
API_AUTH_REASON(EXPIRED,       "expired",
    "the token has expired")
API_AUTH_REASON(NBF_FORM,      "nbf_form",
    "the token's \"nbf\" is no number of seconds")
API_AUTH_REASON(NBF,           "not_yet",
    "the token is not valid yet (\"nbf\")")
API_AUTH_REASON(IAT_FORM,      "iat_form",
    "the token's \"iat\" is no number of seconds")
API_AUTH_REASON(IAT,           "iat",
    "the token was issued in the future (\"iat\")")
API_AUTH_REASON(ISS_MISSING,   "iss_missing",
    "the token has no \"iss\", and an issuer is configured")
API_AUTH_REASON(ISS_FORM,      "iss_form",
    "the token's \"iss\" is no string")
API_AUTH_REASON(ISS,           "iss",
    "the token is of another issuer (\"iss\")")
API_AUTH_REASON(AUD_MISSING,   "aud_missing",
    "the token has no \"aud\", and an audience is configured")
API_AUTH_REASON(AUD_FORM,      "aud_form",
    "the token's \"aud\" is neither a string nor an array of strings")
API_AUTH_REASON(AUD,           "aud",
    "the token is for others (\"aud\")")
API_AUTH_REASON(AUD_UNASKED,   "aud_unasked",
    "the token has an \"aud\", and no audience is configured")
API_AUTH_REASON(SUB_FORM,      "sub_form",
    "the token's \"sub\" is no string")
API_AUTH_REASON(JTI_FORM,      "jti_form",
    "the token's \"jti\" is no string")
API_AUTH_REASON(REVOKED,       "revoked",
    "the token is revoked")
API_AUTH_REASON(CROSS_SITE,    "cross_site",
    "the token is a cookie's, and the request may be another site's")
API_AUTH_REASON(REQUIRE,       "require",
    "the token's claims are not what api_require demands")
API_AUTH_REASON(UNFIT,         "unfit",
    "a claim is no value of the type that a statement takes")
API_AUTH_REASON(API_KEY_FORM,  "api_key_form",
    "the API key is not 16 to 256 visible characters, or was sent twice")
API_AUTH_REASON(API_KEY,       "api_key",
    "no row has the API key")
