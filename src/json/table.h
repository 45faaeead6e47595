
/*
 * Rows as JSON, [{"id":1,"name":"x"},...], as other texts: lines, and CSV.
 */


#ifndef API_JSON_TABLE_H
#define API_JSON_TABLE_H


#include "core/buf.h"
#include "core/core.h"


/*
 * text: valid JSON of our own making, an array.  Each item in a line of its
 * own, "\n" behind.  What has no room is in out's failure.
 */
void api_json_table_lines(const ngx_str_t *text, api_buf_t *out);

/*
 * The same, an array of objects with the same members in the same order, as
 * RFC 4180 has it: a line with the names, then the rows, "\r\n" behind each.
 * null is nothing between two commas, an empty string is "", arrays and objects
 * are their JSON.  names: of ngx_str_t, for where there is no row, or NULL.
 * formulas: a text that a spreadsheet would compute has a "'" in front.
 * NGX_OK or NGX_ERROR (memory; it is no such array).
 */
API_MUST_CHECK ngx_int_t api_json_table_csv(ngx_pool_t *pool,
    const ngx_str_t *text, const ngx_array_t *names, ngx_uint_t formulas,
    api_buf_t *out);


#endif /* API_JSON_TABLE_H */
