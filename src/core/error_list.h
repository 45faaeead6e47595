
/*
 * Every error a client can meet, once: API_ERROR(name, status, code, header,
 * asked, refusal).  No include guard: it is included where a list is needed.
 *
 * header    what answers with this code have besides, a row of
 *           http/error_header
 * asked     yes: it is the code of its status where that is all that is said:
 *           by SQL (PT409), api_error, none=; at most one of a status
 * refusal   nginx itself has refused with its status: the sentence for the
 *           client, and the code is this; at most one of a status
 */

API_ERROR(NONE, 200, "none", none, no, NULL)
API_ERROR(BAD_REQUEST, 400, "bad_request", none, yes, NULL)
API_ERROR(BAD_PARAMETER, 400, "bad_parameter", none, no, NULL)
API_ERROR(NOT_JSON, 400, "not_json", none, no, NULL)
API_ERROR(RAISED, 400, "raised", none, no, NULL)
API_ERROR(UNAUTHORIZED, 401, "unauthorized", www_authenticate, yes,
          "credentials are needed")
API_ERROR(FORBIDDEN, 403, "forbidden", none, yes, "this is not allowed")
API_ERROR(NO_ROUTE, 404, "no_route", none, no, "there is no such path")
API_ERROR(NO_ROW, 404, "no_row", none, yes, NULL)
API_ERROR(METHOD, 405, "method_not_allowed", allow, yes,
          "this path does not allow the method")
API_ERROR(NOT_ACCEPTABLE, 406, "not_acceptable", none, yes, NULL)
API_ERROR(CONFLICT, 409, "conflict", none, yes, NULL)
API_ERROR(PRECONDITION, 412, "precondition_failed", none, yes,
          "a condition of the request does not hold")
API_ERROR(BODY_TOO_LARGE, 413, "body_too_large", none, yes,
          "the body is larger than this path accepts")
API_ERROR(MEDIA_TYPE, 415, "media_type", accept_encoding, yes, NULL)
API_ERROR(INVALID, 422, "invalid", none, yes, NULL)
API_ERROR(PRECONDITION_REQUIRED, 428, "precondition_required", none, yes, NULL)
API_ERROR(RATE_LIMIT, 429, "rate_limit", retry_after, yes,
          "too many requests in a short time")
API_ERROR(INTERNAL, 500, "internal", none, no, NULL)
API_ERROR(STATEMENT, 500, "statement", none, no, NULL)
API_ERROR(TOO_LARGE, 500, "too_large", none, no, NULL)
API_ERROR(QUEUE_FULL, 503, "queue_full", retry_after, no, NULL)
API_ERROR(ACQUIRE_TIMEOUT, 503, "acquire_timeout", retry_after, no, NULL)
API_ERROR(DATABASE_AWAY, 503, "database_away", retry_after, no, NULL)
API_ERROR(IN_DOUBT, 503, "in_doubt", none, no, NULL)
API_ERROR(RETRY, 503, "retry", retry_after, yes, NULL)
API_ERROR(BUSY, 503, "busy", retry_after, no,
          "the server is busy; try again later")
API_ERROR(KEYS_AWAY, 503, "keys_away", retry_after, no, NULL)
API_ERROR(TIMEOUT, 504, "timeout", none, yes,
          "the answer was not ready in time")
