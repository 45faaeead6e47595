
/*
 * Fields whose type in PostgreSQL has a text of its own: see sql/form.
 */


#ifndef API_BODY_FIELD_FORM_H
#define API_BODY_FIELD_FORM_H


#include "body/field_fail.h"


/*
 * The value of a field with c->form that is not null.  Failures are appended
 * to c->failures.  NGX_OK or NGX_ERROR (memory).
 */
API_MUST_CHECK ngx_int_t api_body_field_form(api_body_field_check_t *c,
    const api_body_field_t *field, const api_json_t *json, api_value_t *out);


#endif /* API_BODY_FIELD_FORM_H */
