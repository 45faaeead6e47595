
/*
 * The hosts of a connection string, a comma-separated list: its items, and the
 * lists for libpq once names have become addresses.  A "host" list may mix
 * names, addresses and socket directories; a name with several addresses
 * becomes several hosts, as libpq would try them.
 */


#ifndef API_DB_HOSTS_H
#define API_DB_HOSTS_H


#include "db/lookup.h"


#define API_DB_HOSTS_SIZE  2048


/* comma-separated lists of equal length for libpq's keywords */
typedef struct {
    ngx_uint_t                  n;
    char                        host[API_DB_HOSTS_SIZE];
    char                        hostaddr[API_DB_HOSTS_SIZE];
    char                        port[API_DB_HOSTS_SIZE];
    char                        error[256];   /* of the last name that could
                                                 not be resolved */
} api_db_addresses_t;


/* how many items there are, and how many of them need a look-up */
ngx_uint_t api_db_hosts_count(const char *hosts, ngx_uint_t *literals);

/* the next item of a comma-separated list, cut if it is too long; its length */
size_t api_db_hosts_item(const char **list, char *item, size_t size);

/*
 * does it need no look-up: an address, a socket's directory, libpq's default?
 */
ngx_uint_t api_db_hosts_literal(const char *host);

/*
 * Appends one host to the lists.  found: NULL for an item that needs no
 * look-up.  For a name without addresses error is set instead.
 */
void api_db_hosts_add(api_db_addresses_t *addresses, const char *host,
    const char *port, const api_db_lookup_found_t *found);


#endif /* API_DB_HOSTS_H */
