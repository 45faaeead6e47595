
/*
 * A request's place in a trace: which trace, which span is its own, whether
 * anybody will keep it.
 *
 * The ids are there from their first use on and stay, also where nginx leads
 * the request elsewhere; its subrequests have the same.  Whether it is kept is
 * decided once, by the api_trace of where it is then.
 */


#ifndef API_HTTP_TRACE_H
#define API_HTTP_TRACE_H


#include "http/chapter.h"
#include "observe/traceparent.h"


typedef enum {
    API_TRACE_OFF = 0,
    API_TRACE_ON,
    API_TRACE_PARENT,          /* as the flag that was sent says */
    API_TRACE_VARIABLE
} api_http_trace_mode_e;


/* of a location */
typedef struct {
    ngx_uint_t                  mode;        /* api_http_trace_mode_e */
    ngx_http_complex_value_t   *variable;
    ngx_msec_t                  slow;        /* kept if it took as long; 0: no
                                                such rule */
    unsigned                    errors:1;    /* and those with a status from
                                                500 */
} api_http_trace_loc_conf_t;

/* of http { } */
typedef struct {
    unsigned                    used:1;      /* somewhere it is not off, */
    unsigned                    exports:1;   /* and there is an api_otlp */
    unsigned                    served:1;    /* server_span on */
    ngx_int_t                   trace_index; /* else variables of nginx's: */
    ngx_int_t                   span_index;  /* the trace's and the span's id */
} api_http_trace_main_conf_t;

typedef struct api_http_trace_fact_s  api_http_trace_fact_t;

/* of a request; in its pool */
typedef struct {
    api_observe_traceparent_t   own;         /* sampled: once decided */
    u_char                      parent[API_TRACE_SPAN];
    ngx_str_t                   state;       /* tracestate, or empty */
    ngx_array_t                 facts;       /* of api_http_trace_fact_t; elts
                                                NULL: none yet */
    ngx_msec_t                  slow;
    uint64_t                    waits;       /* since when its job stands in
                                                line; 0: it does not */
    uint64_t                    step;        /* and since when a step waits for
                                                a thread; 0: none does */
    unsigned                    remote:1;    /* somebody has sent a parent, */
    unsigned                    wanted:1;    /* and that it is sampled */
    unsigned                    errors:1;
    unsigned                    deciding:1;
    unsigned                    decided:1;
    unsigned                    records:1;   /* facts are kept: it is sampled,
                                                or may be kept in the end */
    unsigned                    replayed:1;  /* its job was sent before */
} api_http_trace_t;


/* they stand in conf/ */
extern ngx_module_t        ngx_http_api_trace_module;
extern api_http_chapter_t  api_http_trace_chapter;

/* r's (of its main request), made on first use; NULL: memory */
api_http_trace_t *api_http_trace(ngx_http_request_t *r);

/* the same, or NULL: there is none yet */
api_http_trace_t *api_http_trace_seen(ngx_http_request_t *r);

/* by the api_trace of where r is; where that is off it stays undecided */
void api_http_trace_decide(ngx_http_request_t *r, api_http_trace_t *trace);

/* n unpredictable bytes of an id, not all of them zero */
void api_http_trace_draw(u_char *out, size_t n);

/* $api_trace_id and its like.  In preconfiguration; NGX_OK or NGX_ERROR. */
API_MUST_CHECK ngx_int_t api_http_trace_vars(ngx_conf_t *cf);


#endif /* API_HTTP_TRACE_H */
