
/*
 * The server's words: what is found lies within them.  And of a detail that is
 * made here the columns are found again, whatever stands around them.
 */


#include "fuzz.h"
#include "sql/detail.h"


#define NAMES  8


static void check_any(const char *detail, const char *table);
static void check_made(ngx_pool_t *pool, const char *text);
static ngx_uint_t names_of(const char *text, ngx_str_t *names);
static void add(char **p, const char *text, size_t len);
static char *string(ngx_pool_t *pool, const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char           *text;
    ngx_pool_t     *pool;
    const uint8_t  *line;

    pool = fuzz_pool();
    line = size ? memchr(data, '\n', size) : NULL;
    line = line ? line : data + size;

    text = string(pool, line, (size_t) (data + size - line));

    check_any(text, string(pool, data, (size_t) (line - data)));
    check_made(pool, text);

    fuzz_check(api_sql_detail_param(text) <= 999999);

    ngx_destroy_pool(pool);

    return 0;
}


static void
check_any(const char *detail, const char *table)
{
    size_t                  len;
    ngx_str_t               name;
    ngx_uint_t              n;
    const char             *p;
    api_sql_detail_side_e   side;

    len = strlen(detail);
    p = api_sql_detail_key(detail);
    side = api_sql_detail_side(detail, table);

    fuzz_check(p != NULL || side == API_SQL_DETAIL_UNKNOWN);

    for (n = 0; p != NULL; n++) {
        fuzz_check(n < len);
        fuzz_check(p > detail && p < detail + len);

        p = api_sql_detail_name(p, &name);

        fuzz_check(name.len != 0);
        fuzz_check((const char *) name.data > detail
                   && (const char *) name.data + name.len < detail + len);
        fuzz_check(memchr(name.data, '"', name.len) == NULL);
    }
}


/* "Key (a, "b c")=(the text) already exists." of the words of a text */

static void
check_made(ngx_pool_t *pool, const char *text)
{
    char        *detail, *p;
    ngx_str_t    names[NAMES], name;
    ngx_uint_t   i, n;
    const char  *at;

    n = names_of(text, names);

    if (n == 0) {
        return;
    }

    detail = ngx_pnalloc(pool, 2 * strlen(text) + 4 * NAMES + 64);
    fuzz_check(detail != NULL);

    p = detail;
    add(&p, "Key (", 5);

    for (i = 0; i < n; i++) {
        add(&p, ", ", i == 0 ? 0 : 2);
        add(&p, "\"", i % 2);
        add(&p, (const char *) names[i].data, names[i].len);
        add(&p, "\"", i % 2);
    }

    add(&p, ")=(", 3);
    add(&p, text, strlen(text));
    add(&p, ") already exists.", 17);
    *p = '\0';

    at = api_sql_detail_key(detail);

    for (i = 0; i < n; i++) {
        fuzz_check(at != NULL);

        at = api_sql_detail_name(at, &name);
        fuzz_check(name.len == names[i].len
                   && memcmp(name.data, names[i].data, name.len) == 0);
    }

    fuzz_check(at == NULL);
}


static ngx_uint_t
names_of(const char *text, ngx_str_t *names)
{
    size_t      len;
    ngx_uint_t  n;

    n = 0;

    while (n < NAMES && *text != '\0') {
        text += strspn(text, "\"(), \n");
        len = strcspn(text, "\"(), \n");

        if (len != 0) {
            names[n].data = (u_char *) (uintptr_t) text;
            names[n].len = len;
            n++;
        }

        text += len;
    }

    return n;
}


static void
add(char **p, const char *text, size_t len)
{
    memcpy(*p, text, len);
    *p += len;
}


static char *
string(ngx_pool_t *pool, const uint8_t *data, size_t size)
{
    char  *s;

    s = ngx_pnalloc(pool, size + 1);
    fuzz_check(s != NULL);

    if (size != 0) {
        memcpy(s, data, size);
    }

    s[size] = '\0';

    return s;
}
