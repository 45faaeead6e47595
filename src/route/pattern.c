
#include "route/pattern.h"

#include "core/scan.h"


static const char *check_bytes(const ngx_str_t *text);
static ngx_int_t add_segment(ngx_pool_t *pool, api_pattern_t *pattern,
    const ngx_str_t *part, const char **why);
static const char *read_text(api_segment_t *segment, const ngx_str_t *part);
static ngx_int_t read_name(ngx_pool_t *pool, api_segment_t *segment,
    const ngx_str_t *part, const char **why);
static ngx_int_t read_type(ngx_pool_t *pool, api_segment_t *segment,
    api_scan_t *scan, const char **why);
static ngx_uint_t is_escape(const u_char *p, const u_char *end);


ngx_int_t
api_pattern_parse(ngx_pool_t *pool, const ngx_str_t *text,
    api_pattern_t *pattern, const char **why)
{
    u_char     *p, *end;
    ngx_int_t   rc;
    ngx_str_t   part;

    ngx_memzero(pattern, sizeof(api_pattern_t));
    pattern->text = *text;

    if (ngx_array_init(&pattern->segments, pool, 4, sizeof(api_segment_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *why = check_bytes(text);
    if (*why != NULL) {
        return NGX_DECLINED;
    }

    if (text->len == 1) {
        return NGX_OK;
    }

    p = text->data + 1;
    end = text->data + text->len;

    for ( ;; ) {
        part.data = p;

        while (p < end && *p != '/') {
            p++;
        }

        part.len = (size_t) (p - part.data);

        if (part.len == 0) {
            *why = (p == end)
                   ? "a path does not end with \"/\": drop the last slash"
                   : "a segment is empty: write one slash between segments";
            return NGX_DECLINED;
        }

        rc = add_segment(pool, pattern, &part, why);

        if (rc != NGX_OK || p == end) {
            return rc;
        }

        p++;
    }
}


ngx_int_t
api_pattern_index(const api_pattern_t *pattern, const ngx_str_t *name)
{
    ngx_int_t       index;
    ngx_uint_t      i;
    api_segment_t  *segment;

    index = 0;
    segment = pattern->segments.elts;

    for (i = 0; i < pattern->segments.nelts; i++) {

        if (segment[i].kind == API_SEGMENT_TEXT) {
            continue;
        }

        if (api_str_equal(&segment[i].text, name)) {
            return index;
        }

        index++;
    }

    return NGX_ERROR;
}


static const char *
check_bytes(const ngx_str_t *text)
{
    u_char  *p, *end;

    if (text->len == 0 || text->data[0] != '/') {
        return "a path begins with \"/\"";
    }

    end = text->data + text->len;

    for (p = text->data; p < end; p++) {

        switch (*p) {

        case '\0':
            return "a path holds no NUL byte: nginx refuses %00";

        case '?':
            return "a path ends before \"?\": declare the query's parameters "
                   "with api_param";

        case '#':
            return "a path ends before \"#\": no client sends what follows";

        case '%':
            if (is_escape(p, end)) {
                return "a path is compared decoded: write the character "
                       "itself, not %XX";
            }

            break;
        }
    }

    return NULL;
}


static ngx_int_t
add_segment(ngx_pool_t *pool, api_pattern_t *pattern, const ngx_str_t *part,
    const char **why)
{
    ngx_int_t       rc;
    ngx_uint_t      n;
    api_segment_t   segment, *last;

    n = pattern->segments.nelts;
    last = pattern->segments.elts;

    if (n == API_PATTERN_SEGMENTS) {
        *why = "a path has at most 32 segments";
        return NGX_DECLINED;
    }

    if (n > 0 && last[n - 1].kind == API_SEGMENT_REST) {
        *why = "*name takes the rest of the path: it is the last segment";
        return NGX_DECLINED;
    }

    ngx_memzero(&segment, sizeof(api_segment_t));

    if (part->data[0] == ':' || part->data[0] == '*') {
        rc = read_name(pool, &segment, part, why);
        if (rc != NGX_OK) {
            return rc;
        }

        if (api_pattern_index(pattern, &segment.text) != NGX_ERROR) {
            *why = "two segments have the same name: rename one";
            return NGX_DECLINED;
        }

        pattern->nvalues++;

    } else {
        *why = read_text(&segment, part);
        if (*why != NULL) {
            return NGX_DECLINED;
        }
    }

    last = ngx_array_push(&pattern->segments);
    if (last == NULL) {
        return NGX_ERROR;
    }

    *last = segment;

    return NGX_OK;
}


static const char *
read_text(api_segment_t *segment, const ngx_str_t *part)
{
    size_t  i;

    if (api_str_is(part, ".") || api_str_is(part, "..")) {
        return "nginx resolves \".\" and \"..\" before routes are compared: "
               "write the path without them";
    }

    for (i = 0; i < part->len; i++) {
        if (part->data[i] == '<' || part->data[i] == '>') {
            return "only a named segment has a type: write \":name<type>\"";
        }
    }

    segment->kind = API_SEGMENT_TEXT;
    segment->text = *part;

    return NULL;
}


/* ":name", ":name<type>" or "*name" */

static ngx_int_t
read_name(ngx_pool_t *pool, api_segment_t *segment, const ngx_str_t *part,
    const char **why)
{
    api_scan_t  scan;

    api_scan_init(&scan, part);

    if (api_scan_accept(&scan, "*")) {
        segment->kind = API_SEGMENT_REST;

    } else {
        (void) api_scan_accept(&scan, ":");
        segment->kind = API_SEGMENT_PARAM;
    }

    if (!api_scan_name(&scan, &segment->text)) {
        *why = "\":\" and \"*\" are followed by a name: a letter or \"_\", "
               "then letters, digits and \"_\"";
        return NGX_DECLINED;
    }

    if (api_scan_done(&scan)) {
        return NGX_OK;
    }

    if (!api_scan_accept(&scan, "<")) {
        *why = "a name is letters, digits and \"_\", up to the next \"/\" or "
               "to \"<type>\"";
        return NGX_DECLINED;
    }

    if (segment->kind == API_SEGMENT_REST) {
        *why = "the rest of a path is text: write \"*name\" without a type";
        return NGX_DECLINED;
    }

    return read_type(pool, segment, &scan, why);
}


static ngx_int_t
read_type(ngx_pool_t *pool, api_segment_t *segment, api_scan_t *scan,
    const char **why)
{
    size_t     len;
    ngx_int_t  rc;
    ngx_str_t  name;

    len = (size_t) (scan->end - scan->pos);

    if (len == 0 || scan->end[-1] != '>') {
        *why = "a segment's type stands between \"<\" and \">\", and nothing "
               "follows it";
        return NGX_DECLINED;
    }

    /* the scan is const, an ngx_str_t is not: the same bytes by the name */
    name.data = segment->text.data + segment->text.len + 1;
    name.len = len - 1;

    rc = api_type_parse(pool, &name, &segment->type, why);
    if (rc != NGX_OK) {
        return rc;
    }

    if (segment->type.array) {
        *why = "a segment is one value: drop the \"[]\"";
        return NGX_DECLINED;
    }

    segment->kind = API_SEGMENT_TYPED;

    return NGX_OK;
}


size_t
api_pattern_literal(const api_pattern_t *pattern)
{
    ngx_uint_t            i;
    const api_segment_t  *segment;

    segment = pattern->segments.elts;

    for (i = 0; i < pattern->segments.nelts; i++) {

        if (segment[i].kind != API_SEGMENT_TEXT) {
            /* the name follows ":" or "*" */
            return (size_t) (segment[i].text.data - 1 - pattern->text.data);
        }
    }

    return pattern->text.len;
}


static ngx_uint_t
is_escape(const u_char *p, const u_char *end)
{
    return end - p >= 3 && p[0] == '%' && api_scan_is_hex(p[1])
           && api_scan_is_hex(p[2]);
}
