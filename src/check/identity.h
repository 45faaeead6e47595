
/*
 * Who connects while the configuration is read: the user that workers will be,
 * so that peer authentication, ~/.pgpass and client certificates are the same
 * for the check, for migrations and for requests.
 */


#ifndef API_CHECK_IDENTITY_H
#define API_CHECK_IDENTITY_H


#include <sys/types.h>

#include "core/core.h"


#define API_CHECK_IDENTITY_GROUPS  64


/* what a thread was before, to become it again */
typedef struct {
    gid_t       groups[API_CHECK_IDENTITY_GROUPS];
    int         ngroups;
    gid_t       gid;
    ngx_uint_t  taken;
} api_check_identity_t;


/*
 * Until api_check_identity_end(), and while no other thread runs: whoever
 * connects is that user.  Does nothing where this process is not root.
 */
void api_check_identity_begin(const char *username, uid_t uid, gid_t gid,
    ngx_log_t *log);
void api_check_identity_end(void);

/* the calling thread is that user between these two; in any thread */
void api_check_identity_take(api_check_identity_t *saved);
void api_check_identity_give(const api_check_identity_t *saved);


#endif /* API_CHECK_IDENTITY_H */
