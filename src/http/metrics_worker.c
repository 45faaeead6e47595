
#include "http/metrics_worker.h"
#include "http/metrics.h"
#include "http/metrics_db.h"
#include "http/metrics_requests.h"
#include "http/metrics_statements.h"

#include <fcntl.h>
#include <unistd.h>


/* between two looks at how much memory there is */
#define LOOK   10000                       /* ms */

/* of /proc/self/statm */
#define STATM  128


static void observe(const api_fact_t *fact);
static void look(ngx_event_t *ev);
static ngx_atomic_uint_t resident(void);


static ngx_event_t  looks;


ngx_int_t
api_http_metrics_worker_begin(ngx_cycle_t *cycle)
{
    api_http_main_conf_t     *amcf;
    api_http_metrics_conf_t  *mcf;

    /* data of a timer: nginx prints the connection's number to the debug log */

    static struct {
        ngx_connection_t    *c;
        void                *pad[2];
        ngx_socket_t         fd;
    } timer;

    api_http_metrics_count(NULL);

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_api_metrics_module);
    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_api_module);

    if (mcf == NULL || !mcf->used) {
        return NGX_OK;
    }

    api_metrics_zone_begin(&mcf->zone);
    api_http_metrics_count(mcf);

    if (api_http_metrics_requests_begin(cycle, amcf) != NGX_OK
        || api_http_metrics_statements_begin(cycle, amcf) != NGX_OK
        || api_http_metrics_db_begin(cycle, amcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    timer.fd = (ngx_socket_t) -1;

    ngx_memzero(&looks, sizeof(ngx_event_t));
    looks.handler = look;
    looks.data = &timer;
    looks.log = cycle->log;
    looks.cancelable = 1;

    look(&looks);

    return NGX_OK;
}


void
api_http_metrics_worker_end(ngx_cycle_t *cycle)
{
    api_http_metrics_conf_t  *mcf;

    (void) cycle;

    /* databases that are closed behind us are still told of */

    mcf = api_http_metrics_conf();

    if (mcf != NULL) {
        api_metrics_zone_end(&mcf->zone);
    }
}


api_observer_pt
api_http_metrics_worker_observer(void)
{
    return api_http_metrics_conf() != NULL ? observe : NULL;
}


static void
observe(const api_fact_t *fact)
{
    ngx_uint_t  shown;

    shown = api_http_metrics_conf()->shown;

    switch (fact->event) {

    case API_EVENT_REQUEST_BEGUN:
        if (shown) {
            api_http_metrics_requests_begun(fact->request);
        }

        break;

    case API_EVENT_STATEMENT_DONE:
        if (shown) {
            api_http_metrics_statements_done(fact);
        }

        break;

    default:
        api_http_metrics_db_observe(fact);
    }
}


/* exact enough for a leak, and nothing a request waits for */

static void
look(ngx_event_t *ev)
{
    api_http_metrics_conf_t  *mcf;

    mcf = api_http_metrics_conf();

    api_metrics_zone_owner(&mcf->zone)->resident = resident();

    ngx_add_timer(ev, LOOK);
}


/* bytes; 0: nobody knows */

static ngx_atomic_uint_t
resident(void)
{
    int        fd;
    char       text[STATM], *p;
    ssize_t    n;
    ngx_int_t  pages;

    fd = open("/proc/self/statm", O_RDONLY);
    if (fd == -1) {
        return 0;
    }

    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);

    if (n <= 0) {
        return 0;
    }

    text[n] = '\0';

    /* the second number */

    p = ngx_strchr(text, ' ');
    if (p == NULL) {
        return 0;
    }

    pages = ngx_atoi((u_char *) p + 1, strcspn(p + 1, " \n"));

    return pages == NGX_ERROR ? 0
                              : (ngx_atomic_uint_t) pages * ngx_pagesize;
}
