
/*
 * One host name to its addresses, in a thread: getaddrinfo() takes as long as
 * a name server likes.
 *
 * A worker looks a name up once at a time: whoever asks for it meanwhile gets
 * the same answer.  Nothing is kept beyond that.
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
    char                        error[API_DB_LOOKUP_TEXT];  /* libc's word when
                                                it was asked and n is 0 */
} api_db_lookup_found_t;


/* somebody who asks; its memory is the asker's until done() or forget() */
struct api_db_lookup_ask_s {
    void                      (*done)(api_db_lookup_ask_t *ask,
                                      const api_db_lookup_found_t *found);
    void                       *data;

    api_db_lookup_t            *lookup;      /* NULL: nothing is asked */
    ngx_queue_t                 queue;
};


/* in init_process of a worker */
void api_db_lookup_init(void);

/*
 * NGX_AGAIN: done() will run, never inside this call, with what is valid during
 * the call; NGX_ERROR: memory, the name is too long, or too many other names
 * are looked up.
 */
API_MUST_CHECK ngx_int_t api_db_lookup(const char *name,
    api_db_lookup_ask_t *ask);

/* the same at once, for as long as it takes: in any thread or process */
void api_db_lookup_now(const char *name, api_db_lookup_found_t *found);

/* the asker goes; harmless when nothing is asked */
void api_db_lookup_forget(api_db_lookup_ask_t *ask);


#endif /* API_DB_LOOKUP_H */
