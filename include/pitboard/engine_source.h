/* pitboard/engine_source.h - anything that can be played again, as frames: a
 * recording, or a file or folder of any importable form.
 *
 * A recording gives its frames as they were received. Of a file every record is
 * numbered from 1 and was received when it is due.
 *
 * Floor 6. Uses wire. */
#ifndef PITBOARD_ENGINE_SOURCE_H
#define PITBOARD_ENGINE_SOURCE_H

#include "pitboard/engine_record.h"
#include "pitboard/wire_feed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_source pb_source;

/* PB_E_NOENT; PB_E_UNSUPPORTED with what was found. */
pb_status pb_source_open(const char *path, pb_source **out, pb_error *error);
void      pb_source_close(pb_source *source);
/* PB_OK, PB_E_EMPTY at the end. The frame is valid until the next call. */
pb_status pb_source_next(pb_source *source, pb_frame *out, pb_error *error);
bool      pb_source_is_record(const pb_source *source);
/* Names what is stored of it: the recording's id, or "file-" and the file's name. */
const char *pb_source_id(const pb_source *source);
/* Of a recording; zeros for a file. */
pb_record_reader_stats pb_source_record_stats(const pb_source *source);
/* Rows of a file that were refused so far. */
uint32_t  pb_source_refused(const pb_source *source);

#ifdef __cplusplus
}
#endif
#endif
