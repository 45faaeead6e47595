
#include "check/identity.h"
#include "db/environ.h"

#include <grp.h>
#include <unistd.h>

#if (NGX_LINUX)
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif


/*
 * Linux has an identity for each thread, and libc would change that of all.
 * Several databases are asked at the same time.
 */

#if (NGX_LINUX)

#ifdef SYS_setresuid32
#define IDENTITY_UID     SYS_setresuid32
#define IDENTITY_GID     SYS_setresgid32
#define IDENTITY_GROUPS  SYS_setgroups32
#else
#define IDENTITY_UID     SYS_setresuid
#define IDENTITY_GID     SYS_setresgid
#define IDENTITY_GROUPS  SYS_setgroups
#endif

#define set_uid(uid)          (int) syscall(IDENTITY_UID, -1, uid, -1)
#define set_gid(gid)          (int) syscall(IDENTITY_GID, -1, gid, -1)
#define set_groups(n, groups)                                                 \
    (int) syscall(IDENTITY_GROUPS, (size_t) (n), groups)

#else

#define set_uid(uid)          seteuid(uid)
#define set_gid(gid)          setegid(gid)
#define set_groups(n, groups) setgroups(n, groups)

#endif


typedef struct {
    uid_t              uid;
    gid_t              gid;
    gid_t              groups[API_CHECK_IDENTITY_GROUPS];
    int                ngroups;
    int                dumpable;
    ngx_log_t         *log;
    api_db_environ_t   homeless;
    unsigned           begun:1;
} api_check_identity_state_t;


/* set while the configuration is read; NULL in a worker */
static api_check_identity_state_t  api_db_identity;


void
api_check_identity_begin(const char *username, uid_t uid, gid_t gid,
    ngx_log_t *log)
{
    api_check_identity_state_t  *id;

    if (geteuid() != 0 || uid == 0) {
        return;
    }

    id = &api_db_identity;

    id->ngroups = API_CHECK_IDENTITY_GROUPS;

    if (getgrouplist(username, gid, id->groups, &id->ngroups) == -1) {
        id->ngroups = 1;
        id->groups[0] = gid;
    }

    /* in a worker it is unset: libpq finds the user's where it may */

    if (api_db_environ_begin(&id->homeless, "HOME", NULL) != NGX_OK) {
        return;
    }

#if (NGX_LINUX)
    id->dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
#endif

    id->uid = uid;
    id->gid = gid;
    id->log = log;
    id->begun = 1;
}


void
api_check_identity_end(void)
{
    api_check_identity_state_t  *id;

    id = &api_db_identity;

    if (!id->begun) {
        return;
    }

    id->begun = 0;

    api_db_environ_end(&id->homeless);

    /* a change of identity clears this */

#if (NGX_LINUX)
    if (id->dumpable == 1) {
        (void) prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    }
#endif
}


void
api_check_identity_take(api_check_identity_t *saved)
{
    api_check_identity_state_t  *id;

    id = &api_db_identity;

    saved->taken = 0;

    if (!id->begun) {
        return;
    }

    saved->ngroups = getgroups(API_CHECK_IDENTITY_GROUPS, saved->groups);
    saved->gid = getegid();

    if (saved->ngroups == -1) {
        return;
    }

    saved->taken = 1;

    if (set_groups(id->ngroups, id->groups) == -1
        || set_gid(id->gid) == -1
        || set_uid(id->uid) == -1)
    {
        ngx_log_error(NGX_LOG_WARN, id->log, ngx_errno,
                      "cannot be the user of the workers while connecting to "
                      "PostgreSQL");
        api_check_identity_give(saved);
        saved->taken = 0;
    }
}


void
api_check_identity_give(const api_check_identity_t *saved)
{
    if (!saved->taken) {
        return;
    }

    if (set_uid(0) == -1
        || set_gid(saved->gid) == -1
        || set_groups(saved->ngroups, saved->groups) == -1)
    {
        /*
         * it cannot fail for what was root; and nothing may go on as another
         * user
         */

        ngx_log_error(NGX_LOG_ALERT, api_db_identity.log, ngx_errno,
                      "cannot be root again");
        ngx_abort();
    }
}
