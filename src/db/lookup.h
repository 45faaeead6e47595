
/*
 * One host name to its addresses, in a thread: getaddrinfo() may take as long
 * as the name server does.
 *
 * A worker looks a name up once at a time: whoever asks for it meanwhile gets
 * the same answer.  Nothing is cached.
 */


#ifndef API_DB_LOOKUP_H
#define API_DB_LOOKUP_H


#include "db/engine.h"


#define API_DB_LOOKUP_NAME       256     /* bytes, the NUL included */
#define API_DB_LOOKUP_ADDRESSES  16
#define API_DB_LOOKUP_TEXT       64      /* an address, with its scope */


typedef struct api_db_lookup_s      api_db_lookup_t;
typedef struct api_db_lookup_ask_s  api_db_lookup_ask_t;


typedef struct {
    ngx_uint_t                  n;
    char                        text[API_DB_LOOKUP_ADDRESSES]
                                    [API_DB_LOOKUP_TEXT];
    char                        error[API_DB_LOOKUP_TEXT];  /* libc's error
                                                               when n is 0 */
} api_db_lookup_found_t;


/* Somebody who asks.  The memory is the asker's until done() or forget(). */
struct api_db_lookup_ask_s {
    void                      (*done)(api_db_lookup_ask_t *ask,
                                      const api_db_lookup_found_t *found);
    void                       *data;

    api_db_lookup_t            *lookup;      /* NULL: no question is open */
    ngx_queue_t                 queue;
};


/* in init_process of a worker */
void api_db_lookup_init(void);

/*
 * NGX_AGAIN: done() will run, never inside this call, and its argument is
 * valid during done() only; NGX_ERROR: memory, the name is too long, or too
 * many other names are being looked up.
 */
API_MUST_CHECK ngx_int_t api_db_lookup(const char *name,
    api_db_lookup_ask_t *ask);

/* the same in this call, for as long as it takes: in any thread or process */
void api_db_lookup_now(const char *name, api_db_lookup_found_t *found);

/* the asker leaves; harmless when no question is open */
void api_db_lookup_forget(api_db_lookup_ask_t *ask);


#endif /* API_DB_LOOKUP_H */
