
#include "db/cost.h"

#include "auth/digest.h"


#define API_DB_COST_WEIGHT     8         /* a new value's weight in the
                                            average: one of so many */
#define API_DB_COST_RISE       75000     /* µs: a single value counts as no
                                            more than this, or twice the
                                            average */
#define API_DB_COST_KNOWN      2         /* a value from the zone counts as
                                            so many jobs */
#define API_DB_COST_SHARED     32        /* jobs between two notes in the
                                            zone */
#define API_DB_COST_PEAK       250000    /* µs: a tail is not remembered as
                                            longer, */
#define API_DB_COST_FADES      2048      /* and fades over about so many
                                            jobs, */
#define API_DB_COST_WHILE      3000      /* but not sooner than this many ms */

/* the parts of a note: bits, and µs of a unit */
#define API_DB_COST_CHECK      14
#define API_DB_COST_AVERAGE    22
#define API_DB_COST_LEAST      14
#define API_DB_COST_TAIL       14
#define API_DB_COST_UNIT       4
#define API_DB_COST_COARSE     32

#define API_DB_COST_BULK       (1024 * 1024)  /* bytes of a result that is
                                                 large */
#define API_DB_COST_MEMORY     256       /* small results until a large one
                                            is forgotten */

#define API_DB_COST_WAYS       4

#define API_DB_COST_MOST(bits)  (((uint64_t) 1 << (bits)) - 1)
#define api_db_cost_mask(value, bits)                                         \
    ngx_min(value, API_DB_COST_MOST(bits))


static void api_db_cost_load_note(api_db_t *db, const api_db_plan_t *plan,
    api_db_cost_t *cost);
static uint64_t api_db_cost_key(api_db_t *db, const api_db_plan_t *plan);
static ngx_str_t api_db_cost_role(const api_db_conf_t *conf,
    const api_db_plan_t *plan);
static void api_db_cost_note(api_db_t *db, api_db_cost_t *cost);
static api_db_zone_note_t *api_db_cost_place(api_db_t *db, uint64_t key);
static uint64_t api_db_cost_pack(const api_db_cost_t *cost);
static uint64_t api_db_cost_part(uint64_t *word, ngx_uint_t bits);


ngx_int_t
api_db_cost_init(api_db_t *db)
{
    db->costs = ngx_pcalloc(db->pool,
                            (db->conf->nplans + 1) * sizeof(api_db_cost_t));

    return db->costs ? NGX_OK : NGX_ERROR;
}


api_db_cost_t *
api_db_cost_of(api_db_t *db, const api_db_plan_t *plan)
{
    api_db_cost_t  *cost;

    cost = &db->costs[plan->id];

    if (!cost->sought) {
        cost->sought = 1;
        api_db_cost_load_note(db, plan, cost);
    }

    return cost;
}


ngx_uint_t
api_db_cost_slow(const api_db_cost_t *cost)
{
    /*
     * what one job meets now, a lock for instance, the next one meets as well
     */

    return cost->stuck
           || cost->average > API_DB_COST_SLOW * API_DB_COST_SCALE;
}


ngx_uint_t
api_db_cost_sudden(const api_db_cost_t *cost)
{
    return cost->stuck
           && cost->average <= API_DB_COST_SLOW * API_DB_COST_SCALE;
}


ngx_uint_t
api_db_cost_fickle(const api_db_cost_t *cost)
{
    return cost->n == 0
           || cost->doubted
           || cost->tail > API_DB_COST_SLOW
           || (cost->tail
               && ngx_current_msec - cost->slowed < API_DB_COST_WHILE);
}


uint64_t
api_db_cost_expected(const api_db_t *db, const api_db_plan_t *plan)
{
    return db->costs[plan->id].average / API_DB_COST_SCALE;
}


uint64_t
api_db_cost_load(const api_db_t *db, const api_db_plan_t *plan)
{
    return db->costs[plan->id].least / API_DB_COST_SCALE + 1;
}


