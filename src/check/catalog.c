
#include "check/catalog.h"
#include "db/doubt.h"


ngx_int_t
api_check_catalog(api_check_session_t *s, u_char *catalog)
{
    PGresult  *res;

    res = api_check_session_query(s, api_db_doubt_sql, 0, NULL, s->timeout);

    if (res == NULL) {
        return NGX_DECLINED;
    }

    (void) ngx_cpystrn(catalog, (u_char *) PQgetvalue(res, 0, 0),
                       API_DB_CATALOG);

    PQclear(res);

    return NGX_OK;
}
