/* What a JSON document is, shared by the files that read it. */
#ifndef PB_JSON_DOC_H
#define PB_JSON_DOC_H

#include <jansson.h>

#include "pitboard/codec.h"

struct pb_json_doc {
    json_t *root;
    char    name[256]; /* for messages: the file's name */
};

/* Refuses, with line and column, what jansson does not look for or explains
 * badly: zero bytes, bad UTF-8, too deep nesting, no text at all. */
pb_status pb__json_scan(pb_span text, const char *name, pb_error *error);

#endif