void
api_db_cost_completed(api_db_conn_t *conn, const api_db_segment_t *segment,
    const api_db_plan_t *plan, ngx_uint_t n)
{
    uint64_t        since, service;
    ngx_uint_t      known;
    api_db_cost_t  *cost;

    since = ngx_max(segment->sent, conn->moved);

    service = conn->woken > since ? conn->woken - since : 0;
    service = service * API_DB_COST_SCALE / n;

    conn->db->completed++;

    /* when several were slow together, nobody knows which one was */

    if (n > 1 && service * n > API_DB_COST_SLOW * API_DB_COST_SCALE) {
        return;
    }

    if (conn->nbatch == 0) {
        conn->since = since;
    }

    if (conn->nbatch < API_DB_BATCH) {
        conn->batch[conn->nbatch] = plan;
    }

    conn->nbatch++;

    cost = &conn->db->costs[plan->id];
    known = cost->n;

    /* the first jobs count more: later ones find warm caches, and no Parse */

    if (cost->n < API_DB_COST_WEIGHT) {
        cost->n++;
    }

    /* a single slow job does not make its plan slow */

    if (cost->n == API_DB_COST_WEIGHT) {
        service = ngx_min(service, ngx_max(cost->average * 2,
                                           API_DB_COST_RISE
                                           * API_DB_COST_SCALE));
    }

    if (service > cost->average) {
        cost->average += (service - cost->average) / cost->n;

    } else {
        cost->average -= (cost->average - service) / cost->n;
    }

    if (cost->tail > 1) {
        cost->tail -= cost->tail / API_DB_COST_FADES + 1;
    }

    if (++cost->unnoted >= API_DB_COST_SHARED || known < API_DB_COST_KNOWN) {
        api_db_cost_note(conn->db, cost);
    }
}


/*
 * Several answers may come in one packet: each gets a part of the time, in
 * proportion to what is known.  `least` is a running minimum; it doubles after
 * about 200 jobs that take longer.
 */

void
api_db_cost_measure(api_db_conn_t *conn)
{
    uint64_t        sum, elapsed, part;
    ngx_uint_t      i, n;
    api_db_cost_t  *costs, *cost;

    n = conn->nbatch;
    conn->nbatch = 0;

    if (n == 0 || n > API_DB_BATCH || conn->woken <= conn->since) {
        return;
    }

    costs = conn->db->costs;
    sum = 0;

    for (i = 0; i < n; i++) {
        sum += costs[conn->batch[i]->id].least;
    }

    elapsed = (conn->woken - conn->since) * API_DB_COST_SCALE;

    for (i = 0; i < n; i++) {
        cost = &costs[conn->batch[i]->id];

        if (cost->least == 0) {
            cost->least = n == 1 ? elapsed : 0;
            continue;
        }

        part = elapsed * cost->least / sum;

        if (part < cost->least) {
            cost->least -= (cost->least - part) / 2;

        } else {
            cost->least += cost->least / 256 + 1;
        }
    }
}


void
api_db_cost_running(api_db_t *db, const api_db_plan_t *plan, uint64_t elapsed)
{
    ngx_uint_t      fickle;
    api_db_cost_t  *cost;

    cost = api_db_cost_of(db, plan);
    fickle = cost->tail > API_DB_COST_SLOW;

    cost->slowed = ngx_current_msec;
    cost->tail = ngx_max(cost->tail, ngx_min(elapsed, API_DB_COST_PEAK));

    if (!fickle) {
        api_db_cost_note(db, cost);
    }
}


void
api_db_cost_bulk(api_db_t *db, const api_db_plan_t *plan, size_t size)
{
    api_db_cost_t  *cost;

    cost = &db->costs[plan->id];

    if (size > API_DB_COST_BULK) {
        cost->bulky = API_DB_COST_MEMORY;

    } else if (cost->bulky) {
        cost->bulky--;
    }
}


static void
api_db_cost_load_note(api_db_t *db, const api_db_plan_t *plan,
    api_db_cost_t *cost)
{
    uint64_t              word;
    api_db_zone_note_t  *note;

    cost->key = api_db_cost_key(db, plan);

    note = cost->key ? api_db_cost_place(db, cost->key) : NULL;

    if (note == NULL || note->key != cost->key) {
        return;
    }

    word = note->word;

    ngx_memory_barrier();

    /*
     * another plan may have the place by now, or be writing it at this moment
     */

    if (note->key != cost->key
        || api_db_cost_part(&word, API_DB_COST_CHECK)
           != (cost->key & API_DB_COST_MOST(API_DB_COST_CHECK)))
    {
        return;
    }

    cost->average = api_db_cost_part(&word, API_DB_COST_AVERAGE)
                    * API_DB_COST_UNIT * API_DB_COST_SCALE;
    cost->least = api_db_cost_part(&word, API_DB_COST_LEAST)
                  * API_DB_COST_UNIT * API_DB_COST_SCALE;
    cost->tail = api_db_cost_part(&word, API_DB_COST_TAIL)
                 * API_DB_COST_COARSE;

    cost->n = cost->average ? API_DB_COST_KNOWN : 0;
}


/* of its last statement; empty: the connection's user */

