/* schema.h - JSON Schema, the part of it that Pitboard writes: type (one or a list), properties, required,
 * additionalProperties, enum, const, minimum, maximum, exclusiveMinimum, minLength, maxLength, pattern, items,
 * minItems, maxItems, oneOf, anyOf, $ref "#/components/schemas/NAME". What only explains (description, examples,
 * default, format, title) is passed over; any other keyword is refused when the schemas are read, so that
 * nothing is believed to be checked that is not. */
#ifndef PB_API_SCHEMA_H
#define PB_API_SCHEMA_H

#include "pitboard/codec.h"
#include "schemas.h"

typedef struct pb__schemas pb__schemas; /* of all names, read once; any thread */

/* extra: more schemas in front of those compiled in, of tests; NULL: none. PB_E_RANGE names the one that is wrong. */
pb_status pb__schemas_create(const pb__schema_text *extra, pb__schemas **out, pb_error *error);
void      pb__schemas_destroy(pb__schemas *schemas);
/* The schema itself, as a value; absent: none of that name. */
pb_json pb__schemas_find(const pb__schemas *schemas, const char *name);
/* Name i, or NULL. */
const char *pb__schemas_name(const pb__schemas *schemas, size_t i);
/* What a $ref stands for; the schema itself when it is none. */
pb_json pb__schema_follow(const pb__schemas *schemas, pb_json schema);
/* Reads one more schema that is not of the table (of a query parameter), its patterns with it. */
pb_status pb__schemas_add(pb__schemas *schemas, const char *text, const char *name, pb_json *out, pb_error *error);

/* What does not fit, and where. */
typedef struct pb__misfit {
    char pointer[96];
    char text[256]; /* without the pointer */
} pb__misfit;

/* True when the value fits. */
bool pb__schema_check(const pb__schemas *schemas, pb_json schema, pb_json value, pb__misfit *out);
/* The same of a text that came in a query: read as the schema's type says ("12", "true", "null", else itself). */
bool pb__schema_check_text(const pb__schemas *schemas, pb_json schema, const char *text, pb__misfit *out);

/* The value alone, as the first of an array. */
pb_status pb__schema_read_text(const pb__schemas *schemas, pb_json schema, const char *text, pb_json_doc **out,
                               pb_error *error);

/* True when the schema's type (or one of its types) is named so. */
bool pb__schema_takes(const pb__schemas *schemas, pb_json schema, const char *type);

/* Compiled pattern by its text; for schema_check.c. */
bool pb__schemas_match(const pb__schemas *schemas, const char *like, const char *text);

#endif
