
/*
 * The core's sources of values, API_CONF_SOURCE(name) for api_conf_source_name,
 * in the order that a name is looked for in.  Those of chapters are asked
 * behind the fields of the body.
 */

API_CONF_SOURCE(input)       /* a segment of the path, api_param */
API_CONF_SOURCE(body)        /* $body */
API_CONF_SOURCE(field)       /* a field of api_body, $address.city */
API_CONF_SOURCE(row)         /* $user.id of "as=user" */
API_CONF_SOURCE(variable)    /* $remote_addr */
