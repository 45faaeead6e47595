
#include "core/near.h"


static ngx_uint_t distance(const ngx_str_t *a, const ngx_str_t *b);


ngx_uint_t
api_near(const ngx_str_t *name, const ngx_str_t *other)
{
    size_t  more;

    if (name->len < 3 || name->len > API_NEAR_LONGEST
        || other->len < 3 || other->len > API_NEAR_LONGEST)
    {
        return 0;
    }

    more = (name->len > other->len) ? name->len - other->len
                                    : other->len - name->len;

    return more <= 2
           && distance(name, other) <= (name->len > 5 ? 2u : 1u);
}


/*
 * How many letters to insert, delete, replace or swap with the next to turn
 * one name into the other, ignoring case (optimal string alignment).
 */

static ngx_uint_t
distance(const ngx_str_t *a, const ngx_str_t *b)
{
    size_t      i, j;
    u_char      x, y, before;
    ngx_uint_t  best;
    ngx_uint_t  rows[3][API_NEAR_LONGEST + 1];

    for (j = 0; j <= b->len; j++) {
        rows[0][j] = j;
    }

    before = 0;

    for (i = 1; i <= a->len; i++) {
        x = (u_char) ngx_tolower(a->data[i - 1]);
        rows[i % 3][0] = i;

        for (j = 1; j <= b->len; j++) {
            y = (u_char) ngx_tolower(b->data[j - 1]);

            best = rows[(i - 1) % 3][j - 1] + (x != y);
            best = ngx_min(best, rows[(i - 1) % 3][j] + 1);
            best = ngx_min(best, rows[i % 3][j - 1] + 1);

            if (i > 1 && j > 1 && before == y
                && x == (u_char) ngx_tolower(b->data[j - 2]))
            {
                best = ngx_min(best, rows[(i - 2) % 3][j - 2] + 1);
            }

            rows[i % 3][j] = best;
        }

        before = x;
    }

    return rows[a->len % 3][b->len];
}
