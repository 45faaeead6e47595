
/*
 * Jobs that wait for a connection: one line for each lane, each served in
 * order, with one limit for all of them.
 */


#ifndef API_DB_LINE_H
#define API_DB_LINE_H


#include "db/engine.h"


void api_db_line_init(api_db_t *db);

/* at the end of its line; the caller has checked the limit */
void api_db_line_join(api_db_t *db, api_db_job_t *job);

/* at the head of its line: a job that is sent again */
void api_db_line_return(api_db_t *db, api_db_job_t *job);

void api_db_line_leave(api_db_t *db, api_db_job_t *job);

/* gives jobs to connections as long as there are any for them; no callbacks */
void api_db_line_serve(api_db_t *db);

/*
 * The line is full: before a job is refused, the first one in the line of the
 * slow ones may have the connection that is kept for fast ones.  1: there is
 * room now.
 */
ngx_uint_t api_db_line_press(api_db_t *db);

/* ends every waiting job with this outcome */
void api_db_line_clear(api_db_t *db, api_db_outcome_e outcome);


#endif /* API_DB_LINE_H */
