
/*
 * Every SQLSTATE that is not just the statement's fault, once; the first row
 * whose prefix fits: API_SQL_STATE(prefix, code, keyword, detail, message,
 * retry_after, fault, describe), see state_row_t in sql/state.c.  PostgreSQL's
 * documentation, appendix A.  No include guard: it is included where the list
 * is needed.
 *
 * 23001 is what 18 and later say of ON DELETE RESTRICT; 23000 what triggers
 * raise.  2200H is a sequence that is used up.  54000 is a value too large for
 * an index, a tsvector, an array.  Of 40003 and 08007 the server itself does
 * not know whether it is committed.
 */

API_SQL_STATE("23505", API_ERROR_CONFLICT, "unique",
    "this is already taken", "is already taken",
    0, API_SQL_FAULT_KEY, describe_key)
API_SQL_STATE("23P01", API_ERROR_CONFLICT, "exclusion",
    "this conflicts with something that already exists",
    "conflicts with something that already exists",
    0, API_SQL_FAULT_KEY, describe_key)
API_SQL_STATE("23503", API_ERROR_CONFLICT, "reference",
    "this refers to something that does not exist, or something still "
    "refers to it", "refers to something that does not exist",
    0, API_SQL_FAULT_REFERENCE, describe_reference)
API_SQL_STATE("23001", API_ERROR_CONFLICT, "reference",
    "something still refers to this", "is still referred to",
    0, API_SQL_FAULT_REFERENCE, NULL)
API_SQL_STATE("23000", API_ERROR_CONFLICT, NULL,
    "this conflicts with something that already exists", NULL,
    0, API_SQL_FAULT_RULE, NULL)

API_SQL_STATE("23514", API_ERROR_INVALID, "check",
    "a value is not allowed", "is not allowed",
    0, API_SQL_FAULT_RULE, describe_check)
API_SQL_STATE("44000", API_ERROR_INVALID, "check",
    "a value is not allowed", "is not allowed",
    0, API_SQL_FAULT_RULE, describe_view)
API_SQL_STATE("23502", API_ERROR_INVALID, "required",
    "a value is missing", "is required",
    0, API_SQL_FAULT_NULL, describe_null)

API_SQL_STATE("22001", API_ERROR_INVALID, "max_length",
    "a text is too long", "is too long",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("22003", API_ERROR_INVALID, "range",
    "a number is out of range", "is out of range",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("22007", API_ERROR_INVALID, "type",
    "a value is not a valid date or time", "must be a valid date or time",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("22008", API_ERROR_INVALID, "range",
    "a date or time is out of range", "is out of range",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("22012", API_ERROR_INVALID, "value",
    "a value leads to a division by zero", "leads to a division by zero",
    0, API_SQL_FAULT_ZERO, describe_value)
API_SQL_STATE("22021", API_ERROR_INVALID, "value",
    "a text contains characters that the database cannot store",
    "contains characters that the database cannot store",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("22P02", API_ERROR_INVALID, "type",
    "a value is of the wrong type", "is of the wrong type",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("2200H", API_ERROR_STATEMENT, NULL, NULL, NULL,
    0, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("22P05", API_ERROR_INVALID, "value",
    "a text contains characters that the database cannot store",
    "contains characters that the database cannot store",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("22",    API_ERROR_INVALID, "value",
    "a value is not valid", "is not valid",
    0, API_SQL_FAULT_VALUE, describe_value)
API_SQL_STATE("54000", API_ERROR_INVALID, "value",
    "a value is beyond a limit of the database",
    "is beyond a limit of the database",
    0, API_SQL_FAULT_VALUE, describe_value)

API_SQL_STATE("P0001", API_ERROR_RAISED, NULL, NULL, NULL,
    0, API_SQL_FAULT_NONE, describe_raised)
API_SQL_STATE("PT",    API_ERROR_STATEMENT, NULL, NULL, NULL,
    0, API_SQL_FAULT_NONE, describe_status)

API_SQL_STATE("40001", API_ERROR_RETRY, NULL,
    "another request changed the same data; try again", NULL,
    1, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("40P01", API_ERROR_RETRY, NULL,
    "another request waited for the same data; try again", NULL,
    1, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("55P03", API_ERROR_RETRY, NULL,
    "another request is using the same data; try again", NULL,
    1, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("40003", API_ERROR_IN_DOUBT, NULL, API_SQL_STATE_IN_DOUBT, NULL,
    0, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("08007", API_ERROR_IN_DOUBT, NULL, API_SQL_STATE_IN_DOUBT, NULL,
    0, API_SQL_FAULT_NONE, NULL)

API_SQL_STATE("42501", API_ERROR_FORBIDDEN, NULL,
    "this is not allowed", NULL,
    0, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("57014", API_ERROR_TIMEOUT, NULL,
    "the database took too long", NULL,
    0, API_SQL_FAULT_NONE, NULL)

API_SQL_STATE("25006", API_ERROR_DATABASE_AWAY, NULL,
    "the database cannot be written to at the moment", NULL,
    1, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("53",    API_ERROR_DATABASE_AWAY, NULL,
    "the database has no room for this at the moment", NULL,
    1, API_SQL_FAULT_NONE, NULL)
API_SQL_STATE("57P0",  API_ERROR_DATABASE_AWAY, NULL,
    "the database cannot be reached at the moment", NULL,
    1, API_SQL_FAULT_NONE, NULL)

API_SQL_STATE("",      API_ERROR_STATEMENT, NULL, NULL, NULL,
    0, API_SQL_FAULT_NONE, NULL)
