
/*
 * What the engine itself asks on a connection: types, the catalog, statements
 * to be learned.  Each question is a segment of its own.
 *
 * Behind a pooler a question is a transaction that begins with our settings,
 * as a job is, and waits until nothing else is in flight
 * (api_db_segment_free()).
 */


#ifndef API_DB_QUESTION_H
#define API_DB_QUESTION_H


#include "db/engine.h"


/*
 * Asks now, or when what is in flight has come back.  kind says what the
 * result is for; sql lives as long as the process.  NGX_OK; NGX_ERROR: libpq
 * or we are out of memory, the connection is of no more use.
 */
API_MUST_CHECK ngx_int_t api_db_question(api_db_conn_t *conn,
    api_db_command_e kind, const char *sql);

/* the same of db->tables: step 0 or 1 of COLUMNS */
API_MUST_CHECK ngx_int_t api_db_question_tables(api_db_conn_t *conn,
    const char *sql, ngx_uint_t step);

/* the same to prepare and describe a statement: LEARN and LEARNED */
API_MUST_CHECK ngx_int_t api_db_question_statement(api_db_conn_t *conn,
    ngx_uint_t id);

/*
 * a segment has ended: questions that wait for that are sent, now or at the
 * end of the turn.  NGX_OK, NGX_ERROR as above.
 */
API_MUST_CHECK ngx_int_t api_db_question_next(api_db_conn_t *conn);

/*
 * A question's Sync came back.  NGX_OK: it is over; NGX_AGAIN: its transaction
 * had failed, ROLLBACK is sent; NGX_ERROR as above.
 */
API_MUST_CHECK ngx_int_t api_db_question_synced(api_db_conn_t *conn,
    api_db_segment_t *segment);


#endif /* API_DB_QUESTION_H */
