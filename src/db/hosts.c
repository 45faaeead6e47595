
#include "db/hosts.h"


#define API_DB_HOSTS_MAX  16


static void api_db_hosts_join(api_db_addresses_t *a, const char *host,
    const char *address, const char *port);


ngx_uint_t
api_db_hosts_count(const char *hosts, ngx_uint_t *literals)
{
    char        item[API_DB_LOOKUP_NAME];
    ngx_uint_t  n;

    *literals = 0;

    for (n = 0; *hosts; n++) {
        (void) api_db_hosts_item(&hosts, item, sizeof(item));
        *literals += api_db_hosts_literal(item);
    }

    return n;
}


size_t
api_db_hosts_item(const char **list, char *item, size_t size)
{
    size_t       len;
    const char  *end;

    end = strchr(*list, ',');
    len = end ? (size_t) (end - *list) : ngx_strlen(*list);

    if (len < size) {
        size = len + 1;
    }

    (void) ngx_cpystrn((u_char *) item, (u_char *) (uintptr_t) *list, size);

    *list += len + (end != NULL);

    return len;
}


ngx_uint_t
api_db_hosts_literal(const char *host)
{
    u_char  buf[sizeof(struct in6_addr)];

    return host[0] == '\0' || host[0] == '/' || host[0] == '@'
           || inet_pton(AF_INET, host, buf) == 1
           || strchr(host, ':') != NULL;
}


void
api_db_hosts_add(api_db_addresses_t *a, const char *host, const char *port,
    const api_db_lookup_found_t *found)
{
    ngx_uint_t  i;

    if (found == NULL) {
        api_db_hosts_join(a, host,
                          (host[0] == '/' || host[0] == '@') ? "" : host,
                          port);
        return;
    }

    for (i = 0; i < found->n; i++) {
        api_db_hosts_join(a, host, found->text[i], port);
    }

    if (found->n == 0) {
        *ngx_snprintf((u_char *) a->error, sizeof(a->error) - 1,
                      "could not translate host name \"%s\" to address: %s",
                      host, found->error[0] ? found->error : "no answer yet")
            = '\0';
    }
}


static void
api_db_hosts_join(api_db_addresses_t *a, const char *host,
    const char *address, const char *port)
{
    size_t  need;

    need = API_DB_LOOKUP_NAME + 2;

    if (a->n == API_DB_HOSTS_MAX
        || strlen(a->host) + need > sizeof(a->host)
        || strlen(a->hostaddr) + need > sizeof(a->hostaddr)
        || strlen(a->port) + need > sizeof(a->port))
    {
        return;
    }

    if (a->n++) {
        (void) strcat(a->host, ",");
        (void) strcat(a->hostaddr, ",");
        (void) strcat(a->port, ",");
    }

    (void) strcat(a->host, host);
    (void) strcat(a->hostaddr, address);
    (void) strcat(a->port, port);
}
