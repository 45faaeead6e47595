
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


ngx_uint_t  api_observers;

static api_observer_pt  observers[API_OBSERVE_MAX];


void
api_observe_none(void)
{
    api_observers = 0;
}


ngx_int_t
api_observe_add(api_observer_pt observer)
{
    if (api_observers == API_OBSERVE_MAX) {
        return NGX_ERROR;
    }

    observers[api_observers++] = observer;

    return NGX_OK;
}


void
api_observe(api_fact_t fact)
{
    ngx_uint_t  i;

    for (i = 0; i < api_observers; i++) {
        observers[i](&fact);
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
