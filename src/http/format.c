
#include "http/format.h"
#include "http/headers.h"
#include "http/outcome.h"
#include "http/unsent.h"
#include "json/table.h"


/* thousandths */
#define FORMAT_WHOLE  1000


typedef struct {
    ngx_str_t         names[4];    /* media types that ask for it; an empty one
                                      ends them */
    ngx_str_t         type;        /* as it is told */
} format_row_t;

/* of a request */
typedef struct {
    ngx_uint_t        format;      /* api_http_format_e */
} format_state_t;


static ngx_uint_t is_used(void **loc_conf);
static ngx_int_t negotiate(api_http_ctx_t *ctx);
static ngx_uint_t quality_of(const ngx_str_t *accept, ngx_uint_t format);
static ngx_uint_t fits(const ngx_str_t *range, ngx_uint_t format);
static ngx_uint_t read_quality(const u_char *p, const u_char *last);
static ngx_int_t convert(api_http_ctx_t *ctx);
static ngx_int_t add_vary(ngx_http_request_t *r);


/* by api_http_format_e */
static const format_row_t  rows[] = {
    { { ngx_string("application/json"), ngx_null_string, ngx_null_string,
        ngx_null_string },
      ngx_string("application/json") },

    { { ngx_string("text/csv"), ngx_null_string, ngx_null_string,
        ngx_null_string },
      ngx_string("text/csv; charset=utf-8; header=present") },

    { { ngx_string("application/x-ndjson"), ngx_string("application/ndjson"),
        ngx_string("application/jsonl"), ngx_null_string },
      ngx_string("application/x-ndjson") }
};


static const api_http_step_t  steps[] = {
    { "format", API_PHASE_INPUT, is_used, negotiate, NULL },
    { "formatted", API_PHASE_ANSWER, is_used, convert, NULL },
    { NULL, API_PHASE_ACCESS, NULL, NULL, NULL }
};

api_http_chapter_t  api_http_format_chapter = {
    .name = "format",
    .steps = steps
};

static ngx_http_output_header_filter_pt  next_header;


void
api_http_format_filter_init(void)
{
    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = add_vary;
}


static ngx_uint_t
is_used(void **loc_conf)
{
    const api_http_format_loc_conf_t  *flcf;

    flcf = api_http_chapter_conf(loc_conf, &api_http_format_chapter);

    return flcf->n != 0 && !flcf->off;
}


/* before a connection is used */

static ngx_int_t
negotiate(api_http_ctx_t *ctx)
{
    ngx_int_t                          i;
    format_state_t                    *state;
    const ngx_table_elt_t             *accept;
    const api_http_format_loc_conf_t  *flcf;

    static const ngx_str_t  name = ngx_string("Accept");

    flcf = api_http_chapter_conf(ctx->route->loc_conf,
                                 &api_http_format_chapter);

    accept = api_http_headers_sent(ctx->request, &name);

    /* a subrequest has the header of its main request, which is about that
       one's answer: an include in a page is not asked for as text/html */

    i = (accept == NULL || accept->value.len == 0
         || ctx->request != ctx->request->main)
        ? 0 : api_http_format_choose(&accept->value, flcf->offered, flcf->n);

    if (i == NGX_DECLINED) {
        api_error_set(&ctx->error, API_ERROR_NOT_ACCEPTABLE,
                      "none of the types that Accept names can be had here");
        return NGX_DECLINED;
    }

    state = ngx_palloc(ctx->request->pool, sizeof(format_state_t));
    if (state == NULL) {
        return NGX_ERROR;
    }

    state->format = flcf->offered[i];

    ctx->bare = (state->format != API_HTTP_FORMAT_JSON);

    api_http_chapter_of(ctx, &api_http_format_chapter) = state;

    return NGX_OK;
}


ngx_int_t
api_http_format_choose(const ngx_str_t *accept, const ngx_uint_t *offered,
    ngx_uint_t n)
{
    ngx_int_t   best;
    ngx_uint_t  i, quality, most;

    best = NGX_DECLINED;
    most = 0;

    for (i = 0; i < n; i++) {

        quality = quality_of(accept, offered[i]);

        if (quality > most) {
            most = quality;
            best = (ngx_int_t) i;
        }
    }

    return best;
}


/* that of the most specific range that fits; of none 0 */