static ngx_str_t
api_db_cost_role(const api_db_conf_t *conf, const api_db_plan_t *plan)
{
    ngx_str_t  *roles, none;

    ngx_str_null(&none);

    if (conf->roles == NULL || plan->settings == 0) {
        return none;
    }

    roles = conf->roles->elts;

    return roles[plan->steps[plan->nsteps - 1].id];
}


/* 0: memory, or no zone */

static uint64_t
api_db_cost_key(api_db_t *db, const api_db_plan_t *plan)
{
    char         hex[API_AUTH_DIGEST_SIZE + 1];
    size_t       size;
    u_char      *p;
    uint64_t     key;
    ngx_int_t    digit;
    ngx_str_t    text, role;
    ngx_uint_t   i;

    if (api_db_limit_notes(&db->limit) == NULL) {
        return 0;
    }

    size = 2;

    for (i = 0; i < plan->nsteps; i++) {
        size += plan->steps[i].sql->text.len + 2;
    }

    /* the same for another role is another plan */

    role = api_db_cost_role(db->conf, plan);
    size += role.len;

    text.data = ngx_alloc(size, db->log);
    if (text.data == NULL) {
        return 0;
    }

    p = text.data;

    *p++ = plan->read_only ? 'r' : 'w';
    *p++ = plan->confirm ? 'c' : '-';

    for (i = 0; i < plan->nsteps; i++) {
        *p++ = '\0';
        *p++ = plan->steps[i].depends ? 'd' : '-';
        p = ngx_cpymem(p, plan->steps[i].sql->text.data,
                       plan->steps[i].sql->text.len);
    }

    if (role.len != 0) {
        p = ngx_cpymem(p, role.data, role.len);
    }

    text.len = (size_t) (p - text.data);

    api_auth_digest(&text, hex);

    ngx_free(text.data);

    key = 0;

    for (i = 0; i < 16; i++) {
        digit = ngx_hextoi((u_char *) &hex[i], 1);
        key = key << 4 | (uint64_t) digit;
    }

    return key ? key : 1;
}


/* leaves what is known to the other workers, and to those after a reload */

static void
api_db_cost_note(api_db_t *db, api_db_cost_t *cost)
{
    api_db_zone_note_t  *note;

    cost->unnoted = 0;

    note = cost->key ? api_db_cost_place(db, cost->key) : NULL;

    if (note == NULL) {
        return;
    }

    if (note->key != cost->key) {
        note->word = 0;
        ngx_memory_barrier();
        note->key = cost->key;
        ngx_memory_barrier();
    }

    note->word = api_db_cost_pack(cost);
}


/*
 * The place of a plan's note: its own, a free one, or that of another plan,
 * which is dropped.  Two workers that write to one place at once lose a note
 * and no more: each note carries a part of its key.
 */

static api_db_zone_note_t *
api_db_cost_place(api_db_t *db, uint64_t key)
{
    ngx_uint_t            i;
    api_db_zone_note_t  *notes, *place;

    notes = api_db_limit_notes(&db->limit);
    if (notes == NULL) {
        return NULL;
    }

    notes += key / API_DB_COST_WAYS % (API_DB_ZONE_NOTES / API_DB_COST_WAYS)
             * API_DB_COST_WAYS;

    place = &notes[key % API_DB_COST_WAYS];

    for (i = 0; i < API_DB_COST_WAYS; i++) {

        if (notes[i].key == key) {
            return &notes[i];
        }

        if (notes[i].key == 0 && place->key != 0) {
            place = &notes[i];
        }
    }

    return place;
}


static uint64_t
api_db_cost_pack(const api_db_cost_t *cost)
{
    uint64_t  average, least, tail, word;

    average = cost->average / API_DB_COST_SCALE / API_DB_COST_UNIT;
    least = cost->least / API_DB_COST_SCALE / API_DB_COST_UNIT;
    tail = cost->tail / API_DB_COST_COARSE;

    /* 0 is "not known" */

    if (average == 0 && cost->n) {
        average = 1;
    }

    word = api_db_cost_mask(tail, API_DB_COST_TAIL);

    word = word << API_DB_COST_LEAST
           | api_db_cost_mask(least, API_DB_COST_LEAST);

    word = word << API_DB_COST_AVERAGE
           | api_db_cost_mask(average, API_DB_COST_AVERAGE);

    return word << API_DB_COST_CHECK
           | (cost->key & API_DB_COST_MOST(API_DB_COST_CHECK));
}


static uint64_t
api_db_cost_part(uint64_t *word, ngx_uint_t bits)
{
    uint64_t  part;

    part = *word & API_DB_COST_MOST(bits);
    *word >>= bits;

    return part;
}
