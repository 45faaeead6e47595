
#include "observe/reply.h"
#include "test.h"


/* the same text in one piece, and byte for byte: how it ended */

static ngx_int_t
read_text(const char *text, api_observe_reply_t *reply)
{
    size_t               i, len;
    ngx_int_t            rc, piece;
    api_observe_reply_t  other;

    len = ngx_strlen(text);

    api_observe_reply_init(&other);
    piece = NGX_AGAIN;

    for (i = 0; i < len && piece != NGX_ERROR; i++) {
        piece = api_observe_reply_read(&other, (const u_char *) text + i, 1);
    }

    api_observe_reply_init(reply);
    rc = api_observe_reply_read(reply, (const u_char *) text, len);

    check_int(piece, rc);
    check_int(other.status, reply->status);

    return rc;
}


static void
an_answer_is_read(ngx_pool_t *pool)
{
    api_observe_reply_t  r;

    (void) pool;

    check_int(read_text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", &r),
              NGX_OK);
    check_int(r.status, 200);
    check_int(r.keeps, 1);
    check_int(r.after, 0);
    check_bytes(r.kept, r.n, "{}", 2);

    check_int(read_text("HTTP/1.1 429 \nretry-after:  7 \ncontent-length:0\n\n",
                        &r), NGX_OK);
    check_int(r.status, 429);
    check_int(r.after, 7);

    check_int(read_text("HTTP/1.1 503\r\nRetry-After: 99999\r\n"
                        "Content-Length: 0\r\n\r\n", &r), NGX_OK);
    check_int(r.after, API_REPLY_AFTER);

    check_int(read_text("HTTP/1.1 503\r\nRetry-After: 18446744073709551619\r\n"
                        "Content-Length: 0\r\n\r\n", &r), NGX_OK);
    check_int(r.after, 0);

    check_int(read_text("HTTP/1.1 204 No Content\r\nConnection: Close\r\n\r\n",
                        &r), NGX_OK);
    check_int(r.keeps, 0);

    check_int(read_text("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", &r),
              NGX_OK);
    check_int(r.keeps, 0);

    check_int(read_text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
                        "Content-Length: 1\r\n\r\nx", &r), NGX_OK);
    check_int(r.status, 200);
}


static void
a_body_has_an_end(ngx_pool_t *pool)
{
    api_observe_reply_t  r;

    (void) pool;

    check_int(read_text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nT: 1\r\n\r\n",
                        &r), NGX_OK);
    check_bytes(r.kept, r.n, "abc0123456789", 13);
    check_int(r.keeps, 1);

    check_int(read_text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", &r),
              NGX_AGAIN);
    check_int(api_observe_reply_end(&r), NGX_ERROR);

    check_int(read_text("HTTP/1.1 200 OK\r\n\r\nabc", &r), NGX_AGAIN);
    check_int(api_observe_reply_end(&r), NGX_OK);
    check_int(r.keeps, 0);

    check_int(read_text("HTTP/1.1 200 OK\r\n", &r), NGX_AGAIN);
    check_int(api_observe_reply_end(&r), NGX_ERROR);
}


static void
what_is_none_is_refused(ngx_pool_t *pool)
{
    size_t               i;
    api_observe_reply_t  r;

    static const char *const  texts[] = {
        "\r\n",
        "HTTP/2 200 OK\r\n",
        "HTTP/1.1  200 OK\r\n",
        "HTTP/1.1 20 OK\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 099 OK\r\n",
        "HTTP/1.1 600 OK\r\n",
        "HTTP/1.1 -20 OK\r\n",
        "\x16\x03\x01 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nno header\r\n",
        "HTTP/1.1 200 OK\r\n: x\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked"
            "\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1"
            "\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff"
            "ff\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx"
    };

    (void) pool;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        check_int(read_text(texts[i], &r), NGX_ERROR);
    }
}


/* of a head, a body, a chunked one: so many bytes and no more */

static void
everything_has_a_bound(ngx_pool_t *pool)
{
    u_char               block[1000];
    ngx_int_t            rc;
    ngx_uint_t           i;
    api_observe_reply_t  r;

    (void) pool;

    ngx_memset(block, 'a', sizeof(block));

    check_int(read_text("HTTP/1.1 200 OK\r\nX: ", &r), NGX_AGAIN);

    for (i = 0; i < 16; i++) {
        check_int(api_observe_reply_read(&r, block, sizeof(block)), NGX_AGAIN);
    }

    check_int(api_observe_reply_read(&r, block, sizeof(block)), NGX_ERROR);

    check_int(read_text("HTTP/1.1 200 OK\r\n\r\n", &r), NGX_AGAIN);

    rc = NGX_AGAIN;

    for (i = 0; rc == NGX_AGAIN && i < 10000; i++) {
        rc = api_observe_reply_read(&r, block, sizeof(block));
    }

    check_int(rc, NGX_ERROR);
    check_int(i, 1049);
    check_int(r.n, API_REPLY_KEPT);
}


static ngx_uint_t
rejected(const char *body)
{
    api_observe_reply_t  r;

    api_observe_reply_init(&r);
    r.n = ngx_strlen(body);
    ngx_memcpy(r.kept, body, r.n);

    return api_observe_reply_rejected(&r);
}


static void
a_part_may_be_rejected(ngx_pool_t *pool)
{
    (void) pool;

    check_int(rejected(""), 0);
    check_int(rejected("{}"), 0);
    check_int(rejected("{\"partialSuccess\":{\"rejectedSpans\":\"3\"}}"), 3);
    check_int(rejected("{\"partialSuccess\": {\"rejectedSpans\" : 12, "), 12);
    check_int(rejected("{\"rejectedSpans\":\"x\"}"), 0);
    check_int(rejected("\"rejectedSpans\""), 0);
    check_int(rejected("\"rejectedSpans\":"), 0);
    check_int(rejected("\"rejectedSpans\":99999999999999999999999999") > 0, 1);
}


static const test_case_t  cases[] = {
    { "an answer is read", an_answer_is_read },
    { "a body has an end", a_body_has_an_end },
    { "what is none is refused", what_is_none_is_refused },
    { "everything has a bound", everything_has_a_bound },
    { "a part may be rejected", a_part_may_be_rejected },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
