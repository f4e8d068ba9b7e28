/* schemas.h - the JSON Schemas that are compiled in: src/api/schemas/NAME.json, by name. */
#ifndef PB_API_SCHEMAS_H
#define PB_API_SCHEMAS_H

typedef struct pb__schema_text {
    const char *name, *text;
} pb__schema_text;

extern const pb__schema_text pb__schema_texts[]; /* a name of NULL ends them */

#endif
