
/*
 * What is said to a log, kept, and told later: by a thread, whose words are
 * written by the process's own thread (a log's writer need not stand two of
 * them), or by code that does not know how bad it is what it says.
 */


#ifndef API_THREAD_WORDS_H
#define API_THREAD_WORDS_H


#include <ngx_config.h>
#include <ngx_core.h>

#include "core/core.h"


typedef struct api_thread_word_s  api_thread_word_t;


typedef struct {
    ngx_log_t                   log;         /* to be written to, also when a
                                                pool is made with it */
    ngx_atomic_t                lock;        /* of the list, for a moment */
    api_thread_word_t          *first;
    api_thread_word_t         **last;
} api_thread_words_t;


/* keeps what like would write, but for what is for debugging */
void api_thread_words_init(api_thread_words_t *words, const ngx_log_t *like);

/*
 * nginx writes each line of the configuration's time to the terminal, whatever
 * the log is: not between these two, but for what is told.  Not nested.
 */
void api_thread_words_mute(void);
void api_thread_words_unmute(void);

/* a checksum of all that is kept */
uint32_t api_thread_words_sum(api_thread_words_t *words);

/*
 * Writes all of it to log, and forgets it; nothing at a level worse than worst
 * (NGX_LOG_STDERR: as it was said).
 */
void api_thread_words_tell(api_thread_words_t *words, ngx_log_t *log,
    ngx_uint_t worst);

/* what has not been told is lost */
void api_thread_words_done(api_thread_words_t *words);


#endif /* API_THREAD_WORDS_H */
