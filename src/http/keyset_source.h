
/*
 * Keys by URL as a row of http/keys: each such source has an api_http_keyset_t
 * as its data.
 */


#ifndef API_HTTP_KEYSET_SOURCE_H
#define API_HTTP_KEYSET_SOURCE_H


#include "http/chapter.h"
#include "http/keys.h"
#include "http/keyset.h"


extern const api_http_key_kind_t  api_http_keyset_kind;

/* for what a request keeps while it waits; without steps */
extern api_http_chapter_t  api_http_keyset_chapter;


#endif /* API_HTTP_KEYSET_SOURCE_H */
