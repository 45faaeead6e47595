
#include "sql/reach.h"
#include "sql/reach_query.h"
#include "sql/plain.h"

#include <libpq-fe.h>


#define REACH_BUCKETS  4096


typedef struct reach_node_s  reach_node_t;

struct reach_node_s {
    ngx_str_t       name;
    reach_node_t   *next;      /* of its bucket */
    ngx_uint_t      bits;
    ngx_array_t     always;    /* of reach_node_t *: what it leads to */
    ngx_array_t     writing;   /* and, where rows are changed, these too */
    ngx_uint_t      seen[2];   /* by which sum, reading and writing */
    unsigned        asked:1;
    unsigned        writes:1;  /* what it leads to may be changed */
};

struct api_sql_reach_s {
    ngx_pool_t     *pool;
    ngx_array_t     fresh;     /* of reach_node_t *: not asked for yet */
    ngx_uint_t      nwords;
    ngx_uint_t      sums;
    reach_node_t   *hidden;
    reach_node_t   *buckets[REACH_BUCKETS];
};

/* a node on its way into the sum */
typedef struct {
    reach_node_t   *node;
    ngx_uint_t      writes;
} reach_visit_t;


static reach_node_t *reach_node(api_sql_reach_t *reach,
    const ngx_str_t *name);
static reach_node_t *reach_make(api_sql_reach_t *reach,
    const ngx_str_t *name);
static ngx_int_t reach_text(api_sql_reach_t *reach, ngx_str_t *text,
    ngx_array_t *edges, api_sql_calls_t *calls);
static ngx_int_t reach_edges(api_sql_reach_t *reach,
    const api_sql_calls_t *calls, ngx_array_t *edges);
static ngx_int_t reach_function(api_sql_reach_t *reach, reach_node_t *node,
    const PGresult *res, int row);
static ngx_uint_t reach_kind(const api_sql_calls_t *calls,
    const PGresult *res, int row);
static ngx_uint_t reach_bits(const api_sql_calls_t *calls);
static ngx_int_t reach_visit(ngx_array_t *list, const ngx_array_t *edges,
    ngx_uint_t writes, ngx_uint_t sum);
static void reach_cell(const PGresult *res, int row, int column,
    ngx_str_t *out);


api_sql_reach_t *
api_sql_reach_create(ngx_pool_t *pool)
{
    api_sql_reach_t  *reach;

    static const ngx_str_t  nobody = ngx_string("");

    reach = ngx_pcalloc(pool, sizeof(api_sql_reach_t));
    if (reach == NULL) {
        return NULL;
    }

    reach->pool = pool;

    if (ngx_array_init(&reach->fresh, pool, 64, sizeof(reach_node_t *))
        != NGX_OK)
    {
        return NULL;
    }

    /* no word could be this name */

    reach->hidden = reach_make(reach, &nobody);

    return reach->hidden ? reach : NULL;
}


ngx_int_t
api_sql_reach_add(api_sql_reach_t *reach, const api_sql_calls_t *calls)
{
    return reach_edges(reach, calls, NULL);
}