static ngx_uint_t
quality_of(const ngx_str_t *accept, ngx_uint_t format)
{
    u_char      *p, *last, *end, *stop;
    ngx_str_t    range;
    ngx_uint_t   quality, how, best;

    quality = 0;
    best = 0;
    p = accept->data;
    last = p + accept->len;

    for ( /* void */ ; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, ',');
        end = end ? end : last;

        stop = ngx_strlchr(p, end, ';');
        stop = stop ? stop : end;

        while (p < stop && (*p == ' ' || *p == '\t')) {
            p++;
        }

        range.data = p;
        range.len = (size_t) (stop - p);

        while (range.len != 0 && (range.data[range.len - 1] == ' '
                                  || range.data[range.len - 1] == '\t'))
        {
            range.len--;
        }

        how = fits(&range, format);

        if (how > best) {
            best = how;
            quality = read_quality(stop, end);
        }
    }

    return quality;
}


/* 0: not at all; 3: by its name */

static ngx_uint_t
fits(const ngx_str_t *range, ngx_uint_t format)
{
    size_t            len;
    const ngx_str_t  *name;

    if (api_str_is(range, "*/*")) {
        return 1;
    }

    for (name = rows[format].names; name->len != 0; name++) {

        if (name->len == range->len
            && ngx_strncasecmp(name->data, range->data, range->len) == 0)
        {
            return 3;
        }
    }

    name = rows[format].names;
    len = range->len;

    return len > 2 && len < name->len
           && range->data[len - 1] == '*' && range->data[len - 2] == '/'
           && ngx_strncasecmp(name->data, range->data, len - 1) == 0 ? 2 : 0;
}


/* ";q=0.8" among the parameters, in thousandths; without one the whole */

static ngx_uint_t
read_quality(const u_char *p, const u_char *last)
{
    ngx_uint_t  n, digit;

    for ( /* void */ ; last - p >= 3; p++) {

        if (*p != ';') {
            continue;
        }

        do {
            p++;
        } while (p < last && (*p == ' ' || *p == '\t'));

        if (last - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=') {
            p--;
            continue;
        }

        p += 2;
        n = (*p == '1') ? FORMAT_WHOLE : 0;

        if (last - p > 2 && p[1] == '.' && n == 0) {

            p += 2;

            for (digit = FORMAT_WHOLE / 10;
                 digit != 0 && p < last && *p >= '0' && *p <= '9';
                 digit /= 10)
            {
                n += (ngx_uint_t) (*p++ - '0') * digit;
            }
        }

        return n;
    }

    return FORMAT_WHOLE;
}


static ngx_int_t
convert(api_http_ctx_t *ctx)
{
    ngx_int_t                          rc;
    api_buf_t                          b;
    ngx_str_t                          text;
    const format_state_t              *state;
    api_http_loc_conf_t               *alcf;
    const api_http_format_loc_conf_t  *flcf;

    state = api_http_chapter_of(ctx, &api_http_format_chapter);

    if (ctx->none != 0 || state->format == API_HTTP_FORMAT_JSON) {
        return NGX_OK;
    }

    alcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_api_module);
    flcf = api_http_chapter_conf(ctx->route->loc_conf,
                                 &api_http_format_chapter);

    text.data = ctx->out.start;
    text.len = api_buf_len(&ctx->out);

    /* what has been committed is not refused: CSV is twice the JSON at most */

    if (api_buf_init(&b, ctx->request->pool, text.len,
                     ctx->route->plan.read_only ? alcf->max_answer
                                                : NGX_MAX_SIZE_T_VALUE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    if (state->format == API_HTTP_FORMAT_CSV) {
        rc = api_json_table_csv(ctx->request->pool, &text, flcf->names,
                                flcf->formulas, &b);

    } else {
        api_json_table_lines(&text, &b);
    }

    api_http_unsent_keep(ctx, (size_t) (b.end - b.start));

    if (b.full) {
        api_http_outcome_too_large(ctx, ctx->route->answer);
        return NGX_DECLINED;
    }

    if (rc != NGX_OK || !api_buf_ok(&b)) {
        return NGX_ERROR;
    }

    ctx->out = b;
    ctx->type = rows[state->format].type;

    return NGX_OK;
}


/* of errors as well: another Accept may have had an answer */

static ngx_int_t
add_vary(ngx_http_request_t *r)
{
    static const ngx_str_t  vary = ngx_string("Vary");
    static const ngx_str_t  accept = ngx_string("Accept");

    if (r == r->main && is_used(r->loc_conf) && api_http_ctx_covers(r)
        && api_http_headers_add(r, &vary, &accept) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return next_header(r);
}
