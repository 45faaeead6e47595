
/*
 * Jobs that wait for a connection: one line for each lane, each served in
 * order, all together within one limit.
 */


#ifndef API_DB_LINE_H
#define API_DB_LINE_H


#include "db/engine.h"


void api_db_line_init(api_db_t *db);

/* at the end of its line; the caller has looked at the limit */
void api_db_line_join(api_db_t *db, api_db_job_t *job);

/* at the head of its line: a job that is to be sent again */
void api_db_line_return(api_db_t *db, api_db_job_t *job);

void api_db_line_leave(api_db_t *db, api_db_job_t *job);

/* gives jobs to connections as far as there are any; no callbacks */
void api_db_line_serve(api_db_t *db);

/*
 * The line is full: before somebody is refused, its first one may have the
 * connection that is kept for what is fast.  1: there is room now.
 */
ngx_uint_t api_db_line_press(api_db_t *db);

/* ends every waiting job */
void api_db_line_clear(api_db_t *db, api_db_outcome_e outcome);


#endif /* API_DB_LINE_H */
