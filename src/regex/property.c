
#include "regex/syntax.h"


typedef struct {
    ngx_str_t    alias;
    const char  *name;       /* as PCRE2 knows it */
} property_t;


static const char *find(const property_t *list, size_t n,
    const ngx_str_t *name);


#define property_count(list)  (sizeof(list) / sizeof(list[0]))


#define REGEX_SCRIPT(alias, name)
#define REGEX_BINARY(alias, name)
#define REGEX_GENERAL(alias, name)  { ngx_string(alias), name },

static const property_t  general[] = {
#include "regex/property_list.h"
};

#undef REGEX_GENERAL
#undef REGEX_SCRIPT
#define REGEX_GENERAL(alias, name)
#define REGEX_SCRIPT(alias, name)   { ngx_string(alias), name },

static const property_t  scripts[] = {
#include "regex/property_list.h"
};

#undef REGEX_SCRIPT
#undef REGEX_BINARY
#define REGEX_SCRIPT(alias, name)
#define REGEX_BINARY(alias, name)   { ngx_string(alias), name },

static const property_t  binary[] = {
#include "regex/property_list.h"
};


ngx_uint_t
api_regex_property(const ngx_str_t *name, const ngx_str_t *value,
    api_regex_property_t *property)
{
    property->prefix = "";
    property->negate = 0;

    if (value->len == 0) {
        property->name = find(general, property_count(general), name);

        if (property->name == NULL) {
            property->name = find(binary, property_count(binary), name);
        }

    } else if (api_str_is(name, "General_Category") || api_str_is(name, "gc")) {
        property->name = find(general, property_count(general), value);

    } else if (api_str_is(name, "Script") || api_str_is(name, "sc")) {
        property->prefix = "sc:";
        property->name = find(scripts, property_count(scripts), value);

    } else if (api_str_is(name, "Script_Extensions")
               || api_str_is(name, "scx"))
    {
        property->prefix = "scx:";
        property->name = find(scripts, property_count(scripts), value);

    } else {
        property->name = NULL;
    }

    if (property->name == NULL) {
        return 0;
    }

    /* PCRE2 has other names for two of them */

    if (ngx_strcmp(property->name, "LC") == 0) {
        property->name = "L&";

    } else if (ngx_strcmp(property->name, "Assigned") == 0) {
        property->name = "Cn";
        property->negate = 1;
    }

    return 1;
}


static const char *
find(const property_t *list, size_t n, const ngx_str_t *name)
{
    int     order;
    size_t  low, high, middle, len;

    low = 0;
    high = n;

    while (low < high) {
        middle = low + (high - low) / 2;

        len = ngx_min(name->len, list[middle].alias.len);
        order = ngx_memcmp(name->data, list[middle].alias.data, len);

        if (order == 0) {
            if (name->len == list[middle].alias.len) {
                return list[middle].name;
            }

            order = (name->len < list[middle].alias.len) ? -1 : 1;
        }

        if (order < 0) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return NULL;
}
