
/*
 * A block of settings with defaults, read from a table: api_postgres NAME { }
 * and its like.
 */


#ifndef API_CONF_BLOCK_H
#define API_CONF_BLOCK_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "core/core.h"


typedef struct api_conf_setting_s  api_conf_setting_t;
typedef struct api_conf_block_s    api_conf_block_t;


/* a word that is a value, and what it stands for */
typedef struct {
    const char               *name;
    ngx_uint_t                value;
} api_conf_word_t;


/*
 * A line of the block: NAME VALUE;  Tables of them are called settings[], and
 * t/lint/run compares them with docs/directives.md and the README.
 */
struct api_conf_setting_s {
    ngx_str_t                 name;

    /* NGX_CONF_OK, NGX_CONF_ERROR (logged), or the end of a sentence that
       begins with the setting: "is duplicate" */
    char                   *(*set)(ngx_conf_t *cf,
                                   const api_conf_block_t *block,
                                   const api_conf_setting_t *setting,
                                   ngx_str_t *value);

    size_t                    offset;    /* of its field in block->conf */
    ngx_uint_t                min;       /* of a number, or of milliseconds */
    ngx_uint_t                max;
    const char               *fallback;  /* what it is where nobody says it, as
                                            that is written; its field is a
                                            word wide.  NULL: nothing */
    const api_conf_word_t    *words;     /* ended by NULL; or NULL */
    const char               *must;      /* with words alone, of all others:
                                            "must be on or off" */
    unsigned                  many:1;    /* it takes several values: each of
                                            them to set() */
};


/* one that is being read */
struct api_conf_block_s {
    const api_conf_setting_t *settings;  /* ended by one without a name */
    const char               *directive; /* "api_postgres" */
    ngx_str_t                 name;      /* of this one; empty: it has none */
    void                     *conf;      /* what it is read into */

    /* the end of a sentence about a line that begins with what can be no name;
       NULL: it may be one */
    const char             *(*stray)(const ngx_str_t *word);

    ngx_str_t                 title;     /* for sentences, by _init() */
};


/* all that have a fallback are unset. NGX_OK or NGX_ERROR (memory) */
API_MUST_CHECK ngx_int_t api_conf_block_init(ngx_conf_t *cf,
    api_conf_block_t *block);

/* the block behind the directive that is being read, to its "}"; a fault is
   told at its word. NGX_CONF_OK or NGX_CONF_ERROR */
char *api_conf_block_read(ngx_conf_t *cf, api_conf_block_t *block);

/* the fallback of whatever nobody has said. NGX_CONF_OK or NGX_CONF_ERROR */
char *api_conf_block_settle(ngx_conf_t *cf, const api_conf_block_t *block);


/* the setters of most: a number or one of words, a time, one of words */
char *api_conf_block_number(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
char *api_conf_block_time(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);
char *api_conf_block_word(ngx_conf_t *cf, const api_conf_block_t *block,
    const api_conf_setting_t *setting, ngx_str_t *value);


/* of _time(), in milliseconds: 24 days, as PostgreSQL has it */
#define API_CONF_BLOCK_TIME_MAX  (24UL * 24 * 60 * 60 * 1000)


#endif /* API_CONF_BLOCK_H */
