
/*
 * route/table against the rule of its header, written down as plainly as
 * possible: every pattern is looked at, and nothing is remembered.
 */

#include "route_ask.h"


#define SEED        20251121
#define TABLES      2000
#define ROUTES_MAX  30
#define PATHS       60
#define DEPTH_MAX   5
#define TEXT_MAX    512

#define NELEMENTS(a)  (sizeof(a) / sizeof(a[0]))


enum {
    IS_INT = 1, IS_BIGINT = 2, IS_NUMBER = 4, IS_BOOL = 8, IS_UUID = 16,
    IS_DATE = 32, IS_STRING = 64, IS_AB = 128, IS_BC = 256
};


typedef struct {
    const char          *text;
    unsigned             types;
} word_t;


typedef struct {
    api_segment_kind_e   kind;
    const word_t        *word;      /* the text, or the type */
} place_t;


typedef struct {
    char                 text[TEXT_MAX];     /* "GET /a/:p1<int>" */
    ngx_uint_t           method;
    ngx_uint_t           n;
    place_t              places[DEPTH_MAX];
} route_t;


typedef struct {
    char                 text[TEXT_MAX];     /* "/a/7" */
    ngx_uint_t           n;
    const word_t        *words[DEPTH_MAX + 2];
} path_t;


static api_route_table_t *next_table(void);
static void draw_table(void);
static void draw_route(route_t *r);
static void draw_path(path_t *path);
static ngx_uint_t draw(size_t n);
static const route_t *conflict(const route_t *r);
static const char *naive(ngx_uint_t method, const path_t *path);
static const route_t *find_best(const path_t *path);
static ngx_uint_t has_shape(const route_t *r, const path_t *path);
static const place_t *misfit(const route_t *r, const path_t *path);
static int compare(const route_t *a, const route_t *b);
static ngx_uint_t exclude(const word_t *a, const word_t *b);
static unsigned group(unsigned type);
static void say_found(char *p, const route_t *r, const path_t *path);
static ngx_uint_t method_bit(const char *name);


static const word_t  types[] = {
    { "int", IS_INT }, { "bigint", IS_BIGINT }, { "number", IS_NUMBER },
    { "bool", IS_BOOL }, { "uuid", IS_UUID }, { "date", IS_DATE },
    { "string", IS_STRING }, { "enum(a,b)", IS_AB }, { "enum(b,c)", IS_BC }
};


/* the first three are the texts of routes, too */
static const word_t  words[] = {
    { "a", IS_STRING | IS_AB },
    { "b", IS_STRING | IS_AB | IS_BC },
    { "c", IS_STRING | IS_BC },
    { "7", IS_STRING | IS_INT | IS_BIGINT | IS_NUMBER },
    { "-3000000000", IS_STRING | IS_BIGINT | IS_NUMBER },
    { "1.5", IS_STRING | IS_NUMBER },
    { "true", IS_STRING | IS_BOOL },
    { UUID, IS_STRING | IS_UUID },
    { "2024-02-29", IS_STRING | IS_DATE },
    { "", 0 }
};


static const char *const  routed[] = { "GET", "GET", "POST", "OPTIONS" };

static const char *const  asked[] = {
    "GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS"
};


/* of one table */
static ngx_pool_t  *pool;

static uint64_t     state = SEED;
static ngx_uint_t   nroutes;
static route_t      routes[ROUTES_MAX];


static void
agrees_with_naive(ngx_pool_t *unused)
{
    path_t              path;
    ngx_uint_t          i, j, kinds[256] = { 0 };
    const char         *answer, *method;
    char                request[TEXT_MAX + 16];
    api_route_table_t  *table;

    (void) unused;

    for (i = 0; i < TABLES; i++) {
        table = next_table();

        draw_table();

        for (j = 0; j < nroutes; j++) {
            check_int(add(pool, table, routes[j].text, NULL), NGX_OK);
        }

        for (j = 0; j < PATHS; j++) {
            draw_path(&path);
            method = asked[draw(NELEMENTS(asked))];
            sprintf(request, "%s %s", method, path.text);

            test_note("seed %d, table %d: %s", SEED, (int) i, request);

            answer = ask(pool, table, request);
            check_cstr(answer, naive(method_bit(method), &path));
            kinds[(u_char) answer[0]]++;
        }
    }

    printf("# seed %d: %d found, %d bad, %d method, %d none\n", SEED,
           (int) kinds['f'], (int) kinds['b'], (int) kinds['m'],
           (int) kinds['n']);

    /* a comparison of nothing but 404s would agree, too */
    check(kinds['f'] > 10000 && kinds['b'] > 5000);
    check(kinds['m'] > 5000 && kinds['n'] > 5000);
}


