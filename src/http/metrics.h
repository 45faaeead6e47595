
/*
 * What a worker counts: requests, statements, what databases do.
 *
 * It counts where things happen, in memory that it alone writes (see
 * http/metrics_zone): a request costs no lock.
 */


#ifndef API_HTTP_METRICS_H
#define API_HTTP_METRICS_H


#include "http/ctx.h"
#include "http/metrics_zone.h"
#include "observe/observe.h"
#include "observe/text.h"


#define API_METRICS_BOUNDS  32


/* values of API_METRICS_DATABASE, one series a database */
typedef enum {
    API_DATABASE_IDLE = 0,     /* connections, as are the next two */
    API_DATABASE_USED,
    API_DATABASE_OPENING,
    API_DATABASE_PENDING,      /* requests that wait for one */
    API_DATABASE_FAILING,      /* 1: attempts to connect fail */
    API_DATABASE_LAST,         /* ngx_current_msec when the last connection to
                                  be used was gone, though its process has
                                  ended; 0: there is one, or there never was */
    API_DATABASE_VERSION,      /* of the server, as PQserverVersion() */
    API_DATABASE_STANDBY,      /* 1: it is one, which takes no writes */
    API_DATABASE_GAUGES,       /* above are gauges, below counters */

    API_DATABASE_TIMEOUTS = API_DATABASE_GAUGES,
    API_DATABASE_REPLAYED,
    API_DATABASE_CANCELLED,
    API_DATABASE_LOST,
    API_DATABASE_PREPARED,
    API_DATABASE_VALUES
} api_database_value_e;

/* of http { } */
typedef struct {
    unsigned                used:1;      /* somebody asks what databases do, */
    unsigned                shown:1;     /* or for all that is counted */
    size_t                  size;        /* of the zone; 0: nobody has said */
    uint64_t                bounds[API_METRICS_BOUNDS];
    api_observe_buckets_t   times;       /* of all histograms of times */
    api_metrics_zone_t      zone;
} api_http_metrics_conf_t;

extern ngx_module_t  ngx_http_api_metrics_module;


/* this worker counts for mcf from now on; NULL: it does not */
void api_http_metrics_count(api_http_metrics_conf_t *mcf);

/* this worker's; NULL: it counts nothing */
api_http_metrics_conf_t *api_http_metrics_conf(void);


/* the buckets of a family of histograms; NULL: it is none */
const api_observe_buckets_t *api_http_metrics_buckets(
    const api_http_metrics_conf_t *mcf, api_metrics_family_e family);

/* all of its key but for the labels and the subject */
void api_http_metrics_key(const api_http_metrics_conf_t *mcf,
    api_metrics_family_e family, api_metrics_key_t *key);

/* the path of a route as it is declared, never one that a client has sent;
   empty: NULL, no route */
ngx_str_t api_http_metrics_path(const api_http_route_t *route);

/* a label, see api_observe_label() */
typedef struct {
    const char             *name;
    ngx_str_t               value;
} api_http_metrics_label_t;

#define API_METRICS_PAIRS  3

/* this worker's values of the series with these labels, up to one without a
   name; NULL: there is no room.  subject: as api_metrics_zone_subject() */
uint64_t *api_http_metrics_values(api_metrics_family_e family,
    const ngx_str_t *subject, const api_http_metrics_label_t *labels);

/* one more in a histogram; values may be NULL */
void api_http_metrics_add(api_metrics_family_e family, uint64_t *values,
    uint64_t value);


#endif /* API_HTTP_METRICS_H */
