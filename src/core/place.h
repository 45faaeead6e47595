
/*
 * Where something was declared, for messages.
 */


#ifndef API_CORE_PLACE_H
#define API_CORE_PLACE_H


#include "core/core.h"


typedef struct {
    ngx_str_t                   file;
    ngx_uint_t                  line;        /* of its ";" or "{" */
    off_t                       end;         /* just behind that, bytes into
                                                the file; for exact places, see
                                                conf/place.h */
    ngx_uint_t                  word;        /* the directive's word that
                                                messages are about; 0: its
                                                name */
} api_place_t;


#endif /* API_CORE_PLACE_H */
