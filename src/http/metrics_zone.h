
/*
 * What workers share of metrics: a zone that outlives reloads.
 *
 * A series is a family's name with labels.  It has a cell for each process
 * slot that has counted in it: only the slot's process writes it, without a
 * lock, and whoever has the slot next goes on where it stopped, so that nothing
 * is lost with a worker that is killed.  The sum of its cells is what a counter
 * is.  What is true only while its process lives (a gauge) is marked by the
 * number of that process.
 *
 * Series are found, made, summed and dropped under the slab's mutex, which
 * nginx frees when its holder is killed.
 */


#ifndef API_HTTP_METRICS_ZONE_H
#define API_HTTP_METRICS_ZONE_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


/* of all labels of a series: the longest words of nginx.conf, escaped */
#define API_METRICS_LABELS  (3 * 4096)


typedef enum {
    API_METRICS_REQUESTS = 0,  /* histogram */
    API_METRICS_BYTES,         /* counter */
    API_METRICS_ERRORS,        /* counter */
    API_METRICS_STATEMENTS,    /* histogram */
    API_METRICS_WAIT,          /* histogram */
    API_METRICS_CREATE,        /* histogram */
    API_METRICS_BATCH,         /* histogram */
    API_METRICS_DATABASE,      /* of http/metrics_db */
    API_METRICS_SPANS_EXPORTED,/* counter */
    API_METRICS_SPANS_DROPPED, /* counter */
    API_METRICS_FAMILIES
} api_metrics_family_e;


/* one process slot */
typedef struct {
    ngx_pid_t           pid;             /* 0: nobody has it */
    ngx_uint_t          start;           /* the number of its process, rising */
    ngx_uint_t          cycle;           /* of its configuration */
    ngx_atomic_t        active;          /* requests, written by its owner */
    ngx_atomic_t        resident;        /* bytes, the same */
} api_metrics_owner_t;

typedef struct {
    uint64_t            layout;
    ngx_uint_t          starts;          /* of workers, ever */
    ngx_uint_t          cycle;           /* of the last configuration */
    ngx_atomic_t        dropped;         /* series that the zone had no room
                                            for, once a worker each */
    ngx_uint_t          full;            /* the log has it */
    void               *series[API_METRICS_FAMILIES];
    api_metrics_owner_t owners[NGX_MAX_PROCESSES];
} api_metrics_root_t;


/* of one configuration */
typedef struct {
    ngx_shm_zone_t     *zone;
    ngx_slab_pool_t    *slab;            /* set by init() */
    api_metrics_root_t *root;            /* the same */
    ngx_uint_t          cycle;           /* the same; from 1 */
    time_t              loaded;          /* and when that was */
    ngx_array_t         subjects;        /* of uint32_t: what is declared; other
                                            series are dropped when two more
                                            configurations lack theirs, too */
} api_metrics_zone_t;


/* which series */
typedef struct {
    api_metrics_family_e  family;
    uint32_t              subject;       /* see api_metrics_zone_subject() */
    uint32_t              set;           /* of a histogram: its buckets; others
                                            are others' */
    ngx_uint_t            n;             /* values of a cell */
    uint32_t              most;          /* bits of those of which the largest
                                            one counts, not their sum */
    ngx_str_t             labels;
} api_metrics_key_t;


/* one cell of a series */
typedef struct api_metrics_cell_s  api_metrics_cell_t;

struct api_metrics_cell_s {
    api_metrics_cell_t *next;
    ngx_uint_t          slot;
    ngx_uint_t          start;           /* of the process that has written its
                                            gauges */
    uint64_t            values[];
};


/* what a series belongs to: a route's or a database's name; empty: nothing that
   a configuration may lack */
uint32_t api_metrics_zone_subject(const ngx_str_t *name);

/* as a zone's init(): the zone's data are an api_metrics_zone_t */
ngx_int_t api_metrics_zone_init(ngx_shm_zone_t *zone, void *data);

/* this process has a slot from now on, and no longer.  Between them the
   following are allowed. */
void api_metrics_zone_begin(api_metrics_zone_t *zone);
void api_metrics_zone_end(api_metrics_zone_t *zone);

api_metrics_owner_t *api_metrics_zone_owner(api_metrics_zone_t *zone);

/* this process's cell, for as long as it lives; NULL: there is no room, which
   is counted and logged once */
api_metrics_cell_t *api_metrics_zone_cell(api_metrics_zone_t *zone,
    const api_metrics_key_t *key);

/* is somebody in the slot? */
ngx_uint_t api_metrics_zone_lives(const api_metrics_owner_t *owner);


/* a series with its cells together */
typedef struct {
    ngx_str_t           labels;
    uint64_t           *values;
} api_metrics_sum_t;

/*
 * Of all series of a family with such buckets (and n values): labels and sums,
 * in the pool.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_metrics_zone_read(api_metrics_zone_t *zone,
    const api_metrics_key_t *key, ngx_pool_t *pool, ngx_array_t *sums);

/* the same of one series, into values[key->n].  since: of the cells of
   processes that live, of this configuration or a later one; 0: of all */
void api_metrics_zone_sum(api_metrics_zone_t *zone,
    const api_metrics_key_t *key, ngx_uint_t since, uint64_t *values);


#endif /* API_HTTP_METRICS_ZONE_H */
