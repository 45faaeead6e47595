
#include "db/tell.h"

#include <libpq-fe.h>


/* by their number */
static const char *const  api_db_tell_outcomes[] = {
    "committed", "failed", "declined", "lost", "in doubt", "too large", "away",
    "late", "outdated", "no memory"
};


const char *
api_db_tell_outcome(api_db_outcome_e outcome)
{
    return api_db_tell_outcomes[outcome];
}


int
api_db_tell_libpq(void)
{
    return PQlibVersion();
}


const char *
api_db_tell_host(struct pg_conn *conn)
{
    return PQhost(conn);
}


const char *
api_db_tell_state(const struct pg_result *res)
{
    return res != NULL ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
}
