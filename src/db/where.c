
#include "db/where.h"


u_char *
api_db_where(u_char *p, u_char *last, const api_sql_statement_t *statement,
    size_t offset)
{
    ngx_uint_t  line, column;

    if (api_sql_statement_where(statement, offset, &line, &column)) {
        return ngx_slprintf(p, last, " in %V:%ui:%ui", &statement->file, line,
                            column);
    }

    return ngx_slprintf(p, last, ", line %ui, column %ui of the statement in "
                        "%V:%ui", line, column, &statement->file,
                        statement->line);
}
