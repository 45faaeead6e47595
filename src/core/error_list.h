
/*
 * Every error a client can meet, once: API_ERROR(name, status, code, title,
 * header).  Feeds api_error_code_e, problem+json, $api_error, http/error_header
 * and the docs table.  header is what answers with this code have besides, a
 * row of http/error_header.  No include guard: it is included where a list is
 * needed.
 */

API_ERROR(NONE,            200, "none",            "OK", none)
API_ERROR(BAD_REQUEST,     400, "bad_request",     "Bad Request", none)
API_ERROR(BAD_PARAMETER,   400, "bad_parameter",   "Bad Request", none)
API_ERROR(NOT_JSON,        400, "not_json",        "Bad Request", none)
API_ERROR(RAISED,          400, "raised",          "Bad Request", none)
API_ERROR(UNAUTHORIZED,    401, "unauthorized",    "Unauthorized",
          www_authenticate)
API_ERROR(FORBIDDEN,       403, "forbidden",       "Forbidden", none)
API_ERROR(NO_ROUTE,        404, "no_route",        "Not Found", none)
API_ERROR(NO_ROW,          404, "no_row",          "Not Found", none)
API_ERROR(METHOD,          405, "method_not_allowed", "Method Not Allowed",
          allow)
API_ERROR(CONFLICT,        409, "conflict",        "Conflict", none)
API_ERROR(BODY_TOO_LARGE,  413, "body_too_large",  "Content Too Large", none)
API_ERROR(MEDIA_TYPE,      415, "media_type",      "Unsupported Media Type",
          accept_encoding)
API_ERROR(INVALID,         422, "invalid",         "Unprocessable Content",
          none)
API_ERROR(RATE_LIMIT,      429, "rate_limit",      "Too Many Requests",
          retry_after)
API_ERROR(INTERNAL,        500, "internal",        "Internal Server Error",
          none)
API_ERROR(STATEMENT,       500, "statement",       "Internal Server Error",
          none)
API_ERROR(TOO_LARGE,       500, "too_large",       "Internal Server Error",
          none)
API_ERROR(QUEUE_FULL,      503, "queue_full",      "Service Unavailable",
          retry_after)
API_ERROR(ACQUIRE_TIMEOUT, 503, "acquire_timeout", "Service Unavailable",
          retry_after)
API_ERROR(DATABASE_AWAY,   503, "database_away",   "Service Unavailable",
          retry_after)
API_ERROR(IN_DOUBT,        503, "in_doubt",        "Service Unavailable", none)
API_ERROR(RETRY,           503, "retry",           "Service Unavailable",
          retry_after)
API_ERROR(BUSY,            503, "busy",            "Service Unavailable",
          retry_after)
API_ERROR(KEYS_AWAY,       503, "keys_away",       "Service Unavailable",
          retry_after)
API_ERROR(TIMEOUT,         504, "timeout",         "Gateway Timeout", none)
