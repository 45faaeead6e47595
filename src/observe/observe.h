
/*
 * Facts, told to whoever wants to know: logs, metrics, traces.
 *
 * The code that something happens in reports it, in one line, and knows of no
 * observer; observers choose.  A worker with none pays a branch that is always
 * the same.
 */


#ifndef API_OBSERVE_OBSERVE_H
#define API_OBSERVE_OBSERVE_H


#include "core/core.h"


typedef enum {
#define API_EVENT(name, words, n, time)  API_EVENT_##name,
#include "observe/event_list.h"
#undef API_EVENT
    API_EVENT_MAX
} api_event_e;


/* what observe/event_list does not name for an event is 0 */
typedef struct {
    api_event_e         event;
    const void         *request;     /* whose it is; NULL: a database's */
    const ngx_str_t    *database;    /* its name, or NULL */
    const char         *word;
    const char         *was;
    ngx_uint_t          plan;        /* its number among the database's */
    ngx_uint_t          step;        /* of it: a statement, from 0 */
    int64_t             n;
    size_t              bytes;
    uint64_t            time;        /* µs */
    uint64_t            at;          /* µs, CLOCK_MONOTONIC and one more: when
                                        the job was sent */
    ngx_uint_t          jobs;        /* that have one Sync with it */
    const char         *host;        /* of the server, as it is configured */
} api_fact_t;


/*
 * Called where it happens: the fact and all it points to are valid during the
 * call, and nothing of the module may be called back.
 */
typedef void (*api_observer_pt)(const api_fact_t *fact);


/* a set of events */
#define api_observe_bit(event)  ((uint64_t) 1 << (event))
#define API_OBSERVE_ALL         ((uint64_t) -1)

/* those that somebody observes, for api_tell() */
extern uint64_t  api_observed;

/* a worker begins: nobody observes */
void api_observe_none(void);

/* it is told of these events.  NGX_OK, or NGX_ERROR: there are API_OBSERVE_MAX
   already */
API_MUST_CHECK ngx_int_t api_observe_add(api_observer_pt observer,
    uint64_t events);

#define API_OBSERVE_MAX  8

/*
 * To all that observe its event, in the order in which they were added.  By
 * value: with its address each function that tells one would guard its stack
 * for it, also where nobody observes.
 */
void api_observe(api_fact_t fact);

/* for the compiler: what nobody observes is the straight way */
#define api_observe_rare(bits)  __builtin_expect((bits) != 0, 0)

/* a fact by its members, which nobody looks at where nobody observes:
   api_tell(.event = API_EVENT_JOB_SENT, .request = ctx, .time = 12) */
#define api_tell(...)                                                         \
    do {                                                                      \
        if (api_observe_rare(api_observed)) {                                 \
            api_observe((api_fact_t) { __VA_ARGS__ });                        \
        }                                                                     \
    } while (0)

/* the same of what happens often and few observe: api_tell_of(STEP_BEGUN, …) */
#define api_tell_of(name, ...)                                                \
    do {                                                                      \
        if (api_observe_rare(api_observed                                     \
                             & api_observe_bit(API_EVENT_##name)))            \
        {                                                                     \
            api_observe((api_fact_t) { .event = API_EVENT_##name,             \
                                       __VA_ARGS__ });                        \
        }                                                                     \
    } while (0)


/* the columns of observe/event_list; static memory */
const char *api_observe_words(api_event_e event);
const char *api_observe_n(api_event_e event);
const char *api_observe_time(api_event_e event);


#endif /* API_OBSERVE_OBSERVE_H */
