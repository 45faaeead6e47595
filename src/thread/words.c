
#include "thread/words.h"


#define WORDS_SPIN  1024


struct api_thread_word_s {
    api_thread_word_t          *next;
    ngx_uint_t                  level;
    size_t                      len;
    u_char                      text[1];     /* more behind */
};


static void words_keep(ngx_log_t *log, ngx_uint_t level, u_char *line,
    size_t len);
static u_char *words_begin(u_char *p, u_char *last);
static api_thread_word_t *words_take(api_thread_words_t *words);


static ngx_uint_t  words_console;            /* while nginx is mute */


void
api_thread_words_init(api_thread_words_t *words, const ngx_log_t *like)
{
    ngx_memzero(words, sizeof(api_thread_words_t));

    words->log.log_level = ngx_min((like->log_level & 0xf),
                                   NGX_LOG_INFO);
    words->log.writer = words_keep;
    words->log.wdata = words;

    words->last = &words->first;
}


void
api_thread_words_mute(void)
{
    words_console = ngx_use_stderr;
    ngx_use_stderr = 0;
}


void
api_thread_words_unmute(void)
{
    ngx_use_stderr = words_console;
    words_console = 0;
}


/* without memory a line is lost; to say so would need memory, too */

static void
words_keep(ngx_log_t *log, ngx_uint_t level, u_char *line, size_t len)
{
    u_char              *p, *last;
    api_thread_word_t   *word;
    api_thread_words_t  *words;

    words = log->wdata;

    last = line + len;
    p = words_begin(line, last);

    while (last > p && (last[-1] == LF || last[-1] == CR)) {
        last--;
    }

    word = malloc(sizeof(api_thread_word_t) + (size_t) (last - p));
    if (word == NULL) {
        return;
    }

    word->next = NULL;
    word->level = level;
    word->len = (size_t) (last - p);

    ngx_memcpy(word->text, p, word->len);

    ngx_spinlock(&words->lock, 1, WORDS_SPIN);

    *words->last = word;
    words->last = &word->next;

    ngx_unlock(&words->lock);
}


/*
 * behind "2026/11/30 19:20:48 [notice] 22185#22185: ", which will be written
 * again
 */

static u_char *
words_begin(u_char *p, u_char *last)
{
    u_char  *begin;

    begin = ngx_strlchr(p, last, ']');

    if (begin != NULL) {
        begin = ngx_strlchr(begin, last, ':');
    }

    return (begin != NULL && last - begin > 2) ? begin + 2 : p;
}


uint32_t
api_thread_words_sum(api_thread_words_t *words)
{
    uint32_t            sum;
    api_thread_word_t  *word;

    ngx_crc32_init(sum);

    ngx_spinlock(&words->lock, 1, WORDS_SPIN);

    for (word = words->first; word != NULL; word = word->next) {
        ngx_crc32_update(&sum, word->text, word->len);
    }

    ngx_unlock(&words->lock);

    ngx_crc32_final(sum);

    return sum;
}


void
api_thread_words_tell(api_thread_words_t *words, ngx_log_t *log,
    ngx_uint_t worst)
{
    ngx_uint_t          level, mute;
    api_thread_word_t  *word, *next;

    mute = words_console && !ngx_use_stderr;
    ngx_use_stderr |= mute;

    for (word = words_take(words); word != NULL; word = next) {

        next = word->next;
        level = ngx_max(word->level, worst);

        ngx_log_error(level, log, 0, "%*s", word->len, word->text);

        free(word);
    }

    if (mute) {
        ngx_use_stderr = 0;
    }
}


static api_thread_word_t *
words_take(api_thread_words_t *words)
{
    api_thread_word_t  *word;

    ngx_spinlock(&words->lock, 1, WORDS_SPIN);

    word = words->first;

    words->first = NULL;
    words->last = &words->first;

    ngx_unlock(&words->lock);

    return word;
}


void
api_thread_words_done(api_thread_words_t *words)
{
    api_thread_word_t  *word, *next;

    for (word = words_take(words); word != NULL; word = next) {
        next = word->next;
        free(word);
    }
}
