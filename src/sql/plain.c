
#include "sql/plain.h"


static ngx_uint_t plain_sets(const ngx_str_t *body);


ngx_uint_t
api_sql_plain(const api_sql_calls_t *calls, const ngx_str_t *body)
{
    ngx_str_t   *word;
    ngx_uint_t   i, k;

    static const ngx_str_t  commands[] = {
        ngx_string("listen"), ngx_string("unlisten"), ngx_string("discard"),
        ngx_string("reset"), ngx_string("load"), ngx_string("declare"),
        ngx_string("prepare"), ngx_string("execute"),
        ngx_string("deallocate"), ngx_string("do"), ngx_string("temp"),
        ngx_string("temporary"), ngx_string("pg_temp"), ngx_string("into"),
        ngx_null_string
    };

    if (plain_sets(body)) {
        return 0;
    }

    word = calls->words.elts;

    for (i = 0; i < calls->words.nelts; i++) {
        for (k = 0; commands[k].len != 0; k++) {

            /*
             * INSERT INTO, ON CONFLICT DO: what other words mean cannot be
             * told from a word
             */

            if (api_str_equal(&word[i], &commands[k])
                && !(calls->writes && (api_str_is(&word[i], "into")
                                       || api_str_is(&word[i], "do"))))
            {
                return 0;
            }
        }
    }

    return 1;
}


/* a "set" that begins a statement, or might */

static ngx_uint_t
plain_sets(const ngx_str_t *body)
{
    u_char      *p, *end;
    ngx_uint_t   begins, comments;

    p = body->data;
    end = p + body->len;

    begins = 1;
    comments = 0;

    for ( /* void */ ; p < end; p++) {

        if (p + 1 < end
            && ((p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*')))
        {
            comments = 1;
        }

        if (*p == ' ' || (*p >= '\t' && *p <= '\r')) {
            continue;
        }

        if ((begins || comments)
            && end - p >= 3
            && ngx_strncasecmp(p, (u_char *) "set", 3) == 0
            && (p + 3 == end || p[3] == ' '
                || (p[3] >= '\t' && p[3] <= '\r') || p[3] == '/'
                || p[3] == '-'))
        {
            return 1;
        }

        begins = (*p == ';');
    }

    return 0;
}
