
#include "http/metrics.h"


static const uint64_t  batch_bounds[] = { 1, 2, 4, 8, 16 };

static const api_observe_buckets_t  batches = {
    batch_bounds, sizeof(batch_bounds) / sizeof(batch_bounds[0]), 0
};

static api_http_metrics_conf_t  *current;


void
api_http_metrics_count(api_http_metrics_conf_t *mcf)
{
    current = mcf;
}


api_http_metrics_conf_t *
api_http_metrics_conf(void)
{
    return current;
}


const api_observe_buckets_t *
api_http_metrics_buckets(const api_http_metrics_conf_t *mcf,
    api_metrics_family_e family)
{
    switch (family) {

    case API_METRICS_REQUESTS:
    case API_METRICS_STATEMENTS:
    case API_METRICS_WAIT:
    case API_METRICS_CREATE:
        return &mcf->times;

    case API_METRICS_BATCH:
        return &batches;

    default:
        return NULL;
    }
}


void
api_http_metrics_key(const api_http_metrics_conf_t *mcf,
    api_metrics_family_e family, api_metrics_key_t *key)
{
    const api_observe_buckets_t  *buckets;

    ngx_memzero(key, sizeof(api_metrics_key_t));

    key->family = family;
    key->n = (family == API_METRICS_DATABASE) ? API_DATABASE_VALUES : 1;

    buckets = api_http_metrics_buckets(mcf, family);

    if (buckets != NULL) {
        key->n = api_observe_buckets_size(buckets);
        key->set = ngx_crc32_short(api_unconst(buckets->bounds),
                                   buckets->n * sizeof(uint64_t));
    }
}


ngx_str_t
api_http_metrics_path(const api_http_route_t *route)
{
    u_char     *space;
    ngx_str_t   path;

    ngx_str_null(&path);

    if (route == NULL) {
        return path;
    }

    /* "GET /users/:id" */

    path = route->name;
    space = ngx_strlchr(path.data, path.data + path.len, ' ');

    if (space != NULL) {
        path.len -= (size_t) (space + 1 - path.data);
        path.data = space + 1;
    }

    return path;
}


uint64_t *
api_http_metrics_values(api_metrics_family_e family, const ngx_str_t *subject,
    const api_http_metrics_label_t *labels)
{
    u_char               text[API_METRICS_LABELS], *last;
    ngx_uint_t           i;
    api_metrics_key_t    key;
    api_metrics_cell_t  *cell;

    api_http_metrics_key(current, family, &key);
    key.subject = api_metrics_zone_subject(subject);

    last = text;

    for (i = 0; i < API_METRICS_PAIRS && labels[i].name != NULL; i++) {
        last = api_observe_label(text, last, text + sizeof(text),
                                 labels[i].name, &labels[i].value);
    }

    if (last == NULL) {
        return NULL;
    }

    key.labels.data = text;
    key.labels.len = (size_t) (last - text);

    cell = api_metrics_zone_cell(&current->zone, &key);

    return cell != NULL ? cell->values : NULL;
}


void
api_http_metrics_add(api_metrics_family_e family, uint64_t *values,
    uint64_t value)
{
    const api_observe_buckets_t  *buckets;

    if (values == NULL) {
        return;
    }

    buckets = api_http_metrics_buckets(current, family);

    values[api_observe_bucket(buckets, value)]++;
    values[buckets->n + 1] += value;
}
