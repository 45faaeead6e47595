
#include "db/lookup.h"
#include "thread/team.h"

#include <netdb.h>


/*
 * Look-ups at a time.  One is needed for each name in the configuration whose
 * server is silent, however many connections wait for it.
 */
#define API_DB_LOOKUP_THREADS  64

#define API_DB_LOOKUP_STACK    (512 * 1024)


/* a thread writes into it, and it may outlive all who asked */
struct api_db_lookup_s {
    api_thread_task_t           task;
    ngx_queue_t                 queue;
    ngx_queue_t                 asks;        /* of api_db_lookup_ask_t */
    char                        name[API_DB_LOOKUP_NAME];
    api_db_lookup_found_t       found;
};


typedef struct {
    api_thread_team_t           team;
    ngx_queue_t                 running;     /* of api_db_lookup_t */
} api_db_lookups_t;


static api_db_lookup_t *api_db_lookup_find(const char *name);
static api_db_lookup_t *api_db_lookup_begin(const char *name);
static void api_db_lookup_run(api_thread_task_t *task);
static void api_db_lookup_done(api_thread_task_t *task);


static api_db_lookups_t  api_db_lookups;


void
api_db_lookup_init(void)
{
    ngx_memzero(&api_db_lookups, sizeof(api_db_lookups_t));

    api_db_lookups.team.name = "api-lookup";
    api_db_lookups.team.max_threads = API_DB_LOOKUP_THREADS;
    api_db_lookups.team.stack = API_DB_LOOKUP_STACK;

    api_thread_team_init(&api_db_lookups.team);
    ngx_queue_init(&api_db_lookups.running);
}


ngx_int_t
api_db_lookup(const char *name, api_db_lookup_ask_t *ask)
{
    api_db_lookup_t  *lookup;

    lookup = api_db_lookup_find(name);

    if (lookup == NULL) {
        lookup = api_db_lookup_begin(name);
    }

    if (lookup == NULL) {
        ask->lookup = NULL;
        return NGX_ERROR;
    }

    ask->lookup = lookup;
    ngx_queue_insert_tail(&lookup->asks, &ask->queue);

    return NGX_AGAIN;
}


void
api_db_lookup_forget(api_db_lookup_ask_t *ask)
{
    if (ask->lookup) {
        ngx_queue_remove(&ask->queue);
        ask->lookup = NULL;
    }
}


static api_db_lookup_t *
api_db_lookup_find(const char *name)
{
    ngx_queue_t      *q;
    api_db_lookup_t  *lookup;

    for (q = ngx_queue_head(&api_db_lookups.running);
         q != ngx_queue_sentinel(&api_db_lookups.running);
         q = ngx_queue_next(q))
    {
        lookup = ngx_queue_data(q, api_db_lookup_t, queue);

        if (ngx_strcmp(lookup->name, name) == 0) {
            return lookup;
        }
    }

    return NULL;
}


static api_db_lookup_t *
api_db_lookup_begin(const char *name)
{
    api_db_lookup_t  *lookup;

    if (ngx_strlen(name) >= API_DB_LOOKUP_NAME) {
        return NULL;
    }

    lookup = ngx_calloc(sizeof(api_db_lookup_t), ngx_cycle->log);
    if (lookup == NULL) {
        return NULL;
    }

    (void) ngx_cpystrn((u_char *) lookup->name, (u_char *) (uintptr_t) name,
                       API_DB_LOOKUP_NAME);

    lookup->task.run = api_db_lookup_run;
    lookup->task.done = api_db_lookup_done;

    if (api_thread_team_post(&api_db_lookups.team, &lookup->task) != NGX_OK) {
        ngx_free(lookup);
        return NULL;
    }

    ngx_queue_init(&lookup->asks);
    ngx_queue_insert_tail(&api_db_lookups.running, &lookup->queue);

    return lookup;
}


/* in a thread: its own memory only */

static void
api_db_lookup_run(api_thread_task_t *task)
{
    api_db_lookup_t  *lookup;

    lookup = (api_db_lookup_t *) task;

    api_db_lookup_now(lookup->name, &lookup->found);
}


void
api_db_lookup_now(const char *name, api_db_lookup_found_t *found)
{
    int               rc;
    const char       *error;
    struct addrinfo   hints, *list, *ai;

    ngx_memzero(found, sizeof(api_db_lookup_found_t));
    ngx_memzero(&hints, sizeof(struct addrinfo));

    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;

    error = "no usable address";

    rc = getaddrinfo(name, NULL, &hints, &list);

    if (rc != 0) {
        error = gai_strerror(rc);
        list = NULL;
    }

    for (ai = list; ai && found->n < API_DB_LOOKUP_ADDRESSES;
         ai = ai->ai_next)
    {
        if (getnameinfo(ai->ai_addr, ai->ai_addrlen, found->text[found->n],
                        API_DB_LOOKUP_TEXT, NULL, 0, NI_NUMERICHOST)
            == 0)
        {
            found->n++;
        }
    }

    if (rc == 0) {
        freeaddrinfo(list);
    }

    if (found->n == 0) {
        (void) ngx_cpystrn((u_char *) found->error,
                           (u_char *) (uintptr_t) error,
                           sizeof(found->error));
    }
}


static void
api_db_lookup_done(api_thread_task_t *task)
{
    ngx_queue_t          *q;
    api_db_lookup_t      *lookup;
    api_db_lookup_ask_t  *ask;

    lookup = (api_db_lookup_t *) task;

    /* whoever asks from now on has to begin another look-up */

    ngx_queue_remove(&lookup->queue);

    while (!ngx_queue_empty(&lookup->asks)) {
        q = ngx_queue_head(&lookup->asks);
        ngx_queue_remove(q);

        ask = ngx_queue_data(q, api_db_lookup_ask_t, queue);
        ask->lookup = NULL;

        ask->done(ask, &lookup->found);
    }

    ngx_free(lookup);
}
