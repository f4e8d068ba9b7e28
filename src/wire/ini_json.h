/* ini_json.h - INI text whose values are JSON spread over indented lines:
 *
 *     [RACE_PARS]
 *     # a comment
 *     race_pars = {"season": 2017,
 *         "tot_no_laps": 51}
 *
 * Borrowed views into the text; nothing is kept. */
#ifndef PB__INI_JSON_H
#define PB__INI_JSON_H

#include "pitboard/codec.h"

/* One key with its value: the lines from the key's to the last indented one. */
typedef struct pb__ini_entry {
    pb_span  section, key;
    pb_span  lines;    /* whole lines, key and '=' included */
    size_t   value_at; /* where in lines the value begins */
    uint32_t line;     /* of the key; the first is 1 */
} pb__ini_entry;

/* A place in the text. Begin with {text, 1}. */
typedef struct pb__ini {
    pb_span  left;
    uint32_t next_line;
    pb_span  section;
} pb__ini;

void pb__ini_begin(pb__ini *ini, pb_span text);

/* Next key. PB_E_EMPTY at the end; PB_E_SYNTAX for a line that is no section, no
 * key and no continuation, with its number. */
pb_status pb__ini_next(pb__ini *ini, const char *path, pb__ini_entry *out, pb_error *error);

/* Finds one key; PB_E_MISSING when it is not there, PB_E_SYNTAX when it is there
 * twice. */
pb_status pb__ini_find(pb_span text, const char *path, const char *section, const char *key, pb__ini_entry *out,
                       pb_error *error);

/* Parses the value. Messages carry the file's own line numbers, and the key. */
pb_status pb__ini_parse(const pb__ini_entry *entry, const char *path, pb_json_doc **out, pb_error *error);

#endif
