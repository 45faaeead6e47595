
#include "check/addresses.h"
#include "check/session.h"
#include "db/hosts.h"

#include <netdb.h>
#include <poll.h>
#include <sys/wait.h>


/* host, hostaddr, port and the end */
#define NAMES_KEYWORDS  4

#define NAMES_SLICE     60000          /* ms */


typedef struct {
    char                        host[API_DB_LOOKUP_NAME];
    char                        port[NI_MAXSERV];
    api_db_lookup_found_t       found;
    pid_t                       pid;         /* 0: nobody looks it up */
    ngx_fd_t                    fd;          /* the answer comes from here */
    unsigned                    literal:1;
} names_host_t;


struct api_check_addresses_s {
    ngx_pool_t                 *pool;
    ngx_log_t                  *log;
    const char *const          *keywords;
    const char *const          *values;
    uint64_t                    begun;
    api_db_addresses_t          addresses;
    ngx_uint_t                  nhosts;
    names_host_t               *hosts;
    struct pollfd              *fds;
};


static void names_split(api_check_addresses_t *names, const char *hosts,
    const char *ports);
static void names_ask(names_host_t *host, ngx_log_t *log);
static ngx_uint_t names_wait(api_check_addresses_t *names, uint64_t until);
static void names_hear(names_host_t *host);
static ngx_int_t names_put(api_check_addresses_t *names,
    const char *const **keywords, const char *const **values);


ngx_int_t
api_check_addresses_begin(ngx_pool_t *pool, ngx_log_t *log,
    const char *const *keywords, const char *const *values,
    api_check_addresses_t **out)
{
    ngx_uint_t              i, n, literals;
    const char             *host, *port;
    api_check_addresses_t  *names;

    *out = NULL;

    host = api_check_addresses_value(keywords, values, "host");
    port = api_check_addresses_value(keywords, values, "port");

    literals = 0;
    n = host ? api_db_hosts_count(host, &literals) : 0;

    if (n == 0 || n == literals
        || api_check_addresses_value(keywords, values, "hostaddr") != NULL)
    {
        return NGX_OK;
    }

    /* libpq refuses such a list before it looks anything up */

    if (port != NULL && port[strspn(port, "0123456789,")] != '\0') {
        return NGX_OK;
    }

    names = ngx_pcalloc(pool, sizeof(api_check_addresses_t));
    if (names == NULL) {
        return NGX_ERROR;
    }

    names->pool = pool;
    names->log = log;
    names->keywords = keywords;
    names->values = values;
    names->begun = api_check_session_msec();
    names->nhosts = n;

    names->hosts = ngx_pcalloc(pool, n * sizeof(names_host_t));
    names->fds = ngx_palloc(pool, n * sizeof(struct pollfd));

    if (names->hosts == NULL || names->fds == NULL) {
        return NGX_ERROR;
    }

    names_split(names, host, port ? port : "");

    for (i = 0; i < n; i++) {
        if (!names->hosts[i].literal) {
            names_ask(&names->hosts[i], log);
        }
    }

    *out = names;

    return NGX_OK;
}


const char *
api_check_addresses_value(const char *const *keywords,
    const char *const *values, const char *keyword)
{
    ngx_uint_t   i;
    const char  *value;

    value = NULL;

    for (i = 0; keywords[i] != NULL; i++) {
        if (ngx_strcmp(keywords[i], keyword) == 0) {
            value = values[i];
        }
    }

    return (value != NULL && value[0] != '\0') ? value : NULL;
}


static void
names_split(api_check_addresses_t *names, const char *hosts, const char *ports)
{
    char           port[NI_MAXSERV];
    ngx_uint_t     i;
    names_host_t  *host;

    port[0] = '\0';

    for (i = 0; i < names->nhosts; i++) {
        host = &names->hosts[i];

        (void) api_db_hosts_item(&hosts, host->host, sizeof(host->host));

        /* one port may be for all hosts */

        if (*ports) {
            (void) api_db_hosts_item(&ports, port, sizeof(port));
        }

        ngx_memcpy(host->port, port, sizeof(port));

        host->literal = api_db_hosts_literal(host->host) ? 1 : 0;
    }
}


/* an answer is shorter than what a pipe takes at once */

