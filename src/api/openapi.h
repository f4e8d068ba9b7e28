/* openapi.h - shared by the two files that make the document. */
#ifndef PB_API_OPENAPI_H
#define PB_API_OPENAPI_H

#include "core.h"

typedef struct pb__openapi_problem {
    int         status;
    const char *name, *description, *example, *pointer;
} pb__openapi_problem;

extern const pb__openapi_problem pb__openapi_problems[]; /* a name of NULL ends them */

/* key: {"$ref": "#/components/KIND/NAME"} */
void pb__openapi_ref(pb_json_writer *w, const char *key, const char *kind, const char *name);
/* The headers of rates, in an open object. */
void pb__openapi_rates(pb_json_writer *w);
void pb__openapi_operation(const pb_api *api, const pb__row *row, pb_json_writer *w);

#endif
