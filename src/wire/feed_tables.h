/* feed_tables: timing tables of one session, whatever their source, as events. Inside
 * wire only. */
#ifndef PB_WIRE_FEED_TABLES_H
#define PB_WIRE_FEED_TABLES_H

#include "feed_event_list.h"
#include "record_table.h"

/* ---- feed_tables_common.c: rows that every source has alike ---- */

/* Session clock of a UTC time; false where the zero is not known or far off. */
bool pb__tables_clock(const pb__event_list *list, int64_t utc_ms, int64_t *out);
void pb__tables_session(pb__event_list *list, const pb_records *r, pb_session_type type, const char *id);
void pb__tables_cars(pb__event_list *list, const pb_records *r);
void pb__tables_weather(pb__event_list *list, const pb_records *r);
void pb__tables_control(pb__event_list *list, const pb_records *r);

/* ---- feed_live_cache.c: a folder of the live-timing cache ---- */
pb_status pb__tables_live_cache(pb__event_list *list, const pb_records *r, const char *folder);
/* ---- feed_lap_tables.c: laps of OpenF1, the timing system, Ergast ---- */
pb_status pb__tables_laps(pb__event_list *list, const pb_records *r);
/* ---- feed_lines_tables.c: gaps and positions in time: stream.csv; position and intervals of OpenF1 ---- */
bool      pb__tables_is_timeline(pb_span text);
pb_status pb__tables_timeline(pb__event_list *list, pb_span text, const char *path);
/* ---- feed_tyre_deltas.c ---- */
pb_status pb__tables_tyre_deltas(pb__event_list *list, pb_span text, const char *path);

#endif
