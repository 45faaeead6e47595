
#include "check/conninfo_fault.h"

#include <libpq-fe.h>


/* not an address, and a failure that is recognized */
#define FAULT_NOWHERE  "?"

#define FAULT_ROOM     256
#define FAULT_INT      2147483647L

#define FAULT_MISREAD                                                         \
    " (in a URI write an @ of a password as %40, a / as %2F, a : as %3A)"


static const char *ask(ngx_pool_t *pool, const char *text);
static const char *sentence(ngx_pool_t *pool, const char *message);
static const char *check_places(const char *const *keywords,
    const char *const *values);
static const char *check_numbers(ngx_pool_t *pool,
    const char *const *keywords, const char *const *values);
static const char *find(const char *const *keywords,
    const char *const *values, const char *keyword);
static ngx_uint_t count(const char *list);
static ngx_uint_t is_number(const char *text, const char *end, long min,
    long max);


const char *
api_check_conninfo_fault(ngx_pool_t *pool, const char *text,
    const char *const *keywords, const char *const *values)
{
    const char  *why;

    why = ask(pool, text);

    if (why == NULL) {
        why = check_places(keywords, values);
    }

    if (why == NULL) {
        why = check_numbers(pool, keywords, values);
    }

    return why;
}


/*
 * libpq looks at services and options only when a connection is begun.  So one
 * is begun, to an address that cannot be read, which libpq notices last.  A
 * password is given, so that it does not look for one in a file.
 */

static const char *
ask(ngx_pool_t *pool, const char *text)
{
    PGconn      *conn;
    const char  *message, *why;

    const char  *keywords[] = { "dbname", "host", "hostaddr", "port",
                                "password", NULL };
    const char  *values[] = { text, "nginx", FAULT_NOWHERE, "1", "-", NULL };

    conn = PQconnectStartParams(keywords, values, 1);

    if (conn == NULL) {
        return "cannot be checked: no memory";
    }

    message = PQerrorMessage(conn);
    why = NULL;

    if (PQstatus(conn) == CONNECTION_BAD
        && *message != '\0'
        && ngx_strstr(message, "\"" FAULT_NOWHERE "\"") == NULL)
    {
        why = sentence(pool, message);
    }

    PQfinish(conn);

    return why;
}


static const char *
sentence(ngx_pool_t *pool, const char *message)
{
    size_t   len;
    u_char  *p;

    len = strcspn(message, "\n");

    p = ngx_pnalloc(pool, len + FAULT_ROOM);
    if (p == NULL) {
        return "is not accepted by libpq";
    }

    *ngx_sprintf(p, "is not accepted by libpq: %*s%s", len, message,
                 ngx_strstr(message, "service") == NULL ? ""
                 : " (services stand in the file that PGSERVICEFILE names, in"
                   " ~/.pg_service.conf of who starts nginx, or in"
                   " pg_service.conf of PGSYSCONFDIR)")
        = '\0';

    return (const char *) p;
}


/* an address, a port for each host */

static const char *
check_places(const char *const *keywords, const char *const *values)
{
    ngx_uint_t   hosts, addresses, ports;
    const char  *port, *end;

    hosts = count(find(keywords, values, "host"));
    addresses = count(find(keywords, values, "hostaddr"));
    port = find(keywords, values, "port");
    ports = count(port);

    if (hosts != 0 && addresses != 0 && hosts != addresses) {
        return "needs as many items in \"hostaddr\" as in \"host\"";
    }

    if (ports > 1 && ports != (addresses ? addresses : hosts)) {
        return "needs one port for all hosts, or one for each";
    }

    for ( /* void */ ; ports != 0; ports--) {
        end = port + strcspn(port, ",");

        if (end != port && !is_number(port, end, 1, 65535)) {
            return "has a port that is not a number from 1 to 65535"
                   FAULT_MISREAD;
        }

        port = end + 1;
    }

    return NULL;
}


/* numbers are read once there is a socket */

static const char *
check_numbers(ngx_pool_t *pool, const char *const *keywords,
    const char *const *values)
{
    u_char       *p;
    ngx_uint_t    i;
    const char   *value;

    static const char  *numbers[] = {
        "connect_timeout", "keepalives", "keepalives_idle",
        "keepalives_interval", "keepalives_count", "tcp_user_timeout", NULL
    };

    for (i = 0; numbers[i] != NULL; i++) {
        value = find(keywords, values, numbers[i]);

        if (value == NULL
            || is_number(value, value + ngx_strlen(value), -FAULT_INT,
                         FAULT_INT))
        {
            continue;
        }

        p = ngx_pnalloc(pool, FAULT_ROOM);
        if (p == NULL) {
            return "has a value that must be a number and is not";
        }

        *ngx_sprintf(p, "has \"%s\" with a value that is not a "
                        "number", numbers[i])
            = '\0';

        return (const char *) p;
    }

    return NULL;
}


static const char *
find(const char *const *keywords, const char *const *values,
    const char *keyword)
{
    ngx_uint_t  i;

    for (i = 0; keywords[i] != NULL; i++) {
        if (ngx_strcmp(keywords[i], keyword) == 0) {
            return values[i];
        }
    }

    return NULL;
}


static ngx_uint_t
count(const char *list)
{
    ngx_uint_t  n;

    if (list == NULL || *list == '\0') {
        return 0;
    }

    for (n = 1; *list; list++) {
        n += (*list == ',');
    }

    return n;
}


/* with white space around it, as libpq allows */

static ngx_uint_t
is_number(const char *text, const char *end, long min, long max)
{
    char  *stop;
    long   n;

    errno = 0;
    n = strtol(text, &stop, 10);

    if (stop == text || stop > end || errno != 0 || n < min || n > max) {
        return 0;
    }

    while (stop < end && (*stop == ' ' || (*stop >= '\t' && *stop <= '\r'))) {
        stop++;
    }

    return stop == end;
}