static void
agrees_on_conflicts(ngx_pool_t *unused)
{
    void               *other;
    route_t            *r;
    ngx_int_t           rc;
    ngx_uint_t          i, j, refused;
    const route_t      *first;
    api_route_table_t  *table;

    (void) unused;

    refused = 0;

    for (i = 0; i < TABLES; i++) {
        table = next_table();

        nroutes = 0;

        for (j = 0; j < ROUTES_MAX; j++) {
            r = &routes[nroutes];
            draw_route(r);
            first = conflict(r);

            test_note("seed %d, table %d: %s", SEED, (int) i, r->text);

            other = NULL;
            rc = add(pool, table, r->text, &other);

            check_int(rc, first ? NGX_BUSY : NGX_OK);
            check(other == (first ? first->text : NULL));

            if (first == NULL) {
                nroutes++;

            } else {
                refused++;
            }
        }
    }

    printf("# seed %d: %d of %d routes refused\n", SEED, (int) refused,
           TABLES * ROUTES_MAX);

    check(refused > 5000);
}


static const test_case_t  cases[] = {
    { "matches as a naive matcher does", agrees_with_naive },
    { "refuses what a naive one refuses", agrees_on_conflicts },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}


/* the last one goes now, for a check that fails ends its case at once */

static api_route_table_t *
next_table(void)
{
    api_route_table_t  *table;

    if (pool != NULL) {
        ngx_destroy_pool(pool);
    }

    pool = ngx_create_pool(0, NULL);
    table = api_route_table_create(pool);
    check(table != NULL);

    return table;
}


static void
draw_table(void)
{
    ngx_uint_t  n;

    nroutes = 0;

    for (n = draw(ROUTES_MAX) + 1; n > 0; n--) {
        draw_route(&routes[nroutes]);

        if (conflict(&routes[nroutes]) == NULL) {
            nroutes++;
        }
    }
}


static void
draw_route(route_t *r)
{
    int          i;
    char        *p;
    ngx_uint_t   kind;
    place_t     *place;
    const char  *method;

    method = routed[draw(NELEMENTS(routed))];

    r->method = method_bit(method);
    r->n = draw(DEPTH_MAX + 1);

    p = r->text + sprintf(r->text, "%s %s", method, r->n == 0 ? "/" : "");

    for (i = 0; i < (int) r->n; i++) {
        place = &r->places[i];
        kind = draw(12);

        if (kind < 5) {
            place->kind = API_SEGMENT_TEXT;
            place->word = &words[draw(3)];
            p += sprintf(p, "/%s", place->word->text);

        } else if (kind < 8) {
            place->kind = API_SEGMENT_TYPED;
            place->word = &types[draw(NELEMENTS(types))];
            p += sprintf(p, "/:p%d<%s>", i, place->word->text);

        } else if (kind < 11 || i + 1 < (int) r->n) {
            place->kind = API_SEGMENT_PARAM;
            p += sprintf(p, "/:p%d", i);

        } else {
            place->kind = API_SEGMENT_REST;
            p += sprintf(p, "/*p%d", i);
        }
    }
}


/* most paths follow the texts of some route: the others are rarely found */

static void
draw_path(path_t *path)
{
    char           *p;
    ngx_uint_t      i;
    const route_t  *r;

    r = &routes[draw(nroutes)];
    p = path->text;

    path->n = (draw(8) != 0) ? r->n : draw(DEPTH_MAX + 3);

    for (i = 0; i < path->n; i++) {

        if (i < r->n && r->places[i].kind == API_SEGMENT_TEXT && draw(8)) {
            path->words[i] = r->places[i].word;

        } else {
            path->words[i] = &words[draw(NELEMENTS(words))];
        }

        p += sprintf(p, "/%s", path->words[i]->text);
    }

    if (path->n == 0 || strcmp(path->text, "/") == 0) {
        strcpy(path->text, "/");
        path->n = 0;
    }
}


/*
 * xorshift64*: S. Vigna, "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled", 2016.
 */

static ngx_uint_t
draw(size_t n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;

    return (ngx_uint_t) (((state * 0x2545f4914f6cdd1dULL) >> 32) % n);
}


static const route_t *
conflict(const route_t *r)
{
    ngx_uint_t      i, j, excluded;
    const route_t  *other;

    for (i = 0; i < nroutes; i++) {
        other = &routes[i];

        if (other->method != r->method || other->n != r->n
            || compare(other, r) != 0)
        {
            continue;
        }

        excluded = 0;

        for (j = 0; j < r->n; j++) {
            if (r->places[j].kind == API_SEGMENT_TEXT
                && r->places[j].word != other->places[j].word)
            {
                excluded = 1;
            }

            if (r->places[j].kind == API_SEGMENT_TYPED
                && exclude(r->places[j].word, other->places[j].word))
            {
                excluded = 1;
            }
        }

        if (!excluded) {
            return other;
        }
    }

    return NULL;
}


