
#include "observe/observe.h"


typedef struct {
    const char  *words;
    const char  *n;
    const char  *time;
} observe_row_t;


static const observe_row_t  rows[] = {
#define API_EVENT(name, words, n, time)  { words, n, time },
#include "observe/event_list.h"
#undef API_EVENT
};


uint64_t  api_observed;

static struct {
    api_observer_pt  observer;
    uint64_t         events;
} observers[API_OBSERVE_MAX];

static ngx_uint_t  nobservers;


void
api_observe_none(void)
{
    api_observed = 0;
    nobservers = 0;
}


ngx_int_t
api_observe_add(api_observer_pt observer, uint64_t events)
{
    if (nobservers == API_OBSERVE_MAX) {
        return NGX_ERROR;
    }

    observers[nobservers].observer = observer;
    observers[nobservers].events = events;
    nobservers++;

    api_observed |= events;

    return NGX_OK;
}


void
api_observe(api_fact_t fact)
{
    ngx_uint_t  i;

    for (i = 0; i < nobservers; i++) {
        if (observers[i].events & api_observe_bit(fact.event)) {
            observers[i].observer(&fact);
        }
    }
}


const char *
api_observe_words(api_event_e event)
{
    return rows[event].words;
}


const char *
api_observe_n(api_event_e event)
{
    return rows[event].n;
}


const char *
api_observe_time(api_event_e event)
{
    return rows[event].time;
}
