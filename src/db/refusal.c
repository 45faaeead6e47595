
#include "db/refusal.h"

#include <libpq-fe.h>


#define REFUSAL_TEXT     4096  /* bytes of libpq's message that are looked at */
#define REFUSAL_MESSAGE  500   /* bytes of the server's message that are
                                  shown */


typedef struct {
    const char  *part;         /* of libpq's message */
    const char  *why;
    ngx_int_t    rc;
    ngx_uint_t   soon;         /* it may last for a moment only */
} refusal_phrase_t;


static ngx_uint_t refusal_misread(const char *host, const char *port,
    const char *db);
static const char *refusal_sqlstate(const char *text, ngx_int_t *rc);
static const char *refusal_next_sqlstate(const char *text);
static ngx_uint_t refusal_is_away(const char *sqlstate);
static const char *refusal_remedy(const char *sqlstate, size_t len);
static void refusal_unquote(const char *text, char *out, size_t size);


/* libpq 14 to 17. The first match counts: failures that last come first. */

static const refusal_phrase_t  refusal_phrases[] = {
    { "could not translate host name", "its host name cannot be resolved",
      NGX_DECLINED, 0 },
    { "no password supplied", "it asks for a password, and none is given",
      NGX_ERROR, 0 },
    { "does not support SSL", "it has no TLS, which sslmode asks for",
      NGX_ERROR, 0 },
    { "certificate", "the TLS certificates do not fit", NGX_ERROR, 0 },
    { "private key", "the TLS key cannot be used", NGX_ERROR, 0 },
    { "SSL SYSCALL", "it closed the connection", NGX_DECLINED, 0 },
    { "SSL error", "the TLS handshake failed", NGX_ERROR, 0 },
    { "channel binding", "channel binding is not possible", NGX_ERROR, 0 },
    { "expected authentication request", "what answers there is not PostgreSQL",
      NGX_ERROR, 0 },
    { "authentication", "the authentication failed", NGX_ERROR, 0 },
    { "SCRAM", "the authentication failed", NGX_ERROR, 0 },
    { "invalid response to", "what answers there is not PostgreSQL",
      NGX_ERROR, 0 },
    { "closed", "it closed the connection", NGX_DECLINED, 0 },
    { "reset by peer", "it closed the connection", NGX_DECLINED, 0 },
    { "Broken pipe", "it closed the connection", NGX_DECLINED, 0 },
    { "invalid socket", "it closed the connection", NGX_DECLINED, 0 },
    { "not open", "it closed the connection", NGX_DECLINED, 0 },
    { "was lost", "it closed the connection", NGX_DECLINED, 0 },
    { "invalid connection state", "the connection failed", NGX_DECLINED, 1 },
    { "invalid ", "libpq does not accept a parameter of the connection string",
      NGX_ERROR, 0 },
    { "Connection refused", "the connection was refused", NGX_DECLINED, 0 },
    { "No such file", "there is no such socket", NGX_DECLINED, 0 },
    { "Permission denied", "the socket may not be opened", NGX_DECLINED, 0 },
    { "timed out", "it did not answer in time", NGX_DECLINED, 1 },
    { "timeout", "it did not answer in time", NGX_DECLINED, 1 },
    { "No route to host", "there is no route to it", NGX_DECLINED, 0 },
    { "unreachable", "there is no route to it", NGX_DECLINED, 0 },
    { "session is ", "it is not what target_session_attrs asks for",
      NGX_DECLINED, 1 },
    { "server is ", "it is not what target_session_attrs asks for",
      NGX_DECLINED, 1 },
    { NULL, "the connection failed", NGX_DECLINED, 1 }
};


ngx_int_t
api_db_refusal(struct pg_conn *conn, u_char **p, u_char *last)
{
    char                     plain[REFUSAL_TEXT];
    size_t                   len;
    ngx_int_t                rc;
    const char              *text, *sqlstate;
    const refusal_phrase_t  *phrase;

    text = PQerrorMessage(conn);
    sqlstate = refusal_sqlstate(text, &rc);

    if (sqlstate != NULL) {
        len = ngx_min(strcspn(sqlstate, "\n"), REFUSAL_MESSAGE);

        *p = api_db_refusal_line(*p, last, sqlstate, len);
        *p = ngx_slprintf(*p, last, "%s", refusal_remedy(sqlstate, len));

        return rc;
    }

    refusal_unquote(text, plain, sizeof(plain));

    phrase = refusal_phrases;

    while (phrase->part != NULL && ngx_strstr(plain, phrase->part) == NULL) {
        phrase++;
    }

    *p = ngx_slprintf(*p, last, "%s", phrase->why);

    return phrase->rc;
}


/* class 28: invalid authorization specification */

ngx_uint_t
api_db_refusal_password(struct pg_conn *conn)
{
    const char  *p, *text;

    text = PQerrorMessage(conn);

    for (p = refusal_next_sqlstate(text);
         p != NULL;
         p = refusal_next_sqlstate(p))
    {
        if (p[0] == '2' && p[1] == '8') {
            return 1;
        }
    }

    return ngx_strstr(text, "no password supplied") != NULL;
}


