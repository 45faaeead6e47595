
#include "sql/detail.h"

#include "core/scan.h"


static const char *read_name(const char *p, ngx_str_t *name);
static const char *read_argument(const char *p, ngx_str_t *name);
static const char *read_plain(const char *p, ngx_str_t *name);
static ngx_uint_t has_word(const char *p, const char *word);


const char *
api_sql_detail_key(const char *detail)
{
    ngx_str_t    name;
    const char  *p, *start;

    for (p = detail; *p != '('; p++) {
        if (*p == '\0') {
            return NULL;
        }
    }

    start = p + 1;

    do {
        p = read_name(p + 1, &name);

        if (p == NULL) {
            return NULL;
        }

        p += (*p == ',');
    } while (*p != ')');

    return ngx_strncmp(p, ")=(", 3) == 0 ? start : NULL;
}


const char *
api_sql_detail_name(const char *p, ngx_str_t *name)
{
    p = read_name(p, name);

    return p != NULL && *p == ',' ? p + 2 : NULL;
}


const char *
api_sql_detail_words(const char *detail)
{
    return (ngx_strstr(detail, ")=(") != NULL
            || ngx_strstr(detail, ") = (") != NULL)
           ? ngx_strchr(detail, '(') : NULL;
}


/* skips constants */

const char *
api_sql_detail_word(const char *p, ngx_str_t *name)
{
    u_char       end;
    const char  *start;

    while (*p != '\0') {

        if (ngx_strncmp(p, ")=(", 3) == 0 || ngx_strncmp(p, ") = (", 5) == 0) {
            return NULL;
        }

        if (*p == '"' || *p == '\'') {
            end = (u_char) *p;
            start = ++p;

            while (*p != '\0' && (u_char) *p != end) {
                p++;
            }

            name->data = (u_char *) (uintptr_t) start;
            name->len = (size_t) (p - start);
            p += (*p != '\0');

            if (end == '"') {
                return p;
            }

        } else if (api_scan_is_name((u_char) *p) || (u_char) *p >= 0x80) {
            start = p;

            while (api_scan_is_name((u_char) *p) || (u_char) *p >= 0x80) {
                p++;
            }

            name->data = (u_char *) (uintptr_t) start;
            name->len = (size_t) (p - start);

            return p;

        } else {
            p++;
        }
    }

    return NULL;
}


/*
 * A name and what follows it: ")", or "," and a space.  A column that stands
 * alone in a function, as that of a unique index on lower(email), is named.
 */

static const char *
read_name(const char *p, ngx_str_t *name)
{
    p = read_plain(p, name);

    if (p != NULL && *p == '(') {
        p = read_argument(p + 1, name);
    }

    return p != NULL && (*p == ')' || (p[0] == ',' && p[1] == ' ')) ? p : NULL;
}


/* "email)", or "(email)::text)", as the server writes a column that it casts */

static const char *
read_argument(const char *p, ngx_str_t *name)
{
    ngx_uint_t  cast;

    cast = (*p == '(');
    p = read_plain(p + cast, name);

    if (p == NULL || *p != ')') {
        return NULL;
    }

    p++;

    if (cast) {
        if (ngx_strncmp(p, "::", 2) != 0) {
            return NULL;
        }

        for (p += 2; api_scan_is_name((u_char) *p) || *p == ' '; p++) {
            /* void */
        }

        if (*p++ != ')') {
            return NULL;
        }
    }

    return p;
}


/* an index's names are quoted where they must be, a foreign key's never are */

static const char *
read_plain(const char *p, ngx_str_t *name)
{
    ngx_uint_t  quoted;

    quoted = (*p == '"');
    p += quoted;

    name->data = (u_char *) (uintptr_t) p;

    while (*p != '\0' && *p != '"'
           && (quoted || ngx_strchr("(),", *p) == NULL))
    {
        p++;
    }

    name->len = (size_t) (p - (const char *) name->data);

    return name->len == 0 || (quoted && *p++ != '"') ? NULL : p;
}


/*
 * Of the two tables the detail ends with the other one: in the former case
 * that which is referred to, in the latter the constraint's own, be it because
 * it refers to itself: then English alone can tell.
 */

api_sql_detail_side_e
api_sql_detail_side(const char *detail, const char *table)
{
    const char  *p, *tail;

    if (api_sql_detail_key(detail) == NULL || *table == '\0') {
        return API_SQL_DETAIL_UNKNOWN;
    }

    tail = detail;

    for (p = detail; *p != '\0'; p++) {
        tail = (*p == ')') ? p : tail;
    }

    if (has_word(tail, "is still referenced")) {
        return API_SQL_DETAIL_REFERRED;
    }

    if (has_word(tail, "is not present") || !has_word(tail, table)) {
        return API_SQL_DETAIL_REFERRING;
    }

    return API_SQL_DETAIL_UNKNOWN;
}


/* the word or words, not as part of a longer one */

static ngx_uint_t
has_word(const char *p, const char *word)
{
    size_t      len;
    ngx_uint_t  inside;

    len = ngx_strlen(word);

    for (inside = 0; *p != '\0'; inside = api_scan_is_name(*p++)) {

        if (!inside && ngx_strncmp(p, word, len) == 0
            && !api_scan_is_name(p[len]))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * The last line is the outermost place: the parameter itself, or a function
 * that was running; its inner lines may have parameter numbers of their own.
 */

ngx_uint_t
api_sql_detail_param(const char *context)
{
    ngx_uint_t   i, n;
    const char  *p, *line;

    line = context;

    for (p = context; *p != '\0'; p++) {
        line = (*p == '\n') ? p + 1 : line;
    }

    for (p = line; *p != '$'; p++) {
        if (*p == '\0' || *p == '"') {
            return 0;
        }
    }

    n = 0;
    p++;

    for (i = 0; i < 6 && *p >= '0' && *p <= '9'; i++, p++) {
        n = n * 10 + (ngx_uint_t) (*p - '0');
    }

    return *p == '\0' || ngx_strncmp(p, " = '", 4) == 0 ? n : 0;
}
