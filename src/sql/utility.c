
#include "sql/utility.h"


typedef struct {
    const char  *word;
    const char  *why;
} utility_t;


static const char  why_transaction[] =
    "a route's statements already are one transaction: leave this out";
static const char  why_prepared[] =
    "statements are prepared by the module itself: "
    "write the statement that is to run";
static const char  why_setting[] =
    "a connection is shared, and a setting is a request's own: write SELECT "
    "set_config('name', 'value', true), which holds for the transaction, or "
    "set it for the role or the database";
static const char  why_clean[] =
    "a connection is made clean for the next request by itself: "
    "leave this out";
static const char  why_listen[] =
    "a connection is shared, and nobody would read its notifications: "
    "leave this to a client of its own";
static const char  why_schema[] =
    "a route cannot change the schema: put this into a migration";
static const char  why_data[] =
    "this cannot be a route's statement: "
    "write SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, WITH or CALL";


static const utility_t  utilities[] = {
    { "BEGIN",      why_transaction },
    { "START",      why_transaction },
    { "COMMIT",     why_transaction },
    { "END",        why_transaction },
    { "ROLLBACK",   why_transaction },
    { "ABORT",      why_transaction },
    { "SAVEPOINT",  why_transaction },
    { "RELEASE",    why_transaction },

    { "PREPARE",    why_prepared },
    { "EXECUTE",    why_prepared },
    { "DEALLOCATE", why_prepared },

    { "SET",        why_setting },
    { "RESET",      why_clean },
    { "DISCARD",    why_clean },

    { "CREATE",     why_schema },
    { "ALTER",      why_schema },
    { "DROP",       why_schema },
    { "GRANT",      why_schema },
    { "REVOKE",     why_schema },
    { "COMMENT",    why_schema },
    { "SECURITY",   why_schema },
    { "REASSIGN",   why_schema },
    { "IMPORT",     why_schema },

    { "COPY",       why_data },
    { "VACUUM",     why_data },
    { "ANALYZE",    why_data },
    { "CLUSTER",    why_data },
    { "REINDEX",    why_data },
    { "LISTEN",     why_listen },
    { "UNLISTEN",   why_listen },
    { "NOTIFY",     why_data },
    { "SHOW",       why_data },
    { "LOCK",       why_data },
    { "DECLARE",    why_data },
    { "FETCH",      why_data },
    { "MOVE",       why_data },
    { "CLOSE",      why_data },
    { "CHECKPOINT", why_data },
    { "LOAD",       why_data },
    { "DO",         why_data },
    { "TRUNCATE",   why_data },
    { "REFRESH",    why_data },
    { "EXPLAIN",    why_data },

    { NULL, NULL }
};


const char *
api_sql_utility(const api_sql_lexer_t *first)
{
    const utility_t  *u;

    for (u = utilities; u->word != NULL; u++) {
        if (api_sql_lexer_is(first, u->word)) {
            return u->why;
        }
    }

    return NULL;
}
