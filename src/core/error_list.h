
/*
 * Every error a client can meet, once: API_ERROR(name, status, code, title).
 * Feeds api_error_code_e, problem+json, $api_error and the docs table.  No
 * include guard: it is included where a list is needed.
 */

API_ERROR(NONE,              200, "none",              "OK")
API_ERROR(BAD_REQUEST,       400, "bad_request",       "Bad Request")
API_ERROR(BAD_PARAMETER,     400, "bad_parameter",     "Bad Request")
API_ERROR(NOT_JSON,          400, "not_json",          "Bad Request")
API_ERROR(RAISED,            400, "raised",            "Bad Request")
API_ERROR(UNAUTHORIZED,      401, "unauthorized",      "Unauthorized")
API_ERROR(FORBIDDEN,         403, "forbidden",         "Forbidden")
API_ERROR(NO_ROUTE,          404, "no_route",          "Not Found")
API_ERROR(NO_ROW,            404, "no_row",            "Not Found")
API_ERROR(METHOD,            405, "method_not_allowed", "Method Not Allowed")
API_ERROR(CONFLICT,          409, "conflict",          "Conflict")
API_ERROR(BODY_TOO_LARGE,    413, "body_too_large",    "Content Too Large")
API_ERROR(MEDIA_TYPE,        415, "media_type",        "Unsupported Media Type")
API_ERROR(INVALID,           422, "invalid",           "Unprocessable Content")
API_ERROR(RATE_LIMIT,        429, "rate_limit",        "Too Many Requests")
API_ERROR(INTERNAL,          500, "internal",          "Internal Server Error")
API_ERROR(STATEMENT,         500, "statement",         "Internal Server Error")
API_ERROR(TOO_LARGE,         500, "too_large",         "Internal Server Error")
API_ERROR(QUEUE_FULL,        503, "queue_full",        "Service Unavailable")
API_ERROR(ACQUIRE_TIMEOUT,   503, "acquire_timeout",   "Service Unavailable")
API_ERROR(DATABASE_AWAY,     503, "database_away",     "Service Unavailable")
API_ERROR(IN_DOUBT,          503, "in_doubt",          "Service Unavailable")
API_ERROR(RETRY,             503, "retry",             "Service Unavailable")
API_ERROR(BUSY,              503, "busy",              "Service Unavailable")
API_ERROR(TIMEOUT,           504, "timeout",           "Gateway Timeout")
