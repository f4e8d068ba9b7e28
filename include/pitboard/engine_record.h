/* pitboard/engine_record.h - the record: everything received, as received, on disk.
 *
 * A recording is a folder of segments, 000001.pbr, 000002.pbr ..., each a header
 * and frames (docs/formats/recording.md). It only grows. The record is also the queue
 * of everything slower than the feeds: the store reads from it and may lag, stall
 * or come back a minute later.
 *
 * Writing: frames gather in memory until pb_record_sync has put them on the disk;
 * pb_record_durable says up to which frame that is done. When the disk is full or
 * gone nothing is lost before the buffer is full; from then on pb_record_append
 * says so and whoever asked decides. It works again as soon as the disk does.
 *
 * Reading: frames in order, from any number on, also while somebody writes. What a
 * crash cut off or a disk damaged is passed over to the next whole frame, and
 * counted.
 *
 * Floor 6. Uses base, codec. */
#ifndef PITBOARD_ENGINE_RECORD_H
#define PITBOARD_ENGINE_RECORD_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_FRAME_MAX    (1u << 20)   /* bytes of a payload */
#define PB_RECORD_ID_MAX 32

/* Kinds beyond pb_feed_kind: what we said ourselves, kept where it was said. */
#define PB_FRAME_CALL 64             /* payload: the call, one JSON object */

/* Flags of a frame. */
enum {
    PB_FRAME_CUT  = 1 << 0,          /* longer than we take: the rest is gone */
    PB_FRAME_HAND = 1 << 1           /* typed in by a person (standard input) */
};

/* One thing that was received. */
typedef struct pb_frame {
    uint64_t seq;                    /* 1 .., one more each; a jump says how many were lost before it */
    int64_t  received_us;            /* of arrival, UTC since 1970; falls when the clock is set back */
    int64_t  mono_us;                /* the same on a clock that never falls, of this machine's run */
    uint8_t  kind;                   /* pb_feed_kind or PB_FRAME_* */
    uint8_t  flags;
    uint16_t port;                   /* it came to; 0: none */
    pb_span  bytes;                  /* borrowed; reading: valid until the next read */
} pb_frame;

/* ---- writing ---- */
typedef struct pb_record_options {
    uint64_t segment_bytes;          /* a segment ends when it has so many; 64 MiB, 64 KiB .. 1 TiB */
    uint32_t buffer_bytes;           /* not yet on disk, at most; 4 MiB, at least 2 MiB + 4 KiB */
} pb_record_options;
pb_record_options pb_record_options_default(void);

typedef struct pb_record pb_record;

/* Opens DIR (made when missing) to go on behind its last whole frame; what lies
 * behind that in the last segment is cut off. One writer a folder. PB_E_IO when it
 * cannot be written or somebody else records into it, PB_E_UNSUPPORTED for a newer
 * version. */
pb_status   pb_record_open(const char *dir, const pb_record_options *options, pb_record **out, pb_error *error);
/* Syncs what there is, as far as the disk takes it. */
void        pb_record_close(pb_record *record);
/* Names the recording wherever its rows go: "20261130T204501-9f3c". */
const char *pb_record_id(const pb_record *record);
uint64_t    pb_record_last(const pb_record *record);         /* newest frame appended, 0 none */
uint64_t    pb_record_cut(const pb_record *record);          /* bytes cut off when it was opened */

/* Takes a copy. frame->seq must be higher than every one before. PB_E_LIMIT: the
 * buffer is full and the disk does not take it; PB_E_RANGE: more than PB_FRAME_MAX. */
pb_status pb_record_append(pb_record *record, const pb_frame *frame);
/* Bytes that are not on disk yet. */
size_t    pb_record_pending(const pb_record *record);
/* Writes and waits for the disk. PB_E_IO with the reason; everything is kept and
 * the next call tries again. */
pb_status pb_record_sync(pb_record *record, pb_error *error);

/* From any thread: every frame up to this one is on disk. */
uint64_t  pb_record_durable(const pb_record *record);
uint64_t  pb_record_bytes(const pb_record *record);          /* written by this run */
uint64_t  pb_record_failures(const pb_record *record);       /* syncs that failed */

/* ---- reading ---- */
typedef struct pb_record_reader pb_record_reader;

/* path: a folder or one segment. The first frame read is the first with a seq of
 * at least `from`. PB_E_NOENT, PB_E_UNSUPPORTED (no recording, or newer). */
pb_status pb_record_reader_open(const char *path, uint64_t from, pb_record_reader **out, pb_error *error);
void      pb_record_reader_close(pb_record_reader *reader);
/* PB_OK, or PB_E_EMPTY when there is no more now: call again when there is. */
pb_status pb_record_reader_next(pb_record_reader *reader, pb_frame *out, pb_error *error);
const char *pb_record_reader_id(const pb_record_reader *reader);
/* Is there a recording at this path? */
bool      pb_record_is(const char *path);

typedef struct pb_record_reader_stats {
    uint64_t frames, bytes;          /* read, payloads */
    uint64_t lost;                   /* numbers that are missing between frames */
    uint64_t damaged;                /* places where bytes were passed over */
    uint64_t damaged_bytes;
    uint64_t torn_bytes;             /* behind the last whole frame of segments */
    uint64_t repeated;               /* frames that were there before (written again after a failed sync) */
} pb_record_reader_stats;
pb_record_reader_stats pb_record_reader_stats_get(const pb_record_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
