
#include "db/role.h"
#include "observe/observe.h"


void
api_db_role(api_db_conn_t *conn)
{
    api_db_t    *db;
    const char  *said;

    db = conn->db;
    said = PQparameterStatus(conn->pg, "in_hot_standby");

    db->standby = (said != NULL && ngx_strcmp(said, "on") == 0);

    api_tell(.event = API_EVENT_ROLE_SEEN, .database = &db->conf->name,
             .word = db->standby ? "standby" : "primary",
             .n = (int64_t) db->standby);
}
