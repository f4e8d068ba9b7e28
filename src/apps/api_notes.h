/* api_notes.h - what was assumed for an answer, in sentences.
 *
 * Used by the routes that answer from a few facts. */
#ifndef PB_APPS_API_NOTES_H
#define PB_APPS_API_NOTES_H

#include "pitboard/codec.h"

#define API_NOTES_MAX 32
#define API_NOTE_MAX 200

typedef struct api_notes {
    uint32_t n; /* further ones are dropped */
    char     at[API_NOTES_MAX][API_NOTE_MAX];
} api_notes;

void api_note(api_notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "assumed": [...] */
void api_notes_put(const api_notes *notes, pb_json_writer *to);

#endif
