
/*
 * Every kind of fact that observers are told, once: API_EVENT(name, words, n,
 * time): its words, and what fact->n and fact->time are, "" where they are
 * nothing.  What fact->word is stands above.  No include guard: it is included
 * where a list is needed.
 */

/* of a request: fact->request is its api_http_ctx_t */

API_EVENT(REQUEST_BEGUN,  "request begun",    "",         "")

/* word: its name; n: what it returned, an ngx_int_t */
API_EVENT(STEP_BEGUN,     "step begun",       "",         "")
API_EVENT(STEP_ENDED,     "step ended",       "returned", "")

/* word: its name; the same for those who measure what waits: it returned
   NGX_AGAIN, and it is done, or was the first one and did not wait.  Not in the
   debug log */
API_EVENT(STEP_WAITS,     "step waits",       "",         "")
API_EVENT(STEP_RESUMED,   "step resumed",     "",         "")

/* word: the error's code, or NULL; bytes: of the body */
API_EVENT(ANSWER_SENT,    "answer sent",      "status",   "")

/* of a job: fact->request is the data of its api_db_job_t, which is a request's
   api_http_ctx_t where the plan is a route's */

API_EVENT(JOB_SUBMITTED,  "job submitted",    "",         "")

/* word: why; it was not taken, and does not finish */
API_EVENT(JOB_REFUSED,    "job refused",      "",         "")

/* n: the jobs that wait, with it */
API_EVENT(JOB_WAITS,      "job waits",        "waiting",  "")

/* n: those that still do */
API_EVENT(LINE_LEFT,      "line left",        "waiting",  "")

/* at */
API_EVENT(JOB_SENT,       "job sent",         "",         "waited")

/* word: the SQLSTATE of one that failed, or NULL; plan and step; bytes: as
   libpq keeps them, 0 of one that failed; time: since the job was sent, at;
   jobs and host.
   Nobody waits for it any more: fact->request is NULL */
API_EVENT(STATEMENT_DONE, "statement done",   "rows",     "took")

/* word: why */
API_EVENT(JOB_REPLAYED,   "job replayed",     "",         "")

/* n: 1 if what it writes is cancelled, too; step: the statement that runs, or
   would be the first one; at, 0 of one that was not sent; time: its age */
API_EVENT(JOB_FORGOTTEN,  "job forgotten",    "cancel",   "")

/* word: its outcome; was: the SQLSTATE of what failed, or NULL */
API_EVENT(JOB_FINISHED,   "job finished",     "",         "took")

/* of a database: fact->request is NULL */

/* n: jobs with one Sync */
API_EVENT(BATCH_SENT,     "batch sent",       "jobs",     "")
API_EVENT(CANCEL_SENT,    "cancel sent",      "",         "")

/* was and word: its states; n: connections in the second now */
API_EVENT(CONN_STATE,     "connection",       "of",       "")

/* a session is set up; n: the server's, as PQserverVersion() */
API_EVENT(CONN_OPENED,    "connection opened", "version",  "took")

/* a session is set up, or a standby has answered; word: what it is; n: 1, a
   standby still */
API_EVENT(ROLE_SEEN,      "role",             "",         "")

/* a statement is prepared on a connection */
API_EVENT(PREPARED,       "prepared",         "",         "")

/* word: the SQLSTATE, or NULL; n: jobs in flight */
API_EVENT(CONN_LOST,      "connection lost",  "jobs",     "")

API_EVENT(BACKOFF_BEGUN,  "backoff begun",    "",         "")
API_EVENT(BACKOFF_ENDED,  "backoff ended",    "",         "")
