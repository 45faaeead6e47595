
/*
 * Answers what t/json/run asks: a line is a text in hex, the answer "+" where
 * json/read takes it, else "-" and its sentence.
 */


#include <stdio.h>

#include "json/read.h"
#include "shim.h"


static size_t unhex(char *line);


int
main(void)
{
    char               *line;
    size_t              size;
    ssize_t             n;
    ngx_int_t           rc;
    ngx_str_t           text;
    ngx_pool_t         *pool;
    api_json_t         *json;
    api_error_t         err;
    api_json_limits_t   limits;

    limits.depth = API_JSON_DEPTH;
    limits.values = API_JSON_VALUES;

    line = NULL;
    size = 0;

    for (n = getline(&line, &size, stdin); n > 0;
         n = getline(&line, &size, stdin))
    {
        pool = ngx_create_pool(0, NULL);

        if (pool == NULL) {
            return 1;
        }

        text.len = unhex(line);

        /* where it ends its memory does, so that ASan sees a read behind */
        text.data = ngx_pnalloc(pool, text.len);

        if (text.data == NULL) {
            return 1;
        }

        ngx_memcpy(text.data, line, text.len);

        rc = api_json_read(pool, &text, &limits, &json, &err);

        if (rc == NGX_OK) {
            printf("+\n");

        } else if (rc == NGX_DECLINED) {
            printf("- %.*s\n", (int) err.detail.len,
                   (char *) err.detail.data);

        } else {
            printf("! out of memory\n");
        }

        fflush(stdout);
        ngx_destroy_pool(pool);
    }

    free(line);

    return 0;
}


/* in place; the number of bytes */

static size_t
unhex(char *line)
{
    size_t  n;
    char    pair[3];

    pair[2] = '\0';

    for (n = 0; line[2 * n] != '\n' && line[2 * n] != '\0'; n++) {
        pair[0] = line[2 * n];
        pair[1] = line[2 * n + 1];
        line[n] = (char) strtol(pair, NULL, 16);
    }

    return n;
}
