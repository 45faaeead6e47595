
/*
 * Statements that no request runs: of api_key, of "revoked".  conf/aside has
 * read them.
 */


#ifndef API_HTTP_ASIDE_H
#define API_HTTP_ASIDE_H


#include "db/db.h"


struct pg_result;              /* PGresult */


/*
 * Writes what the log is told of the job's first statement, which has failed
 * (API_DB_FAILED), from p on and up to last.  Returns the end of it.
 */
u_char *api_http_aside_failure(u_char *p, u_char *last,
    const api_db_job_t *job, const struct pg_result *res);


#endif /* API_HTTP_ASIDE_H */