static const char *
naive(ngx_uint_t method, const path_t *path)
{
    char            allow[API_ROUTE_ALLOW_LEN];
    ngx_uint_t      i, set, fits;
    const route_t  *r, *best, *first, *chosen;

    static char     text[2 * TEXT_MAX];

    best = find_best(path);
    if (best == NULL) {
        return "none";
    }

    set = API_METHOD_OPTIONS;
    first = NULL;
    chosen = NULL;
    fits = (misfit(best, path) == NULL);
    method = (method == API_METHOD_HEAD) ? API_METHOD_GET : method;

    for (i = 0; i < nroutes; i++) {
        r = &routes[i];

        if (!has_shape(r, path) || compare(r, best) != 0
            || (misfit(r, path) == NULL) != fits)
        {
            continue;
        }

        set |= r->method;
        first = (first == NULL) ? r : first;
        chosen = (chosen == NULL && r->method == method) ? r : chosen;
    }

    if (chosen == NULL) {
        set |= (set & API_METHOD_GET) ? API_METHOD_HEAD : 0;
        i = api_route_allow(set, (u_char *) allow);
        sprintf(text, "method %s: %.*s", first->text, (int) i, allow);

    } else if (fits) {
        say_found(text, chosen, path);

    } else {
        sprintf(text, "bad %s: p%d", chosen->text,
                (int) (misfit(chosen, path) - chosen->places));
    }

    return text;
}


/* one that fits before one that does not, then by rank */

static const route_t *
find_best(const path_t *path)
{
    ngx_uint_t      i, fits, best_fits;
    const route_t  *r, *best;

    best = NULL;
    best_fits = 0;

    for (i = 0; i < nroutes; i++) {
        r = &routes[i];

        if (!has_shape(r, path)) {
            continue;
        }

        fits = (misfit(r, path) == NULL);

        if (best == NULL || fits > best_fits
            || (fits == best_fits && compare(r, best) < 0))
        {
            best = r;
            best_fits = fits;
        }
    }

    return best;
}


static ngx_uint_t
has_shape(const route_t *r, const path_t *path)
{
    ngx_uint_t      i;
    const place_t  *place;

    for (i = 0; i < r->n; i++) {
        place = &r->places[i];

        if (i >= path->n || path->words[i]->text[0] == '\0') {
            return 0;
        }

        if (place->kind == API_SEGMENT_REST) {
            return 1;
        }

        if (place->kind == API_SEGMENT_TEXT && place->word != path->words[i]) {
            return 0;
        }
    }

    return r->n == path->n;
}


static const place_t *
misfit(const route_t *r, const path_t *path)
{
    ngx_uint_t  i;

    for (i = 0; i < r->n; i++) {
        if (r->places[i].kind == API_SEGMENT_TYPED
            && !(r->places[i].word->types & path->words[i]->types))
        {
            return &r->places[i];
        }
    }

    return NULL;
}


/* of two routes that have a path's shape; kinds are numbered by rank */

static int
compare(const route_t *a, const route_t *b)
{
    ngx_uint_t  i;

    for (i = 0; i < a->n && i < b->n; i++) {
        if (a->places[i].kind != b->places[i].kind) {
            return (int) a->places[i].kind - (int) b->places[i].kind;
        }
    }

    return 0;
}


static ngx_uint_t
exclude(const word_t *a, const word_t *b)
{
    unsigned  of_a, of_b;

    of_a = group(a->types);
    of_b = group(b->types);

    return of_a != 0 && of_b != 0 && of_a != of_b;
}


static unsigned
group(unsigned type)
{
    switch (type) {

    case IS_INT:
    case IS_BIGINT:
    case IS_NUMBER:
        return 2;

    case IS_BOOL:
    case IS_UUID:
    case IS_DATE:
        return type;

    default:
        return 0;
    }
}


static void
say_found(char *p, const route_t *r, const path_t *path)
{
    ngx_uint_t  i, j;

    p += sprintf(p, "found %s", r->text);

    for (i = 0; i < r->n; i++) {

        if (r->places[i].kind == API_SEGMENT_TEXT) {
            continue;
        }

        p += sprintf(p, " [%s", path->words[i]->text);

        if (r->places[i].kind == API_SEGMENT_REST) {
            for (j = i + 1; j < path->n; j++) {
                p += sprintf(p, "/%s", path->words[j]->text);
            }
        }

        p += sprintf(p, "]");
    }
}


static ngx_uint_t
method_bit(const char *name)
{
    ngx_str_t  s;

    s = test_str(name);

    return api_route_method(&s);
}
