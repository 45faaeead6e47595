
/*
 * What a request keeps of the facts it is told of, for the spans that are made
 * of them when it is over.
 */


#ifndef API_HTTP_TRACE_FACTS_H
#define API_HTTP_TRACE_FACTS_H


#include "http/trace.h"


/* of a request, at most: what is beyond is not in its trace */
#define API_TRACE_FACTS  128

#define API_TRACE_SQLSTATE  5


typedef enum {
    API_TRACE_WAIT = 0,        /* it stood in line for a connection */
    API_TRACE_STATEMENT,
    API_TRACE_STEP
} api_http_trace_kind_e;


struct api_http_trace_fact_s {
    api_http_trace_kind_e       kind;
    uint64_t                    begin;       /* µs of api_http_clock() */
    uint64_t                    end;
    const char                 *word;        /* of a step its span's name; of a
                                                statement the host, or NULL */
    const api_http_route_t     *route;
    ngx_int_t                   query;       /* of it; NGX_DECLINED: what stands
                                                before them */
    uint64_t                    sent;
    ngx_uint_t                  jobs;
    int64_t                     rows;
    u_char                      state[API_TRACE_SQLSTATE];
    unsigned                    failed:1;    /* with that SQLSTATE */
    unsigned                    given_up:1;  /* it ran when nobody waited for it
                                                any more */
    unsigned                    replayed:1;
};


/* an api_observer_pt, and the events it is for */
void api_http_trace_facts(const api_fact_t *fact);

#define API_TRACE_EVENTS                                                      \
    (api_observe_bit(API_EVENT_STEP_WAITS)                                    \
     | api_observe_bit(API_EVENT_STEP_RESUMED)                                \
     | api_observe_bit(API_EVENT_JOB_WAITS)                                   \
     | api_observe_bit(API_EVENT_JOB_SENT)                                    \
     | api_observe_bit(API_EVENT_STATEMENT_DONE)                              \
     | api_observe_bit(API_EVENT_JOB_REPLAYED)                                \
     | api_observe_bit(API_EVENT_JOB_FORGOTTEN)                               \
     | api_observe_bit(API_EVENT_JOB_FINISHED))


#endif /* API_HTTP_TRACE_FACTS_H */