ngx_uint_t
api_db_refusal_flat(struct pg_conn *conn)
{
    char                     plain[REFUSAL_TEXT];
    ngx_uint_t               known;
    const char              *text, *p;
    const refusal_phrase_t  *phrase;

    text = PQerrorMessage(conn);
    known = 0;

    /* with several hosts, each has its part in the message */

    for (p = refusal_next_sqlstate(text);
         p != NULL;
         p = refusal_next_sqlstate(p))
    {
        if (refusal_is_away(p)) {
            return 0;
        }

        known = 1;
    }

    refusal_unquote(text, plain, sizeof(plain));

    for (phrase = refusal_phrases; phrase->part != NULL; phrase++) {

        if (ngx_strstr(plain, phrase->part) == NULL) {
            continue;
        }

        if (phrase->soon) {
            return 0;
        }

        known = 1;
    }

    return known;
}


u_char *
api_db_refusal_place(struct pg_conn *conn, u_char *p, u_char *last)
{
    return api_db_refusal_place_of(PQhost(conn), PQport(conn), PQdb(conn), p,
                                   last);
}


u_char *
api_db_refusal_place_of(const char *host, const char *port, const char *db,
    u_char *p, u_char *last)
{
    host = host ? host : "";
    port = port ? port : "";
    db = db ? db : "";

    if (refusal_misread(host, port, db)) {
        return ngx_slprintf(p, last, "the server (whose address was misread:"
                            " write @ and / of a password as %%40 and %%2F)");
    }

    if (*host == '/') {
        return ngx_slprintf(p, last, "%s/.s.PGSQL.%s, database \"%s\"",
                            host, port, db);
    }

    return ngx_slprintf(p, last, "%s:%s, database \"%s\"", host, port, db);
}


u_char *
api_db_refusal_line(u_char *p, u_char *last, const char *text, size_t size)
{
    size_t  i, len;

    len = strnlen(text, size);
    len = ngx_min(len, (size_t) (last - p));

    /* does not cut a character in two */

    while (len > 0 && ((u_char) text[len] & 0xC0) == 0x80) {
        len--;
    }

    for (i = 0; i < len; i++) {
        *p++ = ((u_char) text[i] < ' ') ? ' ' : (u_char) text[i];
    }

    return p;
}


/*
 * A URI whose password holds an "@" or a "/" is split wrongly: host and port
 * may be pieces of that password.  A leading "@" is an abstract socket's.
 */

static ngx_uint_t
refusal_misread(const char *host, const char *port, const char *db)
{
    return (*host && ngx_strchr(host + 1, '@') != NULL)
           || ngx_strchr(db, '@') != NULL
           || strspn(port, "0123456789") != ngx_strlen(port);
}


/*
 * "28P01: password ..." in text, or NULL. Several hosts may give several: an
 * answer that will not change says more than a host that is away.
 */

static const char *
refusal_sqlstate(const char *text, ngx_int_t *rc)
{
    const char  *found, *p;

    found = NULL;
    *rc = NGX_DECLINED;

    for (p = refusal_next_sqlstate(text);
         p != NULL;
         p = refusal_next_sqlstate(p))
    {
        found = p;

        if (!refusal_is_away(p)) {
            *rc = NGX_ERROR;
            break;
        }
    }

    return found;
}


/* from behind "FATAL:  " to "28P01: ", as PQERRORS_VERBOSE writes it */

static const char *
refusal_next_sqlstate(const char *text)
{
    ngx_uint_t  i;

    for (text = ngx_strstr(text, ":  ");
         text != NULL;
         text = ngx_strstr(text, ":  "))
    {
        text += 3;

        for (i = 0; i < 5; i++) {
            if (!(text[i] >= '0' && text[i] <= '9')
                && !(text[i] >= 'A' && text[i] <= 'Z'))
            {
                break;
            }
        }

        if (i == 5 && text[5] == ':' && text[6] == ' ') {
            return text;
        }
    }

    return NULL;
}


/* class 53: no resources; 57P01 to 57P03: stopping, crashed, starting */

static ngx_uint_t
refusal_is_away(const char *sqlstate)
{
    return ngx_strncmp(sqlstate, "53", 2) == 0
           || ngx_strncmp(sqlstate, "57P0", 4) == 0;
}


/* what to do, where the server's own words do not say it */

static const char *
refusal_remedy(const char *sqlstate, size_t len)
{
    u_char  *text;

    text = (u_char *) (uintptr_t) sqlstate;

    if (ngx_strlcasestrn(text, text + len,
                         (u_char *) "unsupported startup parameter",
                         sizeof("unsupported startup parameter") - 2)
        != NULL)
    {
        return "; a pooler in front of the server does not know it: write "
               "\"pooler transaction\" or \"pooler session\" in api_postgres, "
               "and leave the parameter out of the connection string or name "
               "it in the pooler's ignore_startup_parameters";
    }

    if (ngx_strncmp(sqlstate, "53300", 5) == 0) {
        return "; all its connections are taken: lower max_connections of "
               "api_postgres, or raise that of the server";
    }

    return "";
}


/* without anything in double quotes: names and values may be any words */

static void
refusal_unquote(const char *text, char *out, size_t size)
{
    ngx_uint_t  quoted;

    quoted = 0;

    for ( /* void */ ; *text && size > 1; text++) {

        if (*text == '"') {
            quoted = !quoted;

        } else if (!quoted) {
            *out++ = *text;
            size--;
        }
    }

    *out = '\0';
}