static void
names_ask(names_host_t *host, ngx_log_t *log)
{
    int  fd[2];

    if (pipe(fd) == -1) {
        ngx_log_error(NGX_LOG_ERR, log, ngx_errno, "pipe() failed");
        return;
    }

    host->pid = fork();

    switch (host->pid) {

    case -1:
        ngx_log_error(NGX_LOG_ERR, log, ngx_errno, "fork() failed");
        host->pid = 0;
        (void) close(fd[0]);
        break;

    case 0:
        api_db_lookup_now(host->host, &host->found);
        _exit(write(fd[1], &host->found, sizeof(host->found)) == -1);

    default:
        host->fd = fd[0];
        (void) fcntl(host->fd, F_SETFD, FD_CLOEXEC);
    }

    (void) close(fd[1]);
}


ngx_int_t
api_check_addresses_end(api_check_addresses_t *names, uint64_t until,
    const char *const **keywords, const char *const **values, const char **why)
{
    ngx_uint_t           i;
    names_host_t        *host;
    api_db_addresses_t  *a;

    /*
     * a host whose name nobody knows does not keep us from the others
     */

    if (names->nhosts > 1
        && names_wait(names, names->begun + (until - names->begun) / 2))
    {
        until = 0;
    }

    (void) names_wait(names, until);

    a = &names->addresses;
    *why = "its host name cannot be resolved";

    for (i = 0; i < names->nhosts; i++) {
        host = &names->hosts[i];

        if (host->pid) {
            (void) kill(host->pid, SIGKILL);
            names_hear(host);

            *why = "its host name was not resolved in time";
        }

        api_db_hosts_add(a, host->host, host->port,
                         host->literal ? NULL : &host->found);
    }

    return a->n != 0 ? names_put(names, keywords, values) : NGX_DECLINED;
}


/* 1: at least one host can be tried */

static ngx_uint_t
names_wait(api_check_addresses_t *names, uint64_t until)
{
    int             n;
    uint64_t        now;
    nfds_t          asked;
    ngx_uint_t      i, any;
    names_host_t   *host;
    struct pollfd  *fds;

    fds = names->fds;

    for ( ;; ) {
        any = 0;
        asked = 0;

        for (i = 0; i < names->nhosts; i++) {
            host = &names->hosts[i];

            any |= (host->literal || host->found.n != 0);
            asked += (host->pid != 0);

            fds[i].fd = host->pid ? host->fd : -1;
            fds[i].events = POLLIN;
            fds[i].revents = 0;
        }

        now = api_check_session_msec();

        if (asked == 0 || now >= until) {
            return any;
        }

        n = poll(fds, (nfds_t) names->nhosts,
                 (int) ngx_min(until - now, NAMES_SLICE));

        if (n == -1 && ngx_errno != NGX_EINTR) {
            return any;
        }

        for (i = 0; n > 0 && i < names->nhosts; i++) {
            if (fds[i].revents) {
                names_hear(&names->hosts[i]);
            }
        }
    }
}


/* an answer, or the end of the process */

static void
names_hear(names_host_t *host)
{
    if (read(host->fd, &host->found, sizeof(host->found))
        != (ssize_t) sizeof(host->found))
    {
        ngx_memzero(&host->found, sizeof(host->found));
    }

    (void) close(host->fd);

    while (waitpid(host->pid, NULL, 0) == -1 && ngx_errno == NGX_EINTR) {
        /* void */
    }

    host->pid = 0;
}


/* our settings come last, and the last one counts */

static ngx_int_t
names_put(api_check_addresses_t *names, const char *const **keywords,
    const char *const **values)
{
    ngx_uint_t    n;
    const char  **keyword, **value;

    for (n = 0; names->keywords[n] != NULL; n++) { /* void */ }

    keyword = ngx_palloc(names->pool,
                         2 * (n + NAMES_KEYWORDS) * sizeof(char *));
    if (keyword == NULL) {
        return NGX_ERROR;
    }

    value = keyword + n + NAMES_KEYWORDS;

    ngx_memcpy(keyword, names->keywords, n * sizeof(char *));
    ngx_memcpy(value, names->values, n * sizeof(char *));

    keyword[n] = "host";
    value[n++] = names->addresses.host;
    keyword[n] = "hostaddr";
    value[n++] = names->addresses.hostaddr;
    keyword[n] = "port";
    value[n++] = names->addresses.port;
    keyword[n] = NULL;
    value[n] = NULL;

    *keywords = keyword;
    *values = value;

    return NGX_OK;
}
