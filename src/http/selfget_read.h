
/*
 * Of http/selfget: the bytes that nginx itself has answered with.
 */


#ifndef API_HTTP_SELFGET_READ_H
#define API_HTTP_SELFGET_READ_H


#include "http/selfget.h"


/* all that came until the connection was closed.  NULL and status, body and
   max_age of the answer, or why it is no whole one; data may be NULL if len is
   0 */
const char *api_http_selfget_read(u_char *data, size_t len, size_t max,
    api_http_selfget_answer_t *answer);


#endif /* API_HTTP_SELFGET_READ_H */
