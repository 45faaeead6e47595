
#include "conf/source.h"


static ngx_int_t find(api_conf_sought_t *s);


/* none yet: the name is kept free, and said to be */

const api_conf_source_t  api_conf_source_jwt = {
    .find = find
};


static ngx_int_t
find(api_conf_sought_t *s)
{
    if (s->name.len < 4 || ngx_memcmp(s->name.data, "jwt.", 4) != 0) {
        return NGX_DECLINED;
    }

    s->why = "is a claim of a token, which is not supported yet";

    return NGX_ERROR;
}
