
#include "http/client.h"


void
api_http_client_watch(ngx_http_request_t *r)
{
    ngx_event_t  *rev;

    r->read_event_handler = ngx_http_test_reading;

    rev = r->connection->read;

    /* it may have left before; the event will not come twice */

#if (NGX_HAVE_EPOLLRDHUP)
    if (rev->pending_eof
#if (NGX_HTTP_V2)
        && r->stream == NULL
#endif
        )
    {
        ngx_post_event(rev, &ngx_posted_events);
    }
#else
    (void) rev;
#endif
}
