
#include "http/answer.h"
#include "http/client.h"


static ngx_int_t send_header(ngx_http_request_t *r, ngx_uint_t status,
    const ngx_str_t *type, off_t length);
static size_t bare_len(const ngx_str_t *type);
static ngx_int_t sent(api_http_answer_t *answer, ngx_int_t rc);
static void writable(ngx_http_request_t *r);
static ngx_int_t flush(api_http_answer_t *answer);
static api_http_answer_t *find(ngx_http_request_t *r);
static void end(void *data);


ngx_int_t
api_http_answer_whole(ngx_http_request_t *r, ngx_uint_t status,
    const ngx_str_t *type, ngx_buf_t *b)
{
    ngx_int_t    rc;
    ngx_chain_t  out;

    rc = send_header(r, status, type, b != NULL ? ngx_buf_size(b) : 0);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


/* length: -1: it is not known; 0: there is no body, and no type */

static ngx_int_t
send_header(ngx_http_request_t *r, ngx_uint_t status, const ngx_str_t *type,
    off_t length)
{
    r->headers_out.status = status;
    r->headers_out.content_length_n = length;

    /* a read with a tag may become a 304; of all else nginx's own If-Match and
       the like would make a 412 or 304 of what PostgreSQL has committed */

    r->disable_not_modified = (r->headers_out.etag == NULL
                               || !(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)));

    if (length == 0) {
        r->header_only = 1;

    } else {
        r->headers_out.content_type = *type;
        r->headers_out.content_type_len = bare_len(type);
        r->headers_out.content_type_lowcase = NULL;

        /* a column's bytes, which ranges may be had of, are what their type
           says; to the parts of several ranges nginx would add a charset */

        if (!r->allow_ranges) {
            ngx_str_set(&r->headers_out.charset, "utf-8");
        }
    }

    return ngx_http_send_header(r);
}


/* of "text/csv; header=present" the type alone, which gzip_types compares */

static size_t
bare_len(const ngx_str_t *type)
{
    size_t  len;

    for (len = 0; len < type->len && type->data[len] != ';'; len++) {
        /* void */
    }

    return len;
}


ngx_int_t
api_http_answer_open(api_http_answer_t *answer, ngx_http_request_t *r,
    ngx_uint_t status, const ngx_str_t *type)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = end;
    cln->data = answer;

    answer->request = r;
    answer->status = status;
    answer->type = type;
    answer->open = 1;
    answer->begun = 0;

    r->write_event_handler = ngx_http_request_empty_handler;

    if (r == r->main) {
        api_http_client_watch(r);
    }

    return NGX_OK;
}


ngx_int_t
api_http_answer_write(api_http_answer_t *answer, ngx_buf_t *b)
{
    ngx_int_t            rc;
    ngx_chain_t          out;
    ngx_http_request_t  *r;

    r = answer->request;

    if (!answer->begun) {
        answer->begun = 1;

        rc = send_header(r, answer->status, answer->type, -1);

        if (rc == NGX_ERROR || rc > NGX_OK) {
            answer->open = 0;
            return rc;
        }
    }

    if (r->header_only) {
        return NGX_DONE;
    }

    /* filters and postpone_output must not hold it back */

    b->flush = 1;

    out.buf = b;
    out.next = NULL;

    rc = sent(answer, ngx_http_output_filter(r, &out));

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        answer->open = 0;
    }

    return rc;
}


/* nginx keeps what the client cannot take at once; we are the ones who wait */

static ngx_int_t
sent(api_http_answer_t *answer, ngx_int_t rc)
{
    ngx_event_t               *wev;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = answer->request;
    wev = r->connection->write;

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (!r->buffered && !r->postponed
        && !(r == r->main && r->connection->buffered))
    {
        r->write_event_handler = ngx_http_request_empty_handler;

        if (wev->timer_set && !wev->delayed) {
            ngx_del_timer(wev);
        }

        return NGX_OK;
    }

    r->write_event_handler = writable;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    /* a write that limit_rate delays has a timer of nginx's */

    if (!wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat) == NGX_OK
           ? NGX_AGAIN : NGX_ERROR;
}


/* like ngx_http_writer(), but then the answer goes on */

static void
writable(ngx_http_request_t *r)
{
    ngx_int_t           rc;
    api_http_answer_t  *answer;

    answer = find(r);

    if (answer == NULL) {
        return;
    }

    rc = flush(answer);

    if (rc == NGX_AGAIN) {
        return;
    }

    if (rc == NGX_OK) {
        answer->ready(answer);
        return;
    }

    ngx_http_finalize_request(r, rc);
}


static ngx_int_t
flush(api_http_answer_t *answer)
{
    ngx_event_t         *wev;
    ngx_http_request_t  *r;

    r = answer->request;
    wev = r->connection->write;

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "client timed out");

        r->connection->timedout = 1;

        return NGX_HTTP_REQUEST_TIME_OUT;
    }

    return sent(answer, wev->delayed || r->aio
                        ? NGX_OK : ngx_http_output_filter(r, NULL));
}


/* the cleanups of a subrequest are its main request's */

static api_http_answer_t *
find(ngx_http_request_t *r)
{
    api_http_answer_t   *answer;
    ngx_http_cleanup_t  *cln;

    for (cln = r->main->cleanup; cln != NULL; cln = cln->next) {

        if (cln->handler == end) {
            answer = cln->data;

            if (answer->request == r) {
                return answer;
            }
        }
    }

    return NULL;
}


ngx_int_t
api_http_answer_close(api_http_answer_t *answer)
{
    ngx_http_request_t  *r;

    r = answer->request;

    answer->open = 0;

    if (!answer->begun) {
        return api_http_answer_whole(r, answer->status, NULL, NULL);
    }

    return r->header_only ? NGX_OK : ngx_http_send_special(r, NGX_HTTP_LAST);
}


ngx_int_t
api_http_answer_fail(api_http_answer_t *answer)
{
    answer->open = 0;

    return answer->begun ? NGX_ERROR : NGX_DECLINED;
}


/* the request ends; end() may have run before */

static void
end(void *data)
{
    api_http_answer_t  *answer;

    answer = data;

    if (answer->open) {
        answer->open = 0;
        answer->gone(answer);
    }
}