ngx_int_t
api_sql_reach_round(api_sql_reach_t *reach, ngx_array_t *words)
{
    ngx_str_t      *word;
    ngx_uint_t      i;
    reach_node_t  **node;

    if (reach->fresh.nelts == 0) {
        return NGX_DECLINED;
    }

    if (reach->nwords > API_SQL_REACH_WORDS
        || ngx_array_init(words, reach->pool, reach->fresh.nelts,
                          sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    node = reach->fresh.elts;

    for (i = 0; i < reach->fresh.nelts; i++) {
        node[i]->asked = 1;

        word = ngx_array_push(words);
        if (word == NULL) {
            return NGX_ERROR;
        }

        *word = node[i]->name;
    }

    reach->fresh.nelts = 0;

    return NGX_OK;
}


/* the node of a word; a new one is to be asked for */

static reach_node_t *
reach_node(api_sql_reach_t *reach, const ngx_str_t *name)
{
    size_t          i;
    ngx_uint_t      hash;
    reach_node_t   *node, **slot;

    hash = 0;

    for (i = 0; i < name->len; i++) {
        hash = hash * 31 + name->data[i];
    }

    hash %= REACH_BUCKETS;

    for (node = reach->buckets[hash]; node; node = node->next) {
        if (api_str_equal(&node->name, name)) {
            return node;
        }
    }

    node = reach_make(reach, name);
    if (node == NULL) {
        return NULL;
    }

    slot = ngx_array_push(&reach->fresh);
    if (slot == NULL) {
        return NULL;
    }

    *slot = node;

    node->next = reach->buckets[hash];
    reach->buckets[hash] = node;
    reach->nwords++;

    return node;
}


static reach_node_t *
reach_make(api_sql_reach_t *reach, const ngx_str_t *name)
{
    reach_node_t  *node;

    node = ngx_pcalloc(reach->pool, sizeof(reach_node_t));
    if (node == NULL) {
        return NULL;
    }

    node->name.len = name->len;
    node->name.data = ngx_pnalloc(reach->pool, name->len + 1);

    if (node->name.data == NULL
        || ngx_array_init(&node->always, reach->pool, 1,
                          sizeof(reach_node_t *))
           != NGX_OK
        || ngx_array_init(&node->writing, reach->pool, 1,
                          sizeof(reach_node_t *))
           != NGX_OK)
    {
        return NULL;
    }

    ngx_memcpy(node->name.data, name->data, name->len);
    node->name.data[name->len] = '\0';

    return node;
}


static ngx_int_t
reach_text(api_sql_reach_t *reach, ngx_str_t *text, ngx_array_t *edges,
    api_sql_calls_t *calls)
{
    if (api_sql_calls_init(reach->pool, calls) != NGX_OK
        || api_sql_calls_add(reach->pool, calls, text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return reach_edges(reach, calls, edges);
}


static ngx_int_t
reach_edges(api_sql_reach_t *reach, const api_sql_calls_t *calls,
    ngx_array_t *edges)
{
    ngx_str_t      *word;
    ngx_uint_t      i;
    reach_node_t   *node, **edge;

    word = calls->words.elts;

    for (i = 0; i < calls->words.nelts; i++) {

        node = reach_node(reach, &word[i]);
        if (node == NULL) {
            return NGX_ERROR;
        }

        if (edges == NULL) {
            continue;
        }

        edge = ngx_array_push(edges);
        if (edge == NULL) {
            return NGX_ERROR;
        }

        *edge = node;
    }

    return NGX_OK;
}


ngx_int_t
api_sql_reach_functions(api_sql_reach_t *reach, const PGresult *res)
{
    int            row;
    ngx_str_t      name;
    reach_node_t  *node;

    for (row = 0; row < PQntuples(res); row++) {

        reach_cell(res, row, API_SQL_REACH_NAME, &name);

        node = reach_node(reach, &name);

        if (node == NULL
            || reach_function(reach, node, res, row) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
reach_function(api_sql_reach_t *reach, reach_node_t *node,
    const PGresult *res, int row)
{
    ngx_str_t        text;
    api_sql_calls_t  calls;

    ngx_memzero(&calls, sizeof(api_sql_calls_t));

    reach_cell(res, row, API_SQL_REACH_TEXT, &text);

    if (PQgetvalue(res, row, API_SQL_REACH_ROW_VOLATILE)[0] == 't') {
        node->bits |= API_SQL_REACH_VOLATILE;
    }

    if (PQgetvalue(res, row, API_SQL_REACH_ROW_RECALLS)[0] == 't') {
        node->bits |= API_SQL_REACH_RECALLS;
    }

    if (api_str_is(&node->name, "nextval")
        || api_str_is(&node->name, "setval"))
    {
        node->bits |= API_SQL_REACH_MOVES;
    }

    if (text.len != 0
        && reach_text(reach, &text, &node->always, &calls) != NGX_OK)
    {
        return NGX_ERROR;
    }

    node->writes |= calls.writes;

    node->bits |= reach_kind(&calls, res, row);

    return NGX_OK;
}


static ngx_uint_t
reach_kind(const api_sql_calls_t *calls, const PGresult *res, int row)
{
    ngx_str_t   body;
    ngx_uint_t  bits;

    switch (PQgetvalue(res, row, API_SQL_REACH_KIND)[0]) {

    case 'c':
        return 0;

    case 'q':
        bits = reach_bits(calls);

        reach_cell(res, row, API_SQL_REACH_BODY, &body);

        return api_sql_plain(calls, &body) ? bits
                                          : bits | API_SQL_REACH_OPAQUE;

    case 'p':
        return calls->dynamic ? API_SQL_REACH_OPAQUE|API_SQL_REACH_DYNAMIC
                              : API_SQL_REACH_OPAQUE;

    case 's':
        return API_SQL_REACH_OPAQUE|API_SQL_REACH_DYNAMIC;

    default:
        return API_SQL_REACH_OPAQUE|API_SQL_REACH_DYNAMIC
               |API_SQL_REACH_STICKY;
    }
}


/* what a text reaches by itself */

static ngx_uint_t
reach_bits(const api_sql_calls_t *calls)
{
    ngx_uint_t  bits;

    bits = calls->unsure ? API_SQL_REACH_VOLATILE : 0;

    if (calls->session || calls->blind) {
        bits |= API_SQL_REACH_OPAQUE;
    }

    return bits;
}


ngx_int_t
api_sql_reach_relations(api_sql_reach_t *reach, const PGresult *res)
{
    int              row;
    ngx_str_t        name, text;
    ngx_uint_t       writing;
    reach_node_t    *node;
    api_sql_calls_t  calls;

    for (row = 0; row < PQntuples(res); row++) {

        reach_cell(res, row, API_SQL_REACH_RELATION, &name);
        reach_cell(res, row, API_SQL_REACH_DEFINITION, &text);

        writing = PQgetvalue(res, row, API_SQL_REACH_WRITING)[0] == 't';

        node = reach_node(reach, &name);

        if (node == NULL
            || reach_text(reach, &text, writing ? &node->writing
                                                : &node->always, &calls)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        /* too many rather than too few: those of a trigger in a read, too */

        if (calls.session || calls.blind) {
            node->bits |= API_SQL_REACH_OPAQUE;
        }
    }

    return NGX_OK;
}


ngx_int_t
api_sql_reach_hidden(api_sql_reach_t *reach, const PGresult *res)
{
    int             row;
    ngx_str_t       name;
    reach_node_t   *node, **edge;

    for (row = 0; row < PQntuples(res); row++) {

        reach_cell(res, row, 0, &name);

        node = reach_node(reach, &name);
        if (node == NULL) {
            return NGX_ERROR;
        }

        edge = ngx_array_push(&reach->hidden->always);
        if (edge == NULL) {
            return NGX_ERROR;
        }

        *edge = node;
    }

    return NGX_OK;
}


ngx_int_t
api_sql_reach_sum(api_sql_reach_t *reach, const api_sql_calls_t *calls,
    ngx_uint_t writes, ngx_uint_t *bits)
{
    ngx_uint_t      i;
    ngx_array_t     list, first;
    reach_node_t  **node;
    reach_visit_t   visit;

    *bits = reach_bits(calls);
    writes = writes ? 1 : 0;

    reach->sums++;

    if (ngx_array_init(&list, reach->pool, 64, sizeof(reach_visit_t)) != NGX_OK
        || ngx_array_init(&first, reach->pool, 64, sizeof(reach_node_t *))
           != NGX_OK
        || reach_edges(reach, calls, &first) != NGX_OK)
    {
        return NGX_ERROR;
    }

    node = ngx_array_push(&first);
    if (node == NULL) {
        return NGX_ERROR;
    }

    *node = reach->hidden;

    if (reach_visit(&list, &first, writes, reach->sums) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < list.nelts; i++) {

        /* the list may move */

        visit = ((reach_visit_t *) list.elts)[i];

        *bits |= visit.node->bits;
        visit.writes |= visit.node->writes;

        if (reach_visit(&list, &visit.node->always, visit.writes, reach->sums)
            != NGX_OK
            || (visit.writes
                && reach_visit(&list, &visit.node->writing, 1, reach->sums)
                   != NGX_OK))
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* the edges that this sum has not followed in this mode */

static ngx_int_t
reach_visit(ngx_array_t *list, const ngx_array_t *edges, ngx_uint_t writes,
    ngx_uint_t sum)
{
    ngx_uint_t       i;
    reach_node_t   **node;
    reach_visit_t   *visit;

    node = edges->elts;

    for (i = 0; i < edges->nelts; i++) {

        if (node[i]->seen[writes] == sum) {
            continue;
        }

        node[i]->seen[writes] = sum;

        visit = ngx_array_push(list);
        if (visit == NULL) {
            return NGX_ERROR;
        }

        visit->node = node[i];
        visit->writes = writes;
    }

    return NGX_OK;
}


static void
reach_cell(const PGresult *res, int row, int column, ngx_str_t *out)
{
    out->data = (u_char *) PQgetvalue(res, row, column);
    out->len = (size_t) PQgetlength(res, row, column);
}
