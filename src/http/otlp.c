
#include "http/otlp.h"
#include "http/metrics.h"
#include "observe/ring.h"
#include "observe/span.h"


/* ms, between attempts: doubled from the first to the last */
#define PAUSE       1000
#define PAUSE_MOST  30000

/* for what is left when the worker ends */
#define LAST        1000

/* of those, until spans of the last requests go */
#define LAST_SOON   20

#define HEAD_MOST   (64 * 1024)

/* of what a collector says, in the log */
#define SAID        200


typedef enum {
    DROPPED_FULL = 0,
    DROPPED_REFUSED,
    DROPPED_LARGE,
    DROPPED_EXIT,
    DROPPED_REASONS
} otlp_reason_e;

typedef struct {
    const api_http_otlp_conf_t  *conf;       /* NULL: nobody exports */
    api_observe_ring_t           ring;
    u_char                      *memory;
    ngx_str_t                    before;     /* the spans of a message */
    u_char                       length[NGX_SIZE_T_LEN + 4];

    ngx_event_t                  timer;      /* the next POST */
    ngx_event_t                  last;       /* the worker ends, and waits no
                                                longer */
    ngx_connection_t            *notice;     /* of that it ends */

    ngx_uint_t                   sending;    /* spans under way */
    ngx_uint_t                   failures;   /* one after the other */
    uint64_t                    *exported;
    uint64_t                    *dropped[DROPPED_REASONS];
    time_t                       told;       /* of what was refused, */
    time_t                       full;       /* and of the queue */
    unsigned                     leaving:1;
} otlp_t;


static ngx_int_t make_ring(ngx_cycle_t *cycle);
static ngx_int_t make_before(ngx_cycle_t *cycle);
static void make_events(ngx_cycle_t *cycle);
static void due(ngx_msec_t msec);
static void on_timer(ngx_event_t *ev);
static void post(void);
static void done(const api_observe_reply_t *reply, const char *why,
    ngx_err_t err);
static ngx_uint_t is_passing(const api_observe_reply_t *reply,
    const char *why);
static void again(const api_observe_reply_t *reply, const char *why,
    ngx_err_t err);
static void taken(const api_observe_reply_t *reply);
static void refused(const api_observe_reply_t *reply);
static ngx_uint_t is_news(time_t *told);
static void next(void);
static void drop(otlp_reason_e reason, ngx_uint_t n);
static void count(uint64_t **values, api_metrics_family_e family,
    const char *reason, ngx_uint_t n);
static void on_notice(ngx_event_t *ev);
static void on_last(ngx_event_t *ev);
static void stop(void);


static otlp_t  otlp;

static const char *const  reasons[] = {
    "queue_full", "refused", "too_large", "exit"
};


ngx_int_t
api_http_otlp_begin(ngx_cycle_t *cycle, const api_http_otlp_conf_t *conf)
{
    ngx_memzero(&otlp, sizeof(otlp_t));

    if (conf == NULL) {
        return NGX_OK;
    }

    otlp.conf = conf;

    if (make_ring(cycle) != NGX_OK || make_before(cycle) != NGX_OK) {
        otlp.conf = NULL;
        return NGX_ERROR;
    }

    make_events(cycle);
    api_http_otlp_peer_init(&conf->place, done);

    return NGX_OK;
}


/* nothing is touched before it is used */

static ngx_int_t
make_ring(ngx_cycle_t *cycle)
{
    size_t     size;
    uint32_t  *lens;

    size = ngx_max(otlp.conf->queue * API_OTLP_SPAN, 2 * API_OTLP_SPAN_MOST);

    lens = ngx_palloc(cycle->pool, otlp.conf->queue * sizeof(uint32_t));
    otlp.memory = ngx_palloc(cycle->pool, size);

    if (lens == NULL || otlp.memory == NULL) {
        return NGX_ERROR;
    }

    api_observe_ring_init(&otlp.ring, otlp.memory, size, lens,
                          otlp.conf->queue);

    return NGX_OK;
}


static ngx_int_t
make_before(ngx_cycle_t *cycle)
{
    api_buf_t  b;

    if (api_buf_init(&b, cycle->pool, 0, HEAD_MOST) != NGX_OK) {
        return NGX_ERROR;
    }

    api_observe_span_head(&b, otlp.conf->pairs.elts, otlp.conf->pairs.nelts);

    return api_buf_string(&b, &otlp.before);
}


