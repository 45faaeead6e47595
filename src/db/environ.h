
/*
 * One variable of the environment said otherwise for a while.  setenv() would
 * move or free the array, whose address nginx keeps while it reads a
 * configuration, and takes back when that is refused.
 */


#ifndef API_DB_ENVIRON_H
#define API_DB_ENVIRON_H


#include "core/core.h"


typedef struct {
    char  **saved;
    char  **list;       /* of this, in the environment's place */
    char   *text;       /* "NAME=value" in it, or NULL */
} api_db_environ_t;


/*
 * Beside no other thread.  value NULL: the variable is not there.  NGX_OK:
 * until api_db_environ_end(), and what was begun first is ended last;
 * NGX_ERROR: memory, nothing has changed.
 */
API_MUST_CHECK ngx_int_t api_db_environ_begin(api_db_environ_t *env,
    const char *name, const char *value);
void api_db_environ_end(api_db_environ_t *env);


#endif /* API_DB_ENVIRON_H */
