
#include "conf/check.h"

#include <signal.h>


/* of a file below /proc, and of a pid file */
#define START_TEXT  128


static ngx_uint_t serviced(void);
static ngx_int_t running(ngx_conf_t *cf, ngx_uint_t *found);
static ngx_uint_t alive(const ngx_str_t *file, const char *suffix);
static ngx_uint_t is_nginx(ngx_pid_t pid);
static ssize_t read_start(const char *name, char *text);


/*
 * What serves already goes on when a reload, an upgrade or a test fails; a
 * cold start that fails takes down what has nothing to do with the database.
 */

ngx_int_t
api_conf_cold(ngx_conf_t *cf, ngx_uint_t *cold)
{
    ngx_uint_t   found;
    const char  *word, *lock;

    *cold = 0;

    if (!ngx_is_init_cycle(cf->cycle->old_cycle) || ngx_inherited) {
        return NGX_OK;
    }

    word = getenv("API_START");

    if (word != NULL && word[0] != '\0') {

        if (ngx_strcmp(word, "cold") == 0) {
            *cold = 1;
            return NGX_OK;
        }

        if (ngx_strcmp(word, "strict") == 0) {
            return NGX_OK;
        }

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "the environment variable "
                      "\"API_START\" must be cold or strict");

        return NGX_ERROR;
    }

    /* who compares with a lock file, or writes one, wants to know */

    lock = getenv("API_LOCK");

    if ((lock != NULL && lock[0] != '\0')
        || (ngx_test_config && !serviced()))
    {
        return NGX_OK;
    }

    if (running(cf, &found) != NGX_OK) {
        return NGX_ERROR;
    }

    *cold = !found;

    return NGX_OK;
}


/*
 * Is it systemd (or OpenRC) that tests, right before it starts?  What runs
 * below a service (a CI job) has its environment, too: systemd 248 and later
 * tells whom it has started itself.
 */

static ngx_uint_t
serviced(void)
{
    ngx_int_t    pid;
    const char  *value;

    value = getenv("RC_SVCNAME");

    if (value != NULL && value[0] != '\0') {
        return 1;
    }

    value = getenv("INVOCATION_ID");

    if (value == NULL || value[0] == '\0') {
        return 0;
    }

    value = getenv("SYSTEMD_EXEC_PID");

    if (value == NULL || value[0] == '\0') {
        return 1;
    }

    pid = ngx_atoi((u_char *) (uintptr_t) value, ngx_strlen(value));

    /* or a script that the unit runs */

    return pid == (ngx_int_t) getpid() || pid == (ngx_int_t) getppid();
}


/* a master, or the old one of an upgrade, by their pid files */

static ngx_int_t
running(ngx_conf_t *cf, ngx_uint_t *found)
{
    ngx_str_t         file;
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                           ngx_core_module);

    file = ccf->pid;

    if (file.len == 0) {
        ngx_str_set(&file, NGX_PID_PATH);
    }

    if (ngx_get_full_name(cf->temp_pool, &cf->cycle->prefix, &file) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *found = alive(&file, "") || alive(&file, NGX_OLDPID_EXT);

    return NGX_OK;
}


static ngx_uint_t
alive(const ngx_str_t *file, const char *suffix)
{
    char       name[NGX_MAX_PATH], text[START_TEXT];
    ssize_t    n;
    ngx_int_t  pid;

    *ngx_snprintf((u_char *) name, sizeof(name) - 1, "%V%s", file, suffix)
        = '\0';

    n = read_start(name, text);

    while (n > 0 && (text[n - 1] == LF || text[n - 1] == CR)) {
        n--;
    }

    pid = n > 0 ? ngx_atoi((u_char *) text, (size_t) n) : NGX_ERROR;

    return pid > 0 && pid != (ngx_int_t) getpid()
           && (kill((ngx_pid_t) pid, 0) == 0 || ngx_errno == NGX_EPERM)
           && is_nginx((ngx_pid_t) pid);
}


/* a pid that a crash has left in the file may be another program's by now */

static ngx_uint_t
is_nginx(ngx_pid_t pid)
{
    char     name[sizeof("/proc//comm") + NGX_INT_T_LEN];
    char     own[START_TEXT], other[START_TEXT];
    ssize_t  n;

    *ngx_sprintf((u_char *) name, "/proc/%P/comm", pid) = '\0';

    n = read_start(name, other);

    if (n <= 0) {
        return 1;
    }

    return read_start("/proc/self/comm", own) == n
           && ngx_memcmp(own, other, (size_t) n) == 0;
}


static ssize_t
read_start(const char *name, char *text)
{
    ssize_t   n;
    ngx_fd_t  fd;

    fd = ngx_open_file(name, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    n = read(fd, text, START_TEXT);

    (void) ngx_close_file(fd);

    return n;
}
