
#include "db/due.h"


#define API_DB_DUE_LOOK  3               /* ms */


void
api_db_due(api_db_t *db)
{
    ngx_post_event((&db->run), &ngx_posted_events);
}


void
api_db_due_in(api_db_t *db, ngx_msec_t msec)
{
    if (!db->run.timer_set) {
        ngx_add_timer(&db->run, msec);
    }
}


void
api_db_due_look(api_db_t *db)
{
    if (!db->look.timer_set) {
        ngx_add_timer(&db->look, API_DB_DUE_LOOK);
    }
}
