
/*
 * Log lines that are kept and written later: those of a thread, which the
 * process's main thread writes (a log's writer is not made for two threads),
 * or of code that does not know how serious what it says is.
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
    ngx_atomic_t                lock;        /* for the list, held for a
                                                moment */
    api_thread_word_t          *first;
    api_thread_word_t         **last;
} api_thread_words_t;


/* keeps what the log like would write, except debug messages */
void api_thread_words_init(api_thread_words_t *words, const ngx_log_t *like);

/*
 * While the configuration is read nginx writes each line to the terminal, too,
 * whatever the log is.  Between these two calls it does not, except for lines
 * that are told.  Not to be nested.
 */
void api_thread_words_mute(void);
void api_thread_words_unmute(void);

/* a checksum of all lines that are kept */
uint32_t api_thread_words_sum(api_thread_words_t *words);

/*
 * Writes all lines to log, and forgets them; none at a level worse than worst
 * (NGX_LOG_STDERR: each at its own level).
 */
void api_thread_words_tell(api_thread_words_t *words, ngx_log_t *log,
    ngx_uint_t worst);

/* lines that were not told are lost */
void api_thread_words_done(api_thread_words_t *words);


#endif /* API_THREAD_WORDS_H */