static void
make_events(ngx_cycle_t *cycle)
{
    /* data of a timer: nginx prints the connection's number to the debug log */

    static struct {
        ngx_connection_t    *c;
        void                *pad[2];
        ngx_socket_t         fd;
    } data;

    data.fd = (ngx_socket_t) -1;

    otlp.timer.handler = on_timer;
    otlp.timer.data = &data;
    otlp.timer.log = cycle->log;
    otlp.timer.cancelable = 1;

    otlp.last.handler = on_last;
    otlp.last.data = &data;
    otlp.last.log = cycle->log;

    /* nginx tells idle connections when a worker is to end, and nobody else:
       this one is nothing but idle */

    otlp.notice = ngx_get_connection(0, cycle->log);

    if (otlp.notice != NULL) {
        otlp.notice->read->handler = on_notice;
        otlp.notice->idle = 1;
    }
}


void
api_http_otlp_end(void)
{
    if (otlp.conf != NULL) {
        stop();
        otlp.conf = NULL;
    }
}


ngx_uint_t
api_http_otlp_serves(void)
{
    return otlp.conf != NULL && otlp.conf->served;
}


void
api_http_otlp_add(const u_char *text, size_t len)
{
    if (otlp.conf == NULL) {
        return;
    }

    if (api_observe_ring_add(&otlp.ring, text, len) != NGX_OK) {
        drop(DROPPED_FULL, 1);

        if (is_news(&otlp.full)) {
            ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                          "api_otlp: %ui spans wait for %V, which is all the "
                          "queue holds: further ones are dropped",
                          otlp.ring.n, &otlp.conf->place.url);
        }

        return;
    }

    if (otlp.sending != 0 || otlp.failures != 0) {
        return;
    }

    if (ngx_exiting) {
        due(LAST_SOON);

    } else if (otlp.ring.n == otlp.conf->batch) {
        due(0);

    } else if (!otlp.timer.timer_set) {
        due(otlp.conf->interval);
    }
}


void
api_http_otlp_lost(void)
{
    if (otlp.conf != NULL) {
        drop(DROPPED_LARGE, 1);
    }
}


/* a worker that ends stays for what is due, but not for long */

static void
due(ngx_msec_t msec)
{
    if (ngx_exiting && !otlp.last.timer_set) {
        ngx_add_timer(&otlp.last, LAST);
    }

    /* nginx leaves a timer that is to fire only a little later as it is */

    if (otlp.timer.timer_set) {
        ngx_del_timer(&otlp.timer);
    }

    ngx_add_timer(&otlp.timer, msec);
}


static void
on_timer(ngx_event_t *ev)
{
    (void) ev;

    if (otlp.conf != NULL && otlp.sending == 0 && otlp.ring.n != 0) {
        post();
    }
}


static void
post(void)
{
    size_t                    len;
    u_char                   *p;
    ngx_str_t                 parts[API_OTLP_PARTS];
    api_observe_ring_part_t   first;

    api_observe_ring_first(&otlp.ring, otlp.conf->batch, &first);

    otlp.sending = first.n;

    len = otlp.before.len + first.parts[0].len + first.parts[1].len
          + sizeof(API_OBSERVE_SPAN_TAIL) - 1;

    p = ngx_sprintf(otlp.length, "%uz" CRLF CRLF, len);

    parts[0] = otlp.conf->head;
    parts[1].data = otlp.length;
    parts[1].len = (size_t) (p - otlp.length);
    parts[2] = otlp.before;
    parts[3] = first.parts[0];
    parts[4] = first.parts[1];
    ngx_str_set(&parts[5], API_OBSERVE_SPAN_TAIL);

    api_http_otlp_peer_post(parts, API_OTLP_PARTS);
}


static void
done(const api_observe_reply_t *reply, const char *why, ngx_err_t err)
{
    if (is_passing(reply, why)) {
        again(reply, why, err);
        return;
    }

    if (otlp.failures != 0) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "api_otlp: %V answers again", &otlp.conf->place.url);
    }

    otlp.failures = 0;

    if (reply->status / 100 == 2) {
        taken(reply);

    } else {
        refused(reply);
    }

    api_observe_ring_drop(&otlp.ring, otlp.sending);
    otlp.sending = 0;

    next();
}


/* by the protocol these may come again, and no others */

static ngx_uint_t
is_passing(const api_observe_reply_t *reply, const char *why)
{
    return why != NULL || reply->status == 429 || reply->status == 502
           || reply->status == 503 || reply->status == 504;
}


