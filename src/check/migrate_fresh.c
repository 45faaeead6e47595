
#include "check/migrate_fresh.h"


ngx_int_t
api_check_migrate_fresh(api_check_session_t *s)
{
    /*
     * sql/script reads files as with standard_conforming_strings on, which a
     * pooler's session may not have
     */

    return api_check_session_command(s, "CLOSE ALL;"
                                        "RESET SESSION AUTHORIZATION;"
                                        "RESET ROLE;"
                                        "RESET ALL;"
                                        "DEALLOCATE ALL;"
                                        "UNLISTEN *;"
                                        "DISCARD TEMP;"
                                        "DISCARD SEQUENCES;"
                                        "SET standard_conforming_strings = on");
}
