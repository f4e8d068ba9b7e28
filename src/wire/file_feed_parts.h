/* file_feed_parts: readers behind pb_file_feed (wire_feed.h), one a family of files.
 * Inside wire only. */
#ifndef PB_WIRE_FILE_FEED_PARTS_H
#define PB_WIRE_FILE_FEED_PARTS_H

#include "pitboard/wire_feed.h"

/* ---- recordings of F1 live timing (lt_file.c) ----
 *
 *     a file      lines of any form of lt_message.h, or one snapshot; beside NAME_live*
 *                 NAME_subscribe.txt is the snapshot it begins with
 *     a stream    TimingData.jsonStream, timing_data.raw: the name tells the topic
 *     a folder    of streams, merged by (time, topic); or of subscribe.* and live.*; or the
 *                 parts of one recording by FastF1, which overlap
 *
 * PB_E_UNSUPPORTED when it is none of these. */
typedef struct pb__lt_file pb__lt_file;
pb_status                  pb__lt_file_open(const char *path, pb__lt_file **out, pb_error *error);
/* PB_OK, PB_E_EMPTY at the end. A line without a time of its own is due with the one
 * before it. */
pb_status pb__lt_file_next(pb__lt_file *file, pb_file_record *out, pb_error *error);
void      pb__lt_file_close(pb__lt_file *file);
/* Lines passed over because no message is that long. */
uint32_t pb__lt_file_refused(const pb__lt_file *file);
/* Lines whose time lay before that of the line before. */
uint32_t pb__lt_file_went_back(const pb__lt_file *file);

#endif
