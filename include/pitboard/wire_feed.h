/* pitboard/wire_feed.h - live feeds: bytes as received to events and points.
 *
 * A record is one thing that was received: a datagram, a message, a line of a
 * feed, a body of a request. A decoder takes records in the order of receipt and
 * hands events and points to a sink (race_event.h). It reads no clock: the time
 * of receipt is an argument. It holds what its format needs between records (a
 * JSON tree for live timing, the latest lap data for the game) in memory that is
 * bounded and taken at creation. A bad record is refused through the sink and
 * changes nothing.
 *
 *     datagram --> pb_f1_udp_feed      --> events, points
 *     line     --> pb_live_timing_feed --> events, points
 *     body     --> pb_points_feed      --> points
 *     line     --> pb_event_line_feed  --> an event
 *
 * Floor 3. Uses base, codec, race. */
#ifndef PITBOARD_WIRE_FEED_H
#define PITBOARD_WIRE_FEED_H

#include <stdio.h>

#include "pitboard/codec.h"
#include "pitboard/race_event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a record is: kept in recordings as this number, so the values stay. */
typedef enum pb_feed_kind {
    PB_FEED_NONE        = 0,
    PB_FEED_F1_UDP      = 1,      /* a datagram of the F1 game */
    PB_FEED_LIVE_TIMING = 2,      /* a message of F1 live timing, any form */
    PB_FEED_POINTS      = 3,      /* telemetry points in any form of wire_points.h */
    PB_FEED_EVENT       = 4,      /* event lines (JSON), also lap entry and corrections by hand */
    PB_FEED_N
} pb_feed_kind;

const char  *pb_feed_kind_name(pb_feed_kind kind);    /* "f1-udp", "live-timing", "points", "event" */
pb_feed_kind pb_feed_kind_from_name(pb_span name);    /* PB_FEED_NONE if none */

/* ---- F1 game UDP (src/wire/f1_udp*.c, docs/formats/f1-udp.md) ---- */
typedef struct pb_f1_udp pb_f1_udp;
pb_status pb_f1_udp_create(pb_f1_udp **out, pb_error *error);
void      pb_f1_udp_destroy(pb_f1_udp *udp);
void      pb_f1_udp_reset(pb_f1_udp *udp);
void      pb_f1_udp_feed(pb_f1_udp *udp, pb_span datagram, int64_t received_us, const pb_feed_sink *sink);
/* Decodes every field of a datagram, official names without m_, as one JSON
 * object on one line. PB_E_UNSUPPORTED, PB_E_TRUNCATED as PB_E_SYNTAX. */
pb_status pb_f1_udp_print(pb_span datagram, pb_json_writer *to, pb_error *error);
/* Bytes of the datagram that begins here, by its own format and id (for datagrams
 * written one behind the other); 0 when nothing known begins here. */
size_t    pb_f1_udp_size(pb_span bytes);

/* ---- F1 live timing (src/wire/lt_*.c, docs/formats/live-timing.md) ---- */
typedef struct pb_live_timing pb_live_timing;
pb_status pb_live_timing_create(pb_live_timing **out, pb_error *error);
void      pb_live_timing_destroy(pb_live_timing *timing);
void      pb_live_timing_reset(pb_live_timing *timing);
/* One message: a hub frame, a typed line, a line of FastF1's save, a snapshot
 * object, or a line of an archive stream prefixed with its topic and a space
 * ("TimingData 00:12:03.400{...}"), as the file readers make them. */
void      pb_live_timing_feed(pb_live_timing *timing, pb_span message, int64_t received_us, const pb_feed_sink *sink);
/* Topic, time and payload (unpacked) of a message as one JSON object. */
pb_status pb_live_timing_print(pb_span message, pb_json_writer *to, pb_error *error);

/* ---- telemetry points (src/wire/points_*.c, docs/formats/points.md) ---- */
typedef struct pb_points pb_points;
pb_status pb_points_create(pb_points **out, pb_error *error);
void      pb_points_destroy(pb_points *points);
/* A JSON object or array, NDJSON, MessagePack or CSV with a header line; gzip or
 * zstd around any of them; told by the bytes. A bad point is refused, the others
 * count. */
void      pb_points_feed(pb_points *points, pb_span body, int64_t received_us, const pb_feed_sink *sink);
pb_status pb_points_print(pb_span body, pb_json_writer *to, pb_error *error);

/* ---- event lines (src/wire/event_line.c, docs/formats/events.md) ----
 *
 *     {"event":"lap","origin":"hand","car":44,"lap":12,"value":91234,"session_ms":1203400}
 *
 * The form in which files are replayed and in which a person enters laps and
 * corrects the state. Keys are those of pb_event; unknown ones are refused with
 * the nearest name. */
pb_status pb_event_line_read(pb_span line, pb_event *out, pb_error *error);
/* Writes one line without a line feed, at most cap bytes; returns its length, 0 if
 * it did not fit (PB_EVENT_LINE_MAX always fits). Reads back the same. */
#define PB_EVENT_LINE_MAX 4096
size_t    pb_event_line_write(const pb_event *event, char *to, size_t cap);
/* Reads it and writes it as this program would. */
pb_status pb_event_line_print(pb_span line, pb_json_writer *to, pb_error *error);
void      pb_event_line_feed(pb_span line, int64_t received_us, const pb_feed_sink *sink);

/* ---- files as feeds (src/wire/file_feed*.c) ----
 * Anything importable as a series of records in the order of their times: a lap
 * CSV, a folder of the live-timing cache, OpenF1 or GR Cup tables become event
 * lines; recordings of feeds become their own messages; telemetry CSV points. */
typedef struct pb_file_record {
    uint8_t kind;                  /* pb_feed_kind */
    int64_t at_us;                 /* when it is due, from the start of the session or UTC; never falls */
    pb_span bytes;                 /* valid until the next record */
} pb_file_record;
typedef struct pb_file_feed pb_file_feed;
/* path: a file or a folder. PB_E_UNSUPPORTED with what was found when it is
 * nothing that can be replayed. */
pb_status pb_file_feed_open(const char *path, pb_file_feed **out, pb_error *error);
/* PB_OK, PB_E_EMPTY at the end. */
pb_status pb_file_feed_next(pb_file_feed *feed, pb_file_record *out, pb_error *error);
void      pb_file_feed_close(pb_file_feed *feed);
/* Rows of the files that were refused, by reason, so far. */
uint32_t  pb_file_feed_refused(const pb_file_feed *feed);

#ifdef __cplusplus
}
#endif
#endif
