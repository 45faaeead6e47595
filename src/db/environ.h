
/*
 * Gives one variable of the environment another value for a while.  setenv()
 * would move or free the array, whose address nginx keeps while it reads a
 * configuration, and restores when that is refused.
 */


#ifndef API_DB_ENVIRON_H
#define API_DB_ENVIRON_H


#include "core/core.h"


typedef struct {
    char  **saved;
    char  **list;       /* the array that replaces the environment */
    char   *text;       /* "NAME=value" in it, or NULL */
} api_db_environ_t;


/*
 * No other thread may run meanwhile.  value NULL: the variable is absent.
 * NGX_OK: until api_db_environ_end(); nested calls end in reverse order.
 * NGX_ERROR: memory, nothing has changed.
 */
API_MUST_CHECK ngx_int_t api_db_environ_begin(api_db_environ_t *env,
    const char *name, const char *value);
void api_db_environ_end(api_db_environ_t *env);


#endif /* API_DB_ENVIRON_H */
