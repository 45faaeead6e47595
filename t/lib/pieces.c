
/*
 * A module of nginx for tests: "pieces" answers with some pieces by
 * http/answer, and its error log tells what became of them.  t/system/pieces.py
 * builds it, together with http/answer and http/client themselves.
 *
 * Arguments of the query: n pieces of size bytes, wait milliseconds between
 * them; the writer fails in front of piece fail.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "http/answer.h"


typedef struct {
    ngx_http_request_t  *request;
    api_http_answer_t    answer;
    ngx_event_t          timer;
    ngx_int_t            n;
    ngx_int_t            size;
    ngx_int_t            wait;
    ngx_int_t            fail;
    ngx_int_t            next;
    ngx_int_t            full;
} pieces_t;


static char *pieces(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t pieces_handler(ngx_http_request_t *r);
static ngx_int_t pieces_arg(ngx_http_request_t *r, char *name, ngx_int_t none);
static ngx_int_t pieces_open(pieces_t *p);
static ngx_int_t pieces_write(pieces_t *p);
static void pieces_run(pieces_t *p);
static void pieces_ready(api_http_answer_t *answer);
static void pieces_gone(api_http_answer_t *answer);
static void pieces_timer(ngx_event_t *ev);
static void pieces_log(pieces_t *p, const char *what);


static ngx_command_t  pieces_commands[] = {
    { ngx_string("pieces"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      pieces,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  pieces_module_ctx = {
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
};


ngx_module_t  ngx_http_pieces_module = {
    NGX_MODULE_V1,
    &pieces_module_ctx,
    pieces_commands,
    NGX_HTTP_MODULE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NGX_MODULE_V1_PADDING
};


ngx_module_t  *ngx_modules[] = { &ngx_http_pieces_module, NULL };
char  *ngx_module_names[] = { "ngx_http_pieces_module", NULL };
char  *ngx_module_order[] = { NULL };


static char *
pieces(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = pieces_handler;

    return NGX_CONF_OK;
}


static ngx_int_t
pieces_handler(ngx_http_request_t *r)
{
    pieces_t   *p;
    ngx_int_t   rc;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    p = ngx_pcalloc(r->pool, sizeof(pieces_t));
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p->request = r;
    p->n = pieces_arg(r, "n", 3);
    p->size = pieces_arg(r, "size", 10);
    p->wait = pieces_arg(r, "wait", 0);
    p->fail = pieces_arg(r, "fail", -1);

    p->timer.handler = pieces_timer;
    p->timer.data = p;
    p->timer.log = r->connection->log;

    if (pieces_open(p) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->main->count++;
    pieces_run(p);

    return NGX_DONE;
}


static ngx_int_t
pieces_arg(ngx_http_request_t *r, char *name, ngx_int_t none)
{
    ngx_str_t  value;

    return ngx_http_arg(r, (u_char *) name, ngx_strlen(name), &value) == NGX_OK
           ? ngx_atoi(value.data, value.len) : none;
}


static ngx_int_t
pieces_open(pieces_t *p)
{
    static const ngx_str_t  type = ngx_string("application/x-ndjson");

    p->answer.ready = pieces_ready;
    p->answer.gone = pieces_gone;
    p->answer.data = p;

    return api_http_answer_open(&p->answer, p->request, NGX_HTTP_OK, &type);
}


/* until the client can take no more, or has a moment to wait */

static void
pieces_run(pieces_t *p)
{
    ngx_int_t  rc;

    do {
        if (p->next == p->fail) {
            rc = api_http_answer_fail(&p->answer);
            pieces_log(p, rc == NGX_DECLINED ? "failed before" : "failed");

            ngx_http_finalize_request(p->request, rc == NGX_DECLINED
                                         ? NGX_HTTP_SERVICE_UNAVAILABLE : rc);
            return;
        }

        if (p->next == p->n) {
            pieces_log(p, "closed");
            ngx_http_finalize_request(p->request,
                                      api_http_answer_close(&p->answer));
            return;
        }

        rc = pieces_write(p);

    } while (rc == NGX_OK && p->wait == 0);

    switch (rc) {

    case NGX_OK:
        ngx_add_timer(&p->timer, (ngx_msec_t) p->wait);
        return;

    case NGX_AGAIN:
        p->full = 1;
        pieces_log(p, "full");
        return;

    case NGX_DONE:
        pieces_log(p, "not wanted");
        ngx_http_finalize_request(p->request,
                                  api_http_answer_close(&p->answer));
        return;

    default:
        pieces_log(p, "over");
        ngx_http_finalize_request(p->request, rc);
    }
}


static ngx_int_t
pieces_write(pieces_t *p)
{
    ngx_buf_t  *b;

    b = ngx_create_temp_buf(p->request->pool, (size_t) p->size);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->last = b->end;
    ngx_memset(b->pos, 'a' + (int) (p->next % 26), (size_t) p->size);
    b->last[-1] = '\n';

    p->next++;

    return api_http_answer_write(&p->answer, b);
}


static void
pieces_ready(api_http_answer_t *answer)
{
    pieces_t  *p;

    p = answer->data;

    pieces_log(p, p->full ? "ready" : "ready, and was not full");
    p->full = 0;

    pieces_run(p);
}


static void
pieces_gone(api_http_answer_t *answer)
{
    pieces_t  *p;

    p = answer->data;

    pieces_log(p, "gone");

    if (p->timer.timer_set) {
        ngx_del_timer(&p->timer);
    }
}


static void
pieces_timer(ngx_event_t *ev)
{
    pieces_t          *p;
    ngx_connection_t  *c;

    p = ev->data;
    c = p->request->connection;

    pieces_run(p);

    ngx_http_run_posted_requests(c);
}


static void
pieces_log(pieces_t *p, const char *what)
{
    ngx_log_error(NGX_LOG_NOTICE, p->request->connection->log, 0,
                  "pieces %V: %s, %i", &p->request->args, what, p->next);
}
