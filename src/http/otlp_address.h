
/*
 * Where a collector is: its address as it is written, or its name, looked up in
 * a thread each time a connection is opened.
 */


#ifndef API_HTTP_OTLP_ADDRESS_H
#define API_HTTP_OTLP_ADDRESS_H


#include "http/otlp_peer.h"


typedef struct {
    struct sockaddr_storage     sockaddr;
    socklen_t                   socklen;
} api_http_otlp_address_t;

/* to: NULL, then why is the end of a sentence.  Valid during the call only. */
typedef void (*api_http_otlp_address_pt)(const api_http_otlp_address_t *to,
    const char *why);


/* in init_process of a worker */
void api_http_otlp_address_init(const api_http_otlp_place_t *place,
    api_http_otlp_address_pt done);

/* done() is called, in this call or later: another address than the last time,
   where there are several */
void api_http_otlp_address_get(void);

/* it is not called any more */
void api_http_otlp_address_forget(void);


#endif /* API_HTTP_OTLP_ADDRESS_H */
