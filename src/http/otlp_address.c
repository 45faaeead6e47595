
#include "http/otlp_address.h"
#include "db/lookup.h"


typedef struct {
    const api_http_otlp_place_t  *place;
    api_http_otlp_address_pt      done;
    api_db_lookup_ask_t           ask;
    ngx_uint_t                    tried;
} address_t;


static void found(api_db_lookup_ask_t *ask,
    const api_db_lookup_found_t *found);
static void give(const struct sockaddr *sockaddr, socklen_t socklen);


static address_t  address;


void
api_http_otlp_address_init(const api_http_otlp_place_t *place,
    api_http_otlp_address_pt done)
{
    ngx_memzero(&address, sizeof(address_t));

    address.place = place;
    address.done = done;
    address.ask.done = found;
}


void
api_http_otlp_address_get(void)
{
    ngx_addr_t                   *addr;
    const api_http_otlp_place_t  *place;

    place = address.place;

    if (place->addrs != NULL) {
        addr = &place->addrs[address.tried++ % place->naddrs];
        give(addr->sockaddr, addr->socklen);
        return;
    }

    if (api_db_lookup((const char *) place->host.data, &address.ask)
        != NGX_AGAIN)
    {
        address.done(NULL, "its name cannot be looked up now");
    }
}


void
api_http_otlp_address_forget(void)
{
    api_db_lookup_forget(&address.ask);
}


static void
found(api_db_lookup_ask_t *ask, const api_db_lookup_found_t *of)
{
    ngx_int_t    rc;
    ngx_addr_t   addr;
    ngx_pool_t  *pool;
    const char  *text;

    (void) ask;

    if (of->n == 0) {
        address.done(NULL, "its name is not known");
        return;
    }

    pool = ngx_create_pool(512, ngx_cycle->log);
    if (pool == NULL) {
        address.done(NULL, "there is no memory");
        return;
    }

    text = of->text[address.tried++ % of->n];

    rc = ngx_parse_addr(pool, &addr, api_unconst(text), ngx_strlen(text));

    if (rc == NGX_OK) {
        ngx_inet_set_port(addr.sockaddr, address.place->port);
        give(addr.sockaddr, addr.socklen);

    } else {
        address.done(NULL, "its address cannot be read");
    }

    ngx_destroy_pool(pool);
}


static void
give(const struct sockaddr *sockaddr, socklen_t socklen)
{
    api_http_otlp_address_t  to;

    ngx_memzero(&to, sizeof(api_http_otlp_address_t));

    ngx_memcpy(&to.sockaddr, sockaddr, socklen);
    to.socklen = socklen;

    address.done(&to, NULL);
}