static void
again(const api_observe_reply_t *reply, const char *why, ngx_err_t err)
{
    ngx_msec_t  pause;

    otlp.sending = 0;

    if (otlp.leaving) {
        stop();
        return;
    }

    pause = (ngx_msec_t) PAUSE << ngx_min(otlp.failures, 5);
    pause = ngx_min(pause, PAUSE_MOST);

    /* workers do not come all at once */

    pause += (ngx_msec_t) ngx_random() % (pause / 4);

    if (why == NULL) {
        pause = ngx_max(pause, (ngx_msec_t) reply->after * 1000);
    }

    if (otlp.failures++ == 0) {

        if (why != NULL) {
            ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, err,
                          "api_otlp: %V takes no spans: %s; they wait, up to "
                          "queue %ui, and it is asked again",
                          &otlp.conf->place.url, why, otlp.conf->queue);
        } else {
            ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                          "api_otlp: %V takes no spans: its answer is %ui; "
                          "they wait, up to queue %ui, and it is asked again",
                          &otlp.conf->place.url, reply->status,
                          otlp.conf->queue);
        }
    }

    due(pause);
}


static void
taken(const api_observe_reply_t *reply)
{
    ngx_uint_t  rejected;

    rejected = api_observe_reply_rejected(reply);
    rejected = ngx_min(rejected, otlp.sending);

    if (rejected != 0) {
        refused(reply);
        count(&otlp.dropped[DROPPED_REFUSED], API_METRICS_SPANS_DROPPED,
              reasons[DROPPED_REFUSED], rejected);
    }

    count(&otlp.exported, API_METRICS_SPANS_EXPORTED, NULL,
          otlp.sending - rejected);
}


static void
refused(const api_observe_reply_t *reply)
{
    size_t  n;

    if (reply->status / 100 != 2) {
        drop(DROPPED_REFUSED, otlp.sending);
    }

    if (!is_news(&otlp.told)) {
        return;
    }

    for (n = 0; n < ngx_min(reply->n, SAID)
                && reply->kept[n] >= ' ' && reply->kept[n] <= '~'; n++)
    {
        /* void */
    }

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "api_otlp: %V refuses spans, and they are dropped: its "
                  "answer is %ui, \"%*s\"", &otlp.conf->place.url,
                  reply->status, n, reply->kept);
}


/* once a minute: each batch would be refused, or be too late, for the same
   reason */

static ngx_uint_t
is_news(time_t *told)
{
    if (*told != 0 && ngx_time() - *told < 60) {
        return 0;
    }

    *told = ngx_time();

    return 1;
}


static void
next(void)
{
    if (otlp.ring.n == 0) {

        if (otlp.leaving) {
            stop();
        }

        return;
    }

    if (ngx_exiting || otlp.ring.n >= otlp.conf->batch) {
        due(0);

    } else {
        due(otlp.conf->interval);
    }
}


static void
drop(otlp_reason_e reason, ngx_uint_t n)
{
    count(&otlp.dropped[reason], API_METRICS_SPANS_DROPPED, reasons[reason],
          n);
}


static void
count(uint64_t **values, api_metrics_family_e family, const char *reason,
    ngx_uint_t n)
{
    api_http_metrics_label_t  labels[API_METRICS_PAIRS];

    static const ngx_str_t  none = ngx_null_string;

    if (api_http_metrics_conf() == NULL || !api_http_metrics_conf()->shown) {
        return;
    }

    if (*values == NULL) {

        ngx_memzero(labels, sizeof(labels));

        if (reason != NULL) {
            labels[0].name = "reason";
            labels[0].value.data = api_unconst(reason);
            labels[0].value.len = ngx_strlen(reason);
        }

        *values = api_http_metrics_values(family, &none, labels);
    }

    if (*values != NULL) {
        **values += n;
    }
}


/* the worker is to end: what there is goes now */

static void
on_notice(ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = ev->data;

    otlp.notice = NULL;

    ngx_free_connection(c);
    c->fd = (ngx_socket_t) -1;

    if (otlp.conf == NULL) {
        return;
    }

    otlp.leaving = 1;
    otlp.failures = 0;

    if (otlp.ring.n != 0) {
        due(0);
    }
}


static void
on_last(ngx_event_t *ev)
{
    (void) ev;

    stop();
}


/* what is left is lost */

static void
stop(void)
{
    if (otlp.timer.timer_set) {
        ngx_del_timer(&otlp.timer);
    }

    if (otlp.last.timer_set) {
        ngx_del_timer(&otlp.last);
    }

    api_http_otlp_peer_close();

    if (otlp.ring.n != 0) {
        drop(DROPPED_EXIT, otlp.ring.n);

        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "api_otlp: the worker ends, and %ui spans are lost",
                      otlp.ring.n);

        api_observe_ring_drop(&otlp.ring, otlp.ring.n);
    }

    otlp.sending = 0;
}
